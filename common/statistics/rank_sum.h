// SPDX-License-Identifier: Apache-2.0
//
// Whether the values of one group are larger than those of another, and by how much, whatever their
// distribution. Pure functions; `z` is the normal quantile of the confidence.
#ifndef PLUMBLINE_COMMON_STATISTICS_RANK_SUM_H_
#define PLUMBLINE_COMMON_STATISTICS_RANK_SUM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/numeric/int128.h"
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

// How values of two lists lie to each other, in whole numbers, which lose nothing.
struct Dominance {
  absl::int128 sum = 0;  // of (y below it) - (y above it) over x; over y it is -sum
  absl::int128 x_squares = 0, y_squares = 0;  // of the same of each x, and of each y
  absl::int128 equal = 0;                     // pairs
};
// Of each of ascending values, from where to where values are equal to it.
struct EqualRun {
  uint32_t begin = 0, end = 0;
};
// O(n).
std::vector<EqualRun> RunsOf(absl::Span<const int64_t> ascending);
// Of the values at `places` (ascending) as x, and all others as y; `runs`: of all. O(x).
Dominance DominanceOf(absl::Span<const EqualRun> runs, absl::Span<const uint32_t> places);
// The same from the other side: x as y.
Dominance Turned(const Dominance& found);
// CliffsDelta of `count` and `other_count` values that lie so. O(1).
Estimate CliffsDelta(const Dominance& found, int64_t count, int64_t other_count, double z);

// The median of all differences of a value of x and one of y (Hodges and Lehmann 1963), with the
// interval from the differences whose ranks are the normal bounds of Mann and Whitney's U
// (Hollander and Wolfe 1999, section 4.3). Both ascend and have at least one value. Of more than
// `most` values on a side, so many of them, evenly by rank (RankOfStandIn), stand for all; the
// interval is that of all of them. O(n log(range)).
inline constexpr size_t kMostForShift = 2'000;
Estimate HodgesLehmannShift(absl::Span<const double> x, absl::Span<const double> y, double z,
                            size_t most = kMostForShift);
// The rank, from 0, of number `i` of those that stand for `size` values, of which there are more
// than `most`: the middle one of each of `most` stretches of as many ranks.
constexpr size_t RankOfStandIn(size_t i, size_t size, size_t most = kMostForShift) {
  return (2 * i + 1) * size / (2 * most);
}
// The same of values that stand for `count` and `other_count` of them.
Estimate ShiftOfStandIns(absl::Span<const double> x, absl::Span<const double> y, int64_t count,
                         int64_t other_count, double z);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_RANK_SUM_H_
