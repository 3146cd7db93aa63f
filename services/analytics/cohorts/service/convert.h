// SPDX-License-Identifier: Apache-2.0
//
// CohortService: requests to commands, comparisons to messages.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_COHORTS_SERVICE_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_COHORTS_SERVICE_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"
#include "services/analytics/cohorts/compare.h"
#include "services/analytics/cohorts/observe.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

struct CohortsCommand {
  LogKey key;
  Selection selection;
  std::string from_activity, until_activity;
  cohorts::Question question;  // but for from and until, which are numbers of the log
  cohorts::CompareOptions options;
};
// FIELD_INVALID.
absl::StatusOr<CohortsCommand> ToCommand(const v1::CompareCohortsRequest& request);

// Of the field `grouping`. FIELD_INVALID.
absl::StatusOr<cohorts::Grouping> ToGrouping(const v1::CohortGrouping& proto);

// UTC for none. FIELD_INVALID.
absl::StatusOr<absl::TimeZone> ToZone(absl::string_view field, const std::string& name);

// `grouping`: by what the groups of the comparison were made.
void ToProto(const cohorts::Comparison& comparison, const cohorts::Grouping& grouping,
             v1::CompareCohortsResponse* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_COHORTS_SERVICE_CONVERT_H_
