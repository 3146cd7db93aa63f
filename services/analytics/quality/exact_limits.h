// SPDX-License-Identifier: Apache-2.0
//
// Limits of counts by their own distribution, where it is far from normal. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_QUALITY_EXACT_LIMITS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_QUALITY_EXACT_LIMITS_H_

#include <vector>

namespace plumbline::analytics::quality {

// What a normal distribution has below three deviations under its mean.
inline constexpr double kOuterShare = 0.0013498980316301;

// How counts are distributed of which few are expected, or few are not so. Counts below lower() and
// above upper() have a chance of less than kOuterShare each, counted up from the outside; so has a
// deviate beyond -3 and 3. Immutable.
class CountLaw {
 public:
  // Of `size` cases, each with the chance `rate`, 0 < rate < 1. O(expected, or those not so).
  static CountLaw Binomial(double size, double rate);
  // Where `mean` > 0 are expected. O(mean).
  static CountLaw Poisson(double mean);

  double lower() const { return lower_; }
  double upper() const { return upper_; }
  // The normal deviate beyond which, on its side of the median, a count like this or farther out
  // is as rare; 0 for the median.
  double DeviateOf(double count) const;

 private:
  // By the chances of 0, 1, ...; `mirrored_at` > 0: of those not so, of so many.
  CountLaw(const std::vector<double>& chances, double mirrored_at);

  std::vector<double> below_, above_;  // P(X <= x), P(X >= x)
  double mirrored_at_ = 0;
  double lower_ = 0, upper_ = 0;
};

// How many go well before one that does not, where `mean` do on average, 0 or more: the geometric
// distribution from 0.
class GeometricLaw {
 public:
  explicit GeometricLaw(double mean);

  double median() const { return median_; }
  double lower() const { return lower_; }
  double upper() const { return upper_; }
  // As CountLaw::DeviateOf.
  double DeviateOf(double count) const;

 private:
  double log_good_;  // the logarithm of the chance to go well
  double median_ = 0, lower_ = 0, upper_ = 0;
};

}  // namespace plumbline::analytics::quality

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_EXACT_LIMITS_H_
