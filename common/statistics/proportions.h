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
// Risk in the group minus risk outside of it; that over that outside; likewise of the odds. The
// intervals, and the test below, are made of one score (TwoCounts: Miettinen and Nurminen 1985,
// corrected for skewness, Laud 2017), so that an interval leaves out no difference (0, 1) just
// where PValueOf is below 2 P(Z > z). Where a count of the table is 0 the value of a ratio has half
// a case more in each (Haldane 1955, Anscombe 1956); a ratio has no upper end (infinity) where it
// can be anything. O(1), some 10,000 operations each.
Estimate RiskDifference(const TwoByTwo& table, double z);
Estimate RiskRatio(const TwoByTwo& table, double z);
Estimate OddsRatio(const TwoByTwo& table, double z);

// Two-sided, if both groups are alike, by that score. 1 where it happened to all or to none. Where
// a group is far smaller than the other and little is expected in it, it is larger than that of an
// exact test, in the far tail many times (5 of 20 against 10 of 1,000: 3.5e-5, Fisher's 4.5e-6);
// at 5 % hardly any, and it keeps its level (two_counts_test.cc). O(1).
double PValueOf(const TwoByTwo& table);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_PROPORTIONS_H_
