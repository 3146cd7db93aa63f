// SPDX-License-Identifier: Apache-2.0
//
// Times to something that has not happened to everybody yet. Pure functions.
#ifndef PLUMBLINE_COMMON_STATISTICS_SURVIVAL_H_
#define PLUMBLINE_COMMON_STATISTICS_SURVIVAL_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"

namespace plumbline::statistics {

// How long one subject was observed, and whether it happened then (else it was censored: it had not
// happened until then, and nothing is known of later).
struct Observation {
  double time = 0;  // >= 0
  bool happened = false;
};

// A step of a survival curve.
struct SurvivalStep {
  double time = 0;
  int64_t at_risk = 0;   // subjects observed for as long, those to whom it happens now included
  int64_t happened = 0;  // at this time
  double survival = 1;   // estimated share to which it has not happened just after
};

// The product-limit estimate (Kaplan and Meier 1958): one step at each time at which it happened,
// ascending; a subject censored at that very time counts as at risk. O(n log n).
std::vector<SurvivalStep> KaplanMeier(std::vector<Observation> observations);

// The first time at which the curve is at or below 1 - q (0 < q < 1); where it equals that until
// the next step, the middle of the two. nullopt where it never falls so low. O(steps).
std::optional<double> SurvivalQuantile(absl::Span<const SurvivalStep> curve, double q);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_SURVIVAL_H_
