// SPDX-License-Identifier: Apache-2.0
//
// Limits of a stage of a chart, and what rules say of its points. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CHARTING_LIMITS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CHARTING_LIMITS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/analytics/charting/chart_choice.h"
#include "services/analytics/quality/control_chart.h"
#include "services/analytics/quality/memory_charts.h"
#include "services/analytics/quality/rules.h"

namespace plumbline::analytics {

// The points of a chart; those lists are filled that its type takes.
struct Series {
  ChartType type = ChartType::kIndividuals;
  std::vector<Group> groups;     // what each point is made of
  std::vector<double> singles;   // individuals, g, t; memory charts of single values
  quality::Subgroups subgroups;  // xbar; memory charts of groups
  std::vector<quality::CountPoint> counts;
  int64_t ungrouped = 0;  // values that make no point: of groups of one (xbar), before the first
                          // event (g, t), of one moment with another (t)
};
Series MakeSeries(const Measured& measured, const Groups& groups, ChartType type,
                  const TimeBetween& between);

struct LimitOptions {
  quality::EwmaOptions ewma;
  quality::CusumOptions cusum;
  bool at_low_counts = false;  // limits also where less than kLeastExpected is expected
};

struct PlottedPoint {
  double value = 0;
  std::optional<quality::ChartPoint> limits;
  std::optional<double> lower_sum;  // CUSUM
  std::optional<quality::ChartPoint> spread;
  bool signal = false;  // CUSUM: a sum is beyond the decision
};

// Of the points first .. last - 1. FIELD_INVALID, with the fields of quality.
absl::StatusOr<quality::Baseline> EstimateBaseline(const Series& series, size_t first, size_t last);

// The points first .. last - 1 with the limits of `baseline`; without it, or where it has no spread
// that a CUSUM could count in, values alone. Of EWMA and CUSUM they begin anew.
absl::StatusOr<std::vector<PlottedPoint>> PlotPoints(
    const Series& series, size_t first, size_t last,
    const std::optional<quality::Baseline>& baseline, const LimitOptions& options);

// Cases that a point needs for kLeastExpected to be expected in it; nullopt where none are enough,
// or where the type has no such bound.
std::optional<int64_t> NeededCases(ChartType type, const quality::Baseline& baseline);

// Those that are meant where none are asked for.
std::vector<quality::Rule> DefaultRules(ChartType type);
// Where a rule speaks: of points without limits never, and no pattern goes across them.
std::vector<size_t> SignalsOf(quality::Rule rule, ChartType type,
                              absl::Span<const PlottedPoint> points, bool of_spread);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CHARTING_LIMITS_H_
