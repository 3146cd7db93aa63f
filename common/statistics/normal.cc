// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/normal.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace plumbline::statistics {
namespace {

// Within 1.2e-9 relative of the quantile, for p <= 1/2.
double RationalStart(double p) {
  constexpr double kA[] = {-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                           1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
  constexpr double kB[] = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                           6.680131188771972e+01, -1.328068155288572e+01};
  constexpr double kC[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                           -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
  constexpr double kD[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                           3.754408661907416e+00};
  constexpr double kTail = 0.02425;
  if (p < kTail) {
    const double q = std::sqrt(-2 * std::log(p));
    return (((((kC[0] * q + kC[1]) * q + kC[2]) * q + kC[3]) * q + kC[4]) * q + kC[5]) /
           ((((kD[0] * q + kD[1]) * q + kD[2]) * q + kD[3]) * q + 1);
  }
  const double q = p - 0.5;
  const double r = q * q;
  return (((((kA[0] * r + kA[1]) * r + kA[2]) * r + kA[3]) * r + kA[4]) * r + kA[5]) * q /
         (((((kB[0] * r + kB[1]) * r + kB[2]) * r + kB[3]) * r + kB[4]) * r + 1);
}

// For 0 < p <= 1/2.
double LowerQuantile(double p) {
  double z = RationalStart(p);
  for (int step = 0; step < 2; ++step) {
    // Halley on log P(Z <= z), whose relative error matters in the tail.
    const double below = NormalBelow(z);
    const double u = (below - p) / NormalDensity(z);
    z -= u / (1 + z * u / 2);
  }
  return z;
}

}  // namespace

double NormalDensity(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi); }

double NormalBelow(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

double NormalAbove(double z) { return std::erfc(z / std::numbers::sqrt2) / 2; }

double NormalQuantile(double p) {
  if (p <= 0) return -std::numeric_limits<double>::infinity();
  if (p >= 1) return std::numeric_limits<double>::infinity();
  return p <= 0.5 ? LowerQuantile(p) : -LowerQuantile(1 - p);
}

double NormalUpperQuantile(double p) { return -NormalQuantile(p); }

}  // namespace plumbline::statistics
