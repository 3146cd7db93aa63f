// SPDX-License-Identifier: Apache-2.0
//
// cases: the cases of a log, or of a part of it.
#ifndef PLUMBLINE_CLIENTS_CLI_CASES_COMMAND_H_
#define PLUMBLINE_CLIENTS_CLI_CASES_COMMAND_H_

#include "clients/cli/commands.h"
#include "plumbline/analytics/v1/segment_service.pb.h"

namespace plumbline::cli {

// Adds `cases` (see commands.h).
void AddCasesCommand(args::Command& app, Action* action);

// A list of cases as a person reads it.
void PrintCases(const analytics::v1::ListCasesResponse& cases, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_CASES_COMMAND_H_
