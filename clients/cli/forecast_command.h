// SPDX-License-Identifier: Apache-2.0
//
// forecast: when so many cases will be finished, or how many by when.
#ifndef PLUMBLINE_CLIENTS_CLI_FORECAST_COMMAND_H_
#define PLUMBLINE_CLIENTS_CLI_FORECAST_COMMAND_H_

#include <string>

#include "clients/cli/commands.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"

namespace plumbline::cli {

// Adds `forecast` (see commands.h).
void AddForecastCommand(args::Command& app, Action* action);

// A forecast as a person reads it; `period` is "week", the length that was asked for. Days are
// those of the zone of the request.
void PrintForecast(const analytics::v1::ForecastCompletionsRequest& request,
                   const analytics::v1::ForecastCompletionsResponse& response,
                   const std::string& period, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_FORECAST_COMMAND_H_
