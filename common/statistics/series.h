// SPDX-License-Identifier: Apache-2.0
//
// What a series of numbers in the order of time says of itself. Pure functions.
#ifndef PLUMBLINE_COMMON_STATISTICS_SERIES_H_
#define PLUMBLINE_COMMON_STATISTICS_SERIES_H_

#include <cstddef>
#include <optional>

#include "absl/types/span.h"

namespace plumbline::statistics {

// Correlation of each value with that `lag` later (Box and Jenkins 1976, eq. 2.1.11): the sum of
// products of differences from the mean, over the sum of their squares. 0 where all values are
// equal or there are no more than `lag`. O(n).
double Autocorrelation(absl::Span<const double> values, size_t lag);

// Whether values hang together: Q = n (n + 2) sum r_k^2 / (n - k) over lags 1 to `lags`, chi-square
// with as many degrees of freedom if they do not (Ljung and Box 1978).
struct DependenceTest {
  double statistic = 0;
  double p_value = 1;
};
// nullopt where all values are equal, or there are no more than `lags` + 1. O(n lags).
std::optional<DependenceTest> TestDependence(absl::Span<const double> values, size_t lags);

// Whether values rise or fall: pairs in order minus pairs out of order (Mann 1945), with its
// variance for ties (Kendall 1975, eq. 4.4).
struct TrendTest {
  double tau = 0;  // share of all pairs, -1 to 1: > 0 rises
  double p_value = 1;
  double slope = 0;  // per step, the median of the slopes of all pairs (Sen 1968)
  // Where it lies with 95 %: the slopes whose ranks are the normal bounds of Kendall's score (Gilbert
  // 1987, section 16.5.2). Absent where there are too few pairs for such ranks.
  std::optional<double> slope_lower, slope_upper;
};
// nullopt for fewer than 3 values, or where all are equal. O(n^2), at most kMostForTrend values, of
// which more are thinned evenly.
inline constexpr size_t kMostForTrend = 1000;
std::optional<TrendTest> TestTrend(absl::Span<const double> values);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_SERIES_H_
