// SPDX-License-Identifier: Apache-2.0
//
// How two groups differ by what was counted in them, by one score for the test and for the
// intervals of the difference and of the ratios, so that they never contradict each other. Pure
// functions.
#ifndef PLUMBLINE_COMMON_STATISTICS_TWO_COUNTS_H_
#define PLUMBLINE_COMMON_STATISTICS_TWO_COUNTS_H_

#include <limits>

namespace plumbline::statistics {

// What was counted in one group. `size` >= 1: members of which `count` have it (shares), or what
// the events were counted in (rates).
struct Counted {
  double count = 0;
  double size = 1;
  double rate() const { return count / size; }
};

enum class CountModel {
  kShare,    // binomial: count <= size
  kPoisson,  // events at a rate
};

// The score of Miettinen and Nurminen (1985): how many errors the difference is away from a
// supposed one, with the error that both groups have if that is true, corrected for skewness (Gart
// and Nam 1990), which keeps the level where little is expected or one group is far larger (Laud
// 2017, "SCAS"). All are of `group` against `other`.
class TwoCounts {
 public:
  struct Bounds {
    double lower = 0;
    double upper = std::numeric_limits<double>::infinity();
  };

  TwoCounts(CountModel model, Counted group, Counted other)
      : model_(model), group_(group), other_(other) {}

  double difference() const { return group_.rate() - other_.rate(); }
  // Standard normal if both groups are alike; above 0 if the group has more. 0 where nothing, or
  // everything, was counted. O(1).
  double Score() const;
  // All differences whose score is no farther from 0 than `reach` (1.96 for 95 %): 0 is among them
  // just if Score() is. About 10,000 operations.
  Bounds Difference(double reach) const;
  // The same of rate(group) / rate(other), 1 for no difference. From 0 where nothing was counted in
  // the group, without an upper end (infinity) where nothing was in the other; so, too, of a single
  // event and a large `reach`.
  Bounds Ratio(double reach) const;
  // kShare: the same of the odds, count / (size - count).
  Bounds OddsRatio(double reach) const;

 private:
  // Rates of both that fit best if the difference, or the ratio, is what is supposed.
  struct Fit {
    double group = 0, other = 0;
  };
  Fit Pooled() const;
  Fit FitDifference(double difference) const;
  Fit FitRatio(double ratio) const;
  Fit FitOdds(double ratio) const;
  double ScoreOfDifference(double difference) const;
  double ScoreOfRatio(double ratio) const;
  double ScoreOfOdds(double ratio) const;
  double ScoreBy(double away, const Fit& fit, double weight) const;
  // Of a small sample the variance of shares is larger by this.
  double Bias() const;
  template <typename ScoreOf>
  double LowerRatio(double log_estimate, double reach, const ScoreOf& score_of) const;
  template <typename ScoreOf>
  double UpperRatio(double log_estimate, double reach, const ScoreOf& score_of) const;

  const CountModel model_;
  const Counted group_, other_;
};

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_TWO_COUNTS_H_
