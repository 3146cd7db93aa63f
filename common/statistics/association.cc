// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/association.h"

#include <algorithm>
#include <cmath>

#include "common/statistics/chi_square.h"
#include "common/statistics/log_gamma.h"
#include "common/statistics/normal.h"
#include "common/statistics/sums.h"

namespace plumbline::statistics {
namespace {

constexpr double kMostExact = 400;

// A power of the variate is nearly normal (Sankaran 1963): to about 1e-5 for large noncentralities.
double Sankaran(double x, double k, double l) {
  const double h = 1 - 2 * (k + l) * (k + 3 * l) / (3 * (k + 2 * l) * (k + 2 * l));
  const double p = (k + 2 * l) / ((k + l) * (k + l));
  const double m = (h - 1) * (1 - 3 * h);
  const double mean = 1 + h * p * (h - 1 - (2 - h) * m * p / 2);
  return NormalBelow((std::pow(x / (k + l), h) - mean) / (h * std::sqrt(2 * p) * (1 + m * p / 2)));
}

// The noncentrality of which so large a chi-square or a larger one has the probability `above`.
double NoncentralityWith(double x, double freedom, double above) {
  if (ChiSquareAbove(x, freedom) >= above) return 0;
  double low = 0, high = std::max(x, 1.0);
  while (1 - NoncentralChiSquareBelow(x, freedom, high) < above) high *= 2;
  for (int step = 0; step < 60 && high - low > 1e-10 * high; ++step) {
    const double middle = (low + high) / 2;
    (1 - NoncentralChiSquareBelow(x, freedom, middle) < above ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

double NoncentralChiSquareBelow(double x, double freedom, double noncentrality) {
  if (noncentrality <= 0) return ChiSquareBelow(x, freedom);
  if (std::max(x, noncentrality) > kMostExact) return Sankaran(x, freedom, noncentrality);
  const double mean = noncentrality / 2;
  const double reach = 9 * std::sqrt(mean) + 20;
  double sum = 0;
  for (double j = std::max(0.0, std::floor(mean - reach)); j <= mean + reach; ++j) {
    const double weight = std::exp(j * std::log(mean) - mean - LogGamma(j + 1));
    if (weight < 1e-18) continue;
    sum += weight * ChiSquareBelow(x, freedom + 2 * j);
  }
  return std::min(1.0, sum);
}

std::optional<Association> AssociationOf(absl::Span<const std::pair<int64_t, int64_t>> groups,
                                         double confidence) {
  double n = 0, happened = 0;
  int used = 0;
  for (const auto& [some, all] : groups) {
    n += static_cast<double>(all);
    happened += static_cast<double>(some);
    used += all > 0 ? 1 : 0;
  }
  if (used < 2 || happened <= 0 || happened >= n) return std::nullopt;
  CompensatedSum sum;
  for (const auto& [some, all] : groups) {
    if (all == 0) continue;
    const double expected = static_cast<double>(all) * happened / n;
    const double distance = static_cast<double>(some) - expected;
    sum.Add(distance * distance * n / (expected * (n - happened)));
  }
  Association association;
  association.chi_square = sum.value();
  association.freedom = used - 1;
  const double freedom = association.freedom;
  association.p_value = ChiSquareAbove(association.chi_square, freedom);
  const auto v = [&](double noncentrality) { return std::min(1.0, std::sqrt(noncentrality / n)); };
  const double tail = (1 - confidence) / 2;
  Estimate& estimate = association.cramers_v;
  estimate.value = v(std::max(0.0, association.chi_square - freedom));
  estimate.lower =
      std::min(estimate.value, v(NoncentralityWith(association.chi_square, freedom, tail)));
  estimate.upper =
      std::max(estimate.value, v(NoncentralityWith(association.chi_square, freedom, 1 - tail)));
  return association;
}

}  // namespace plumbline::statistics
