// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/service/rpc.h"

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "services/analytics/forecast/service/case_rpc.h"
#include "services/analytics/forecast/service/convert.h"
#include "services/analytics/serving/asking.h"
#include "services/analytics/serving/selected_view.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

// When cases were finished, in a list that is sorted and may have grown.
constexpr int64_t kBytesOfACase = 24;

// Of too short a history what there is, in words of the question.
absl::Status CheckHistory(const ForecastCommand& command,
                          const forecast::CompletionHistory& history) {
  const size_t full = history.counts.size();
  if (full >= forecast::kLeastHistory) return absl::OkStatus();
  const PeriodLength length = command.history.period;
  const char* const period = length == PeriodLength::kDay    ? "day"
                             : length == PeriodLength::kWeek ? "week"
                                                             : "month";
  const std::string has =
      full == 0 ? absl::StrCat("no full ", period, " yet")
                : absl::StrCat("only ", base::Counted(static_cast<int64_t>(full),
                                                      absl::StrCat("full ", period),
                                                      absl::StrCat("full ", period, "s")));
  return base::FieldError(
      "history",
      absl::StrCat("there is ", has, " from the first case that ended on, and a forecast needs ",
                   forecast::kLeastHistory,
                   length == PeriodLength::kDay
                       ? ": take more of the log, or wait"
                       : ": take shorter periods (`period` day), more of the log, or wait"));
}

absl::Status Forecast(const ForecastCommand& command, const SelectedView& part,
                      absl::FunctionRef<absl::Status()> keep_on,
                      v1::ForecastCompletionsResponse* response) {
  ASSIGN_OR_RETURN(const forecast::CompletionHistory history,
                   forecast::CompletionsOf(*part.view->log(), command.history, keep_on));
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
  return AskKept(reader, clock, context, command.key, "ForecastCompletions", request,
                 command.selection, response,
                 [&](const SelectedView& part, const auto& keep_on) -> absl::Status {
                   const auto cases = static_cast<int64_t>(part.view->log()->case_count());
                   ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(kBytesOfACase * cases, part));
                   Tell(part, response);
                   return Forecast(command, part, keep_on, response);
                 });
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
