// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/temporal_command.h"

#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/help.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr char kTemporal[] = "/plumbline.analytics.v1.TemporalService/";

struct Options {
  std::string log, reference, period, zone;
  double sigmas = 3, p_value = 0.01, shift = 0.05;
  int least = 10, pairs = 20, cases = 20, steps = 10;
  bool edges = false;
  SelectionFlags selection;
};

absl::Status Profile(Session& session, const Options& options) {
  session.wording().Call({{"name", "LOG"},
                          {"reference.filter", "--usual"},
                          {"sigmas", "--sigmas"},
                          {"min_count", "--least"}});
  pb::GetTemporalProfileRequest request;
  request.set_name(session.FullName("eventLogs", options.log));
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request));
  if (!options.reference.empty()) request.mutable_reference()->set_filter(options.reference);
  request.set_sigmas(options.sigmas);
  request.set_min_count(options.least);
  request.set_max_pairs(options.pairs);
  request.set_max_cases(options.cases);
  pb::GetTemporalProfileResponse response;
  RETURN_IF_ERROR(session.Call(kTemporal, "GetTemporalProfile", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintProfile(response, session.paper());
  }
  return absl::OkStatus();
}

absl::Status Drift(Session& session, const Options& options) {
  session.wording().Call({{"name", "LOG"},
                          {"period", "--period"},
                          {"time_zone", "--zone"},
                          {"max_p_value", "--p-value"},
                          {"min_shift", "--shift"}});
  pb::FindDriftRequest request;
  request.set_name(session.FullName("eventLogs", options.log));
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request, ZoneOf(options.zone, {})));
  request.set_period(ToPeriod(options.period));
  request.set_time_zone(options.zone);
  request.set_max_p_value(options.p_value);
  request.set_min_shift(options.shift);
  request.set_max_steps(options.steps);
  request.set_include_edges(options.edges);
  pb::FindDriftResponse response;
  RETURN_IF_ERROR(session.Call(kTemporal, "FindDrift", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintDrift(response, session.paper());
  }
  return absl::OkStatus();
}

void PrintPairs(const pb::GetTemporalProfileResponse& profile, const Paper& paper) {
  const std::string one_time = "not known: one time";
  Table table(
      {"~from", "~to", ">times", "=mean", "=deviation", ">too short", ">too long", ">cases"});
  table.BreakLines();
  for (const pb::TemporalPair& pair : profile.pairs()) {
    table.Add({Printable(pair.from()), Printable(pair.to()), Count(pair.count()),
               TimeCell(pair.mean_seconds()),
               pair.has_deviation_seconds() ? TimeCell(pair.deviation_seconds()) : one_time,
               Count(pair.early_count()), Count(pair.late_count()), Count(pair.case_count())});
  }
  table.Print(paper, 0);
  if (profile.omitted_pairs().count() > 0) {
    paper.out << "and " << Count(profile.omitted_pairs().count()) << " more pairs\n";
  }
}

std::string WordOf(pb::Period period) {
  return period == pb::PERIOD_DAY ? "day" : period == pb::PERIOD_WEEK ? "week" : "month";
}

std::string Activity(const std::string& name, absl::string_view none) {
  return name.empty() ? std::string(none) : Printable(name);
}

std::string Chance(double p) { return p < 0.0001 ? "below 0.0001" : absl::StrFormat("%.4f", p); }

void PrintChange(const pb::ProcessChange& change, const Paper& paper) {
  paper.out << "\n"
            << When(change.time()) << " UTC  (before: from " << When(change.before_start_time())
            << " on; after: to " << When(change.after_end_time()) << ")\n";
  for (const pb::ActivityChange& activity : change.activities()) {
    paper.out << "  "
              << (activity.activity().empty()
                      ? std::string("How cases begin")
                      : absl::StrCat("After ", Printable(activity.activity())))
              << ": " << Percent(activity.shift()) << " go another way (p "
              << Chance(activity.p_value()) << ", " << Count(activity.before_count()) << " and "
              << Number(activity.after_count(), "case", "cases") << ")\n";
  }
  Table table({"~from", "~to", ">before", ">after", ">share before", ">after"});
  table.BreakLines();
  for (const pb::StepChange& step : change.steps()) {
    table.Add({Activity(step.from(), "(begin)"), Activity(step.to(), "(end)"),
               Count(step.before_count()), Count(step.after_count()), Percent(step.before_share()),
               Percent(step.after_share())});
  }
  table.Print(paper, 2);
  if (change.omitted_step_count() > 0) {
    paper.out << "  and " << Count(change.omitted_step_count()) << " more steps\n";
  }
}

