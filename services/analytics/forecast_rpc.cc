// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast_rpc.h"

#include <memory>

#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "services/analytics/forecast_convert.h"
#include "services/analytics/request_checks.h"
#include "services/analytics/selected_view.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

absl::Status ForecastCompletions(Reader& reader, const base::Clock& clock,
                                 const CallContext& context,
                                 const v1::ForecastCompletionsRequest& request,
                                 v1::ForecastCompletionsResponse* response) {
  ASSIGN_OR_RETURN(ForecastCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> view, reader.Load(context, command.key));
  // A part has the activities of the whole log.
  ASSIGN_OR_RETURN(command.history.completion,
                   FindActivity("completion_activity", *view->log(), command.completion_activity));
  ASSIGN_OR_RETURN(const SelectedView part, reader.Select(context, view, command.selection));
  Tell(part, response);
  ASSIGN_OR_RETURN(const forecast::CompletionHistory history,
                   forecast::CompletionsOf(part.view->traces(), command.history));
  const auto keep_on = [&] { return context.Check(clock.Now()); };
  RETURN_IF_ERROR(keep_on());
  response->set_runs(command.options.runs);
  if (command.periods.has_value()) {
    ASSIGN_OR_RETURN(const forecast::HowMany many,
                     forecast::ForecastHowMany(history.counts, *command.periods,
                                               command.confidences, command.options, keep_on));
    ToProto(history, many.history, response);
    ToProto(many, response);
  } else {
    ASSIGN_OR_RETURN(const forecast::When when,
                     forecast::ForecastWhen(history.counts, *command.items, command.confidences,
                                            command.options, keep_on));
    ToProto(history, when.history, response);
    ToProto(command, history, when, response);
  }
  return keep_on();
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
