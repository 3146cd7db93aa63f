// SPDX-License-Identifier: Apache-2.0
//
// profile, drift: what is usual in time, what is not, and when the process changed.
#ifndef PLUMBLINE_CLIENTS_CLI_TEMPORAL_COMMAND_H_
#define PLUMBLINE_CLIENTS_CLI_TEMPORAL_COMMAND_H_

#include "clients/cli/commands.h"
#include "plumbline/analytics/v1/temporal_service.pb.h"

namespace plumbline::cli {

// Adds them (see commands.h).
void AddTemporalCommands(args::Command& app, Action* action);

// As a person reads them, but for what was selected.
void PrintProfile(const analytics::v1::GetTemporalProfileResponse& profile, const Paper& paper);
void PrintDrift(const analytics::v1::FindDriftResponse& drift, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_TEMPORAL_COMMAND_H_
