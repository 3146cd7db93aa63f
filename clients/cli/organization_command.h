// SPDX-License-Identifier: Apache-2.0
//
// handovers, workload, batches: who does the work of a log.
#ifndef PLUMBLINE_CLIENTS_CLI_ORGANIZATION_COMMAND_H_
#define PLUMBLINE_CLIENTS_CLI_ORGANIZATION_COMMAND_H_

#include "absl/time/time.h"
#include "clients/cli/commands.h"
#include "plumbline/analytics/v1/organization_service.pb.h"

namespace plumbline::cli {

// Adds them (see commands.h).
void AddOrganizationCommands(args::Command& app, Action* action);

// As a person reads them, but for what was selected.
void PrintHandovers(const analytics::v1::GetHandoversResponse& handovers, const Paper& paper);
void PrintWorkload(const analytics::v1::GetWorkloadResponse& workload, const Paper& paper,
                   const absl::TimeZone& zone);
void PrintWorkload(const analytics::v1::GetWorkloadResponse& workload, const Paper& paper);  // UTC
void PrintBatches(const analytics::v1::GetBatchesResponse& batches, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_ORGANIZATION_COMMAND_H_
