// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/unknown_waits.h"
#include "clients/cli/zones.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

struct Options {
  std::string log, calendar, period, zone, begin, end;
  std::vector<std::string> stages;
  int steps = 0, oldest = 0;
  double cost = 0;
  SelectionFlags selection;
};

absl::Status Flow(Session& session, const Options& options) {
  pb::GetFlowRequest request;
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, &request));
  session.wording().Call({{"name", "LOG"},
                          {"period", "--by"},
                          {"time_zone", "--zone"},
                          {"start_time", "--begin"},
                          {"end_time", "--end"},
                          {"stages", "--stage"},
                          {"cost_per_hour", "--cost-per-hour"}});
  request.set_name(session.FullName("eventLogs", options.log));
  request.set_period(ToPeriod(options.period));
  request.set_time_zone(options.zone);
  const absl::TimeZone zone = ZoneOf(options.zone, request.business_time());
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request, zone));
  RETURN_IF_ERROR(SetTimeIn(zone, "--begin", options.begin, &request, "start_time"));
  RETURN_IF_ERROR(SetTimeIn(zone, "--end", options.end, &request, "end_time"));
  for (const std::string& stage : options.stages) request.add_stages(stage);
  request.set_max_steps(options.steps);
  request.set_max_open_cases(options.oldest);
  request.set_cost_per_hour(options.cost);
  pb::GetFlowResponse response;
  RETURN_IF_ERROR(session.Call(kQuality, "GetFlow", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintCompletion(response.completion(), session);
    PrintFlow(response, session.paper(),
              {.zone = zone,
               .windowed = request.has_start_time() || request.has_end_time(),
               .cut = request.has_end_time()});
  }
  return absl::OkStatus();
}

std::string Figure(double value) {
  return std::abs(value) >= 100 ? Count(std::llround(value)) : absl::StrFormat("%.3g", value);
}

// "0.25", "12.5", "1,240"; of what is rare in words: "2.4 a year".
std::string PerDay(double rate) {
  constexpr double kDaysOfAYear = 365.25, kMonths = 12;
  if (rate == 0 || rate >= 0.1) return absl::StrCat(Figure(rate), " a day");
  const double year = rate * kDaysOfAYear;
  if (year >= kMonths) return absl::StrCat(Figure(year / kMonths), " a month");
  return year >= 0.01 ? absl::StrCat(Figure(year), " a year")
                      : absl::StrCat(Figure(year * 1000), " in 1,000 years");
}

void PrintCounts(const pb::GetFlowResponse& flow, const Paper& paper, const FlowView& view) {
  const SpanWords span(paper);
  std::string words = absl::StrCat(
      "From ", WhenIn(view.zone, flow.start_time()), " to ", WhenIn(view.zone, flow.end_time()),
      " ", view.zone.name(), ", ", span(flow.measured_seconds()), ": ",
      Number(flow.case_count(), "case", "cases"), view.windowed ? " of the log were there, " : ", ",
      Count(flow.departure_count()), view.windowed ? " ended in this time, " : " ended, ",
      Count(flow.open_case_count()), view.windowed ? " were open at its end" : " open");
  if (view.cut && flow.open_case_count() > 0)
    absl::StrAppend(&words, " (some of these may have ended since)");
  paper.out << Wrap(words + ".", paper.width, 0) << "\n";
  // What to mind of this time, before its figures.
  PrintNotes(flow.notes(), paper);
}

// What makes a difference that can be seen.
std::string WhyNot(const pb::GetFlowResponse& flow, double percent) {
  if (std::abs(percent) < 1) return "";
  return flow.open_case_count() > 0
             ? ": the open cases are in progress, and their lead times are not known yet"
             : ": some cases were there before what is looked at, or went after it";
}

// With the rate and the lead time that it multiplies: in working days both, or by the wall clock.
void PrintLittle(const pb::GetFlowResponse& flow, const Paper& paper) {
  const pb::FlowLittlesLaw& little = flow.littles_law();
  if (!little.has_relative_difference()) return;
  const SpanWords span(paper);
  const double day = paper.working_day > 0 ? paper.working_day : 86'400;
  const double rate = static_cast<double>(flow.arrival_count()) / flow.measured_seconds() * day;
  const double percent = 100 * little.relative_difference();  // a rounding has no sign
  const std::string of_days =
      paper.working_day > 0 ? absl::StrCat(Figure(rate), " a working day") : PerDay(rate);
  paper.out << Wrap(absl::StrCat(
                        "Little's law: arrivals, ", of_days, ", times mean lead time, ",
                        span(flow.times().lead().mean()), ", are ",
                        Figure(little.arrivals_times_lead()), ", ",
                        absl::StrFormat("%+.1f %%", std::abs(percent) < 0.05 ? 0.0 : percent),
                        " from what was in progress on average", WhyNot(flow, percent), "."),
                    paper.width, 0)
            << "\n";
}

