// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/check_command.h"

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/cli/check_flags.h"
#include "clients/cli/help.h"
#include "clients/cli/not_known.h"
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
  int variants = 10;
  CheckFlags flags;
  SelectionFlags selection;
};

absl::Status Check(Session& session, const Options& options) {
  pb::CheckConformanceRequest request;
  session.wording().Call({{"name", "LOG"}, {"ignore_unknown", "--ignore-unknown"}});
  request.set_name(session.FullName("eventLogs", options.log));
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request));
  SetCheckFlags(session, options.flags, &request);
  ASSIGN_OR_RETURN(*request.mutable_model(), ModelOfProcess(session, options.process));
  request.set_method(options.replay ? pb::CONFORMANCE_METHOD_REPLAY : pb::CONFORMANCE_METHOD_ALIGN);
  request.set_ignore_unknown(options.ignore_unknown);
  request.set_max_variants(options.variants);
  pb::CheckConformanceResponse response;
  RETURN_IF_ERROR(session.Call(kConformance, "CheckConformance", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintCheck(response, options.log, options.process, session.paper());
  }
  return absl::OkStatus();
}

double ShareOf(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string Figure(const pb::CheckConformanceResponse& check, const char* field, bool known,
                   double figure) {
  return known ? absl::StrFormat("%.4f", figure) : NotKnown(field, check.absent());
}

// "185 of 185 ended cases fit (100 %), and 14 of 15 open ones so far."
void PrintFitting(const pb::CheckConformanceResponse& check, std::ostream& out) {
  const int64_t open = check.checked_open_case_count();
  const int64_t ended = check.checked_case_count() - open;
  const int64_t fitting = check.fitting_case_count() - check.fitting_open_case_count();
  if (check.checked_case_count() == 0) {
    out << "No case was checked.\n";
    return;
  }
  if (ended > 0 || open == 0) {
    out << Count(fitting) << " of " << Count(ended) << (open > 0 ? " ended" : "") << " cases fit ("
        << Percent(ShareOf(fitting, ended)) << ")";
  }
  if (open > 0) {
    out << (ended > 0 ? ", and " : "") << Count(check.fitting_open_case_count()) << " of "
        << Count(open) << " open " << (ended > 0 ? "ones" : "cases") << (ended > 0 ? "" : " fit")
        << " so far (" << Percent(ShareOf(check.fitting_open_case_count(), open)) << ")";
  }
  out << ".\n";
  if (check.open_case_count() == 0) return;
  if (check.open_cases() == pb::OPEN_CASES_LEFT_OUT) {
    out << Number(check.open_case_count(), "open case is", "open cases are") << " left out.\n";
  } else if (check.open_cases() == pb::OPEN_CASES_COMPLETE) {
    out << Number(check.open_case_count(), "open case is", "open cases are")
        << " checked as if they had ended.\n";
  }
}

void PrintSummary(const pb::CheckConformanceResponse& check, std::ostream& out) {
  PrintFitting(check, out);
  out << "Fitness   " << Figure(check, "fitness", check.has_fitness(), check.fitness());
  if (check.most_fitness() > check.fitness()) {
    out << absl::StrFormat(" to %.4f", check.most_fitness());
  }
  out << "   (mean of cases "
      << Figure(check, "average_case_fitness", check.has_average_case_fitness(),
                check.average_case_fitness())
      << ")\nPrecision " << Figure(check, "precision", check.has_precision(), check.precision())
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

void PrintHowToList(const pb::CheckConformanceResponse& check, const std::string& log,
                    const std::string& process, const Paper& paper) {
  const int64_t rank = check.variants(0).variant_rank();
  paper.out << "\nThe cases of a variant, here of " << rank << ": plumbline cases "
            << Printable(log) << " --filter 'variant_rank = " << rank << "'\n";
  if (check.steps().empty()) return;
  const pb::StepConformance& step = check.steps(0);
  const bool skipped = step.skipped_case_count() >= step.extra_case_count();
  paper.out << "The cases of a deviation: plumbline deviations " << Printable(log) << " --process "
            << Printable(process) << " --step '" << Printable(step.activity()) << "' "
            << (skipped ? "--skipped" : "--out-of-place") << "\n";
}

void PrintSteps(const pb::CheckConformanceResponse& check, const Paper& paper) {
  if (check.steps().empty()) return;
  paper.out << "\nDeviations by step\n";
  Table table({"~step", ">skipped in cases", ">share", "?in variants", ">out of place in cases",
               "?in variants", ">cases", "?"});
  table.BreakLines();
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
    const bool open = variant.open();
    absl::StrAppend(
        &line,
        Number(variant.case_count(), open ? "open case" : "case", open ? "open cases" : "cases"),
        ", ");
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
                const std::string& process, const Paper& paper) {
  PrintSummary(check, paper.out);
  PrintSteps(check, paper);
  PrintWorst(check, paper);
  const int64_t rank = check.variants().empty() ? 0 : check.variants(0).variant_rank();
  if (rank > 0) PrintHowToList(check, log, process, paper);
}

void AddCheckCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command =
      app.add_subcommand("check", "How far what happened agrees with a process of the catalog");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  Takes(command->add_option("--process", options->process,
                            "What should have happened: a process, x or x@stable"),
        "NAME")
      ->required();
  args::Option* replay =
      command->add_flag("--replay", options->replay,
                        "Replay tokens: a fast estimate, instead of the fewest deviations");
  command
      ->add_flag("--ignore-unknown", options->ignore_unknown,
                 "Events of activities that the process does not have count as if they had not "
                 "happened")
      ->needs(replay);
  AddCheckFlags(*command, &options->flags);
  Takes(command->add_option("--variants", options->variants,
                            "Variants that do not fit to show (default: 10)"),
        "N")
      ->check(args::Range(1, 100));
  AddSelectionFlags(*command, &options->selection);
  AddExamples(*command,
              {{"plumbline check onboarding-log --process sales-rep-onboarding@stable", ""},
               {"plumbline check my-events --process x --open left-out", "only what has ended"},
               {"plumbline check my-events --process x --json | jq .fitness", ""}});
  command->callback([=] { *action = [=](Session& s) { return Check(s, *options); }; });
}

}  // namespace plumbline::cli
