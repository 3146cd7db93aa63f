// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/charting/log_capability.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/counts.h"
#include "common/base/status_macros.h"
#include "common/statistics/ascending.h"
#include "common/statistics/quantile.h"
#include "common/statistics/skewness.h"
#include "common/statistics/sums.h"
#include "services/analytics/charting/chart_choice.h"
#include "services/analytics/quality/control_chart.h"

namespace plumbline::analytics {
namespace {

std::vector<double> Ascending(std::vector<double> values) {
  const bool any_below = std::any_of(values.begin(), values.end(), [](double v) { return v < 0; });
  if (any_below) {
    std::sort(values.begin(), values.end());
  } else {
    statistics::SortAscending(&values);
  }
  return values;
}

}  // namespace

absl::StatusOr<LogCapability> MeasureCapability(const Measured& measured,
                                                const quality::Specification& specification) {
  LogCapability result;
  // Limits are looked at even where there is nothing to hold against them.
  RETURN_IF_ERROR(quality::IndicesOf(0, 1, specification).status());
  std::vector<double> values;
  for (const MeasuredValue& value : measured.values) values.push_back(value.value);
  result.count = static_cast<int64_t>(values.size());
  for (const double value : values) {
    result.below += specification.lower.has_value() && value < *specification.lower;
    result.above += specification.upper.has_value() && value > *specification.upper;
  }
  for (const double age : measured.open_ages)
    result.open_above += specification.upper.has_value() && age > *specification.upper;
  if (values.empty()) return result;
  result.mean = statistics::Mean(values);
  ASSIGN_OR_RETURN(result.observed,
                   quality::DefectRatesOf(result.below + result.above, result.count, 1));
  const std::vector<double> ascending = Ascending(values);
  if (values.size() >= 2) {
    ASSIGN_OR_RETURN(const quality::Baseline baseline, quality::BaselineOfIndividuals(values));
    ASSIGN_OR_RETURN(
        result.capability,
        quality::CapabilityOf(values, specification, baseline.sigma, ascending,
                              quality::FreedomOfMovingRanges(static_cast<int64_t>(values.size()))));
    result.skewness = statistics::Skewness(values);
  }
  result.median = statistics::Quantile(ascending, 0.5);
  if (result.skewness.has_value() && std::abs(*result.skewness) > kSkewed) {
    const bool quantiles =
        result.capability.has_value() && result.capability->quantile_least.has_value();
    result.warnings.push_back(absl::StrFormat(
        "values are skewed (%.2f, of a normal distribution 0): indices by standard "
        "deviations and expected ppm mislead; %swhat was observed %s not",
        *result.skewness, quantiles ? "the quantile indices and " : "", quantiles ? "do" : "does"));
  }
  if (result.open_above > 0) {
    result.warnings.push_back(absl::StrCat(
        base::Counted(result.open_above, "open case is", "open cases are"),
        " above the upper limit already and in none of these figures, which are too good "
        "therefore"));
  }
  return result;
}

}  // namespace plumbline::analytics
