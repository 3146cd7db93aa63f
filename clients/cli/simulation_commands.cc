// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/playing.h"
#include "clients/cli/units.h"
#include "clients/simulation/cohort.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

absl::Status Simulate(Session& session, simulation::CohortOptions options) {
  session.wording().Call({{"onboarding.process", "PROCESS"},
                          {"onboarding_id", "--prefix"},
                          {"onboarding.day_one", "--year"}});
  options.workspace = session.options().workspace;
  ASSIGN_OR_RETURN(const simulation::CohortSummary summary, RunCohort(session, options));
  if (session.json()) {
    session.out() << "{\"started\":" << summary.started << ",\"completed\":" << summary.completed
                  << ",\"calls\":" << summary.calls << ",\"impediments\":" << summary.impediments
                  << ",\"repeatedRounds\":" << summary.repeated_rounds << "}\n";
  } else {
    PrintCohort(session, summary);
  }
  return absl::OkStatus();
}

absl::Status Generate(Session& session, const std::string& process,
                      const simulation::PlayoutOptions& options) {
  session.wording().Call({{"name", "PROCESS"}});
  return PlayProcess(session, process, options, [&](absl::string_view text) {
    session.out().write(text.data(), static_cast<std::streamsize>(text.size()));
    return session.out() ? absl::OkStatus()
                         : absl::UnavailableError("the output cannot be written");
  });
}

}  // namespace

void AddSimulationCommands(args::Command& app, Action* action) {
  auto cohort = std::make_shared<simulation::CohortOptions>();
  args::Command* simulate =
      app.add_subcommand("simulate", "Run a simulated cohort of on-boardings through the API");
  simulate->group("Try");
  simulate->add_option("PROCESS", cohort->process,
                       "Id of the process (default: sales-rep-onboarding)");
  Takes(simulate->add_option("--count", cohort->count, "On-boardings (default: 200)"), "N")
      ->check(args::Range(1, 100'000));
  Takes(simulate->add_option("--seed", cohort->seed,
                             "The same seed gives the same cohort (default: 7)"),
        "N");
  Takes(simulate->add_option("--prefix", cohort->prefix,
                             "On-boardings are called PREFIX-0001, ... (default: rep); give "
                             "another for a second cohort"),
        "PREFIX");
  Takes(simulate->add_option("--year", cohort->year, "Day ones lie in this year (default: 2024)"),
        "YEAR")
      ->check(args::Range(1970, 9000));
  Takes(simulate->add_option("--workers", cohort->workers,
                             "On-boardings under way at the same time (default: 16)"),
        "N")
      ->check(args::Range(1, 256));
  AddExamples(*simulate, {{"plumbline simulate sales-rep-onboarding --count 50 --prefix q3", ""}});
  simulate->callback([=] { *action = [=](Session& s) { return Simulate(s, *cohort); }; });

  auto play = std::make_shared<simulation::PlayoutOptions>();
  auto process = std::make_shared<std::string>("quote-to-order");
  args::Command* generate = app.add_subcommand(
      "generate", "Write an event log (CSV) of random runs of a published process");
  generate->group("Try");
  generate->add_option("PROCESS", *process, "Id of the process (default: quote-to-order)");
  Takes(generate->add_option("--cases", play->cases, "Runs (default: 2000)"), "N")
      ->check(args::Range(1, 10'000'000));
  Takes(
      generate->add_option("--seed", play->seed, "The same seed gives the same log (default: 11)"),
      "N");
  AddExamples(*generate, {{"plumbline generate renewal --cases 500 > renewals.csv", ""}});
  generate->callback([=] { *action = [=](Session& s) { return Generate(s, *process, *play); }; });
}

}  // namespace plumbline::cli
