// SPDX-License-Identifier: Apache-2.0
//
// improvement (docs/improvements.md).
#ifndef PLUMBLINE_CLIENTS_CLI_IMPROVEMENT_COMMANDS_H_
#define PLUMBLINE_CLIENTS_CLI_IMPROVEMENT_COMMANDS_H_

#include "clients/cli/commands.h"

namespace plumbline::cli {

// See commands.h.
void AddImprovementCommands(args::Command& app, Action* action);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_IMPROVEMENT_COMMANDS_H_
