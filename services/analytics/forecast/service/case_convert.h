// SPDX-License-Identifier: Apache-2.0
//
// ForecastService.ForecastCase: requests to commands.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_SERVICE_CASE_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_SERVICE_CASE_CONVERT_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "common/calendar/calendar.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "services/analytics/conformance/model.h"
#include "services/analytics/conformance/tree.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/forecast/runs.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

struct CaseForecastCommand {
  LogKey key;
  std::string case_id;                          // "" = one that begins
  std::optional<conformance::ModelNode> model;  // absent: discovered
  double noise = 0;                             // of discovery
  Selection selection;
  std::optional<calendar::Calendar> business;
  std::optional<int64_t> as_of, by;                         // microseconds since 1970 UTC
  std::vector<std::pair<std::string, double>> assumptions;  // seconds
  size_t history_cases = 0;
  std::vector<double> confidences;
  forecast::RunOptions options;
};
// FIELD_INVALID.
absl::StatusOr<CaseForecastCommand> ToCommand(const v1::ForecastCaseRequest& request);

// Assumptions by labels of the tree. FIELD_INVALID for an activity that it does not have.
absl::StatusOr<absl::flat_hash_map<uint32_t, double>> ToAssumptions(
    const CaseForecastCommand& command, const conformance::Tree& tree);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_SERVICE_CASE_CONVERT_H_
