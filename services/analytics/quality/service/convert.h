// SPDX-License-Identifier: Apache-2.0
//
// QualityService: requests to commands. Errors are FIELD_INVALID.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_CONVERT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "plumbline/analytics/v1/quality_service.pb.h"
#include "services/analytics/charting/log_capability.h"
#include "services/analytics/charting/log_chart.h"
#include "services/analytics/defects/quality_pareto.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/flow/flow.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

struct FlowCommand {
  LogKey key;
  Selection selection;
  FlowOptions options;              // but for stages, which are numbers of the log's activities
  std::vector<std::string> stages;  // their names
  int64_t max_steps = 0;
  double cost_per_hour = 0;  // 0 = not told
};
absl::StatusOr<FlowCommand> ToCommand(const v1::GetFlowRequest& request);

struct YieldCommand {
  LogKey key;
  Selection selection;
  DefectOptions options;
  int64_t opportunities_per_case = 0;
  int64_t max_steps = 0;
};
absl::StatusOr<YieldCommand> ToCommand(const v1::GetYieldRequest& request);

// Fields are those of "measure".
absl::StatusOr<MeasureSpec> ToMeasure(const v1::QualityMeasure& measure);

struct ChartCommand {
  LogKey key;
  Selection selection;
  MeasureSpec measure;
  ChartSpec chart;              // but for segments
  std::string stage_attribute;  // by which those are; "" = there are none
  int64_t max_points = 0;
};
absl::StatusOr<ChartCommand> ToCommand(const v1::GetControlChartRequest& request);

struct CapabilityCommand {
  LogKey key;
  Selection selection;
  MeasureSpec measure;
  quality::Specification specification;  // seconds
};
absl::StatusOr<CapabilityCommand> ToCommand(const v1::GetCapabilityRequest& request);

struct QualityParetoCommand {
  LogKey key;
  Selection selection;
  QualityParetoOptions options;
  int64_t max_bars = 0;
  double cost_per_hour = 0;  // 0 = not told
};
absl::StatusOr<QualityParetoCommand> ToCommand(const v1::GetParetoRequest& request);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_CONVERT_H_
