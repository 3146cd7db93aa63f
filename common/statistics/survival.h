// SPDX-License-Identifier: Apache-2.0
//
// Times to something that has not happened to everybody yet. Pure functions.
#ifndef PLUMBLINE_COMMON_STATISTICS_SURVIVAL_H_
#define PLUMBLINE_COMMON_STATISTICS_SURVIVAL_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "common/statistics/event_table.h"

namespace plumbline::statistics {

// A step of a survival curve.
struct SurvivalStep {
  double time = 0;
  int64_t at_risk = 0;   // subjects observed for as long, those to whom it happens now included
  int64_t happened = 0;  // at this time
  double survival = 1;   // estimated share to which it has not happened just after
  double cumulative_hazard = 0;  // sum of happened / at_risk so far (Nelson 1972, Aalen 1978)
  // Sum of happened / (at_risk (at_risk - happened)) so far (Greenwood 1926): the squared relative
  // standard error of `survival`. Of no use where that is 0: then the last term is left out.
  double relative_variance = 0;
};

// The product-limit estimate (Kaplan and Meier 1958): one step at each time at which it happened,
// ascending; a subject censored at that very time counts as at risk. O(n).
std::vector<SurvivalStep> KaplanMeier(absl::Span<const Observation> observations);
std::vector<SurvivalStep> KaplanMeier(const EventTable& table);

// The first time at which the curve is at or below 1 - q (0 < q < 1); where it equals that until
// the next step, the middle of the two. nullopt where it never falls so low. O(log steps).
std::optional<double> SurvivalQuantile(absl::Span<const SurvivalStep> curve, double q);

// The same of the curve of these times, without making it: both lists ascending. O(n).
std::vector<std::optional<double>> SurvivalQuantiles(absl::Span<const double> happened,
                                                     absl::Span<const double> censored,
                                                     absl::Span<const double> quantiles);

// On which scale the error of an estimate is taken for normal: of the share itself, of its
// logarithm, or of log(-log(share)) (Kalbfleisch and Prentice 1980), which never leaves 0 to 1 and
// is nearest to what it promises in small samples.
enum class BandScale { kPlain, kLog, kLogLog };

struct Band {
  double lower = 0;  // 0 to 1
  double upper = 1;
};

// Where the share just after a step lies, with `confidence` (0 to 1, without them), at that step
// alone. nullopt where the share is 0: then the step says nothing of its error. O(1).
std::optional<Band> BandOf(const SurvivalStep& step, double confidence = 0.95,
                           BandScale scale = BandScale::kLogLog);

// The quantile with the times at which the ends of the band pass its level (Brookmeyer and Crowley
// 1982). An end that is absent is not known: the band never falls so low. O(steps).
struct QuantileEstimate {
  std::optional<double> time;
  std::optional<double> lower;
  std::optional<double> upper;
};
QuantileEstimate EstimateQuantile(absl::Span<const SurvivalStep> curve, double q,
                                  double confidence = 0.95, BandScale scale = BandScale::kLogLog);

// The mean of times of which each counts for `horizon` (> 0) at most: the area below the curve
// until then (Irwin 1949), with its standard error (Klein and Moeschberger 2003, eq. 4.5.2).
// Without a curve it is the horizon. O(steps).
struct RestrictedMean {
  double mean = 0;
  double standard_error = 0;
};
RestrictedMean RestrictedMeanOf(absl::Span<const SurvivalStep> curve, double horizon);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_SURVIVAL_H_
