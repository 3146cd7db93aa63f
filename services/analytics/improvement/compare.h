// SPDX-License-Identifier: Apache-2.0
//
// Before and after a change: by how much it is better, and whether that is more than chance. Pure
// functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_COMPARE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_COMPARE_H_

#include <cstdint>
#include <optional>

#include "services/analytics/improvement/sample.h"
#include "services/analytics/improvement/two_samples.h"

namespace plumbline::analytics::improvement {

// Fewer cases on a side tell nothing.
inline constexpr int64_t kLeastCases = 20;

struct Options {
  ValueType type = ValueType::kTime;
  bool higher_is_better = false;
  bool of_means = false;       // kTime, kStepTime: the centre is the mean, else the median
  double smallest_effect = 0;  // that matters, > 0, in the unit of the values
  std::optional<double> goal;  // of the centre
  double confidence = 0.95;    // 0.5 to 1
  double power = 0.8;          // of seeing smallest_effect, 0.5 to 1
};

// See ImprovementFigures in improvement.proto.
struct Figures {
  int64_t count = 0, censored = 0, left_out = 0, young = 0;
  std::optional<double> center;
  std::optional<double> center_lower, center_upper;
  std::optional<double> mean;
};

enum class Method { kNone, kRankSum, kSurvival, kProportion, kRate, kRateVarying, kMeans };
enum class Verdict { kImproved, kWorse, kNoEffectShown, kNoEffect, kTooEarly };

// See ImprovementComparison in improvement.proto.
struct Comparison {
  Verdict verdict = Verdict::kTooEarly;
  Method method = Method::kNone;
  Figures before, after;
  // Absent where one of the sides has no case that is counted.
  std::optional<Difference> improvement;  // > 0: better
  std::optional<double> log_rank_p_value;
  std::optional<double> ratio, ratio_lower, ratio_upper;  // rates: after by before
  std::optional<double> horizon;                          // seconds; survival
  std::optional<int64_t> wanted;                          // cases after, to see smallest_effect
  std::optional<int64_t> more;                            // kTooEarly: cases that are missing
  std::optional<bool> goal_reached;
  bool below_smallest = false;  // kImproved or kWorse, but surely by less than smallest_effect
};

// O(n log n). Both sides may be empty.
Comparison Compare(const Side& before, const Side& after, const Options& options);

// How many cases after the change it takes until an effect of options.smallest_effect is seen with
// options.power, if the cases after vary as those before: of ranks by Noether (1987, eq. 5), of all
// others, means among them, by the normal distribution. At least kLeastCases; nullopt where no
// number is enough, since the baseline is too small. O(n log n).
std::optional<int64_t> WantedCases(const Samples& samples, const Options& options);
// The same with as many before as after: on each side. nullopt where no number is enough.
std::optional<int64_t> WantedOnEachSide(const Samples& samples, const Options& options);

// Figures of a side by itself. `horizon`: of means of censored times; nullopt: no such mean.
Figures FiguresOf(const Sample& sample, const Options& options, std::optional<double> horizon);

}  // namespace plumbline::analytics::improvement

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_COMPARE_H_
