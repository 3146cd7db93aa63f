// SPDX-License-Identifier: Apache-2.0
//
// How far a distribution leans to one side. Pure functions.
#ifndef PLUMBLINE_COMMON_STATISTICS_SKEWNESS_H_
#define PLUMBLINE_COMMON_STATISTICS_SKEWNESS_H_

#include <cstddef>
#include <optional>

#include "absl/types/span.h"

namespace plumbline::statistics {

// Third standardised moment, by moments of n: 0 for a symmetric distribution, 2 for an exponential
// one. nullopt where nothing varies. O(n).
std::optional<double> Skewness(absl::Span<const double> values);

// How likely values of a normal distribution are at least as skewed, to either side (D'Agostino
// 1970). nullopt for fewer than 8 values, for which the formula is not made. O(1).
std::optional<double> SkewnessByChance(double skewness, size_t count);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_SKEWNESS_H_
