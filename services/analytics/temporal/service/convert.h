// SPDX-License-Identifier: Apache-2.0
//
// TemporalService: requests to commands, figures to answers.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_SERVICE_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_SERVICE_CONVERT_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "plumbline/analytics/v1/temporal_service.pb.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/storage/store.h"
#include "services/analytics/temporal/drift.h"
#include "services/analytics/temporal/next_steps.h"
#include "services/analytics/temporal/temporal_profile.h"

namespace plumbline::analytics {

struct ProfileCommand {
  LogKey key;
  Selection selection, reference;
  bool has_reference = false;
  DeviationOptions options;
  int64_t max_pairs = 0;
};
// FIELD_INVALID, as of the other.
absl::StatusOr<ProfileCommand> ToCommand(const v1::GetTemporalProfileRequest& request);

struct DriftCommand {
  LogKey key;
  Selection selection;
  NextStepOptions steps;
  DriftOptions drift;
  int64_t max_steps = 0;
};
absl::StatusOr<DriftCommand> ToCommand(const v1::FindDriftRequest& request);

// But for summaries of selections. `log` is the part that was checked.
void ToProto(const LogSnapshot& log, const TemporalProfile& profile, Deviations deviations,
             const ProfileCommand& command, v1::GetTemporalProfileResponse* answer);
void ToProto(const LogSnapshot& log, const NextSteps& steps, const Drift& drift,
             const DriftCommand& command, v1::FindDriftResponse* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_SERVICE_CONVERT_H_
