// SPDX-License-Identifier: Apache-2.0
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
  request.set_max_steps(options.steps);
  pb::GetYieldResponse response;
  RETURN_IF_ERROR(session.Call(kQuality, "GetYield", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintCompletion(response.completion(), session);
    PrintYield(response, session.paper());
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

void PrintHead(const pb::GetYieldResponse& yield, const Paper& paper) {
  const SpanWords span(paper);
  std::string right = absl::StrCat(Count(yield.right_case_count()), " of ",
                                   Number(yield.case_count(), "case", "cases"), " (",
                                   Percent(ShareOf(yield.right_case_count(), yield.case_count())),
                                   ") came through right the first time");
  if (yield.open_case_count() > 0)
    absl::StrAppend(&right, "; ", Count(yield.open_case_count()), " are still open");
  paper.out << Wrap(absl::StrCat(right, "."), paper.width, 2) << "\n"
            << Wrap(absl::StrCat("Defects: ", DefectsOf(yield.sources()), "."), paper.width, 2)
            << "\n";
  if (yield.has_rolled_throughput_yield()) {
    paper.out << "Rolled throughput yield " << Percent(yield.rolled_throughput_yield())
              << ", a typical step " << Percent(yield.normalized_yield()) << ".\n";
  }
  if (yield.has_rates()) {
    const pb::DefectRates& rates = yield.rates();
    const std::string words =
        absl::StrCat(absl::StrFormat("%.4g %s a case, ", rates.defects_per_unit(),
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

}  // namespace

void PrintYield(const pb::GetYieldResponse& yield, const Paper& paper) {
  const SpanWords span(paper);
  if (yield.case_count() > 0) {
    PrintHead(yield, paper);
    Table table({"~step", ">first-pass yield", ">cases", ">right", "?>repeats", "?>rework time",
                 "?~defects"});
    for (const pb::StepYield& step : yield.steps()) {
      table.Add({Printable(step.activity()), Percent(step.first_pass_yield()),
                 Count(step.case_count()), Count(step.right_case_count()),
                 step.rework_count() > 0 ? Count(step.rework_count()) : "",
                 step.has_rework_working_seconds() ? span(step.rework_working_seconds()) : "",
                 DefectsOf(step.defects())});
    }
    paper.out << "\n";
    table.Print(paper, 0);
    if (yield.omitted_steps().count() > 0) {
      paper.out << "and " << Number(yield.omitted_steps().count(), "more step", "more steps")
                << " with " << Percent(yield.omitted_steps().share()) << " of the defects\n";
    }
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
      ->check(args::Range(1, 10'000));
  AddExamples(*command, {{"plumbline yield my-events", ""},
                         {"plumbline yield my-events --defect rework --defect missed-target", ""}});
  command->callback([=] { *action = [=](Session& s) { return Yield(s, *options); }; });
}

}  // namespace plumbline::cli
