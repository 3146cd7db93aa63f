// SPDX-License-Identifier: Apache-2.0
//
// The review of a request, and as a message.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_SERVICE_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_SERVICE_CONVERT_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/review/review.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

struct ReviewCommand {
  LogKey key;
  Selection selection;
  v1::Selection asked;  // in its own words, for commands
  review::ReviewOptions options;
  // As commands take them: the calendar, "" where it has no name; the zone where it is not what a
  // command takes by itself, else "".
  std::string calendar, zone;
  v1::BusinessTime business_time;
  bool html = false;
};

// FIELD_INVALID: fields review.period, review.period_count, review.end_time, review.time_zone,
// review.business_time, review.max_fixes, review.confidence.
absl::StatusOr<ReviewCommand> ToReviewCommand(const v1::GetReportRequest& request);

// Open seconds of a working day in the year from `end` on; 0 without a calendar.
double WorkingDayOf(const v1::BusinessTime& time, absl::Time end);

// All but objectives and the summary, of which there is why there is no fix.
void ToProto(const review::Review& review, const LogSnapshot& log, const ReviewCommand& command,
             v1::Review* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_SERVICE_CONVERT_H_
