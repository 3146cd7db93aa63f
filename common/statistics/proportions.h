// SPDX-License-Identifier: Apache-2.0
//
// How often something happens in one group and in another: risks, how they differ, and whether
// chance would make them differ so. Pure functions; `z` is the normal quantile of the confidence
// (1.96 for 95 %).
#ifndef PLUMBLINE_COMMON_STATISTICS_PROPORTIONS_H_
#define PLUMBLINE_COMMON_STATISTICS_PROPORTIONS_H_

#include <cstdint>

namespace plumbline::statistics {

struct Estimate {
  double value = 0;
  double lower = 0;
  double upper = 0;
};

// Two groups by whether it happened. No count is below 0, each group has at least one member.
struct TwoByTwo {
  int64_t happened = 0;  // in the group
  int64_t count = 0;     // members of the group
  int64_t other_happened = 0;
  int64_t other_count = 0;

  int64_t all() const { return count + other_count; }
  int64_t all_happened() const { return happened + other_happened; }
};

// The score interval (Wilson 1927). count > 0. O(1).
Estimate Proportion(int64_t happened, int64_t count, double z);
// Risk in the group minus risk outside of it, from the score intervals of both (Newcombe 1998,
// method 10). O(1).
Estimate RiskDifference(const TwoByTwo& table, double z);
// Risk in the group over that outside, by its logarithm (Katz, Baptista, Azen and Pike 1978). Where
// a count of the table is 0, half a case is added to each. O(1).
Estimate RiskRatio(const TwoByTwo& table, double z);
// By its logarithm (Woolf 1955), with the same halves (Haldane 1955, Anscombe 1956). O(1).
Estimate OddsRatio(const TwoByTwo& table, double z);

// Two-sided: the probability, if both groups are alike and the margins what they are, of a table
// that is as improbable as this one or more so (Fisher 1935, Irwin 1935). O(least margin).
double FisherPValue(const TwoByTwo& table);
// Pearson (1900), without correction for continuity. O(1).
double ChiSquareOf(const TwoByTwo& table);
// The least count that is expected if both groups are alike.
double LeastExpected(const TwoByTwo& table);

// Fisher's where less than 10 is expected in a cell (Cochran 1954 asks for 5 at least), else that
// of ChiSquareOf. 1 where it happened to all or to none. `*exact` says which.
double PValueOf(const TwoByTwo& table, bool* exact);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_PROPORTIONS_H_
