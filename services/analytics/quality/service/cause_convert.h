// SPDX-License-Identifier: Apache-2.0
//
// AnalyzeRootCauses: requests to commands, and what was found as messages. Errors are
// FIELD_INVALID.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_CAUSE_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_CAUSE_CONVERT_H_

#include "absl/status/statusor.h"
#include "plumbline/analytics/v1/improvement_analysis_service.pb.h"
#include "services/analytics/causes/causes.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

struct RootCausesCommand {
  LogKey key;
  Selection selection;
  causes::OutcomeSpec outcome;
  causes::CauseOptions options;
};
absl::StatusOr<RootCausesCommand> ToCommand(const v1::AnalyzeRootCausesRequest& request);

// Adds to what `*answer` holds. O(size of the answer).
void ToProto(const RootCausesCommand& command, const causes::RootCauses& found,
             v1::AnalyzeRootCausesResponse* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_CAUSE_CONVERT_H_
