// SPDX-License-Identifier: Apache-2.0
//
// Charts of what seldom happens: g and t.
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/statistics/sums.h"
#include "services/analytics/quality/chart_input.h"
#include "services/analytics/quality/control_chart.h"
#include "services/analytics/quality/exact_limits.h"

namespace plumbline::analytics::quality {
namespace {

constexpr double kNone = std::numeric_limits<double>::infinity();
// The root of an exponential time is nearly normal (Nelson 1994).
constexpr double kRoot = 3.6;

// What lies on the root of a time is shown on that time: there and back leaves a rounding.
double AsTime(double root, const ChartPoint& judged, double time) {
  if (root == judged.value) return time;
  return root <= 0 ? 0 : std::pow(root, kRoot);
}

}  // namespace

double RootOf(double time) { return std::pow(time, 1 / kRoot); }

absl::StatusOr<Chart> ChartCasesBetween(absl::Span<const double> cases,
                                        const ChartOptions& options) {
  RETURN_IF_ERROR(CheckValues("cases", cases, 0));
  ASSIGN_OR_RETURN(const size_t baseline, BaselineSize(cases.size(), options));
  Chart chart;
  if (options.known.has_value()) {
    chart.baseline = *options.known;
  } else {
    const double mean = statistics::Mean(cases.first(baseline));
    chart.baseline = {.center = mean, .sigma = std::sqrt(mean * (mean + 1)), .points = baseline};
  }
  for (const double value : cases)
    chart.points.push_back(PointOf(value, chart.baseline.center, chart.baseline.sigma, 0, kNone));
  if (!options.exact) return chart;
  const GeometricLaw law(chart.baseline.center);
  for (ChartPoint& point : chart.points) {
    chart.judged.push_back(PointOf(law.DeviateOf(point.value), 0, 1, -kNone, kNone));
    point.center = law.median();
    point.lower = law.lower();
    point.upper = law.upper();
  }
  return chart;
}

absl::StatusOr<Chart> ChartTimesBetween(absl::Span<const double> times,
                                        const ChartOptions& options) {
  RETURN_IF_ERROR(CheckValues("times", times, 0));
  std::vector<double> roots;
  for (size_t i = 0; i < times.size(); ++i) {
    if (times[i] == 0) {
      return base::FieldError(
          absl::StrCat("times[", i, "]"),
          "no time passed between two events; count those of one moment as one");
    }
    roots.push_back(RootOf(times[i]));
  }
  ASSIGN_OR_RETURN(const IndividualsCharts charts, ChartIndividuals(roots, options));
  Chart chart{.points = charts.individuals.points,
              .baseline = charts.individuals.baseline,
              .judged = charts.individuals.points};
  for (size_t i = 0; i < times.size(); ++i) {
    ChartPoint& point = chart.points[i];
    point.value = times[i];
    for (double* level : {&point.lower, &point.upper, &point.center})
      *level = AsTime(*level, chart.judged[i], times[i]);
    // Not of the rules: zones of times are not as wide above the centre as below it.
    point.sigma = (point.upper - point.center) / kSigmas;
  }
  return chart;
}

}  // namespace plumbline::analytics::quality
