// SPDX-License-Identifier: Apache-2.0
//
// Whether two figures go up together, whatever their scales. Pure functions.
#ifndef PLUMBLINE_COMMON_STATISTICS_RANK_CORRELATION_H_
#define PLUMBLINE_COMMON_STATISTICS_RANK_CORRELATION_H_

#include <cstddef>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace plumbline::statistics {

// The correlation of the ranks of x and y, -1 to 1 (Spearman 1904); equal values have the mean of
// their ranks. Both have as many values, none is NaN. nullopt where all x or all y are equal.
// O(n log n).
std::optional<double> RankCorrelation(absl::Span<const double> x, absl::Span<const double> y);
// The same; an error of `keep_on`, which is asked now and then, ends it.
absl::StatusOr<std::optional<double>> RankCorrelation(absl::Span<const double> x,
                                                      absl::Span<const double> y,
                                                      absl::FunctionRef<absl::Status()> keep_on);

// P of a correlation as far from 0 as `correlation` or farther, of n >= 2 pairs that have none: by
// the normal distribution of r sqrt(n - 1) (Hotelling and Pabst 1936); near enough from n = 10 on.
double RankCorrelationPValue(double correlation, size_t n);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_RANK_CORRELATION_H_
