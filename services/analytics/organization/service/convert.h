// SPDX-License-Identifier: Apache-2.0
//
// OrganizationService: requests to commands, figures to answers.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_SERVICE_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_SERVICE_CONVERT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "plumbline/analytics/v1/organization_service.pb.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/organization/batches.h"
#include "services/analytics/organization/handovers.h"
#include "services/analytics/organization/load_effect.h"
#include "services/analytics/organization/workload.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// What every question about people says.
struct WorkCommand {
  LogKey key;
  Selection selection;
  std::string group_by;
};

struct HandoversCommand {
  WorkCommand work;
  bool together = false;
  HandoverOptions options;
  int64_t max_pairs = 0, max_performers = 0;
};
// FIELD_INVALID, as of all that follow.
absl::StatusOr<HandoversCommand> ToCommand(const v1::GetHandoversRequest& request);

struct WorkloadCommand {
  WorkCommand work;
  WorkloadOptions options;
  LoadEffectOptions load;
  int64_t max_performers = 0;
};
absl::StatusOr<WorkloadCommand> ToCommand(const v1::GetWorkloadRequest& request);

struct BatchesCommand {
  WorkCommand work;
  BatchOptions options;
  int64_t max_entries = 0;
};
absl::StatusOr<BatchesCommand> ToCommand(const v1::GetBatchesRequest& request);

v1::Period ToProto(PeriodLength length);

// They fill what the limits of the command let through.
void ToProto(const Work& work, Handovers handovers, const HandoversCommand& command,
             v1::GetHandoversResponse* answer);
void ToProto(const Work& work, std::vector<Together> pairs, const HandoversCommand& command,
             v1::GetHandoversResponse* answer);
void ToProto(const Work& work, Workload workload, const LoadEffect& effect,
             const WorkloadCommand& command, v1::GetWorkloadResponse* answer);
void ToProto(const LogSnapshot& log, const Work& work, Batches batches,
             const BatchesCommand& command, v1::GetBatchesResponse* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_SERVICE_CONVERT_H_
