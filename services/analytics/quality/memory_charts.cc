// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/memory_charts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/quality/chart_input.h"

namespace plumbline::analytics::quality {
namespace {

constexpr double kNone = std::numeric_limits<double>::infinity();

absl::Status Check(const char* field, double value, bool good, const char* range) {
  if (good && std::isfinite(value)) return absl::OkStatus();
  return base::FieldError(field, absl::StrCat(value, " is not possible; ", range));
}

absl::Status CheckBaseline(const Baseline& baseline, bool zero_allowed) {
  RETURN_IF_ERROR(Check("baseline.center", baseline.center, true, "give a finite number"));
  return Check("baseline.sigma", baseline.sigma,
               zero_allowed ? baseline.sigma >= 0 : baseline.sigma > 0,
               zero_allowed ? "0 is the least"
                            : "it must be above 0: values that never differ cannot be summed up");
}

}  // namespace

absl::StatusOr<Chart> ChartEwma(absl::Span<const double> values, const Baseline& baseline,
                                const EwmaOptions& options) {
  RETURN_IF_ERROR(CheckBaseline(baseline, /*zero_allowed=*/true));
  RETURN_IF_ERROR(Check("lambda", options.lambda, options.lambda > 0 && options.lambda <= 1,
                        "above 0, up to 1"));
  RETURN_IF_ERROR(Check("sigmas", options.sigmas, options.sigmas > 0, "above 0"));
  RETURN_IF_ERROR(CheckValues("values", values, -kNone));
  Chart chart{.points = {}, .baseline = baseline};
  const double keep = 1 - options.lambda;
  double z = baseline.center;
  double forgotten = 1;  // (1 - lambda)^(2 i)
  for (const double value : values) {
    z = options.lambda * value + keep * z;
    forgotten *= keep * keep;
    const double sigma = baseline.sigma * std::sqrt(options.lambda / (2 - options.lambda) *
                                                    (options.steady ? 1 : 1 - forgotten));
    chart.points.push_back({.value = z,
                            .center = baseline.center,
                            .sigma = sigma,
                            .lower = baseline.center - options.sigmas * sigma,
                            .upper = baseline.center + options.sigmas * sigma});
  }
  return chart;
}

absl::StatusOr<std::vector<CusumPoint>> ChartCusum(absl::Span<const double> values,
                                                   const Baseline& baseline,
                                                   const CusumOptions& options) {
  RETURN_IF_ERROR(CheckBaseline(baseline, /*zero_allowed=*/false));
  RETURN_IF_ERROR(Check("slack", options.slack, options.slack >= 0, "0 is the least"));
  RETURN_IF_ERROR(Check("decision", options.decision, options.decision > 0, "above 0"));
  RETURN_IF_ERROR(
      Check("head_start", options.head_start, options.head_start >= 0, "0 is the least"));
  RETURN_IF_ERROR(CheckValues("values", values, -kNone));
  std::vector<CusumPoint> points;
  double upper = options.head_start;
  double lower = options.head_start;
  for (const double value : values) {
    const double y = (value - baseline.center) / baseline.sigma;
    upper = std::max(0.0, upper + y - options.slack);
    lower = std::max(0.0, lower - y - options.slack);
    points.push_back({upper, lower, upper > options.decision, lower > options.decision});
  }
  return points;
}

}  // namespace plumbline::analytics::quality
