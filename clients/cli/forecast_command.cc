// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/forecast_command.h"

#include <algorithm>
#include <memory>
#include <ostream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "clients/cli/forecast_case.h"
#include "clients/cli/help.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr char kForecast[] = "/plumbline.analytics.v1.ForecastService/";

struct Options : ForecastFlags {
  std::string period = "week", draw;
  int64_t items = 0;
  int periods = 0;
  bool last = false;
  CaseForecastFlags one;
};

absl::Status Forecast(Session& session, const Options& options) {
  const int questions = (options.items > 0) + (options.periods > 0) + options.one.any();
  if (questions != 1) {
    return base::FieldError("--items",
                            "give one of --items N (when will so many be finished?), --periods N "
                            "(how many will be finished in so many periods?), --case ID and "
                            "--new-case (when will one be finished?)");
  }
  if (options.one.any()) return ForecastCase(session, options.one, options);
  RETURN_IF_ERROR(CheckWithoutCase(options.one));
  pb::ForecastCompletionsRequest request;
  session.wording().Call({{"name", "LOG"},
                          {"history", "--history"},
                          {"history_periods", "--history"},
                          {"time_zone", "--zone"},
                          {"period", "--period"},
                          {"items", "--items"},
                          {"periods", "--periods"},
                          {"confidences", "--confidence"},
                          {"runs", "--runs"}});
  request.set_name(session.FullName("eventLogs", options.log));
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request, ZoneOf(options.zone, {})));
  request.set_period(ToPeriod(options.period));
  request.set_time_zone(options.zone);
  request.set_history_periods(options.history);
  request.set_include_last_period(options.last);
  if (options.items > 0) request.set_items(options.items);
  if (options.periods > 0) request.set_periods(options.periods);
  request.mutable_confidences()->Assign(options.confidences.begin(), options.confidences.end());
  request.set_runs(options.runs);
  request.set_seed(options.seed);
  if (options.draw == "single") request.set_draw(pb::ForecastCompletionsRequest::DRAW_INDEPENDENT);
  if (options.draw == "stretches") request.set_draw(pb::ForecastCompletionsRequest::DRAW_STRETCHES);
  pb::ForecastCompletionsResponse response;
  RETURN_IF_ERROR(session.Call(kForecast, "ForecastCompletions", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintCompletion(response.completion(), session);
    PrintForecast(request, response, options.period, session.paper());
  }
  return absl::OkStatus();
}

// "1 week", "3 weeks".
std::string Periods(int64_t n, const std::string& period) {
  return Number(n, period, absl::StrCat(period, "s"));
}

std::string Between(int64_t lower, int64_t upper) {
  return lower == upper ? "" : absl::StrCat(Count(lower), " to ", Count(upper));
}

void PrintEstimates(const pb::ForecastCompletionsRequest& request,
                    const pb::ForecastCompletionsResponse& response, const std::string& period,
                    const Paper& paper) {
  const bool when = request.has_items();
  const absl::TimeZone zone = ZoneOf(request.time_zone(), {});
  if (response.estimates().empty()) return;
  // Another draw of the runs could as well give a neighbour.
  const char* const error = "?95 % from .. to";
  Table table(when ? std::vector<std::string>{">confidence", ">finished within", "by", error}
                   : std::vector<std::string>{">confidence", ">at least", error});
  for (const pb::CompletionEstimate& estimate : response.estimates()) {
    const std::string between = Between(estimate.lower_value(), estimate.upper_value());
    if (when) {
      table.Add({Percent(estimate.confidence()), Periods(estimate.value(), period),
                 DayIn(zone, estimate.time()), between});
    } else {
      table.Add({Percent(estimate.confidence()), Count(estimate.value()), between});
    }
  }
  table.Print(paper, 0);
  paper.out << "\n";
}

