// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/ascending.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace plumbline::statistics {
namespace {

constexpr int kDigitBits = 11;
constexpr int kDigits = 6;  // 6 * 11 bits hold the 64 of a double
constexpr size_t kBuckets = size_t{1} << kDigitBits;
// Below, comparing is faster than counting.
constexpr size_t kWorthIt = 4096;

size_t DigitOf(double value, int digit) {
  return (std::bit_cast<uint64_t>(value) >> (digit * kDigitBits)) & (kBuckets - 1);
}

}  // namespace

void SortAscending(std::vector<double>* values) {
  const size_t size = values->size();
  if (size < kWorthIt) {
    std::sort(values->begin(), values->end());
    return;
  }
  std::vector<std::array<size_t, kBuckets>> counts(kDigits);
  for (double& value : *values) {
    value += 0.0;  // -0 becomes 0: its bits would sort last
    for (int digit = 0; digit < kDigits; ++digit) ++counts[digit][DigitOf(value, digit)];
  }
  std::vector<double> other(size);
  for (int digit = 0; digit < kDigits; ++digit) {
    std::array<size_t, kBuckets>& places = counts[digit];
    if (places[DigitOf(values->front(), digit)] == size) continue;
    size_t place = 0;
    for (size_t& count : places) {
      const size_t here = count;
      count = place;
      place += here;
    }
    for (const double value : *values) other[places[DigitOf(value, digit)]++] = value;
    values->swap(other);
  }
}

}  // namespace plumbline::statistics
