// SPDX-License-Identifier: Apache-2.0
//
// CohortService.GetRampCurves: requests to commands, curves to messages.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_COHORTS_SERVICE_RAMP_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_COHORTS_SERVICE_RAMP_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"
#include "services/analytics/cohorts/ramp_curve.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

struct RampCommand {
  LogKey key;
  Selection selection;
  std::string from_activity, activity;
  cohorts::RampQuestion question;  // but for activities, which are numbers of the log
};
// `now`: from when on a calendar says how long its days are. FIELD_INVALID.
absl::StatusOr<RampCommand> ToCommand(const v1::GetRampCurvesRequest& request, absl::Time now);

void ToProto(const RampCommand& command, const cohorts::RampCurves& curves,
             v1::GetRampCurvesResponse* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_COHORTS_SERVICE_RAMP_CONVERT_H_
