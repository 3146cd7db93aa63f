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

absl::Status CheckBaseline(const Baseline& baseline, absl::Span<const double> values,
                           absl::Span<const double> sigmas, bool zero_allowed) {
  RETURN_IF_ERROR(CheckValues("values", values, -kNone));
  RETURN_IF_ERROR(Check("baseline.center", baseline.center, true, "give a finite number"));
  if (sigmas.size() != values.size())
    return base::FieldError("sigmas", absl::StrCat("has ", sigmas.size(), " for ", values.size(),
                                                   " values; give one for each"));
  for (const double sigma : sigmas) {
    RETURN_IF_ERROR(
        Check("baseline.sigma", sigma, zero_allowed ? sigma >= 0 : sigma > 0,
              zero_allowed ? "0 is the least"
                           : "it must be above 0: values that never differ cannot be summed up"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Chart> ChartEwma(absl::Span<const double> values, const Baseline& baseline,
                                const EwmaOptions& options) {
  return ChartEwma(values, baseline, std::vector<double>(values.size(), baseline.sigma), options);
}

absl::StatusOr<Chart> ChartEwma(absl::Span<const double> values, const Baseline& baseline,
                                absl::Span<const double> sigmas, const EwmaOptions& options) {
  RETURN_IF_ERROR(CheckBaseline(baseline, values, sigmas, /*zero_allowed=*/true));
  RETURN_IF_ERROR(Check("lambda", options.lambda, options.lambda > 0 && options.lambda <= 1,
                        "above 0, up to 1"));
  RETURN_IF_ERROR(Check("sigmas", options.sigmas, options.sigmas > 0, "above 0"));
  Chart chart{.points = {}, .baseline = baseline, .judged = {}};
  const double keep = 1 - options.lambda;
  double z = baseline.center;
  double variance = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    z += options.lambda * (values[i] - z);  // of equal values it is that value
    const double own = options.lambda * sigmas[i];
    variance = own * own + keep * keep * variance;
    const double sigma = options.steady
                             ? sigmas[i] * std::sqrt(options.lambda / (2 - options.lambda))
                             : std::sqrt(variance);
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
  return ChartCusum(values, baseline, std::vector<double>(values.size(), baseline.sigma), options);
}

absl::StatusOr<std::vector<CusumPoint>> ChartCusum(absl::Span<const double> values,
                                                   const Baseline& baseline,
                                                   absl::Span<const double> sigmas,
                                                   const CusumOptions& options) {
  RETURN_IF_ERROR(CheckBaseline(baseline, values, sigmas, /*zero_allowed=*/false));
  RETURN_IF_ERROR(Check("slack", options.slack, options.slack >= 0, "0 is the least"));
  RETURN_IF_ERROR(Check("decision", options.decision, options.decision > 0, "above 0"));
  RETURN_IF_ERROR(
      Check("head_start", options.head_start, options.head_start >= 0, "0 is the least"));
  std::vector<CusumPoint> points;
  double upper = options.head_start;
  double lower = options.head_start;
  for (size_t i = 0; i < values.size(); ++i) {
    const double y = (values[i] - baseline.center) / sigmas[i];
    upper = std::max(0.0, upper + y - options.slack);
    lower = std::max(0.0, lower - y - options.slack);
    points.push_back({upper, lower, upper > options.decision, lower > options.decision});
  }
  return points;
}

}  // namespace plumbline::analytics::quality