void AddProfile(args::Command& command, Options& options) {
  Takes(command.add_option("--usual", options.reference,
                           "Cases that say what is usual (default: those that are checked)"),
        "CONDITION");
  Takes(command.add_option("--sigmas", options.sigmas,
                           "Out of the ordinary: so many standard deviations off (default: 3)"),
        "N")
      ->check(args::Range(0.001, 1000.0));
  Takes(command.add_option("--least", options.least,
                           "Only pairs with so many times are judged (default: 10)"),
        "N")
      ->check(args::Range(2, 1'000'000));
  Takes(command.add_option("--pairs", options.pairs, "Pairs to show (default: 20)"), "N")
      ->check(args::Range(1, 10'000));
  Takes(command.add_option("--cases", options.cases, "Cases to show (default: 20)"), "N")
      ->check(args::Range(1, 10'000));
  AddExamples(command, {{"plumbline profile my-events --from 2026-01-01 \\\n"
                         "      --usual 'start_time < 2026-01-01'",
                         "this year against before"}});
}

void AddDrift(args::Command& command, Options& options) {
  Takes(command.add_option("--period", options.period,
                           "day, week or month (default: by how long the log is)"),
        "PERIOD")
      ->check(args::IsMember({"day", "week", "month"}));
  Takes(command.add_option("--zone", options.zone,
                           "Time zone of periods and of dates (default: UTC)"),
        "ZONE");
  Takes(command.add_option("--p-value", options.p_value,
                           "Largest p-value, corrected for all comparisons (default: 0.01)"),
        "P")
      ->check(args::Range(1e-300, 0.5));
  Takes(command.add_option("--shift", options.shift,
                           "Least share of cases that go another way (default: 0.05)"),
        "SHARE")
      ->check(args::Range(1e-6, 1.0));
  Takes(command.add_option("--steps", options.steps, "Steps of a change to show (default: 10)"),
        "N")
      ->check(args::Range(1, 1'000));
  command.add_flag("--edges", options.edges,
                   "Also the edges of the log, where cases are younger or older than usual");
  AddExamples(command, {{"plumbline drift my-events --period week", ""}});
}

}  // namespace

void PrintProfile(const pb::GetTemporalProfileResponse& profile, const Paper& paper) {
  if (profile.time_count() == 0) {
    paper.out << "No activity comes after another.\n";
    return;
  }
  paper.out << Count(profile.deviation_count()) << " of " << Count(profile.time_count())
            << " times are out of the ordinary, in "
            << Number(profile.deviating_case_count(), "case", "cases") << ".\n\n";
  PrintPairs(profile, paper);
  if (profile.cases().empty()) return;
  paper.out << "\nCases, the farthest out first\n";
  Table table({"case", "~from", "~to", "=took", "=usual", ">deviations off", ">times", ">pairs"});
  table.BreakLines();
  for (const pb::TemporalDeviation& one : profile.cases()) {
    table.Add({Printable(one.case_id()), Printable(one.from()), Printable(one.to()),
               TimeCell(one.seconds()), TimeCell(one.mean_seconds()),
               one.has_sigmas() ? absl::StrFormat("%.1f", one.sigmas()) : "not known: never varied",
               Count(one.deviation_count()), Count(one.pair_count())});
  }
  table.Print(paper, 0);
  if (profile.cases_size() < profile.deviating_case_count()) {
    paper.out << Count(profile.cases_size()) << " of " << Count(profile.deviating_case_count())
              << " cases\n";
  }
}

void PrintDrift(const pb::FindDriftResponse& drift, const Paper& paper) {
  if (drift.period_count() == 0) {
    paper.out << "No events.\n";
    return;
  }
  paper.out << "From " << When(drift.start_time()) << " to " << When(drift.end_time()) << " by the "
            << WordOf(drift.period()) << ", the process "
            << (drift.changes().empty() ? std::string("never changed")
                : drift.changes_size() == 1
                    ? std::string("changed once")
                    : absl::StrCat("changed ", drift.changes_size(), " times"))
            << ".\n";
  for (const pb::ProcessChange& change : drift.changes()) PrintChange(change, paper);
}

void AddTemporalCommands(args::Command& app, Action* action) {
  const auto add = [&](const char* name, const char* help,
                       absl::Status (*run)(Session&, const Options&),
                       void (*add_options)(args::Command&, Options&)) {
    auto options = std::make_shared<Options>();
    args::Command* command = app.add_subcommand(name, help);
    command->group("Study");
    command->add_option("LOG", options->log, "Id of the event log")->required();
    add_options(*command, *options);
    AddSelectionFlags(*command, &options->selection);
    command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  };
  add("profile", "How long it takes from step to step, and the cases in which it does not", Profile,
      AddProfile);
  add("drift", "When the process changed, and what changed", Drift, AddDrift);
}

}  // namespace plumbline::cli
