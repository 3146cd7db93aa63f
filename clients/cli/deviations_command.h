// SPDX-License-Identifier: Apache-2.0
//
// deviations: the cases of a log that deviate from a process, and where.
#ifndef PLUMBLINE_CLIENTS_CLI_DEVIATIONS_COMMAND_H_
#define PLUMBLINE_CLIENTS_CLI_DEVIATIONS_COMMAND_H_

#include "clients/cli/commands.h"
#include "plumbline/analytics/v1/conformance.pb.h"

namespace plumbline::cli {

// Adds `deviations` (see commands.h).
void AddDeviationsCommand(args::Command& app, Action* action);

// A list of cases as a person reads it.
void PrintDeviating(const analytics::v1::ListDeviatingCasesResponse& cases, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_DEVIATIONS_COMMAND_H_
