// SPDX-License-Identifier: Apache-2.0
//
// Mean and variance of whole numbers without any rounding on the way, so that the order of the
// numbers does not matter, however many and large they are. Pure.
#ifndef PLUMBLINE_COMMON_STATISTICS_EXACT_MOMENTS_H_
#define PLUMBLINE_COMMON_STATISTICS_EXACT_MOMENTS_H_

#include <array>
#include <cstdint>

#include "absl/numeric/int128.h"

namespace plumbline::statistics {

// A whole number from 0 to 2^256 - 1, modulo 2^256 on the way.
class Wide {
 public:
  Wide() = default;
  explicit Wide(absl::uint128 value)
      : limbs_{absl::Uint128Low64(value), absl::Uint128High64(value), 0, 0} {}

  Wide& operator+=(const Wide& other);
  Wide& operator-=(const Wide& other);
  Wide Times(uint64_t factor) const;
  Wide Times(absl::uint128 factor) const;
  // The nearest double, or one next to it.
  double ToDouble() const;

 private:
  std::array<uint64_t, 4> limbs_{};  // the least first
};

// Sums of points on a line, each from 0 to 2^62.
class PointSums {
 public:
  void Add(uint64_t point);
  uint64_t count() const { return count_; }

 private:
  friend class ExactMoments;
  uint64_t count_ = 0;
  absl::uint128 sum_ = 0;
  Wide squares_;
};

// Moments of numbers from 0 to 2^62, of which there may be 2^40.
class ExactMoments {
 public:
  void Add(uint64_t value);
  // Adds the distance from each of the points to `to`, which is no less than any of them. O(1).
  void AddDistances(const PointSums& points, uint64_t to);
  // Adds all numbers of the other.
  void Add(const ExactMoments& other);
  // Takes out all numbers of the other, each of which was added.
  void Remove(const ExactMoments& other);

  uint64_t count() const { return count_; }
  // Of at least one number.
  double mean() const;
  // The sample's, by n - 1; 0 of fewer than two numbers.
  double standard_deviation() const;

 private:
  uint64_t count_ = 0;
  absl::uint128 sum_ = 0;
  Wide squares_;
};

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_EXACT_MOMENTS_H_