void PrintHead(const pb::GetFlowResponse& flow, const Paper& paper, const FlowView& view) {
  PrintCounts(flow, paper, view);
  if (flow.has_arrivals_per_day()) {
    paper.out << "Arrivals " << PerDay(flow.arrivals_per_day()) << ", throughput "
              << PerDay(flow.departures_per_day())
              << (paper.working_day > 0 ? " of the calendar, all seven of a week" : "") << ".\n";
  }
  const pb::FlowWorkInProgress& wip = flow.work_in_progress();
  if (wip.has_average()) {
    paper.out << "In progress: " << Figure(wip.average()) << " on average, " << Count(wip.max())
              << " at most, " << Count(wip.at_end()) << " at the end.\n";
  }
  PrintLittle(flow, paper);
}

void PrintTimes(const pb::GetFlowResponse& flow, const Paper& paper, const FlowView& view) {
  const pb::FlowTimes& times = flow.times();
  const SpanWords span(paper);
  if (!times.has_lead()) return;
  Table table({"", ">cases", ":median", ":95 % within", ":mean", ":total"});
  const auto add = [&](const char* name, bool has, const pb::DurationStatistics& s) {
    if (!has) return;
    table.Add({name, Count(s.count()), TimeCell(Seconds(s.median())), TimeCell(Seconds(s.p95())),
               TimeCell(Seconds(s.mean())), TimeCell(s.total_seconds())});
  };
  add("lead", true, times.lead());
  add("touch", times.has_touch(), times.touch());
  add("wait", times.has_wait(), times.wait());
  add("blocked", times.blocked().total_seconds() > 0, times.blocked());
  add("planned", times.planned().total_seconds() > 0, times.planned());
  paper.out << "\n";
  if (view.windowed)
    paper.out << "Times of the cases that ended in this time, from their begins, also before it\n";
  table.Print(paper, 0);
  if (times.has_efficiency())
    paper.out << "Flow efficiency: " << Percent(times.efficiency()) << " of the lead time.\n";
  if (times.has_median_with_open_seconds() && flow.open_case_count() > 0) {
    paper.out << "Median lead time with the open cases: " << span(times.median_with_open_seconds())
              << "\n";
  }
}

void PrintOpen(const pb::FlowWorkInProgress& wip, const Paper& paper) {
  const SpanWords span(paper);
  if (!wip.has_age()) return;
  std::string words = absl::StrCat("Open cases have been so for ", span(wip.age().median()),
                                   " in the middle, ", span(wip.age().max()), " at most");
  if (wip.has_older_than_p95_count()) {
    absl::StrAppend(&words, "; ", Count(wip.older_than_p85_count()),
                    " for longer than 85 % of the ended ones took, ",
                    Count(wip.older_than_p95_count()), " for longer than 95 %");
  }
  paper.out << "\n" << Wrap(words + ".", paper.width, 0) << "\n";
  Table table({"oldest", ":age"});
  for (const pb::FlowOpenCase& one : wip.oldest())
    table.Add({Printable(one.case_id()), TimeCell(one.age_seconds())});
  table.Print(paper, 0);
}

void PrintPeriods(const pb::GetFlowResponse& flow, const Paper& paper, const FlowView& view) {
  constexpr int kWidth = 30, kMostRows = 60;
  if (flow.periods().empty()) return;
  int64_t most = 1;
  for (const pb::FlowPeriod& p : flow.periods()) most = std::max(most, p.max_open_case_count());
  std::vector<std::string> headers = {absl::StrCat("from (", view.zone.name(), ")"), ">came",
                                      ">went", ">in progress", ""};
  for (const pb::FlowStage& stage : flow.stages())
    headers.push_back(absl::StrCat("?>came to ", Printable(stage.activity())));
  Table table(headers);
  const int first = std::max(0, flow.periods_size() - kMostRows);
  for (int i = first; i < flow.periods_size(); ++i) {
    const pb::FlowPeriod& p = flow.periods(i);
    std::vector<std::string> cells = {
        WhenIn(view.zone, p.start_time()), Count(p.arrival_count()), Count(p.departure_count()),
        Count(p.open_case_count()),
        std::string(static_cast<size_t>(p.open_case_count() * kWidth / most), '#')};
    for (const pb::FlowStage& stage : flow.stages())
      cells.push_back(Count(stage.cumulative_case_counts(i)));
    table.Add(std::move(cells));
  }
  paper.out << "\n";
  if (!flow.stages().empty()) {
    paper.out << Wrap(
                     "Of steps: cases that had come to them by the end of the period, since the "
                     "begin of what is looked at.",
                     paper.width, 0)
              << "\n";
  }
  table.Print(paper, 0);
  if (first > 0)
    paper.out << "the last " << Count(kMostRows) << " of " << Count(flow.periods_size())
              << " periods\n";
}

