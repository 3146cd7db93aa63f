// SPDX-License-Identifier: Apache-2.0
//
// cohorts: how long it takes in groups of cases, and whether they differ.
#ifndef PLUMBLINE_CLIENTS_CLI_COHORTS_COMMAND_H_
#define PLUMBLINE_CLIENTS_CLI_COHORTS_COMMAND_H_

#include "clients/cli/commands.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"

namespace plumbline::cli {

// Adds `cohorts` (see commands.h).
void AddCohortsCommand(CLI::App& app, Action* action);

// A comparison as a person reads it; with `curves` the steps of each group too.
void PrintCohorts(const analytics::v1::CompareCohortsResponse& response, bool curves,
                  const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_COHORTS_COMMAND_H_
