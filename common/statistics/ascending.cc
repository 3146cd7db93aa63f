// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/ascending.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "common/base/status_macros.h"

namespace plumbline::statistics {
namespace {

constexpr int kDigitBits = 11;
constexpr int kDigits = 3;
constexpr size_t kBuckets = size_t{1} << kDigitBits;
// Below, comparing is faster than counting.
constexpr size_t kWorthIt = 4096;
constexpr size_t kMostCounted = std::numeric_limits<uint32_t>::max();
// Below, moving each to its place is faster than anything.
constexpr size_t kFew = 24;

double ValueOf(double value) { return value; }
double ValueOf(const Numbered& value) { return value.value; }
int64_t ValueOf(int64_t value) { return value; }
// -0 becomes 0: its bits would sort first.
void TakeSignOfZero(double& value) { value += 0.0; }
void TakeSignOfZero(Numbered& value) { value.value += 0.0; }
void TakeSignOfZero(int64_t&) {}

// Bits in the order of the numbers. Of those of fractions below 0, if there are such, all are
// turned round, of others the sign.
template <bool kAnyBelowZero, class T>
uint64_t KeyOf(const T& value) {
  constexpr uint64_t kSign = uint64_t{1} << 63;
  auto bits = std::bit_cast<uint64_t>(ValueOf(value));
  if constexpr (std::is_same_v<T, int64_t>) {
    bits ^= kSign;
  } else if constexpr (kAnyBelowZero) {
    bits ^= (bits & kSign) != 0 ? ~uint64_t{0} : kSign;
  }
  return bits;
}

template <class T>
bool Before(const T& a, const T& b) {
  return ValueOf(a) < ValueOf(b);
}

template <class T>
void PlaceEach(std::span<T> values) {
  for (size_t i = 1; i < values.size(); ++i) {
    const T value = values[i];
    size_t place = i;
    for (; place > 0 && Before(value, values[place - 1]); --place)
      values[place] = values[place - 1];
    values[place] = value;
  }
}

template <bool kAnyBelowZero, class T>
absl::Status SortByDigits(std::vector<T>* values, absl::FunctionRef<absl::Status()> keep_on);

// Sorts runs of those that have the same bits from `shift` on, and stand together.
template <bool kAnyBelowZero, class T>
absl::Status SortWithin(std::span<T> values, int shift, absl::FunctionRef<absl::Status()> keep_on) {
  const auto top = [shift](const T& value) { return KeyOf<kAnyBelowZero>(value) >> shift; };
  for (size_t begin = 0, end = 0; begin < values.size(); begin = end) {
    const uint64_t here = top(values[begin]);
    for (end = begin + 1; end < values.size() && top(values[end]) == here;) ++end;
    const std::span<T> run = values.subspan(begin, end - begin);
    if (run.size() < kFew) {
      PlaceEach(run);
    } else if (run.size() < kWorthIt) {
      std::stable_sort(run.begin(), run.end(), Before<T>);
    } else {
      std::vector<T> copy(run.begin(), run.end());
      RETURN_IF_ERROR((SortByDigits<kAnyBelowZero>(&copy, keep_on)));
      std::copy(copy.begin(), copy.end(), run.begin());
    }
  }
  return absl::OkStatus();
}

// By the first digits in which they differ, then within those that have these in common: of large
// lists few do.
template <bool kAnyBelowZero, class T>
absl::Status SortByDigits(std::vector<T>* values, absl::FunctionRef<absl::Status()> keep_on) {
  uint64_t differ = 0;
  const uint64_t first = KeyOf<kAnyBelowZero>(values->front());
  for (const T& value : *values) differ |= first ^ KeyOf<kAnyBelowZero>(value);
  const int shift = std::max(0, 64 - std::countl_zero(differ) - kDigits * kDigitBits);
  const auto digit_of = [shift](const T& value, int digit) {
    return (KeyOf<kAnyBelowZero>(value) >> (shift + digit * kDigitBits)) & (kBuckets - 1);
  };
  std::vector<std::array<uint32_t, kBuckets>> counts(kDigits);
  for (const T& value : *values) {
    for (int digit = 0; digit < kDigits; ++digit) ++counts[digit][digit_of(value, digit)];
  }
  std::vector<T> other(values->size());
  for (int digit = 0; digit < kDigits; ++digit) {
    std::array<uint32_t, kBuckets>& places = counts[digit];
    if (places[digit_of(values->front(), digit)] == values->size()) continue;
    RETURN_IF_ERROR(keep_on());
    uint32_t place = 0;
    for (uint32_t& count : places) {
      const uint32_t here = count;
      count = place;
      place += here;
    }
    for (const T& value : *values) other[places[digit_of(value, digit)]++] = value;
    values->swap(other);
  }
  return shift == 0 ? absl::OkStatus()
                    : SortWithin<kAnyBelowZero>(std::span<T>(*values), shift, keep_on);
}

template <class T>
absl::Status Sort(std::vector<T>* values, absl::FunctionRef<absl::Status()> keep_on) {
  if (std::is_sorted(values->begin(), values->end(), Before<T>)) return keep_on();
  if (values->size() < kWorthIt || values->size() > kMostCounted) {
    std::stable_sort(values->begin(), values->end(), Before<T>);
    return keep_on();
  }
  bool any = false;
  for (T& value : *values) {
    TakeSignOfZero(value);
    any |= ValueOf(value) < 0;
  }
  return any ? SortByDigits<true>(values, keep_on) : SortByDigits<false>(values, keep_on);
}

}  // namespace

void SortAscending(std::vector<double>* values) {
  Sort(values, [] { return absl::OkStatus(); }).IgnoreError();
}

absl::Status SortAscending(std::vector<int64_t>* values,
                           absl::FunctionRef<absl::Status()> keep_on) {
  return Sort(values, keep_on);
}

absl::Status SortAscending(std::vector<Numbered>* values,
                           absl::FunctionRef<absl::Status()> keep_on) {
  return Sort(values, keep_on);
}

}  // namespace plumbline::statistics
