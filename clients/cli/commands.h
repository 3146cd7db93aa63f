// SPDX-License-Identifier: Apache-2.0
//
// The commands, a file for each area. Every function adds its subcommands to `app`; the one that
// the command line names puts what it does into `action`.
#ifndef PLUMBLINE_CLIENTS_CLI_COMMANDS_H_
#define PLUMBLINE_CLIENTS_CLI_COMMANDS_H_

#include <iosfwd>
#include <string>
#include <vector>

#include "clients/cli/args.h"
#include "clients/cli/session.h"

namespace plumbline::cli {

void AddApplyCommand(args::Command& app, Action* action);      // apply
void AddProcessCommands(args::Command& app, Action* action);   // publish
void AddDiffCommand(args::Command& app, Action* action);       // diff
void AddExportCommand(args::Command& app, Action* action);     // export
void AddImpactCommands(args::Command& app, Action* action);    // impact, callers, dependencies
void AddSearchCommand(args::Command& app, Action* action);     // search
void AddCalendarCommands(args::Command& app, Action* action);  // calendar
// deprecate, archive, reinstate, restore, effective, submit, approve, reject
void AddLifeCommands(args::Command& app, Action* action);
void AddTagCommands(args::Command& app, Action* action);         // tag
void AddHistoryCommands(args::Command& app, Action* action);     // history, users
void AddPolicyHistory(args::Command& policy, Action* action);    // policy history
void AddPolicyCommand(args::Command& app, Action* action);       // policy
void AddStartCommand(args::Command& app, Action* action);        // start
void AddTaskCommands(args::Command& app, Action* action);        // task, decide
void AddOnboardingCommands(args::Command& app, Action* action);  // onboarding
void AddMigrateCommand(args::Command& app, Action* action);      // migrate
void AddEscalationCommands(args::Command& app, Action* action);  // escalation
void AddRampCommands(args::Command& app, Action* action);        // ramp
void AddImpedimentCommands(args::Command& app, Action* action);  // impediment
void AddBlockerCommands(args::Command& app, Action* action);     // blockers, time
void AddSetCommand(args::Command& app, Action* action);          // set
void AddWatchCommand(args::Command& app, Action* action);        // watch
void AddWebhookCommands(args::Command& app, Action* action);     // webhook
// calendar-feed
void AddCalendarFeedCommands(args::Command& app, Action* action);
// export tasks, export history
void AddExportRows(args::Command& command, Action* action);
void AddImportCommand(args::Command& app, Action* action);       // import
void AddEventDataCommands(args::Command& app, Action* action);   // retention, erase
void AddEventsCommand(args::Command& app, Action* action);       // events
void AddAnalyticsCommands(args::Command& app, Action* action);   // report, map, variants, ...
void AddListCommand(args::Command& app, Action* action);         // list
void AddResourceCommands(args::Command& app, Action* action);    // get, delete
void AddSimulationCommands(args::Command& app, Action* action);  // simulate, generate
void AddPersonCommands(args::Command& app, Action* action);      // person
void AddPlanCommand(args::Command& app, Action* action);         // plan
void AddDemoCommand(args::Command& app, Action* action);         // demo
void AddCompletionCommand(args::Command& app, Action* action);   // completion

// Answers a completion script: for the words up to the cursor, a line "VALUE<tab>DESCRIPTION" for
// each that may stand there, and ":files" where a file may. Takes a second at most.
void AnswerCompletion(const CLI::App& app, const std::vector<std::string>& words, std::ostream& out,
                      std::ostream& err);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_COMMANDS_H_
