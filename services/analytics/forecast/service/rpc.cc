// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/service/rpc.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "services/analytics/forecast/service/case_rpc.h"
#include "services/analytics/forecast/service/convert.h"
#include "services/analytics/live/live_cohorts.h"
#include "services/analytics/serving/asking.h"
#include "services/analytics/serving/completion.h"
#include "services/analytics/serving/selected_view.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

// When cases were finished, in a list that is sorted and may have grown.
constexpr int64_t kBytesOfACase = 24;

// Of a history in which nothing was finished where that was.
absl::Status NothingFinished(const ForecastCommand& command, const char* period, size_t full) {
  const std::string periods =
      absl::StrCat("the ", full == 1 ? absl::StrCat("full ", period)
                                     : absl::StrCat(full, " full ", period, "s"));
  const bool cut = command.history.most_periods > 0 && full == command.history.most_periods;
  return base::FieldError(
      "history",
      absl::StrCat("nothing was finished in ", cut ? "the latest of " : "", periods,
                   ", so that nothing says when anything will be; ",
                   cut ? "take more of them (`history_periods`)"
                       : absl::StrCat("what ended did so in the ", period,
                                      " into which the log begins or ends, which is not seen "
                                      "whole: take more cases",
                                      std::string_view(period) == "day"
                                          ? ""
                                          : ", or shorter periods (`period` day)")));
}

// Of nothing there is no forecast.
absl::Status CheckAny(size_t cases, bool of_part) {
  if (cases > 0) return absl::OkStatus();
  if (of_part) {
    return base::FieldError("selection",
                            "leaves no case of the log; there is nothing to forecast from");
  }
  return base::FieldError("name", "the log has no events; there is nothing to forecast from");
}

// Of too short a history what there is, in words of the question.
absl::Status CheckHistory(const ForecastCommand& command,
                          const forecast::CompletionHistory& history) {
  const size_t full = history.counts.size();
  const PeriodLength length = command.history.period;
  const char* const period = length == PeriodLength::kDay    ? "day"
                             : length == PeriodLength::kWeek ? "week"
                                                             : "month";
  const bool none = std::all_of(history.counts.begin(), history.counts.end(),
                                [](int64_t count) { return count == 0; });
  if (full >= forecast::kLeastHistory && none && command.items.has_value())
    return NothingFinished(command, period, full);
  if (full >= forecast::kLeastHistory) return absl::OkStatus();
  const std::string has =
      full == 0
          ? absl::StrCat("is no full ", period, " yet")
          : absl::StrCat(full == 1 ? "is only " : "are only ",
                         base::Counted(static_cast<int64_t>(full), absl::StrCat("full ", period),
                                       absl::StrCat("full ", period, "s")));
  return base::FieldError(
      "history",
      absl::StrCat("there ", has, " from the first case that ended on, and a forecast needs ",
                   forecast::kLeastHistory,
                   length == PeriodLength::kDay
                       ? ": take more of the log, or wait"
                       : ": take shorter periods (`period` day), more of the log, or wait"));
}

absl::Status Forecast(const ForecastCommand& command, const forecast::CompletionHistory& history,
                      KeepOn keep_on, v1::ForecastCompletionsResponse* response) {
  RETURN_IF_ERROR(keep_on());
  RETURN_IF_ERROR(CheckHistory(command, history));
  response->set_runs(command.options.runs);
  if (command.periods.has_value()) {
    ASSIGN_OR_RETURN(const forecast::HowMany many,
                     forecast::ForecastHowMany(history.counts, *command.periods,
                                               command.confidences, command.options, keep_on));
    ToProto(history, many.history, response);
    ToProto(many, response);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const forecast::When when,
                   forecast::ForecastWhen(history.counts, *command.items, command.confidences,
                                          command.options, keep_on));
  ToProto(history, when.history, response);
  ToProto(command, history, when, response);
  return absl::OkStatus();
}

absl::Status ForecastCompletions(Reader& reader, const base::Clock& clock,
                                 const CallContext& context,
                                 const v1::ForecastCompletionsRequest& request,
                                 v1::ForecastCompletionsResponse* response) {
  ASSIGN_OR_RETURN(const ForecastCommand command, ToCommand(request));
  const auto from_sums = [&](LiveSums& sums, const LiveWhole& whole, int64_t) -> absl::Status {
    RETURN_IF_ERROR(CheckAny(static_cast<size_t>(whole.case_count), /*of_part=*/false));
    ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(sums.answer_bytes()));
    ASSIGN_OR_RETURN(const forecast::CompletionHistory history,
                     static_cast<LiveFinishes&>(sums).Answer(whole));
    *response->mutable_completion() =
        SummariseEnds(whole.marks_ends, whole.case_count, whole.open_case_count);
    return Forecast(
        command, history, [&] { return context.Check(clock.Now()); }, response);
  };
  const LiveAsk live{QuestionOf("ForecastCompletions", request),
                     [question = command.history](const std::vector<std::string>&) {
                       return std::make_unique<LiveFinishes>(question);
                     },
                     from_sums};
  return AskKept(
      reader, clock, context, command.key, "ForecastCompletions", request, command.selection,
      response,
      [&](const SelectedView& part, const auto& keep_on) -> absl::Status {
        const LogSnapshot& log = *part.view->log();
        RETURN_IF_ERROR(CheckAny(log.case_count(), part.summary.has_value()));
        ASSIGN_OR_RETURN(
            const auto room,
            reader.TakeRoom(kBytesOfACase * static_cast<int64_t>(log.case_count()), part));
        Tell(part, response);
        ASSIGN_OR_RETURN(const forecast::CompletionHistory history,
                         forecast::CompletionsOf(log, command.history, keep_on));
        return Forecast(command, history, keep_on, response);
      },
      &live);
}

}  // namespace

void RegisterForecastService(Reader& reader, const base::Clock& clock, rpc::MethodTable* table) {
  table->Unary<v1::ForecastCompletionsRequest, v1::ForecastCompletionsResponse>(
      "plumbline.analytics.v1.ForecastService", "ForecastCompletions", "analytics.read",
      rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::ForecastCompletionsRequest& request,
                        v1::ForecastCompletionsResponse* response) {
        return ForecastCompletions(reader, clock, context, request, response);
      });
  table->Unary<v1::ForecastCaseRequest, v1::ForecastCaseResponse>(
      "plumbline.analytics.v1.ForecastService", "ForecastCase", "analytics.read",
      rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::ForecastCaseRequest& request,
                        v1::ForecastCaseResponse* response) {
        return ForecastCase(reader, clock, context, request, response);
      });
}

}  // namespace plumbline::analytics
