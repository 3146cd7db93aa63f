// SPDX-License-Identifier: Apache-2.0
//
// Control charts (Shewhart 1931): whether a process does what it always does, or something else has
// happened. Pure functions over points in the order of time.
//
// A chart has two phases. In phase I the limits are estimated from a baseline; in phase II they are
// frozen, and later points are held against them. A process that was changed on purpose (a new
// revision) gets a new baseline: a stage of its own.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_QUALITY_CONTROL_CHART_H_
#define PLUMBLINE_SERVICES_ANALYTICS_QUALITY_CONTROL_CHART_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace plumbline::analytics::quality {

// A statistic that is plotted, with the limits that hold for it.
struct ChartPoint {
  double value = 0;
  double center = 0;
  // Standard deviation of the statistic, if the process is in control; its thirds are the zones.
  double sigma = 0;
  double lower = 0;
  double upper = 0;
};

// What a baseline says of a process.
struct Baseline {
  double center = 0;
  // Of one value (charts of measurements); the factor sigma_z of Laney's charts, else 1 (counts).
  double sigma = 0;
  size_t points = 0;  // from which it was estimated
};

struct Chart {
  std::vector<ChartPoint> points;
  Baseline baseline;
  // What rules go by, where it is not what is shown: roots of times, normal deviates of counts.
  // Empty, or one for each point. Beyond a limit of it is beyond that of the point.
  std::vector<ChartPoint> judged;
};

// How many standard deviations limits are away.
inline constexpr double kSigmas = 3;
// Fewer points estimate nothing; with fewer than kGoodBaseline limits are still rough.
inline constexpr size_t kLeastBaseline = 2;
inline constexpr size_t kGoodBaseline = 20;
// Where fewer are expected in a point (of shares, of either kind), counts are far from normal.
inline constexpr double kLeastExpected = 5;

// From what sigma is estimated, of subgroups.
enum class SigmaBy {
  kRanges,      // the mean of range / d2(n)
  kDeviations,  // the mean of standard deviation / c4(n)
  kPooled,      // the root of the pooled variance, over c4 of its degrees of freedom and one: of
                // subgroups of many sizes that of least variance (Burr 1969)
};

// All charts: `baseline_points` = how many of the first points are the baseline, 0 = all of them;
// `known` = a frozen baseline instead. Errors, FIELD_INVALID: fewer than kLeastBaseline points in
// the baseline, a value that is not finite. Where all values of the baseline are equal sigma is 0,
// and every other value is beyond the limits.
struct ChartOptions {
  size_t baseline_points = 0;
  std::optional<Baseline> known;
  // Of subgroups. Default: what the chart of the spread is of.
  std::optional<SigmaBy> sigma_by;
  // Of p, np, c and u where fewer than kLeastExpected are expected, and of g: limits by the
  // binomial, Poisson and geometric distribution itself, that leave out what has a chance of
  // 0.00135 on either side, as three deviations of a normal one do. A centre line of g is the
  // median. Default: three standard deviations around the mean whatever the distribution.
  bool exact = false;
};

// Individual values and their moving ranges (I-MR): sigma = average moving range / d2(2).
struct IndividualsCharts {
  Chart individuals;
  Chart moving_ranges;  // of each value but the first
};
absl::StatusOr<IndividualsCharts> ChartIndividuals(absl::Span<const double> values,
                                                   const ChartOptions& options = {});
// The baseline of that chart of all these values, without the chart. FIELD_INVALID likewise. O(n).
absl::StatusOr<Baseline> BaselineOfIndividuals(absl::Span<const double> values);

// Means of subgroups, with the chart of their ranges or standard deviations. Subgroups have 2
// values or more, for ranges up to kMaxSubgroup, and may differ in size: each has its own limits,
// and each weighs the same in the average of range / d2(n) or deviation / c4(n) that is sigma.
using Subgroups = std::vector<std::vector<double>>;
// The baseline of all these subgroups, without a chart. Those of one value tell of the centre only,
// unless the others have fewer than ten degrees of freedom: then sigma is from the moving ranges of
// the means, as of individuals where all are so. FIELD_INVALID likewise. O(values).
absl::StatusOr<Baseline> BaselineOfSubgroups(const Subgroups& subgroups, SigmaBy by);
struct SubgroupCharts {
  Chart means;
  Chart spreads;
};
absl::StatusOr<SubgroupCharts> ChartMeansAndRanges(const Subgroups& subgroups,
                                                   const ChartOptions& options = {});
absl::StatusOr<SubgroupCharts> ChartMeansAndDeviations(const Subgroups& subgroups,
                                                       const ChartOptions& options = {});

// `count` of something among `size` cases (p, np), or in `size` units of opportunity (c, u).
struct CountPoint {
  double count = 0;  // >= 0
  double size = 1;   // > 0
};
// Whether kLeastExpected are expected in it; `of_cases`: and as many that are not so.
bool ExpectsEnough(const CountPoint& point, double rate, bool of_cases);
// The standard deviation of its share or rate, by its counts alone.
double SigmaOfCounts(const CountPoint& point, double rate, bool of_cases);
// Shares of cases: p. FIELD_INVALID where count > size.
absl::StatusOr<Chart> ChartShares(absl::Span<const CountPoint> points,
                                  const ChartOptions& options = {});
// Numbers of cases in samples of one size: np.
absl::StatusOr<Chart> ChartNumbers(absl::Span<const CountPoint> points,
                                   const ChartOptions& options = {});
// Numbers of defects in samples of one size: c.
absl::StatusOr<Chart> ChartDefects(absl::Span<const CountPoint> points,
                                   const ChartOptions& options = {});
// Defects per unit: u.
absl::StatusOr<Chart> ChartRates(absl::Span<const CountPoint> points,
                                 const ChartOptions& options = {});
// p' and u' (Laney 2002): as p and u, where the process varies more (or less) from point to point
// than its counts alone would: limits are wider by the factor sigma_z, the average moving range of
// the standardised points over d2(2). For large samples.
absl::StatusOr<Chart> ChartSharesByLaney(absl::Span<const CountPoint> points,
                                         const ChartOptions& options = {});
absl::StatusOr<Chart> ChartRatesByLaney(absl::Span<const CountPoint> points,
                                        const ChartOptions& options = {});

// Rare events. g: how many cases went well before each one that did not (whole numbers >= 0), by
// the geometric distribution: mean +- 3 deviations (Kaminsky and others 1992), or with
// ChartOptions.exact by its quantiles (Benneyan 2001), since of 100 points that are in control one
// or two are beyond the former. t: how long it took from each event to the next (> 0), as
// individuals of the 3.6th root, which makes exponential times nearly normal (Nelson 1994): rules
// go by the roots (Chart.judged), values and limits are given as times again.
absl::StatusOr<Chart> ChartCasesBetween(absl::Span<const double> cases,
                                        const ChartOptions& options = {});
absl::StatusOr<Chart> ChartTimesBetween(absl::Span<const double> times,
                                        const ChartOptions& options = {});
// That root, of a time of 0 or more.
double RootOf(double time);

}  // namespace plumbline::analytics::quality

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_CONTROL_CHART_H_
