// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/proportions.h"

#include <algorithm>
#include <cmath>

#include "common/statistics/chi_square.h"

namespace plumbline::statistics {
namespace {

double Of(int64_t count) { return static_cast<double>(count); }

// The four cells, with half a case more in each where one is empty.
struct Cells {
  explicit Cells(const TwoByTwo& t)
      : a(Of(t.happened)),
        b(Of(t.count - t.happened)),
        c(Of(t.other_happened)),
        d(Of(t.other_count - t.other_happened)) {
    if (a > 0 && b > 0 && c > 0 && d > 0) return;
    for (double* cell : {&a, &b, &c, &d}) *cell += 0.5;
  }
  double a, b, c, d;
};

Estimate ByLogarithm(double ratio, double variance, double z) {
  const double factor = std::exp(z * std::sqrt(std::max(0.0, variance)));
  return {ratio, ratio / factor, ratio * factor};
}

}  // namespace

Estimate Proportion(int64_t happened, int64_t count, double z) {
  const double n = Of(count), p = Of(happened) / n, squared = z * z;
  const double middle = (p + squared / (2 * n)) / (1 + squared / n);
  const double half = z / (1 + squared / n) * std::sqrt(p * (1 - p) / n + squared / (4 * n * n));
  // At the ends of the scale the interval ends there: what is left of it is error of rounding.
  return {p, happened == 0 ? 0 : std::max(0.0, middle - half),
          happened == count ? 1 : std::min(1.0, middle + half)};
}

Estimate RiskDifference(const TwoByTwo& t, double z) {
  const Estimate one = Proportion(t.happened, t.count, z);
  const Estimate other = Proportion(t.other_happened, t.other_count, z);
  const double difference = one.value - other.value;
  return {difference, difference - std::hypot(one.value - one.lower, other.upper - other.value),
          difference + std::hypot(one.upper - one.value, other.value - other.lower)};
}

Estimate RiskRatio(const TwoByTwo& table, double z) {
  const Cells t(table);
  const double ratio = t.a / (t.a + t.b) / (t.c / (t.c + t.d));
  return ByLogarithm(ratio, 1 / t.a - 1 / (t.a + t.b) + 1 / t.c - 1 / (t.c + t.d), z);
}

Estimate OddsRatio(const TwoByTwo& table, double z) {
  const Cells t(table);
  return ByLogarithm(t.a / t.b * (t.d / t.c), 1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d, z);
}

double FisherPValue(const TwoByTwo& t) {
  const int64_t all = t.all(), happened = t.all_happened();
  const int64_t least = std::max<int64_t>(0, happened - t.other_count);
  const int64_t most = std::min(happened, t.count);
  // From the most probable table downwards on both sides, as multiples of its probability: nothing
  // under- or overflows, and no logarithm of a factorial loses digits.
  const auto mode = std::clamp(
      static_cast<int64_t>((Of(happened) + 1) * (Of(t.count) + 1) / (Of(all) + 2)), least, most);
  const auto next = [&](int64_t k) {  // p(k + 1) / p(k)
    return Of(happened - k) * Of(t.count - k) / (Of(k + 1) * Of(t.other_count - happened + k + 1));
  };
  double observed = 1;
  for (int64_t k = mode; k < t.happened; ++k) observed *= next(k);
  for (int64_t k = mode; k > t.happened; --k) observed /= next(k - 1);
  // Tables that are as probable differ by error of rounding.
  const double bound = observed * (1 + 1e-7);
  double total = 1, extreme = 1 <= bound ? 1 : 0;
  double weight = 1;
  for (int64_t k = mode; k < most && weight > 0; ++k) {
    weight *= next(k);
    total += weight;
    if (weight <= bound) extreme += weight;
  }
  weight = 1;
  for (int64_t k = mode; k > least && weight > 0; --k) {
    weight /= next(k - 1);
    total += weight;
    if (weight <= bound) extreme += weight;
  }
  return std::min(1.0, extreme / total);
}

double ChiSquareOf(const TwoByTwo& t) {
  const double n = Of(t.all()), happened = Of(t.all_happened());
  const double margins = happened * (n - happened) * Of(t.count) * Of(t.other_count);
  if (margins <= 0) return 0;
  const double cross = Of(t.happened) * Of(t.other_count) - Of(t.other_happened) * Of(t.count);
  return cross * cross / margins * n;
}

double LeastExpected(const TwoByTwo& t) {
  const double n = Of(t.all()), happened = Of(t.all_happened());
  return std::min(happened, n - happened) * Of(std::min(t.count, t.other_count)) / n;
}

double PValueOf(const TwoByTwo& table, bool* exact) {
  *exact = LeastExpected(table) < 10;
  return *exact ? FisherPValue(table) : ChiSquareAbove(ChiSquareOf(table), 1);
}

}  // namespace plumbline::statistics
