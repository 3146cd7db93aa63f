// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/chi_square.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/statistics/log_gamma.h"
#include "common/statistics/normal.h"

namespace plumbline::statistics {
namespace {

constexpr int kMostTerms = 10'000;
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// x^a e^-x / Gamma(a)
double Weight(double a, double x) { return std::exp(a * std::log(x) - x - LogGamma(a)); }

// P(a, x), for x < a + 1.
double LowerSeries(double a, double x) {
  double term = 1 / a;
  double sum = term;
  for (int n = 1; n < kMostTerms && term > sum * kEpsilon; ++n) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * Weight(a, x);
}

// Q(a, x), for x >= a + 1, by Lentz's method.
double UpperFraction(double a, double x) {
  constexpr double kTiny = 1e-300;
  double b = x + 1 - a;
  double c = 1 / kTiny;
  double d = 1 / b;
  double h = d;
  for (int n = 1; n < kMostTerms; ++n) {
    const double an = -n * (n - a);
    b += 2;
    d = an * d + b;
    if (std::abs(d) < kTiny) d = kTiny;
    c = b + an / c;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1 / d;
    const double factor = d * c;
    h *= factor;
    if (std::abs(factor - 1) < kEpsilon) break;
  }
  return h * Weight(a, x);
}

}  // namespace

double ChiSquareBelow(double x, double freedom) {
  if (x <= 0) return 0;
  const double a = freedom / 2;
  return x / 2 < a + 1 ? LowerSeries(a, x / 2) : 1 - UpperFraction(a, x / 2);
}

double ChiSquareAbove(double x, double freedom) {
  if (x <= 0) return 1;
  const double a = freedom / 2;
  return x / 2 < a + 1 ? 1 - LowerSeries(a, x / 2) : UpperFraction(a, x / 2);
}

double ChiSquareQuantile(double p, double freedom) {
  if (p <= 0) return 0;
  if (p >= 1) return std::numeric_limits<double>::infinity();
  const double ninth = 2 / (9 * freedom);
  const double cube = 1 - ninth + NormalQuantile(p) * std::sqrt(ninth);
  double x = std::max(freedom * cube * cube * cube, 1e-12 * freedom);
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  for (int step = 0; step < 200; ++step) {
    const double below = ChiSquareBelow(x, freedom);
    (below < p ? low : high) = x;
    const double density = Weight(freedom / 2, x / 2) / x;
    double next = x - (below - p) / density;
    if (!(next > low && next < high)) next = std::isinf(high) ? 2 * x : (low + high) / 2;
    if (std::abs(next - x) <= 4 * kEpsilon * x) return next;
    x = next;
  }
  return x;
}

}  // namespace plumbline::statistics
