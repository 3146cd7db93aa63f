// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/service/rpc.h"

#include "absl/functional/function_ref.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "services/analytics/forecast/service/convert.h"
#include "services/analytics/serving/asking.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selected_view.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

// When cases were finished, in a list that is sorted and may have grown.
constexpr int64_t kBytesOfACase = 24;

absl::Status Forecast(const ForecastCommand& command, const SelectedView& part,
                      absl::FunctionRef<absl::Status()> keep_on,
                      v1::ForecastCompletionsResponse* response) {
  ASSIGN_OR_RETURN(const forecast::CompletionHistory history,
                   forecast::CompletionsOf(part.view->traces(), command.history, keep_on));
  RETURN_IF_ERROR(keep_on());
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
  ASSIGN_OR_RETURN(ForecastCommand command, ToCommand(request));
  return AskKept(
      reader, clock, context, command.key, "ForecastCompletions", request, command.selection,
      response, [&](const SelectedView& part, const auto& keep_on) -> absl::Status {
        const LogSnapshot& log = *part.view->log();
        // A part has the activities of the whole log.
        ASSIGN_OR_RETURN(command.history.completion,
                         FindActivity("completion_activity", log, command.completion_activity));
        ASSIGN_OR_RETURN(
            const auto room,
            reader.TakeRoom(kBytesOfACase * static_cast<int64_t>(log.case_count()), part));
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
}

}  // namespace plumbline::analytics
