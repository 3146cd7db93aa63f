// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/check_command.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/cli/check_model.h"
#include "clients/cli/current_process.h"
#include "clients/cli/help.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr char kConformance[] = "/plumbline.analytics.v1.ConformanceService/";

struct Options {
  std::string log, process;
  bool replay = false, ignore_unknown = false;
  double budget = 10;  // seconds
  int variants = 10;
  SelectionFlags selection;
};

absl::Status Check(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const catalog::v1::Process process,
                   CurrentProcess(session, session.FullName("processes", options.process)));
  const CalledProcess called = [&](const std::string& name) {
    return CurrentProcess(session, name);
  };
  pb::CheckConformanceRequest request;
  session.wording().Call(
      {{"name", "LOG"}, {"time_budget", "--budget"}, {"ignore_unknown", "--ignore-unknown"}});
  request.set_name(session.FullName("eventLogs", options.log));
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request));
  ASSIGN_OR_RETURN(*request.mutable_model(), ModelOf(process, called));
  request.set_method(options.replay ? pb::CONFORMANCE_METHOD_REPLAY : pb::CONFORMANCE_METHOD_ALIGN);
  const double whole = std::floor(options.budget);
  request.mutable_time_budget()->set_seconds(static_cast<int64_t>(whole));
  request.mutable_time_budget()->set_nanos(static_cast<int32_t>((options.budget - whole) * 1e9));
  request.set_ignore_unknown(options.ignore_unknown);
  request.set_max_variants(options.variants);
  pb::CheckConformanceResponse response;
  RETURN_IF_ERROR(session.Call(kConformance, "CheckConformance", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintCheck(response, options.log, session.paper());
  }
  return absl::OkStatus();
}