void PrintDelays(const pb::GetFlowResponse& flow, const Paper& paper, const FlowView& view) {
  Table table({"~step", ">times", ":delay", ">share", "?>cost", "?:median wait", "?:95 % within",
               "?:blocked", "?>waiting now"});
  double cost = 0;
  for (const pb::FlowStepDelay& step : flow.steps()) {
    cost += step.delay_cost();
    table.Add({Printable(step.activity()), Count(step.count()), TimeCell(step.delay_seconds()),
               Percent(step.delay_share()),
               step.has_delay_cost() ? Count(static_cast<int64_t>(step.delay_cost() + 0.5)) : "",
               step.has_waiting() ? TimeCell(Seconds(step.waiting().median())) : "",
               step.has_waiting() ? TimeCell(Seconds(step.waiting().p95())) : "",
               step.has_blocked() ? TimeCell(step.blocked().total_seconds()) : "",
               step.open_count() > 0 ? Count(step.open_count()) : ""});
  }
  if (table.empty()) return;
  const std::string of =
      view.windowed ? absl::StrCat("the ", Number(flow.case_count(), "case", "cases"),
                                   " that were there, in all their time, also before and after")
                    : "all cases";
  paper.out << "\n"
            << Wrap(absl::StrCat("Delay by step: waiting and blocked, of ", of,
                                 " (which of it held them up: plumbline bottlenecks)"),
                    paper.width, 2)
            << "\n";
  table.Print(paper, 0);
  if (flow.omitted_steps().count() > 0) {
    paper.out << "and " << Number(flow.omitted_steps().count(), "more step", "more steps")
              << " with " << Percent(flow.omitted_steps().share()) << " of the delay\n";
  }
  // What is left out has its share of the cost.
  const double shown = 1 - flow.omitted_steps().share();
  if (cost > 0 && shown > 0)
    paper.out << "Cost of all delay: " << Count(std::llround(cost / shown)) << ".\n";
}

}  // namespace

void PrintFlow(const pb::GetFlowResponse& flow, const Paper& paper, const FlowView& view) {
  // Of a time of which nothing is known the note has said it all.
  const bool nothing =
      std::any_of(flow.absent().begin(), flow.absent().end(),
                  [](const pb::AbsentFigure& absent) { return absent.field() == "case_count"; });
  if (nothing) return PrintNotes(flow.notes(), paper);
  if (flow.has_start_time()) {
    PrintHead(flow, paper, view);
    PrintTimes(flow, paper, view);
    PrintOpen(flow.work_in_progress(), paper);
    PrintPeriods(flow, paper, view);
    PrintDelays(flow, paper, view);
    PrintUnknownWaits(flow.unknown_step_open_case_count(), flow.unknown_step_open_delay_seconds(),
                      paper);
    paper.out << "\n";
  } else {
    PrintNotes(flow.notes(), paper);
  }
  PrintAbsent(flow.absent(), paper);
}

void PrintFlow(const pb::GetFlowResponse& flow, const Paper& paper) { PrintFlow(flow, paper, {}); }

void AddFlowCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command = app.add_subcommand(
      "flow", "What comes and goes, how much is in progress, what waiting costs");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  AddSelectionFlags(*command, &options->selection);
  AddCalendarFlag(*command, "Times", &options->calendar);
  Takes(command->add_option("--by", options->period,
                            "Periods: day, week or month (default: week; of centuries month)"),
        "PERIOD")
      ->check(args::IsMember({"day", "week", "month"}));
  Takes(command->add_option("--zone", options->zone,
                            "Time zone of periods and of dates (default: that of the calendar, "
                            "else UTC)"),
        "ZONE");
  Takes(command->add_option("--begin", options->begin, "Look at the time from then on"), "TIME");
  Takes(command->add_option("--end", options->end, "Look at the time before"), "TIME");
  Takes(command->add_option("--stage", options->stages,
                            "Steps of the cumulative flow diagram (repeat for several)"),
        "STEP");
  Takes(command->add_option("--cost-per-hour", options->cost, "What an hour of delay costs"),
        "COST");
  Takes(command->add_option("--steps", options->steps, "Steps to show (default: 100)"), "N")
      ->check(args::Range(1, 10'000));
  Takes(command->add_option("--oldest", options->oldest, "Open cases to show (default: 10)"), "N")
      ->check(args::Range(1, 1'000));
  AddExamples(*command,
              {{"plumbline flow my-events --by month", ""},
               {"plumbline flow my-events --stage Draft --stage Sign --by day", ""},
               {"plumbline flow my-events --calendar head-office --cost-per-hour 80", ""}});
  command->callback([=] { *action = [=](Session& s) { return Flow(s, *options); }; });
}

}  // namespace plumbline::cli
