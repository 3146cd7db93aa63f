// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "common/statistics/normal.h"
#include "services/analytics/improvement/two_samples.h"

namespace plumbline::analytics::improvement {
namespace {

using Values = absl::Span<const double>;

// Told for an end that is 0 but not part of the interval; less than any time is measured to.
constexpr double kJustAbove = 1e-9;

// A whole number in the order of doubles, and back.
int64_t KeyOf(double value) {
  const auto bits = std::bit_cast<int64_t>(value == 0 ? 0.0 : value);
  return bits < 0 ? INT64_MIN - bits : bits;
}
double ValueOf(int64_t key) { return std::bit_cast<double>(key < 0 ? INT64_MIN - key : key); }

// How many of the differences second - first are at most `limit`.
double CountUpTo(Values first, Values second, double limit) {
  // As a value of the first grows, its differences fall, and more of the second qualify.
  double count = 0;
  size_t within = 0;
  for (const double x : first) {
    while (within < second.size() && second[within] - x <= limit) ++within;
    count += static_cast<double>(within);
  }
  return count;
}

// The k-th smallest difference, k from 1.
double KthDifference(Values first, Values second, double k) {
  int64_t low = KeyOf(second.front() - first.back()), high = KeyOf(second.back() - first.front());
  while (low < high) {
    const int64_t middle =
        low + static_cast<int64_t>((static_cast<uint64_t>(high) - static_cast<uint64_t>(low)) / 2);
    if (CountUpTo(first, second, ValueOf(middle)) >= k) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return ValueOf(low);
}

// Pairs in which the second is above the first, ties as halves.
double PairsAbove(Values first, Values second) {
  double pairs = 0;
  size_t below = 0, up_to = 0;
  for (const double y : second) {
    while (below < first.size() && first[below] < y) ++below;
    up_to = std::max(up_to, below);
    while (up_to < first.size() && first[up_to] <= y) ++up_to;
    pairs += static_cast<double>(below) + static_cast<double>(up_to - below) / 2;
  }
  return pairs;
}

// Sum of t^3 - t over groups of equal values of both.
double TiesOf(Values first, Values second) {
  double ties = 0;
  size_t i = 0, j = 0;
  while (i < first.size() || j < second.size()) {
    const double value = i == first.size()    ? second[j]
                         : j == second.size() ? first[i]
                                              : std::min(first[i], second[j]);
    double t = 0;
    for (; i < first.size() && first[i] == value; ++i) ++t;
    for (; j < second.size() && second[j] == value; ++j) ++t;
    ties += t * t * t - t;
  }
  return ties;
}

// Of the number of pairs in which the second is above the first, if both are alike.
double DeviationOf(double n1, double n2, double ties) {
  const double n = n1 + n2;
  const double variance = n < 2 ? 0 : n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1)));
  return std::sqrt(std::max(0.0, variance));
}

// Of a number of pairs so far from the half of them.
double PValueOf(double away, double deviation) {
  if (!(deviation > 0)) return 1;
  return std::min(1.0, 2 * statistics::NormalAbove(std::max(0.0, away - 0.5) / deviation));
}

// How many differences are at most a shift, at least, that is not rejected for the others being
// too many.
double FirstNotRejected(double pairs, double deviation, double level) {
  double low = 0, high = std::floor(pairs / 2);  // which is half a pair from the half at most
  while (low < high) {
    const double middle = std::floor((low + high) / 2);
    if (PValueOf(pairs / 2 - middle, deviation) >= level) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

Difference ShiftOf(Values first, Values second, double confidence) {
  const auto n1 = static_cast<double>(first.size()), n2 = static_cast<double>(second.size());
  const double pairs = n1 * n2, level = 1 - confidence;
  Difference shift;
  const double half = std::floor((pairs + 1) / 2), other = std::floor((pairs + 2) / 2);
  shift.estimate = KthDifference(first, second, half);
  if (other != half) shift.estimate = (shift.estimate + KthDifference(first, second, other)) / 2;
  const double above = PairsAbove(first, second) - pairs / 2;
  shift.p_value = PValueOf(std::abs(above), DeviationOf(n1, n2, TiesOf(first, second)));
  // Where a shift is no difference, the values of one sample are tied with those of the other no
  // more: all such shifts have one deviation, and those between the same differences one p.
  const double deviation = DeviationOf(n1, n2, TiesOf(first, {}) + TiesOf(second, {}));
  const double rank = FirstNotRejected(pairs, deviation, level);
  if (rank == 0) {
    shift.interval = {-std::numeric_limits<double>::infinity(),
                      std::numeric_limits<double>::infinity()};
    return shift;
  }
  shift.interval = {KthDifference(first, second, rank),
                    KthDifference(first, second, pairs + 1 - rank)};
  if (shift.p_value >= level) return shift;
  // An end that the test rejects itself, though not what lies beyond it, is none if it is 0.
  if (above > 0 && shift.interval.lower == 0) {
    shift.interval.lower = kJustAbove;
    shift.interval.upper = std::max(shift.interval.upper, kJustAbove);
  } else if (above < 0 && shift.interval.upper == 0) {
    shift.interval.upper = -kJustAbove;
    shift.interval.lower = std::min(shift.interval.lower, -kJustAbove);
  }
  return shift;
}

double ChanceBelow(Values ascending, double shift) {
  const auto n = static_cast<double>(ascending.size());
  double pairs = 0;
  size_t below = 0, up_to = 0;
  for (const double y : ascending) {
    while (below < ascending.size() && ascending[below] - shift < y) ++below;
    up_to = std::max(up_to, below);
    while (up_to < ascending.size() && ascending[up_to] - shift <= y) ++up_to;
    pairs += static_cast<double>(below) + static_cast<double>(up_to - below) / 2;
  }
  return pairs / (n * n);
}

}  // namespace plumbline::analytics::improvement
