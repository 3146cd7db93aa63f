// SPDX-License-Identifier: Apache-2.0
//
// plumbline: the command line of Plumbline.
#include <signal.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/args.h"
#include "clients/cli/commands.h"
#include "clients/cli/encoding.h"
#include "clients/cli/errors.h"
#include "clients/cli/help.h"
#include "clients/cli/help_formatter.h"
#include "clients/cli/ids.h"
#include "clients/cli/session.h"
#include "clients/cli/usage.h"
#include "common/base/clock.h"
#include "common/base/ids.h"

namespace plumbline::cli {
namespace {

constexpr char kDescription[] =
    "Plumbline: infrastructure for sales operations. Draw a process, run it, study it.";

constexpr char kFooter[] =
    "Try it:\n"
    "  ./dev demo --keep\n"
    "  plumbline COMMAND --help\n"
    "\n"
    "--json: proto3 JSON, errors included (on standard error). Durations are like \"90s\": in jq "
    "rtrimstr(\"s\") | tonumber.\n"
    "\n"
    "Exit codes: 0 done, whatever was found (--json says what), 1 a fault, 2 the command line is "
    "wrong, 3 what was given is invalid, 4 "
    "not found, 5 the state does not allow it, 6 not permitted, 7 the service cannot be reached "
    "or took too long.";

void AddGlobalOptions(args::Command& app, GlobalOptions* options) {
  Takes(app.add_option("--address", options->address,
                       "Where the service is (default: 127.0.0.1:7600)"),
        "HOST:PORT")
      ->envname("PLUMBLINE_ADDRESS");
  Takes(app.add_option("-w,--workspace", options->workspace, "Workspace (default: default)"), "ID")
      ->envname("PLUMBLINE_WORKSPACE");
  Takes(app.add_option("--token", options->token, "Bearer token: who is calling"), "TOKEN")
      ->envname("PLUMBLINE_TOKEN");
  Takes(app.add_option("--ca-file", options->ca_file,
                       "Authorities of the service's certificate, PEM (default: plain text)"),
        "FILE")
      ->envname("PLUMBLINE_CA_FILE");
  Takes(app.add_option("--certificate-file", options->certificate_file,
                       "Certificate to present where the service asks for one, PEM"),
        "FILE")
      ->envname("PLUMBLINE_CERTIFICATE_FILE");
  Takes(app.add_option("--key-file", options->key_file, "Its key, PEM"), "FILE")
      ->envname("PLUMBLINE_KEY_FILE");
  Takes(app.add_option("--timeout", options->timeout_seconds,
                       "How long a call may take (default: 60)"),
        "SECONDS")
      ->check(args::Range(0.001, 86'400.0));
  app.add_flag("--json", options->json, "JSON for programs, errors included");
}

void AddCommands(args::Command& app, Action* action) {
  AddApplyCommand(app, action);
  AddProcessCommands(app, action);
  AddDiffCommand(app, action);
  AddExportCommand(app, action);
  AddTagCommands(app, action);
  AddLifeCommands(app, action);
  AddHistoryCommands(app, action);
  AddPolicyCommand(app, action);
  AddImpactCommands(app, action);
  AddPlanCommand(app, action);
  AddStartCommand(app, action);
  AddTaskCommands(app, action);
  AddOnboardingCommands(app, action);
  AddMigrateCommand(app, action);
  AddEscalationCommands(app, action);
  AddRampCommands(app, action);
  AddImpedimentCommands(app, action);
  AddBlockerCommands(app, action);
  AddSetCommand(app, action);
  AddWatchCommand(app, action);
  AddWebhookCommands(app, action);
  AddCalendarFeedCommands(app, action);
  AddImportCommand(app, action);
  AddEventDataCommands(app, action);
  AddEventsCommand(app, action);
  AddAnalyticsCommands(app, action);
  AddListCommand(app, action);
  AddSearchCommand(app, action);
  AddResourceCommands(app, action);
  AddCalendarCommands(app, action);
  AddPersonCommands(app, action);
  AddDemoCommand(app, action);
  AddSimulationCommands(app, action);
  AddCompletionCommand(app, action);
}

void Describe(CLI::App& app, args::Command& command, GlobalOptions* options, Action* action) {
  app.formatter(std::make_shared<HelpFormatter>());
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", PLUMBLINE_VERSION);
  AddGlobalOptions(command, options);
  AddCommands(command, action);
  app.footer(kFooter);  // last: what comes after would take it over
}

// Help and the version go to standard output; what is wrong with the command line to standard
// error.
int EndOfParsing(const CLI::App& app, const CLI::ParseError& error, bool json) {
  const std::string text = UsageText(app, error);
  if (error.get_exit_code() == 0 && text.empty()) {
    app.exit(error);
    return kExitOk;
  }
  if (json) {
    PrintErrorJson(absl::InvalidArgumentError(
                       text.empty() ? "no command is named; plumbline --help lists them" : text),
                   std::cerr);
  } else if (text.empty()) {
    std::cerr << app.help();
  } else {
    PrintLine(absl::StrCat("error: ", text), ErrorPaper(std::cerr));
    std::cerr << "  see: " << CommandLineOf(app) << " --help\n";
  }
  return kExitUsage;
}

int Act(const Action& action, const GlobalOptions& options) {
  const base::SystemClock clock;
  Session session(options, clock, Paper{std::cout, TerminalWidth()}, std::cerr);
  absl::Status status = base::CheckId("--workspace", options.workspace);
  if (status.ok()) status = action(session);
  std::cout.flush();
  if (status.ok() && !std::cout) {
    std::cerr << "error: the output cannot be written\n";
    return kExitFailure;
  }
  if (!status.ok() && options.json) PrintErrorJson(status, std::cerr);
  if (!status.ok() && !options.json)
    PrintError(status, session.wording(), HintFor(session, status), ErrorPaper(std::cerr));
  return ExitCodeOf(status);
}

int Run(int argc, char** argv) {
  // A closed pipe (plumbline list ... | head) is an ordinary end.
  ::signal(SIGPIPE, SIG_DFL);
  GlobalOptions options;
  Action action;
  CLI::App app(kDescription, "plumbline");
  args::Command command(app);
  Describe(app, command, &options, &action);
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (!words.empty() && words[0] == "__complete") {
    AnswerCompletion(app, {words.begin() + 1, words.end()}, std::cout, std::cerr);
    return kExitOk;
  }
  const bool json = std::find(words.begin(), words.end(), "--json") != words.end();
  if (const absl::Status readable = CheckWords(words); !readable.ok()) {
    if (json) PrintErrorJson(readable, std::cerr);
    if (!json) PrintError(readable, Wording(""), "", ErrorPaper(std::cerr));
    return ExitCodeOf(readable);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return EndOfParsing(app, error, json);
  }
  options.workspace_given = app.count("--workspace") > 0;
  return Act(action, options);
}

}  // namespace
}  // namespace plumbline::cli

int main(int argc, char** argv) { return plumbline::cli::Run(argc, argv); }
