// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr int kMostSteps = 10'000;
constexpr size_t kUsualSteps = 100;

struct Options {
  std::string log, calendar;
  std::vector<std::string> defects;
  int opportunities = 0, steps = 0;
  SelectionFlags selection;
};

absl::Status Yield(Session& session, const Options& options) {
  pb::GetYieldRequest request;
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, &request));
  session.wording().Call(
      {{"name", "LOG"}, {"sources", "--defect"}, {"opportunities_per_case", "--opportunities"}});
  request.set_name(session.FullName("eventLogs", options.log));
  RETURN_IF_ERROR(
      SetSelection(session, options.selection, &request, ZoneOf("", request.business_time())));
  for (const std::string& defect : options.defects) request.add_sources(DefectSourceOf(defect));
  request.set_opportunities_per_case(options.opportunities);
  // Words and columns are of all steps; the table of those that are asked for.
  request.set_max_steps(session.json() ? options.steps : kMostSteps);
  pb::GetYieldResponse response;
  RETURN_IF_ERROR(session.Call(kQuality, "GetYield", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintCompletion(response.completion(), session);
    PrintFirstOfYield(response, session.paper(),
                      options.steps > 0 ? static_cast<size_t>(options.steps) : kUsualSteps);
  }
  return absl::OkStatus();
}

// "rework 12, reported 3".
std::string DefectsOf(const google::protobuf::RepeatedPtrField<pb::DefectSourceCount>& counts) {
  return absl::StrJoin(counts, ", ", [](std::string* out, const pb::DefectSourceCount& count) {
    absl::StrAppend(out, DefectWords(count.source()), " ", Count(count.defect_count()));
  });
}

double ShareOf(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// An open case has not come through, and may have a defect yet.
std::string RightWords(const pb::GetYieldResponse& yield) {
  const int64_t open = yield.open_case_count(), ended = yield.case_count() - open;
  if (ended == 0) return absl::StrCat(Number(open, "case", "cases"), ", none of which has ended.");
  return absl::StrCat(
      Count(yield.right_case_count()), " of ", Number(ended, "case", "cases"),
      open > 0 ? " that ended (" : " (", Percent(ShareOf(yield.right_case_count(), ended)),
      ") came through right the first time",
      open == 0   ? ""
      : open == 1 ? "; 1 is still open, and not among them"
                  : absl::StrCat("; ", Count(open), " are still open, and not among them"),
      ".");
}

// What cases come through where each takes only some of the steps: a step that a share of them
// takes can hold up no more than that share.
void PrintRolled(const pb::GetYieldResponse& yield, const Paper& paper) {
  if (!yield.has_rolled_throughput_yield()) return;
  double through = 1;
  int64_t taken = 0, right = 0;
  bool optional = false;
  for (const pb::StepYield& step : yield.steps()) {
    through *= 1 - ShareOf(step.case_count() - step.right_case_count(), yield.case_count());
    taken += step.case_count();
    right += step.right_case_count();
    optional |= step.case_count() < yield.case_count();
  }
  std::string words = absl::StrCat(
      "Rolled throughput yield ", Percent(yield.rolled_throughput_yield()),
      optional ? ", as if every case took every step" : "",
      optional ? "; a typical step " : ", a typical step ", Percent(yield.normalized_yield()), ".");
  if (optional && yield.omitted_steps().count() == 0 && yield.normalized_yield() < 1) {
    absl::StrAppend(&words, " Weighed by how many cases take each step: ", Percent(through),
                    " of the cases, ", Percent(ShareOf(right, taken)), " of the steps taken.");
  }
  paper.out << Wrap(words, paper.width, 2) << "\n";
}

void PrintHead(const pb::GetYieldResponse& yield, const Paper& paper) {
  const SpanWords span(paper);
  const bool open = yield.open_case_count() > 0;
  paper.out << Wrap(RightWords(yield), paper.width, 2) << "\n"
            << Wrap(absl::StrCat("Defects", open ? ", with those of open cases: " : ": ",
                                 DefectsOf(yield.sources()), "."),
                    paper.width, 2)
            << "\n";
  PrintRolled(yield, paper);
  if (yield.has_rates()) {
    const pb::DefectRates& rates = yield.rates();
    const std::string words =
        absl::StrCat(open ? "Of the cases that ended: " : "",
                     absl::StrFormat("%.4g %s a case, ", rates.defects_per_unit(),
                                     rates.defects_per_unit() == 1 ? "defect" : "defects"),
                     Count(static_cast<int64_t>(rates.defects_per_million_opportunities() + 0.5)),
                     " in a million opportunities",
                     absl::StrFormat(": sigma level %.2f (%.2f without the shift of 1.5)%s.",
                                     rates.sigma_level(), rates.long_term_sigma_level(),
                                     rates.bounded() ? ", a bound" : ""));
    paper.out << Wrap(words, paper.width, 0) << "\n";
  }
  const pb::HiddenFactory& hidden = yield.hidden_factory();
  if (hidden.rework_count() > 0) {
    std::string words =
        absl::StrCat("Hidden factory: ", Number(hidden.rework_count(), "repeat", "repeats"), " in ",
                     Number(hidden.case_count(), "case", "cases"));
    if (hidden.has_working_seconds())
      absl::StrAppend(&words, ", ", span(hidden.working_seconds()), " of work");
    if (hidden.has_working_share())
      absl::StrAppend(&words, " (", Percent(hidden.working_share()), " of all)");
    absl::StrAppend(&words, ", ", span(hidden.waiting_seconds()), " of waiting.");
    paper.out << Wrap(words, paper.width, 2) << "\n";
  }
}

int64_t AllDefects(const pb::StepYield& step) {
  int64_t defects = 0;
  for (const pb::DefectSourceCount& count : step.defects()) defects += count.defect_count();
  return defects;
}

// What the answer left out, and what of it is not shown.
void PrintOmittedSteps(const pb::GetYieldResponse& yield, int shown, const Paper& paper) {
  int64_t all = 0, hidden = 0;
  for (int i = 0; i < yield.steps_size(); ++i) {
    all += AllDefects(yield.steps(i));
    if (i >= shown) hidden += AllDefects(yield.steps(i));
  }
  const int64_t count = yield.omitted_steps().count() + yield.steps_size() - shown;
  if (count == 0) return;
  const double left_out = yield.omitted_steps().share();
  paper.out << "and " << Number(count, "more step", "more steps") << " with "
            << Percent(left_out + (1 - left_out) * ShareOf(hidden, all)) << " of the defects\n";
}

void PrintSteps(const pb::GetYieldResponse& yield, int shown, const Paper& paper) {
  // A column that only steps that are not shown fill stays, as it does with them.
  bool repeats = false, rework = false, defects = false;
  for (const pb::StepYield& step : yield.steps()) {
    repeats |= step.rework_count() > 0;
    rework |= step.has_rework_working_seconds();
    defects |= step.defects_size() > 0;
  }
  const bool all = shown == yield.steps_size();
  Table table(
      {"~step", ">first-pass yield", ">cases", ">right", repeats && !all ? ">repeats" : "->repeats",
       rework && !all ? ":rework time" : "-:rework time",
       defects && !all ? "~defects" : "?~defects"},
      60, 20);
  table.BreakLines();
  for (int i = 0; i < shown; ++i) {
    const pb::StepYield& step = yield.steps(i);
    table.Add({Printable(step.activity()), Percent(step.first_pass_yield()),
               Count(step.case_count()), Count(step.right_case_count()),
               step.rework_count() > 0 ? Count(step.rework_count()) : "",
               step.has_rework_working_seconds() ? TimeCell(step.rework_working_seconds()) : "",
               DefectsOf(step.defects())});
  }
  paper.out << "\n";
  table.Print(paper, 0);
  PrintOmittedSteps(yield, shown, paper);
}

}  // namespace

