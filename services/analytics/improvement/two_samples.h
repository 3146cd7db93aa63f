// SPDX-License-Identifier: Apache-2.0
//
// Two samples of times, shares or counts: by how much the second is above the first, where that
// lies, and how likely a difference as large is if both are alike. Pure functions. `confidence` is
// between 0 and 1.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_TWO_SAMPLES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_TWO_SAMPLES_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"

namespace plumbline::analytics::improvement {

struct Interval {
  double lower = 0;
  double upper = 0;
};

struct Difference {
  double estimate = 0;  // second minus first
  Interval interval;
  double p_value = 1;  // two-sided
};

// Values, ascending and finite, at least one on each side. The shift is the median of all
// differences (Hodges and Lehmann 1963); the test is that of Mann and Whitney (1947), by its normal
// approximation with the variance for ties and the correction for continuity. The interval has the
// shifts that the same test does not reject (Moses 1965), each with the ties that it makes, so that
// p is below 1 - confidence just where the interval leaves out 0: an end that is 0 and rejected is
// told as 1e-9 beside it. Infinite where so few values could not reject any shift. Where values are
// so few and so often the same that every shift is rejected, both ends are at the difference at
// which the test changes sides. O((n1 + n2) 64).
Difference ShiftOf(absl::Span<const double> first, absl::Span<const double> second,
                   double confidence);

// Values as above, in any order. The difference of the means with the interval and the test of
// Welch (1947), degrees of freedom by Satterthwaite (1946). A single value on a side is taken to
// vary as those of the other do, with as many degrees of freedom as these have; of single values on
// both nothing is known: p is 1, the interval has no ends (infinite). Where no value differs on
// either side the difference alone, and as p whether there is one. O(n).
Difference MeanDifferenceOf(absl::Span<const double> first, absl::Span<const double> second,
                            double confidence);
// Of a mean, by Student's t; nullopt of a single value, which does not say how it varies.
std::optional<Interval> MeanIntervalOf(absl::Span<const double> values, double confidence);

// P(x - shift < y) + P(x - shift = y) / 2 of two draws from values in ascending order: how often
// somebody who gained `shift` is before somebody who did not. O(n).
double ChanceBelow(absl::Span<const double> ascending, double shift);

// So many cases of which `count` have it.
struct Share {
  int64_t cases = 0;  // at least 1
  int64_t count = 0;
  double estimate() const { return static_cast<double>(count) / static_cast<double>(cases); }
};
// Wilson's (1927) score interval.
Interval IntervalOf(const Share& share, double confidence);
// Test and interval by one score (statistics::TwoCounts: Miettinen and Nurminen 1985, corrected for
// skewness, Laud 2017), so that p is below 1 - confidence just where the interval leaves out 0.
Difference DifferenceOf(const Share& first, const Share& second, double confidence);

// So much counted in so many cases.
struct Rate {
  int64_t cases = 0;   // at least 1
  int64_t count = 0;   // in all of them
  double squares = 0;  // sum of the squares of the counts of each
  double estimate() const { return static_cast<double>(count) / static_cast<double>(cases); }
  // The sample's variance of the count of a case, by n - 1; 0 of a single case.
  double variance() const;
  // Whether the counts vary more than Poisson's would: the test of dispersion (Fisher 1950), p <
  // 0.01.
  bool varies() const;
};
struct RateDifference {
  Difference difference;
  // Second divided by first; absent where the first is 0, `estimate` 0 where the second is.
  std::optional<double> ratio;
  // Absent ends: 0 below, no bound above.
  std::optional<double> ratio_lower, ratio_upper;
  bool varying = false;  // not Poisson: intervals and test by the samples' variances
};
// Garwood's (1936) exact interval of a Poisson rate.
Interval IntervalOf(const Rate& rate, double confidence);
// Poisson: the test and the intervals of difference and ratio by one score, as of shares. Where the
// counts of a side vary more than that, the score is the difference over its error by the samples'
// variances, and the interval of the ratio is Fieller's (1954). p, the difference and the ratio say
// the same: the intervals leave out 0 and 1 just where p is below 1 - confidence.
RateDifference DifferenceOf(const Rate& first, const Rate& second, double confidence);

// The same for another reach than that of a normal distribution.
struct Reached {
  double estimate = 0;  // second minus first
  double score = 0;     // errors from no difference, above 0 if the second has more
  Interval interval;    // differences whose score is no farther from 0 than the reach
};
Reached Within(const Share& first, const Share& second, double reach);
Reached Within(const Rate& first, const Rate& second, double reach);

}  // namespace plumbline::analytics::improvement

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_TWO_SAMPLES_H_
