// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/proportions.h"

#include <algorithm>
#include <cmath>

#include "common/statistics/normal.h"
#include "common/statistics/two_counts.h"

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

TwoCounts CountsOf(const TwoByTwo& t) {
  return {
      CountModel::kShare, {Of(t.happened), Of(t.count)}, {Of(t.other_happened), Of(t.other_count)}};
}

Estimate With(double value, const TwoCounts::Bounds& bounds) {
  return {value, bounds.lower, bounds.upper};
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

Estimate RiskDifference(const TwoByTwo& table, double z) {
  const TwoCounts counts = CountsOf(table);
  return With(counts.difference(), counts.Difference(z));
}

Estimate RiskRatio(const TwoByTwo& table, double z) {
  const Cells t(table);
  return With(t.a / (t.a + t.b) / (t.c / (t.c + t.d)), CountsOf(table).Ratio(z));
}

Estimate OddsRatio(const TwoByTwo& table, double z) {
  const Cells t(table);
  return With(t.a / t.b * (t.d / t.c), CountsOf(table).OddsRatio(z));
}

double PValueOf(const TwoByTwo& table) {
  return std::min(1.0, 2 * NormalAbove(std::abs(CountsOf(table).Score())));
}

}  // namespace plumbline::statistics
