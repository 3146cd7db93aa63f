// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/sums.h"

#include <algorithm>
#include <cmath>

namespace plumbline::statistics {

void CompensatedSum::Add(double value) {
  const double sum = sum_ + value;
  error_ += std::abs(sum_) >= std::abs(value) ? (sum_ - sum) + value : (value - sum) + sum_;
  sum_ = sum;
}

double Sum(absl::Span<const double> values) {
  CompensatedSum sum;
  for (const double value : values) sum.Add(value);
  return sum.value();
}

double Mean(absl::Span<const double> values) {
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  return std::clamp(Sum(values) / static_cast<double>(values.size()), *least, *greatest);
}

double SquaredDeviations(absl::Span<const double> values) {
  if (values.size() < 2) return 0;
  const double mean = Mean(values);
  CompensatedSum squares;
  CompensatedSum rest;
  for (const double value : values) {
    squares.Add((value - mean) * (value - mean));
    rest.Add(value - mean);
  }
  return squares.value() - rest.value() * rest.value() / static_cast<double>(values.size());
}

double StandardDeviation(absl::Span<const double> values) {
  return std::sqrt(SquaredDeviations(values) / static_cast<double>(values.size() - 1));
}

}  // namespace plumbline::statistics
