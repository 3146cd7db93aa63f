// SPDX-License-Identifier: Apache-2.0
//
// Yield, defects and sigma levels (Harry and Schroeder 2000). Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_QUALITY_YIELD_H_
#define PLUMBLINE_SERVICES_ANALYTICS_QUALITY_YIELD_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace plumbline::analytics::quality {

// The drift of the mean that short-term studies do not see, by convention.
inline constexpr double kShift = 1.5;

struct DefectRates {
  double per_unit = 0;                   // DPU
  double per_opportunity = 0;            // DPO
  double per_million_opportunities = 0;  // DPMO
  double yield_by_defects = 0;           // exp(-DPU): units without any defect, if these are rare
  // The normal deviate beyond which as many lie. Where no opportunity or every one is a defect none
  // does: then it is that of (defects + 1/2) in (opportunities + 1), and `bounded` is set.
  double long_term_sigma = 0;
  double sigma_level = 0;  // the same with kShift added
  bool bounded = false;
};

// `opportunities` = how many defects a unit can have, > 0. FIELD_INVALID: no units, fewer than
// none, more defects than opportunities.
absl::StatusOr<DefectRates> DefectRatesOf(int64_t defects, int64_t units, int64_t opportunities);

// Defects in a million opportunities at a sigma level, with the shift and without it (on one side,
// and on both).
struct LevelRates {
  double shifted_ppm = 0;
  double one_sided_ppm = 0;
  double two_sided_ppm = 0;
};
LevelRates RatesOfLevel(double sigma_level);

// What came through a step.
struct StepYield {
  int64_t cases = 0;          // that came to it
  int64_t right_at_once = 0;  // of these: done once, without a defect
};
struct RolledYield {
  double rolled = 1;      // product of the first-pass yields: comes through all steps right at once
  double normalized = 1;  // its root of the number of steps: the yield of a typical step
};
// Steps to which no case came say nothing, and are left out. FIELD_INVALID: no step is left, or
// more cases were right than came.
absl::StatusOr<RolledYield> RolledYieldOf(absl::Span<const StepYield> steps);

}  // namespace plumbline::analytics::quality

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_YIELD_H_