// "2026-03-02" of so many periods after the last event.
std::string EndOf(const pb::ForecastCompletionsRequest& request,
                  const google::protobuf::Timestamp& from, const absl::TimeZone& zone) {
  const absl::CivilDay day = absl::ToCivilDay(absl::FromUnixSeconds(from.seconds()), zone);
  const int64_t periods = request.periods();
  if (request.period() == pb::PERIOD_DAY) return absl::FormatCivilTime(day + periods);
  if (request.period() != pb::PERIOD_MONTH) return absl::FormatCivilTime(day + 7 * periods);
  const absl::CivilMonth month = absl::CivilMonth(day) + periods;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  return absl::FormatCivilTime(std::min(absl::CivilDay(month) + (day.day() - 1), last));
}

}  // namespace

void PrintForecast(const pb::ForecastCompletionsRequest& request,
                   const pb::ForecastCompletionsResponse& response, const std::string& period,
                   const Paper& paper) {
  const pb::CompletionHistory& history = response.history();
  const absl::TimeZone zone = ZoneOf(request.time_zone(), {});
  if (request.has_items()) {
    const std::string words = absl::StrCat(
        "When will ", Number(request.items(), "case", "cases"), " be finished? Counted from ",
        DayIn(zone, response.from_time()), ", the last event of the log.");
    paper.out << Wrap(words, paper.width, 0) << "\n\n";
  } else {
    const std::string words =
        absl::StrCat("How many will be finished in ", Periods(request.periods(), period), ", from ",
                     DayIn(zone, response.from_time()), ", the last event of the log, to ",
                     EndOf(request, response.from_time(), zone), "?");
    paper.out << Wrap(words, paper.width, 0) << "\n\n";
  }
  PrintEstimates(request, response, period, paper);
  paper.out << absl::StrFormat(
      "From %s of history since %s, %.1f a %s; %s runs.\n", Periods(history.counts_size(), period),
      DayIn(zone, history.start_time()), history.mean_count(), period, Count(response.runs()));
  PrintNotes(response.notes(), paper);
}

void AddForecastCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command = app.add_subcommand(
      "forecast",
      "When so many cases, or one, will be finished, or how many by when, from what was");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  args::Option* items =
      Takes(command->add_option("--items", options->items, "When will so many be finished?"), "N");
  items->check(args::Range(int64_t{1}, int64_t{1'000'000'000'000}));
  Takes(command->add_option("--periods", options->periods,
                            "How many will be finished in so many periods?"),
        "N")
      ->check(args::Range(1, 1000))
      ->excludes(items);
  Takes(command->add_option("--period", options->period, "day, week (default) or month"), "LENGTH")
      ->check(args::IsMember({"day", "week", "month"}));
  Takes(command->add_option("--history", options->history,
                            "Only the latest so many periods (default: all), or for one case cases "
                            "(default: 1,000)"),
        "N")
      ->check(args::Range(1, 10'000));
  command->add_flag("--last", options->last,
                    "The period of the log's last event counts too, though it may not be over");
  Takes(command->add_option("--zone", options->zone,
                            "Time zone of days, weeks, months and of dates (default: of one case "
                            "that of the calendar, else UTC)"),
        "ZONE");
  Takes(command->add_option("--confidence", options->confidences,
                            "Between 0 and 1; may be repeated (default: 0.5, 0.7, 0.85, 0.95; for "
                            "one case 0.5, 0.8, 0.9, 0.95)"),
        "SHARE");
  Takes(command->add_option("--draw", options->draw,
                            "single: periods by themselves; stretches: as they followed each other "
                            "(default: stretches where they depend on each other)"),
        "HOW")
      ->check(args::IsMember({"single", "stretches"}));
  Takes(command->add_option("--runs", options->runs, "Runs of chance (default: 100,000)"), "N")
      ->check(args::Range(100, 1'000'000));
  Takes(command->add_option("--seed", options->seed, "The same seed gives the same answer"), "N");
  AddCaseForecastFlags(*command, &options->one);
  AddSelectionFlags(*command, &options->selection);
  AddExamples(*command, {{"plumbline forecast on-boarding --items 40", "when are 40 more done?"},
                         {"plumbline forecast on-boarding --case ada --process rep-onboarding",
                          "when is Ada done, and which steps decide it?"},
                         {"plumbline forecast deals --periods 12 --completion Won",
                          "how many deals are won in 12 weeks?"}});
  command->callback([=] { *action = [=](Session& s) { return Forecast(s, *options); }; });
}

}  // namespace plumbline::cli
