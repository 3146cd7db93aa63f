// SPDX-License-Identifier: Apache-2.0
//
// ForecastService.ForecastCase.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_SERVICE_CASE_RPC_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_SERVICE_CASE_RPC_H_

#include "absl/status/status.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "services/analytics/serving/reader.h"

namespace plumbline::analytics {

absl::Status ForecastCase(Reader& reader, const base::Clock& clock,
                          const base::CallContext& context, const v1::ForecastCaseRequest& request,
                          v1::ForecastCaseResponse* response);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_SERVICE_CASE_RPC_H_
