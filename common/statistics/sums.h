// SPDX-License-Identifier: Apache-2.0
//
// Sums, means and variances that lose nothing on the way. Pure functions.
#ifndef PLUMBLINE_COMMON_STATISTICS_SUMS_H_
#define PLUMBLINE_COMMON_STATISTICS_SUMS_H_

#include "absl/types/span.h"

namespace plumbline::statistics {

// A running sum with its error carried along (Neumaier 1974): the error of the result does not grow
// with the number of values.
class CompensatedSum {
 public:
  void Add(double value);
  double value() const { return sum_ + error_; }

 private:
  double sum_ = 0;
  double error_ = 0;
};

double Sum(absl::Span<const double> values);
// Of at least one value. From the least to the greatest of them, which rounding alone would not
// keep: the mean of equal values is that value.
double Mean(absl::Span<const double> values);
// Sum of squared differences from the mean, in two passes with the error of the mean taken out
// (Chan, Golub and LeVeque 1983, eq. 1.7): stable also where the mean is large. 0 for fewer than
// two values.
double SquaredDeviations(absl::Span<const double> values);
// The sample's standard deviation, by n - 1; of at least two values.
double StandardDeviation(absl::Span<const double> values);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_SUMS_H_
