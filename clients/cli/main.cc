// SPDX-License-Identifier: Apache-2.0
//
// plumbline: the command line of Plumbline.
#include <signal.h>

#include <iostream>

#include "CLI/CLI.hpp"
#include "clients/cli/commands.h"
#include "clients/cli/errors.h"
#include "clients/cli/session.h"
#include "common/base/clock.h"

namespace plumbline::cli {
namespace {

constexpr char kFooter[] =
    "JSON is proto3 JSON: 64-bit counts are strings (jq: tonumber), durations are like \"90s\".\n"
    "Exit codes: 0 done, 1 a fault, 2 the command line is wrong, 3 what was given is invalid, 4 "
    "not found,\n"
    "5 the state does not allow it, 6 not permitted, 7 the service cannot be reached or took too "
    "long.\n"
    "Try it: ./dev demo --keep";

void AddGlobalOptions(CLI::App& app, GlobalOptions* options) {
  app.add_option("--address", options->address,
                 "host:port of the service (default: 127.0.0.1:7600)")
      ->envname("PLUMBLINE_ADDRESS");
  app.add_option("-w,--workspace", options->workspace, "Workspace (default: default)")
      ->envname("PLUMBLINE_WORKSPACE");
  app.add_option("--token", options->token, "Bearer token")->envname("PLUMBLINE_TOKEN");
  app.add_option("--ca-file", options->ca_file,
                 "Authorities of the service's certificate (PEM); default: plain text")
      ->envname("PLUMBLINE_CA_FILE");
  app.add_option("--timeout", options->timeout_seconds,
                 "Seconds that a call may take (default: 60)")
      ->check(CLI::Range(0.001, 86'400.0));
  app.add_flag("--json", options->json, "JSON for programs, errors included");
}

int Run(int argc, char** argv) {
  // A closed pipe (plumbline list ... | head) is an ordinary end.
  ::signal(SIGPIPE, SIG_DFL);
  GlobalOptions options;
  Action action;
  CLI::App app("Plumbline: infrastructure for sales operations. Draw a process, run it, study it.",
               "plumbline");
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", PLUMBLINE_VERSION);
  app.footer(kFooter);
  AddGlobalOptions(app, &options);
  AddApplyCommand(app, &action);
  AddProcessCommands(app, &action);
  AddDiffCommand(app, &action);
  AddResourceCommands(app, &action);
  AddSearchCommand(app, &action);
  AddExportCommand(app, &action);
  AddImpactCommands(app, &action);
  AddOnboardingCommands(app, &action);
  AddAnalyticsCommands(app, &action);
  AddSimulationCommands(app, &action);
  AddDemoCommand(app, &action);
  AddCompletionCommand(app, &action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? kExitOk : kExitUsage;
  }
  base::SystemClock clock;
  Session session(options, clock, std::cout, std::cerr);
  const absl::Status status = action(session);
  std::cout.flush();
  if (status.ok() && !std::cout) {
    std::cerr << "error: the output cannot be written\n";
    return kExitFailure;
  }
  if (!status.ok()) PrintError(status, options.json, std::cerr);
  return ExitCodeOf(status);
}

}  // namespace
}  // namespace plumbline::cli

int main(int argc, char** argv) { return plumbline::cli::Run(argc, argv); }
