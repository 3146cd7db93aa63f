// SPDX-License-Identifier: Apache-2.0
//
// Whether the values of one group are larger than those of another, and by how much, whatever their
// distribution. Pure functions; `z` is the normal quantile of the confidence.
#ifndef PLUMBLINE_COMMON_STATISTICS_RANK_SUM_H_
#define PLUMBLINE_COMMON_STATISTICS_RANK_SUM_H_

#include <cstddef>

#include "absl/types/span.h"
#include "common/statistics/proportions.h"

namespace plumbline::statistics {

// P of a sum of ranks as far from what is expected as `rank_sum`, or farther: that of `count`
// values among `count` + `other_count`, equal ones with their mean rank (Mann and Whitney 1947,
// Wilcoxon 1945), by the normal distribution with corrections for ties and continuity. `ties`: sum
// of t^3 - t over groups of t equal values of both. 1 where all are equal or a side is empty. O(1).
double RankSumPValue(double rank_sum, double count, double other_count, double ties);

// How much more often a value of `x` is above one of `y` than below, -1 to 1 (Cliff 1993), with the
// unsymmetric interval of Feng and Cliff (2004, eq. 6). Both ascend and have at least one value.
// O(n).
Estimate CliffsDelta(absl::Span<const double> x, absl::Span<const double> y, double z);

// The median of all differences of a value of x and one of y (Hodges and Lehmann 1963), with the
// interval from the differences whose ranks are the normal bounds of Mann and Whitney's U
// (Hollander and Wolfe 1999, section 4.3). Both ascend and have at least one value. Of more than
// `most` values on a side, so many of them, evenly by rank, stand for all; the interval is that of
// all of them. O(n log(range)).
inline constexpr size_t kMostForShift = 2'000;
Estimate HodgesLehmannShift(absl::Span<const double> x, absl::Span<const double> y, double z,
                            size_t most = kMostForShift);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_RANK_SUM_H_
