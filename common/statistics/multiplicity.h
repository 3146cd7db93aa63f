// SPDX-License-Identifier: Apache-2.0
//
// P-values where many were made. Pure functions; O(n log n).
#ifndef PLUMBLINE_COMMON_STATISTICS_MULTIPLICITY_H_
#define PLUMBLINE_COMMON_STATISTICS_MULTIPLICITY_H_

#include <vector>

#include "absl/types/span.h"

namespace plumbline::statistics {

// In their order, each at least as large as it was: of those at or below a level, a share of at
// most the level is chance (Benjamini and Hochberg 1995), if they are independent or go together.
std::vector<double> AdjustBenjaminiHochberg(absl::Span<const double> p_values);
// Likewise: that any of those at or below a level is chance has at most that probability (Holm
// 1979), however they depend on each other.
std::vector<double> AdjustHolm(absl::Span<const double> p_values);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_MULTIPLICITY_H_