double ShareOf(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string Figure(bool known, double figure) {
  return known ? absl::StrFormat("%.4f", figure) : "not known";
}

void PrintSummary(const pb::CheckConformanceResponse& check, std::ostream& out) {
  if (check.checked_case_count() == 0) {
    out << "No case was checked.\n";
  } else {
    out << Count(check.fitting_case_count()) << " of "
        << Number(check.checked_case_count(), "case", "cases") << " fit ("
        << Percent(ShareOf(check.fitting_case_count(), check.checked_case_count())) << ").\n";
  }
  out << "Fitness   " << Figure(check.has_fitness(), check.fitness());
  if (check.most_fitness() > check.fitness()) {
    out << absl::StrFormat(" to %.4f", check.most_fitness());
  }
  out << "   (mean of cases "
      << Figure(check.has_average_case_fitness(), check.average_case_fitness()) << ")\nPrecision "
      << Figure(check.has_precision(), check.precision())
      << (check.has_precision() && check.precision_partial() ? "   (of a part of the cases)" : "")
      << "\n";
  if (check.checked_case_count() < check.case_count()) {
    out << Number(check.case_count() - check.checked_case_count(), "case", "cases")
        << " could not be checked in time; more --budget checks more.\n";
  }
  if (check.unknown_event_count() > 0) {
    out << Number(check.unknown_event_count(), "event is", "events are")
        << " of activities that the process does not have.\n";
  }
}

// "1, 2, 5 and 9 more": variants by their ranks.
std::string Ranks(const google::protobuf::RepeatedField<int64_t>& ranks, int64_t all) {
  constexpr int kShown = 5;
  const int shown = std::min(ranks.size(), kShown);
  std::string text = absl::StrJoin(ranks.begin(), ranks.begin() + shown, ", ");
  if (all > shown) absl::StrAppend(&text, " and ", Count(all - shown), " more");
  return text;
}

void PrintHowToList(int64_t rank, const std::string& log, const Paper& paper) {
  paper.out << "\nThe cases of a variant, here of " << rank << ": plumbline cases "
            << Printable(log) << " --filter 'variant_rank = " << rank << "'\n";
}

void PrintSteps(const pb::CheckConformanceResponse& check, const Paper& paper) {
  if (check.steps().empty()) return;
  paper.out << "\nDeviations by step\n";
  Table table({"~step", ">skipped in cases", ">share", "?in variants", ">out of place in cases",
               "?in variants", ">cases", "?"});
  for (const pb::StepConformance& step : check.steps()) {
    table.Add({Printable(step.activity()), Count(step.skipped_case_count()),
               Percent(step.skipped_case_share()),
               Ranks(step.skipped_variant_ranks(), step.skipped_variant_count()),
               Count(step.extra_case_count()),
               Ranks(step.extra_variant_ranks(), step.extra_variant_count()),
               Count(step.case_count()), step.known() ? "" : "not in the process"});
  }
  table.Print(paper, 2);
}

std::string MovesText(const pb::VariantConformance& variant) {
  std::string text;
  for (const pb::VariantConformance::Move& move : variant.moves()) {
    const char* sign = move.kind() == pb::VariantConformance::KIND_EXTRA     ? "+"
                       : move.kind() == pb::VariantConformance::KIND_SKIPPED ? "-"
                                                                             : "";
    absl::StrAppend(&text, text.empty() ? "" : ", ", sign, Printable(move.activity()));
  }
  return text;
}

void PrintWorst(const pb::CheckConformanceResponse& check, const Paper& paper) {
  if (check.variants().empty()) return;
  const bool align = check.method() == pb::CONFORMANCE_METHOD_ALIGN;
  paper.out << "\nWhat costs most" << (align ? " (+ out of place, - skipped)" : "") << "\n";
  for (const pb::VariantConformance& variant : check.variants()) {
    std::string line = "  ";
    if (variant.variant_rank() > 0) {
      absl::StrAppend(&line, "variant ", variant.variant_rank(), ": ");
    }
    absl::StrAppend(&line, Number(variant.case_count(), "case", "cases"), ", ");
    if (align) {
      absl::StrAppend(&line, variant.optimal() ? "" : "at least ", variant.deviation_count(),
                      variant.deviation_count() == 1 ? " deviation" : " deviations");
    } else {
      absl::StrAppend(&line, "tokens that lack: ", variant.missing_tokens(),
                      ", left: ", variant.remaining_tokens());
    }
    absl::StrAppend(&line, absl::StrFormat(", fitness %.3f", variant.fitness()));
    if (variant.moves_size() > 0) absl::StrAppend(&line, ": ", MovesText(variant));
    paper.out << Wrap(line, paper.width, 6) << "\n";
  }
}

}  // namespace

void PrintCheck(const pb::CheckConformanceResponse& check, const std::string& log,
                const Paper& paper) {
  PrintSummary(check, paper.out);
  PrintSteps(check, paper);
  PrintWorst(check, paper);
  const int64_t rank = check.variants().empty() ? 0 : check.variants(0).variant_rank();
  if (rank > 0) PrintHowToList(rank, log, paper);
}

void AddCheckCommand(CLI::App& app, Action* action) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("check", "How far what happened agrees with a process of the catalog");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  Takes(command->add_option("--process", options->process,
                            "What should have happened: a process, x or x@stable"),
        "NAME")
      ->required();
  CLI::Option* replay =
      command->add_flag("--replay", options->replay,
                        "Replay tokens: a fast estimate, instead of the fewest deviations");
  command
      ->add_flag("--ignore-unknown", options->ignore_unknown,
                 "Events of activities that the process does not have count as if they had not "
                 "happened")
      ->needs(replay);
  Takes(command->add_option("--budget", options->budget, "Time that it may take (default: 10)"),
        "SECONDS")
      ->check(CLI::Range(0.01, 120.0));
  Takes(command->add_option("--variants", options->variants,
                            "Variants that do not fit to show (default: 10)"),
        "N")
      ->check(CLI::Range(1, 100));
  AddSelectionFlags(*command, &options->selection);
  AddExamples(*command,
              {{"plumbline check onboarding-log --process sales-rep-onboarding@stable", ""},
               {"plumbline check my-events --process x --json | jq .fitness", ""}});
  command->callback([=] { *action = [=](Session& s) { return Check(s, *options); }; });
}

}  // namespace plumbline::cli
