// SPDX-License-Identifier: Apache-2.0
//
// What a comparison would be if both sides had the same mix of cases. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_ADJUST_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_ADJUST_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "services/analytics/improvement/compare.h"

namespace plumbline::analytics::improvement {

// See ImprovementAdjusted in improvement.proto.
struct Adjusted {
  Difference improvement;  // > 0: better
  double unadjusted = 0;
  int values = 0;  // that are on both sides, and were followed up to the horizon
  std::optional<double> horizon = {};  // Method::kSurvival: until when times count here
  int64_t left_out = 0;                // cases of all others
};

// Which value of an attribute each case of both sides has, below `count`; others are left out.
struct Strata {
  absl::Span<const uint32_t> before, after;  // as many as Side::cases
  uint32_t count = 0;
};

// The differences within the values, each weighed by n1 n2 / (n1 + n2) (Mantel and Haenszel 1959;
// Cochran 1954), with the error of each from its own cases (Welch 1947) and Student's distribution
// with as many degrees of freedom as they have together (Satterthwaite 1946). Which cases count is
// as in Compare, of which `comparison` is the answer. Means of Method::kSurvival are those up to
// the longest horizon, its own at most, to which two values or more were followed that have half of
// the cases: the mean of one that was not, and has open cases, is not known, and it is left out.
// nullopt where that is less than half of the comparison's horizon, where fewer than two values
// have 2 cases or more that count on each side, and where no value varies. O(n log n).
std::optional<Adjusted> Adjust(const Side& before, const Side& after, const Strata& strata,
                               const Options& options, const Comparison& comparison);

}  // namespace plumbline::analytics::improvement

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_ADJUST_H_
