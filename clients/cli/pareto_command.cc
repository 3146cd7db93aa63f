// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/attribute_key.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/errors.h"
#include "clients/cli/help.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/report_view.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using Request = pb::GetParetoRequest;

struct Options {
  std::string log, by = "cause", weight, calendar, category, utility;
  bool has_category = false, has_utility = false;
  std::vector<std::string> sources;
  int bars = 0;
  double cost = 0;
  bool defects = false;
  SelectionFlags selection;
};

void SetGrouping(const std::string& by, Request* request) {
  if (by != "cause" && by != "utility" && by != "step") {
    request->set_grouping(Request::GROUPING_ATTRIBUTE);
    request->set_attribute(AttributeKeyOf(by));
    return;
  }
  request->set_grouping(by == "utility" ? Request::GROUPING_UTILITY
                        : by == "step"  ? Request::GROUPING_STEP
                                        : Request::GROUPING_CAUSE);
}

std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '*') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

// Of an attribute of events that suspend a step: a value, be it behind `prefix` as the last part of
// a name, or none.
std::string Has(const std::string& key, const std::string& prefix, const std::string& value) {
  if (value.empty()) return absl::StrCat("NOT attributes:", key);
  const std::string is = absl::StrCat("attributes.", key, " = ");
  const std::string named = Quoted(absl::StrCat(prefix, value));
  return absl::StrCat("(", is, Quoted(value), " OR ", is, "\"*", named.substr(1), ")");
}

// Of the event that suspends a step; "" where no cause was asked for.
std::string CauseOf(const Options& options) {
  std::vector<std::string> parts;
  if (options.has_category) parts.push_back(Has("category", "CATEGORY_", options.category));
  if (options.has_utility) parts.push_back(Has("utility", "/", options.utility));
  return absl::StrJoin(parts, " AND ");
}

// Impediments of one cause alone: no other event suspends a step.
absl::Status SetCause(const Options& options, Request* request) {
  const std::string of_cause = CauseOf(options);
  if (of_cause.empty()) return absl::OkStatus();
  pb::Selection* selection = request->mutable_selection();
  if (!selection->event_filter().empty() && !selection->only_matching_events()) {
    return base::FieldError("--event-filter",
                            "goes with --category and --utility only beside --only-events");
  }
  const std::string cause = absl::StrCat("NOT transition = suspend OR (", of_cause, ")");
  selection->set_event_filter(
      selection->event_filter().empty()
          ? cause
          : absl::StrCat("(", selection->event_filter(), ") AND (", cause, ")"));
  selection->set_only_matching_events(true);
  return absl::OkStatus();
}

// `cases` has no flags for a cause: it is said in what finds the cases of bars.
void SayCause(const std::string& cause, pb::GetParetoResponse* response) {
  if (cause.empty()) return;
  for (pb::QualityBar& bar : *response->mutable_bars()) {
    const std::string& event = bar.cases().event_filter();
    bar.mutable_cases()->set_event_filter(
        absl::StrCat(event.empty() ? "transition = suspend" : event, " AND ", cause));
  }
}

// `by_more`: flags of the selection were given, too.
void Print(const std::string& cause, bool defects, bool by_more, pb::GetParetoResponse* response,
           Session& session) {
  PrintSelection(response->selection(), session.paper());
  // Impediments are there whether their cases have ended or not.
  if (defects) PrintCompletion(response->completion(), session);
  if (response->bars().empty() && !defects) {
    session.out() << "There are no impediments; --defects counts defects.\n";
    return;
  }
  if (!defects) SayCause(cause, response);
  if (!by_more) response->clear_selection();
  PrintBars(*response, session.paper());
}

absl::Status Pareto(Session& session, const Options& options) {
  Request request;
  const bool defects = options.defects || !options.sources.empty();
  if (defects && options.by == "utility") {
    return base::FieldError("--by",
                            "is utility, which defects have none of; take cause, step or an "
                            "attribute of the case, or leave out --defects and --defect");
  }
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, &request));
  session.wording().Call({{"name", "LOG"},
                          {"grouping", "--by"},
                          {"attribute", "--by"},
                          {"weight", "--weight"},
                          {"cost_per_hour", "--cost-per-hour"},
                          {"sources", "--defect"}});
  request.set_name(session.FullName("eventLogs", options.log));
  RETURN_IF_ERROR(
      SetSelection(session, options.selection, &request, ZoneOf("", request.business_time())));
  const bool by_more = request.has_selection();
  RETURN_IF_ERROR(SetCause(options, &request));
  if (defects) request.set_subject(Request::SUBJECT_DEFECTS);
  SetGrouping(options.by, &request);
  request.set_weight(options.weight == "count"  ? Request::WEIGHT_COUNT
                     : options.weight == "time" ? Request::WEIGHT_TIME
                     : options.weight == "cost" ? Request::WEIGHT_COST
                                                : Request::WEIGHT_UNSPECIFIED);
  request.set_cost_per_hour(options.cost);
  for (const std::string& source : options.sources) request.add_sources(DefectSourceOf(source));
  request.set_max_bars(options.bars);
  pb::GetParetoResponse response;
  RETURN_IF_ERROR(session.Call(kQuality, "GetPareto", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    Print(CauseOf(options), defects, by_more, &response, session);
  }
  return absl::OkStatus();
}

}  // namespace

