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
  // Limits and rules are of the logarithms of singles and subgroups (LogarithmOf), which are given
  // as they were measured.
  bool logarithms = false;
  bool of_cases = false;         // counts: cases that are so or not; else without a bound
  std::vector<Group> groups;     // what each point is made of
  std::vector<double> singles;   // individuals, g, t; memory charts of single values
  quality::Subgroups subgroups;  // xbar; memory charts of groups, which may have one value
  std::vector<quality::CountPoint> counts;  // p to Laney's; memory charts of counts
  int64_t ungrouped = 0;  // values that make no point: of groups of one (xbar), before the first
                          // event (g, t), of one moment with another (t)
};
Series MakeSeries(const Measured& measured, const Groups& groups, ChartType type,
                  const TimeBetween& between);

// Of a time in seconds, 0 or more, and back: of a second more, so that 0 has one too.
double LogarithmOf(double seconds);
double SecondsOf(double logarithm);

struct LimitOptions {
  std::optional<quality::SigmaBy> sigma_by;  // of subgroups
  quality::EwmaOptions ewma;
  quality::CusumOptions cusum;
  // Three standard deviations also where less than kLeastExpected is expected, and of g charts;
  // else limits are by the distribution of the counts there (of Laney's charts there are none).
  bool at_low_counts = false;
};

struct PlottedPoint {
  double value = 0;  // CUSUM without limits: 0, since there is no sum
  std::optional<quality::ChartPoint> limits;
  std::optional<quality::ChartPoint> judged;  // see quality::Chart; absent: `limits`
  std::optional<double> lower_sum;            // CUSUM
  std::optional<quality::ChartPoint> spread;
  bool signal = false;  // CUSUM: a sum is beyond the decision
};

// Of the points first .. last - 1. Counts of memory charts: as Laney's where those would be chosen,
// else sigma is 1. FIELD_INVALID, with the fields of quality.
absl::StatusOr<quality::Baseline> EstimateBaseline(const Series& series, size_t first, size_t last,
                                                   const LimitOptions& options);

// What the points first .. last - 1 plot, without memory; of Series.logarithms logarithms.
std::vector<double> ValuesOf(const Series& series, size_t first, size_t last);

// The points first .. last - 1 with the limits of `baseline`; without it, or where it has no spread
// that a CUSUM could count in, values alone. Of EWMA and CUSUM they begin anew.
absl::StatusOr<std::vector<PlottedPoint>> PlotPoints(
    const Series& series, size_t first, size_t last,
    const std::optional<quality::Baseline>& baseline, const LimitOptions& options);

// Whether a point of counts has kLeastExpected.
bool ExpectsEnough(const Series& series, size_t i, const quality::Baseline& baseline);
// Cases that a point needs for that; nullopt where none are enough, or where points are no counts.
std::optional<int64_t> NeededCases(const Series& series, const quality::Baseline& baseline);

// Those that are meant where none are asked for.
std::vector<quality::Rule> DefaultRules(ChartType type);
// Where a rule speaks: of points without limits never, and no pattern goes across them.
std::vector<size_t> SignalsOf(quality::Rule rule, ChartType type,
                              absl::Span<const PlottedPoint> points, bool of_spread);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CHARTING_LIMITS_H_
