// SPDX-License-Identifier: Apache-2.0
//
// ForecastService.ForecastCase: forecasts to messages.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_SERVICE_CASE_ANSWERS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_SERVICE_CASE_ANSWERS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "services/analytics/cascade/axis.h"
#include "services/analytics/conformance/tree.h"
#include "services/analytics/forecast/case_history.h"
#include "services/analytics/forecast/case_plan.h"
#include "services/analytics/forecast/service/case_convert.h"
#include "services/analytics/forecast/tree_forecast.h"

namespace plumbline::analytics {

struct CaseForecast {
  const CaseForecastCommand& command;
  const conformance::Tree& tree;
  const cascade::Axis& axis;  // of the forecast: begins at as_of_time
  const forecast::CaseHistory& history;
  const forecast::CasePlan& plan;
  int64_t begin = 0;                            // of the case
  std::vector<int64_t> done;                    // by label: how often the case has done it
  std::vector<std::optional<int64_t>> pending;  // by label: since when
  forecast::TreeForecast result;
  // Of a case from its begin; absent where the history is too small to hold against it.
  std::optional<forecast::TreeForecast> whole;
};

void ToProto(const CaseForecast& forecast, v1::ForecastCaseResponse* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_SERVICE_CASE_ANSWERS_H_
