// SPDX-License-Identifier: Apache-2.0
//
// Whether something depends on which of several groups one is of. Pure functions.
#ifndef PLUMBLINE_COMMON_STATISTICS_ASSOCIATION_H_
#define PLUMBLINE_COMMON_STATISTICS_ASSOCIATION_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/types/span.h"
#include "common/statistics/proportions.h"

namespace plumbline::statistics {

// P(X <= x) of the noncentral chi-square distribution: a mixture of central ones by Poisson weights
// (Fisher 1928); where x or the noncentrality is above 400 by Sankaran's approximation (1963), to
// about 1e-5. Both are >= 0.
double NoncentralChiSquareBelow(double x, double freedom, double noncentrality);

struct Association {
  double chi_square = 0;  // Pearson (1900)
  int freedom = 0;
  double p_value = 1;
  // Cramér's V (1946) of chi_square - freedom (0 where that is negative), which has the mean of
  // what it estimates, with the interval of the noncentral distribution (Steiger 2004).
  Estimate cramers_v;
};

// Of groups by whether it happened: (to how many, of how many). Groups without members say nothing.
// nullopt where fewer than two are left, or it happened to all or to none. O(groups).
std::optional<Association> AssociationOf(absl::Span<const std::pair<int64_t, int64_t>> groups,
                                         double confidence);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_ASSOCIATION_H_