namespace {

// "utility down" of UTILITY_DOWN, "rework" of REWORK, as everywhere else; what is called anything
// else, as a step or an attribute, stays.
std::string LabelWords(const std::string& label) {
  if (label.empty()) return "(none)";
  onboarding::v1::Impediment::Category category;
  pb::DefectSource source;
  const bool known = onboarding::v1::Impediment::Category_Parse("CATEGORY_" + label, &category) ||
                     pb::DefectSource_Parse("DEFECT_SOURCE_" + label, &source);
  return Printable(known ? CauseWords(label) : label);
}

// As a shell takes it.
std::string InShell(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(Printable(text), {{"'", "'\\''"}}), "'");
}

// From the first bars to the cases behind them.
void PrintCasesOfBars(const pb::GetParetoResponse& pareto, const Paper& paper) {
  constexpr int kShown = 3;
  for (int i = 0; i < std::min(kShown, pareto.bars_size()); ++i) {
    const pb::QualityBar& bar = pareto.bars(i);
    const pb::Selection& cases = bar.cases();
    std::string flags;
    if (!cases.filter().empty()) absl::StrAppend(&flags, " --filter ", InShell(cases.filter()));
    if (!cases.event_filter().empty())
      absl::StrAppend(&flags, " --event-filter ", InShell(cases.event_filter()));
    if (flags.empty()) continue;
    PrintLine(absl::StrCat("Cases of ", LabelWords(bar.label()),
                           pareto.has_selection() ? ", beside what selects these:" : ":", flags),
              paper);
  }
}

}  // namespace

void PrintBars(const pb::GetParetoResponse& pareto, const Paper& paper) {
  const SpanWords span(paper);
  const double longest = paper.width == 0 || paper.width >= kProseWidth ? 30 : 20;
  if (!pareto.bars().empty()) {
    Table table({"~what", ">times", ">cases", ":time lost", "?>cost", ">share", ">running", ""});
    for (const pb::QualityBar& bar : pareto.bars()) {
      table.Add({LabelWords(bar.label()), Count(bar.count()), Count(bar.case_count()),
                 TimeCell(bar.lost_seconds()),
                 bar.has_cost() ? Count(static_cast<int64_t>(bar.cost() + 0.5)) : "",
                 Percent(bar.share()), Percent(bar.cumulative_share()),
                 std::string(static_cast<size_t>(bar.share() * longest + 0.5), '#')});
    }
    table.Print(paper, 0);
    if (pareto.omitted_bars().count() > 0) {
      paper.out << "and " << Count(pareto.omitted_bars().count()) << " more with "
                << Percent(pareto.omitted_bars().share()) << "\n";
    }
    paper.out << "\n"
              << Count(pareto.total_count()) << " in all, " << span(pareto.total_lost_seconds())
              << " lost";
    if (pareto.has_total_cost())
      paper.out << ", at a cost of " << Count(static_cast<int64_t>(pareto.total_cost() + 0.5));
    if (pareto.has_top_three_share() && pareto.bars_size() > 3)
      paper.out << "; the top three hold " << Percent(pareto.top_three_share());
    if (pareto.open_count() > 0)
      paper.out << "; " << Count(pareto.open_count()) << " are still open";
    paper.out << ".\n";
    PrintCasesOfBars(pareto, paper);
  }
  if (pareto.bars().empty()) {
    // No defects, or nothing that would tell of any.
    std::string words = "There is nothing to count";
    for (const pb::AbsentFigure& figure : pareto.absent()) {
      if (figure.field() == "top_three_share" && figure.reason() != "there is nothing to count")
        absl::StrAppend(&words, ": ", Printable(figure.reason()));
    }
    paper.out << Wrap(absl::StrCat(words, "."), paper.width, 2) << "\n";
    return;
  }
  PrintAbsent(pareto.absent(), paper);
}

void AddParetoCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command =
      app.add_subcommand("pareto", "Impediments, or defects, by what causes most of the loss");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  AddSelectionFlags(*command, &options->selection);
  command->add_flag("--defects", options->defects, "Defects, not impediments");
  AddDefectFlag(*command, &options->sources);
  Takes(command->add_option("--by", options->by,
                            "cause (default), utility, step, or an attribute of the case, as "
                            "region or attributes.region"),
        "WHAT")
      ->check([](const std::string& by) {
        return AttributeKeyOf(by).empty() ? "must be cause, utility, step or an attribute"
                                          : std::string();
      });
  const auto cause = [&](const char* flag, const char* help, std::string* value, bool* has) {
    Takes(command->add_option_function(
              flag,
              [=](const std::string& text) {
                *value = text;
                *has = true;
              },
              help),
          "NAME")
        ->group("Which impediments");
  };
  cause("--category", "Only those of this category, as UTILITY_DOWN; '' = without one",
        &options->category, &options->has_category);
  cause("--utility", "Only those of this utility, as crm; '' = without one", &options->utility,
        &options->has_utility);
  Takes(command->add_option("--weight", options->weight,
                            "count (of defects the default), time (of impediments) or cost"),
        "WEIGHT")
      ->check(args::IsMember({"count", "time", "cost"}));
  Takes(command->add_option("--cost-per-hour", options->cost, "What an hour costs"), "COST");
  AddCalendarFlag(*command, "Time lost", &options->calendar);
  Takes(command->add_option("--causes,--bars", options->bars, "Bars to show (default: 50)"), "N")
      ->check(args::Range(1, 10'000));
  AddExamples(*command, {{"plumbline pareto my-events --by utility", ""},
                         {"plumbline pareto my-events --category ACCESS --utility crm", ""},
                         {"plumbline pareto my-events --by region --weight count", ""},
                         {"plumbline pareto my-events --defects --by step", ""}});
  command->callback([=] { *action = [=](Session& s) { return Pareto(s, *options); }; });
}

}  // namespace plumbline::cli
