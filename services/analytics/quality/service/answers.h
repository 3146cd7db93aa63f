// SPDX-License-Identifier: Apache-2.0
//
// What flow, defects and charting compute, as messages of QualityService.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_ANSWERS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_ANSWERS_H_

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "services/analytics/defects/log_yield.h"
#include "services/analytics/quality/service/convert.h"

namespace plumbline::analytics {

// All of them add to what `*answer` holds. O(size of the answer).
void ToProto(const LogSnapshot& log, const FlowCommand& command, Flow flow,
             v1::GetFlowResponse* answer);
void ToProto(const LogSnapshot& log, const YieldCommand& command, LogYield yield,
             v1::GetYieldResponse* answer);
void ToProto(const QualityParetoCommand& command, QualityPareto pareto,
             v1::GetParetoResponse* answer);
// `case_name`: of a case of `measured`; `transitions` of its log.
void ToProto(absl::FunctionRef<absl::string_view(uint32_t)> case_name,
             const std::vector<std::string>& transitions, const ChartCommand& command,
             const Measured& measured, const LogChart& chart, v1::GetControlChartResponse* answer);
void ToProto(const CapabilityCommand& command, const Measured& measured,
             const LogCapability& capability, v1::GetCapabilityResponse* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_ANSWERS_H_
