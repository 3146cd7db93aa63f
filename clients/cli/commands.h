// SPDX-License-Identifier: Apache-2.0
//
// The commands, a file for each area. Every function adds its subcommands to `app`; the one that
// the command line names puts what it does into `action`.
#ifndef PLUMBLINE_CLIENTS_CLI_COMMANDS_H_
#define PLUMBLINE_CLIENTS_CLI_COMMANDS_H_

#include <iosfwd>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "clients/cli/session.h"

namespace plumbline::cli {

void AddApplyCommand(CLI::App& app, Action* action);      // apply
void AddProcessCommands(CLI::App& app, Action* action);   // publish
void AddDiffCommand(CLI::App& app, Action* action);       // diff
void AddExportCommand(CLI::App& app, Action* action);     // export
void AddImpactCommands(CLI::App& app, Action* action);    // impact, callers, dependencies
void AddSearchCommand(CLI::App& app, Action* action);     // search
void AddCalendarCommands(CLI::App& app, Action* action);  // calendar
// deprecate, archive, reinstate, restore, effective, submit, approve, reject
void AddLifeCommands(CLI::App& app, Action* action);
void AddTagCommands(CLI::App& app, Action* action);         // tag
void AddHistoryCommands(CLI::App& app, Action* action);     // history, users
void AddPolicyHistory(CLI::App& policy, Action* action);    // policy history
void AddPolicyCommand(CLI::App& app, Action* action);       // policy
void AddStartCommand(CLI::App& app, Action* action);        // start
void AddTaskCommands(CLI::App& app, Action* action);        // task, decide
void AddOnboardingCommands(CLI::App& app, Action* action);  // onboarding
void AddMigrateCommand(CLI::App& app, Action* action);      // migrate
void AddEscalationCommands(CLI::App& app, Action* action);  // escalation
void AddRampCommands(CLI::App& app, Action* action);        // ramp
void AddImpedimentCommands(CLI::App& app, Action* action);  // impediment
void AddBlockerCommands(CLI::App& app, Action* action);     // blockers, time
void AddSetCommand(CLI::App& app, Action* action);          // set
void AddWatchCommand(CLI::App& app, Action* action);        // watch
void AddWebhookCommands(CLI::App& app, Action* action);     // webhook
// calendar-feed
void AddCalendarFeedCommands(CLI::App& app, Action* action);
// export tasks, export history
void AddExportRows(CLI::App& command, Action* action);
void AddImportCommand(CLI::App& app, Action* action);       // import
void AddEventDataCommands(CLI::App& app, Action* action);   // retention, erase
void AddEventsCommand(CLI::App& app, Action* action);       // events
void AddAnalyticsCommands(CLI::App& app, Action* action);   // report, map, variants, ...
void AddListCommand(CLI::App& app, Action* action);         // list
void AddResourceCommands(CLI::App& app, Action* action);    // get, delete
void AddSimulationCommands(CLI::App& app, Action* action);  // simulate, generate
void AddPersonCommands(CLI::App& app, Action* action);      // person
void AddPlanCommand(CLI::App& app, Action* action);         // plan
void AddDemoCommand(CLI::App& app, Action* action);         // demo
void AddCompletionCommand(CLI::App& app, Action* action);   // completion

// Answers a completion script: for the words up to the cursor, a line "VALUE<tab>DESCRIPTION" for
// each that may stand there, and ":files" where a file may. Takes a second at most.
void AnswerCompletion(const CLI::App& app, const std::vector<std::string>& words, std::ostream& out,
                      std::ostream& err);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_COMMANDS_H_
