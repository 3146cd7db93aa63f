// SPDX-License-Identifier: Apache-2.0
//
// report: the page for the person in charge.
#ifndef PLUMBLINE_CLIENTS_CLI_REPORT_COMMAND_H_
#define PLUMBLINE_CLIENTS_CLI_REPORT_COMMAND_H_

#include "clients/cli/args.h"
#include "clients/cli/commands.h"

namespace plumbline::cli {

void AddReportCommand(args::Command& app, Action* action);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_REPORT_COMMAND_H_
