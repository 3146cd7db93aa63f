// SPDX-License-Identifier: Apache-2.0
//
// The commands, a file for each area. Every function adds its subcommands to `app`; the one that
// the command line names puts what it does into `action`.
#ifndef PLUMBLINE_CLIENTS_CLI_COMMANDS_H_
#define PLUMBLINE_CLIENTS_CLI_COMMANDS_H_

#include "CLI/CLI.hpp"
#include "clients/cli/session.h"

namespace plumbline::cli {

void AddApplyCommand(CLI::App& app, Action* action);        // apply
void AddProcessCommands(CLI::App& app, Action* action);     // publish
void AddDiffCommand(CLI::App& app, Action* action);         // diff
void AddImpactCommands(CLI::App& app, Action* action);      // impact, callers, dependencies
void AddResourceCommands(CLI::App& app, Action* action);    // get, list, delete
void AddSearchCommand(CLI::App& app, Action* action);       // search
void AddOnboardingCommands(CLI::App& app, Action* action);  // start, task, decide, watch
void AddAnalyticsCommands(CLI::App& app,
                          Action* action);  // import, map, variants, durations, pareto, report
void AddSimulationCommands(CLI::App& app, Action* action);  // simulate, generate
void AddDemoCommand(CLI::App& app, Action* action);         // demo
void AddExportCommand(CLI::App& app, Action* action);       // export
void AddCompletionCommand(CLI::App& app, Action* action);   // completion

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_COMMANDS_H_
