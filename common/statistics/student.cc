// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/student.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "common/statistics/beta.h"
#include "common/statistics/log_gamma.h"
#include "common/statistics/normal.h"

namespace plumbline::statistics {
namespace {

double Density(double t, double freedom) {
  const double front = LogGamma((freedom + 1) / 2) - LogGamma(freedom / 2);
  return std::exp(front - (freedom + 1) / 2 * std::log1p(t * t / freedom)) /
         std::sqrt(freedom * std::numbers::pi);
}

// For 0 < p < 1/2: the t above 0.
double Upper(double p, double freedom) {
  if (freedom == 1) return 1 / std::tan(std::numbers::pi * p);
  if (freedom == 2) return (1 - 2 * p) * std::sqrt(2 / (4 * p * (1 - p)));
  // Its tails are heavier than those of the normal distribution, so that its quantile is no less.
  double low = std::max(0.0, NormalUpperQuantile(p)), high = 2 * low + 1;
  while (StudentAbove(high, freedom) > p) {
    low = high;
    high *= 2;
  }
  double t = (low + high) / 2;
  constexpr int kMostSteps = 200;
  for (int step = 0; step < kMostSteps; ++step) {
    const double above = StudentAbove(t, freedom) - p;
    (above > 0 ? low : high) = t;
    double next = t + above / Density(t, freedom);
    // Before the bracket is asked, of which t is one end by now.
    if (std::abs(next - t) <= 4 * t * std::numeric_limits<double>::epsilon()) return next;
    if (!(next > low && next < high)) next = (low + high) / 2;
    t = next;
  }
  return t;
}

}  // namespace

double StudentAbove(double t, double freedom) {
  if (t < 0) return 1 - StudentAbove(-t, freedom);
  const double square = t * t;
  // In the middle from the other end, where the argument keeps its digits.
  if (square < 1) return 0.5 - BetaBelow(square / (freedom + square), 0.5, freedom / 2) / 2;
  return BetaBelow(freedom / (freedom + square), freedom / 2, 0.5) / 2;
}

double StudentUpperQuantile(double p, double freedom) {
  if (p <= 0) return std::numeric_limits<double>::infinity();
  if (p >= 1) return -std::numeric_limits<double>::infinity();
  if (p == 0.5) return 0;
  return p < 0.5 ? Upper(p, freedom) : -Upper(1 - p, freedom);
}

}  // namespace plumbline::statistics
