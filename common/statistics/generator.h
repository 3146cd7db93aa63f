// SPDX-License-Identifier: Apache-2.0
//
// Chance that can be had again: the same seed gives the same numbers on every machine.
#ifndef PLUMBLINE_COMMON_STATISTICS_GENERATOR_H_
#define PLUMBLINE_COMMON_STATISTICS_GENERATOR_H_

#include <array>
#include <cstdint>

namespace plumbline::statistics {

// xoshiro256** (Blackman and Vigna 2021), its state filled by SplitMix64 (Steele, Lea and Flood
// 2014). Period 2^256 - 1. Not for secrets. Each draw is a few operations.
class Generator {
 public:
  explicit Generator(uint64_t seed);

  uint64_t Bits();
  // 0 to `size` - 1, each as likely as any other (Lemire 2019). size > 0.
  uint64_t Below(uint64_t size);
  // 0 to 1, without 1, of 53 bits.
  double Fraction();
  // Of mean 1, by inversion.
  double Exponential();

 private:
  std::array<uint64_t, 4> state_;
};

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_GENERATOR_H_