void PrintYield(const pb::GetYieldResponse& yield, const Paper& paper) {
  PrintFirstOfYield(yield, paper, kMostSteps);
}

void PrintFirstOfYield(const pb::GetYieldResponse& yield, const Paper& paper, size_t most_steps) {
  if (yield.case_count() > 0 && yield.sources().empty()) {
    // One reason for all that is absent.
    for (const pb::AbsentFigure& figure : yield.absent()) {
      if (figure.field() != "rates") continue;
      paper.out << Wrap(absl::StrCat("No yield: ", Printable(figure.reason()), "."), paper.width, 2)
                << "\n";
    }
    return;
  }
  if (yield.case_count() > 0) {
    PrintHead(yield, paper);
    PrintSteps(yield,
               static_cast<int>(std::min(most_steps, static_cast<size_t>(yield.steps_size()))),
               paper);
  }
  PrintAbsent(yield.absent(), paper);
}

void AddYieldCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command =
      app.add_subcommand("yield", "What goes right the first time, and what repeating costs");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  AddSelectionFlags(*command, &options->selection);
  AddCalendarFlag(*command, "Times of rework", &options->calendar);
  AddDefectFlag(*command, &options->defects);
  Takes(command->add_option("--opportunities", options->opportunities,
                            "Defects that a case can have (default: as many as its steps)"),
        "N")
      ->check(args::Range(1, 1'000'000));
  Takes(command->add_option("--steps", options->steps, "Steps to show (default: 100)"), "N")
      ->check(args::Range(1, kMostSteps));
  AddExamples(*command, {{"plumbline yield my-events", ""},
                         {"plumbline yield my-events --defect rework --defect missed-target", ""}});
  command->callback([=] { *action = [=](Session& s) { return Yield(s, *options); }; });
}

}  // namespace plumbline::cli
