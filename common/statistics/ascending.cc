// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/ascending.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "common/base/status_macros.h"

namespace plumbline::statistics {
namespace {

constexpr int kDigitBits = 11;
constexpr int kDigits = 6;  // 6 * 11 bits hold the 64 of a double
constexpr size_t kBuckets = size_t{1} << kDigitBits;
// Below, comparing is faster than counting.
constexpr size_t kWorthIt = 4096;

double ValueOf(double value) { return value; }
double ValueOf(const Numbered& value) { return value.value; }
// -0 becomes 0: its bits would sort first.
void TakeSignOfZero(double& value) { value += 0.0; }
void TakeSignOfZero(Numbered& value) { value.value += 0.0; }

// Of bits in the order of the numbers: of those below 0, if there are such, all bits are turned
// round, of the others the sign.
template <bool kAnyBelowZero, class T>
size_t DigitOf(const T& value, int digit) {
  auto bits = std::bit_cast<uint64_t>(ValueOf(value));
  constexpr uint64_t kSign = uint64_t{1} << 63;
  if constexpr (kAnyBelowZero) bits ^= (bits & kSign) != 0 ? ~uint64_t{0} : kSign;
  return (bits >> (digit * kDigitBits)) & (kBuckets - 1);
}

template <bool kAnyBelowZero, class T>
absl::Status SortByDigits(std::vector<T>* values, absl::FunctionRef<absl::Status()> keep_on) {
  const size_t size = values->size();
  std::vector<std::array<size_t, kBuckets>> counts(kDigits);
  for (T& value : *values) {
    TakeSignOfZero(value);
    for (int digit = 0; digit < kDigits; ++digit)
      ++counts[digit][DigitOf<kAnyBelowZero>(value, digit)];
  }
  std::vector<T> other(size);
  for (int digit = 0; digit < kDigits; ++digit) {
    std::array<size_t, kBuckets>& places = counts[digit];
    if (places[DigitOf<kAnyBelowZero>(values->front(), digit)] == size) continue;
    RETURN_IF_ERROR(keep_on());
    size_t place = 0;
    for (size_t& count : places) {
      const size_t here = count;
      count = place;
      place += here;
    }
    for (const T& value : *values) other[places[DigitOf<kAnyBelowZero>(value, digit)]++] = value;
    values->swap(other);
  }
  return absl::OkStatus();
}

template <class T>
absl::Status Sort(std::vector<T>* values, absl::FunctionRef<absl::Status()> keep_on) {
  if (values->size() < kWorthIt) {
    std::stable_sort(values->begin(), values->end(),
                     [](const T& a, const T& b) { return ValueOf(a) < ValueOf(b); });
    return keep_on();
  }
  const bool any = std::any_of(values->begin(), values->end(),
                               [](const T& value) { return ValueOf(value) < 0; });
  return any ? SortByDigits<true>(values, keep_on) : SortByDigits<false>(values, keep_on);
}

}  // namespace

void SortAscending(std::vector<double>* values) {
  Sort(values, [] { return absl::OkStatus(); }).IgnoreError();
}

absl::Status SortAscending(std::vector<Numbered>* values,
                           absl::FunctionRef<absl::Status()> keep_on) {
  return Sort(values, keep_on);
}

}  // namespace plumbline::statistics
