// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_CHECK_COMMAND_H_
#define PLUMBLINE_CLIENTS_CLI_CHECK_COMMAND_H_

#include <string>

#include "clients/cli/args.h"
#include "clients/cli/session.h"
#include "plumbline/analytics/v1/conformance.pb.h"

namespace plumbline::cli {

// Adds `check` (see commands.h).
void AddCheckCommand(args::Command& app, Action* action);

// A check of the log of this id against a process as a person reads it.
void PrintCheck(const analytics::v1::CheckConformanceResponse& check, const std::string& log,
                const std::string& process, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_CHECK_COMMAND_H_
