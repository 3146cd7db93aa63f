// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/service/convert.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/cohorts/service/convert.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using Request = v1::ForecastCompletionsRequest;

constexpr int kMostConfidences = 20;
// Below, a trend or a dependence is told.
constexpr double kClear = 0.05;

absl::StatusOr<forecast::Draw> ToDraw(Request::Draw draw) {
  switch (draw) {
    case Request::DRAW_UNSPECIFIED:
      return forecast::Draw::kAuto;
    case Request::DRAW_INDEPENDENT:
      return forecast::Draw::kIndependent;
    case Request::DRAW_STRETCHES:
      return forecast::Draw::kBlocks;
    default:
      break;
  }
  return base::FieldError("draw", absl::StrCat("is ", draw,
                                               "; it must be 1 (INDEPENDENT) or 2 (STRETCHES), or "
                                               "be left out"));
}

absl::StatusOr<std::vector<double>> ToConfidences(const Request& request) {
  if (request.confidences_size() > kMostConfidences) {
    return base::FieldError("confidences",
                            absl::StrCat("has ", request.confidences_size(),
                                         " entries; it must have at most ", kMostConfidences));
  }
  if (request.confidences().empty()) return std::vector<double>{0.5, 0.7, 0.85, 0.95};
  return std::vector<double>(request.confidences().begin(), request.confidences().end());
}

template <class Estimate>
void ToProto(const Estimate& estimate, v1::CompletionEstimate* answer) {
  answer->set_confidence(estimate.confidence);
  answer->set_value(estimate.value);
  answer->set_lower_value(estimate.low);
  answer->set_upper_value(estimate.high);
}

void AddNotes(const forecast::HistoryFacts& facts, v1::ForecastCompletionsResponse* answer) {
  if (facts.trend_p_value.value_or(1) < kClear) {
    const bool rises = *facts.trend_per_period > 0;
    answer->add_notes(absl::StrCat(
        "The history ", rises ? "rises" : "falls", ": if that goes on, ",
        rises ? "more will be finished than is forecast" : "less will be finished than is forecast",
        ". Forecast from the latest periods alone (`history_periods`)."));
  }
  if (facts.drawn_in_blocks) {
    answer->add_notes(absl::StrCat("Good and bad times last: periods were drawn in stretches of ",
                                   facts.block, "."));
  }
}

// By the field that was there before Selection.completion.
CompletionText ToOwnCompletion(const Request& request) {
  CompletionText own;
  if (request.completion_activity().empty()) return own;
  own.rule = EndRule::kActivity;
  own.field = "completion_activity";
  own.activities = {request.completion_activity()};
  own.fields = {own.field};
  return own;
}

}  // namespace

absl::StatusOr<ForecastCommand> ToCommand(const Request& request) {
  ForecastCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection,
                   ToSelection("selection", request.selection(), ToOwnCompletion(request)));
  const EndRule rule = command.selection.completion().rule;
  command.history.at_mark = rule == EndRule::kActivity || rule == EndRule::kLastActivity;
  ASSIGN_OR_RETURN(const std::optional<PeriodLength> period,
                   ToPeriodLength("period", request.period()));
  command.history.period = period.value_or(PeriodLength::kWeek);
  ASSIGN_OR_RETURN(command.history.zone, ToZone("time_zone", request.time_zone()));
  ASSIGN_OR_RETURN(const int64_t most, NumberOr("history_periods", request.history_periods(), 0,
                                                forecast::kLeastHistory, forecast::kMostHistory));
  command.history.most_periods = static_cast<size_t>(most);
  command.history.include_last = request.include_last_period();
  switch (request.question_case()) {
    case Request::kItems:
      command.items = request.items();
      break;
    case Request::kPeriods:
      command.periods = request.periods();
      break;
    case Request::QUESTION_NOT_SET:
      return base::FieldError("question",
                              "is missing: give items (when will so many be finished?) or periods "
                              "(how many will be finished in so many?)");
  }
  ASSIGN_OR_RETURN(command.confidences, ToConfidences(request));
  ASSIGN_OR_RETURN(command.options.runs, NumberOr("runs", request.runs(), command.options.runs,
                                                  forecast::kLeastRuns, forecast::kMostRuns));
  command.options.seed = request.seed() == 0 ? command.options.seed : request.seed();
  ASSIGN_OR_RETURN(command.options.draw, ToDraw(request.draw()));
  ASSIGN_OR_RETURN(const int64_t block, NumberOr("block_periods", request.block_periods(), 0, 1,
                                                 forecast::kMostHistory));
  command.options.block = static_cast<size_t>(block);
  return command;
}

void ToProto(const forecast::CompletionHistory& history, const forecast::HistoryFacts& facts,
             v1::ForecastCompletionsResponse* answer) {
  v1::CompletionHistory& shown = *answer->mutable_history();
  *shown.mutable_start_time() = ToTimestamp(history.begin);
  *shown.mutable_end_time() = ToTimestamp(history.end);
  *answer->mutable_from_time() = ToTimestamp(history.now);
  shown.mutable_counts()->Assign(history.counts.begin(), history.counts.end());
  shown.set_mean_count(facts.mean);
  shown.set_first_half_mean_count(facts.first_half_mean);
  shown.set_second_half_mean_count(facts.second_half_mean);
  if (facts.first_autocorrelation.has_value())
    shown.set_autocorrelation(*facts.first_autocorrelation);
  if (facts.dependence_p_value.has_value()) shown.set_dependence_p_value(*facts.dependence_p_value);
  if (facts.trend_per_period.has_value()) shown.set_trend_per_period(*facts.trend_per_period);
  if (facts.trend_p_value.has_value()) shown.set_trend_p_value(*facts.trend_p_value);
  shown.set_block_periods(static_cast<int64_t>(facts.block));
  AddNotes(facts, answer);
}

void ToProto(const forecast::HowMany& forecast, v1::ForecastCompletionsResponse* answer) {
  answer->set_mean_count(forecast.mean);
  answer->set_mean_count_error(forecast.mean_error);
  for (const auto& estimate : forecast.at_least) ToProto(estimate, answer->add_estimates());
}

void ToProto(const ForecastCommand& command, const forecast::CompletionHistory& history,
             const forecast::When& forecast, v1::ForecastCompletionsResponse* answer) {
  for (const auto& estimate : forecast.within) {
    v1::CompletionEstimate* shown = answer->add_estimates();
    ToProto(estimate, shown);
    *shown->mutable_time() = ToTimestamp(forecast::EndAfter(
        command.history.period, command.history.zone, history.now, estimate.value));
  }
  answer->mutable_done_shares()->Assign(forecast.done_by_period.begin(),
                                        forecast.done_by_period.end());
  if (forecast.within.empty()) {
    answer->add_notes(absl::StrCat(
        "So many are not finished within ", base::CountText(forecast::kMostPeriods),
        " periods with any of these confidences: at the pace of the history it takes some ",
        base::CountText(std::llround(
            std::ceil(static_cast<double>(*command.items) / answer->history().mean_count()))),
        ". Take fewer items",
        command.history.period == PeriodLength::kMonth ? "." : ", or longer periods (`period`)."));
  } else if (forecast.within.size() < command.confidences.size()) {
    answer->add_notes(absl::StrCat("Some confidences are not reached within ",
                                   base::CountText(forecast::kMostPeriods),
                                   " periods, and left out."));
  }
}

}  // namespace plumbline::analytics
