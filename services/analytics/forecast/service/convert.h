// SPDX-License-Identifier: Apache-2.0
//
// ForecastService: requests to commands, forecasts to messages.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_SERVICE_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_SERVICE_CONVERT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/forecast/history.h"
#include "services/analytics/forecast/throughput.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

struct ForecastCommand {
  LogKey key;
  Selection selection;
  forecast::HistoryQuestion history;
  std::optional<int64_t> items, periods;  // one of them
  std::vector<double> confidences;
  forecast::HistoryOptions options;
};
// FIELD_INVALID.
absl::StatusOr<ForecastCommand> ToCommand(const v1::ForecastCompletionsRequest& request);

void ToProto(const forecast::CompletionHistory& history, const forecast::HistoryFacts& facts,
             v1::ForecastCompletionsResponse* answer);
void ToProto(const forecast::HowMany& forecast, v1::ForecastCompletionsResponse* answer);
// Dates count from the last event of the log.
void ToProto(const ForecastCommand& command, const forecast::CompletionHistory& history,
             const forecast::When& forecast, v1::ForecastCompletionsResponse* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_SERVICE_CONVERT_H_
