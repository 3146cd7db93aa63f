// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/chart_constants.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <mutex>
#include <vector>

#include "common/statistics/log_gamma.h"
#include "common/statistics/normal.h"

namespace plumbline::analytics::quality {
namespace {

using statistics::NormalBelow;
using statistics::NormalDensity;

// Beyond this the normal distribution holds less than 1e-18 on each side.
constexpr double kEdge = 9;

// Smooth functions that vanish at both ends: the trapezoid rule is then as exact as any.
constexpr double kStep = 1.0 / 16;
constexpr int kSteps = static_cast<int>(2 * kEdge / kStep);

// Points and weights of Gauss and Legendre on [-1, 1], half of them; the others mirror them.
constexpr std::array<double, 8> kPoints = {
    0.0950125098376374402, 0.2816035507792589132, 0.4580167776572273863, 0.6178762444026437484,
    0.7554044083550030339, 0.8656312023878317439, 0.9445750230732325761, 0.9894009349916499326};
constexpr std::array<double, 8> kWeights = {
    0.1894506104550684963, 0.1826034150449235888, 0.1691565193950025382, 0.1495959888165767321,
    0.1246289712555338721, 0.0951585116824927848, 0.0622535239386478929, 0.0271524594117540949};

// P(range > w) = 1 - n * integral of phi(x) (Phi(x + w) - Phi(x))^(n - 1).
double RangeBeyond(int n, double w) {
  double sum = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const double x = -kEdge + i * kStep;
    const double within = NormalBelow(x + w) - NormalBelow(x);
    sum += NormalDensity(x) * std::pow(within, n - 1);
  }
  return 1 - n * sum * kStep;
}

// d2 = integral of 1 - (1 - Phi(x))^n - Phi(x)^n (Tippett 1925).
double MeanOfRange(int n) {
  double sum = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const double below = NormalBelow(-kEdge + i * kStep);
    sum += 1 - std::pow(1 - below, n) - std::pow(below, n);
  }
  return sum * kStep;
}

// E(range^2) = integral of 2 w P(range > w), in panels of length 1.
double MeanOfSquaredRange(int n) {
  double sum = 0;
  for (int panel = 0; panel < static_cast<int>(2 * kEdge); ++panel) {
    const double middle = panel + 0.5;
    for (size_t i = 0; i < kPoints.size(); ++i) {
      for (const double side : {-1.0, 1.0}) {
        const double w = middle + side * kPoints[i] / 2;
        sum += kWeights[i] / 2 * 2 * w * RangeBeyond(n, w);
      }
    }
  }
  return sum;
}

ChartConstants Compute(int n) {
  ChartConstants constants;
  constants.d2 = MeanOfRange(n);
  constants.d3 = std::sqrt(MeanOfSquaredRange(n) - constants.d2 * constants.d2);
  constants.c4 = MeanOfDeviation(n);
  return constants;
}

// 1 - c4.
double BiasOfDeviation(int64_t count) {
  const auto n = static_cast<double>(count);
  // Where the difference of two large logarithms would lose it: the first terms of its series.
  if (count > 2000) return 1 / (4 * n) + 7 / (32 * n * n) + 19 / (128 * n * n * n);
  return 1 - std::sqrt(2.0 / (n - 1)) *
                 std::exp(statistics::LogGamma(n / 2) - statistics::LogGamma((n - 1) / 2));
}

}  // namespace

double MeanOfDeviation(int64_t n) { return 1 - BiasOfDeviation(n); }
double DeviationOfDeviation(int64_t n) {
  const double bias = BiasOfDeviation(n);
  return std::sqrt(bias * (2 - bias));  // sqrt(1 - c4^2)
}

double ChartConstants::A2(int n) const { return 3 / (d2 * std::sqrt(n)); }
double ChartConstants::A3(int n) const { return 3 / (c4 * std::sqrt(n)); }
double ChartConstants::D3() const { return std::max(0.0, 1 - 3 * d3 / d2); }
double ChartConstants::D4() const { return 1 + 3 * d3 / d2; }
double ChartConstants::B3() const { return std::max(0.0, 1 - 3 * std::sqrt(1 - c4 * c4) / c4); }
double ChartConstants::B4() const { return 1 + 3 * std::sqrt(1 - c4 * c4) / c4; }

const ChartConstants& ConstantsOf(int n) {
  struct Kept {
    std::once_flag once;
    ChartConstants constants;
  };
  static auto& kept = *new std::array<Kept, kMaxSubgroup + 1>();
  Kept& of = kept[static_cast<size_t>(std::clamp(n, 2, kMaxSubgroup))];
  std::call_once(of.once, [&] { of.constants = Compute(std::clamp(n, 2, kMaxSubgroup)); });
  return of.constants;
}

}  // namespace plumbline::analytics::quality
