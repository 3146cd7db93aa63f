// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/exact_moments.h"

#include <cmath>

namespace plumbline::statistics {

Wide& Wide::operator+=(const Wide& other) {
  absl::uint128 carry = 0;
  for (size_t i = 0; i < limbs_.size(); ++i) {
    carry += absl::uint128(limbs_[i]) + other.limbs_[i];
    limbs_[i] = absl::Uint128Low64(carry);
    carry >>= 64;
  }
  return *this;
}

Wide& Wide::operator-=(const Wide& other) {
  uint64_t borrow = 0;
  for (size_t i = 0; i < limbs_.size(); ++i) {
    const absl::uint128 take = absl::uint128(other.limbs_[i]) + borrow;
    borrow = absl::uint128(limbs_[i]) < take ? 1 : 0;
    limbs_[i] -= absl::Uint128Low64(take);
  }
  return *this;
}

Wide Wide::Times(uint64_t factor) const {
  Wide product;
  absl::uint128 carry = 0;
  for (size_t i = 0; i < limbs_.size(); ++i) {
    carry += absl::uint128(limbs_[i]) * factor;
    product.limbs_[i] = absl::Uint128Low64(carry);
    carry >>= 64;
  }
  return product;
}

Wide Wide::Times(absl::uint128 factor) const {
  Wide high = Times(absl::Uint128High64(factor)), shifted;
  for (size_t i = 1; i < limbs_.size(); ++i) shifted.limbs_[i] = high.limbs_[i - 1];
  shifted += Times(absl::Uint128Low64(factor));
  return shifted;
}

double Wide::ToDouble() const {
  double value = 0;
  for (size_t i = limbs_.size(); i-- > 0;) {
    value = value * 18446744073709551616.0 + static_cast<double>(limbs_[i]);
  }
  return value;
}

void PointSums::Add(uint64_t point) {
  ++count_;
  sum_ += point;
  squares_ += Wide(absl::uint128(point) * point);
}

void ExactMoments::Add(uint64_t value) {
  ++count_;
  sum_ += value;
  squares_ += Wide(absl::uint128(value) * value);
}

void ExactMoments::Add(const ExactMoments& other) {
  count_ += other.count_;
  sum_ += other.sum_;
  squares_ += other.squares_;
}

void ExactMoments::Remove(const ExactMoments& other) {
  count_ -= other.count_;
  sum_ -= other.sum_;
  squares_ -= other.squares_;
}

void ExactMoments::AddDistances(const PointSums& points, uint64_t to) {
  count_ += points.count_;
  sum_ += absl::uint128(to) * points.count_ - points.sum_;
  // Of squares: n to^2 - 2 to sum + squares.
  squares_ += Wide(absl::uint128(to) * to).Times(points.count_);
  squares_ -= Wide(points.sum_).Times(2 * to);
  squares_ += points.squares_;
}

double ExactMoments::mean() const {
  // Whole means are exact, so that equal numbers have themselves for a mean.
  const absl::uint128 whole = sum_ / count_, rest = sum_ % count_;
  return static_cast<double>(whole) + static_cast<double>(rest) / static_cast<double>(count_);
}

double ExactMoments::standard_deviation() const {
  if (count_ < 2) return 0;
  Wide numerator = squares_.Times(count_);  // n sum of squares - square of sum
  numerator -= Wide(sum_).Times(sum_);
  const double n = static_cast<double>(count_);
  return std::sqrt(numerator.ToDouble() / n / (n - 1));
}

}  // namespace plumbline::statistics
