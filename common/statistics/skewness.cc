// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/skewness.h"

#include <cmath>

#include "common/statistics/normal.h"
#include "common/statistics/sums.h"

namespace plumbline::statistics {

std::optional<double> Skewness(absl::Span<const double> values) {
  if (values.empty()) return std::nullopt;
  const double mean = Mean(values);
  CompensatedSum second, third;
  for (const double value : values) {
    const double d = value - mean;
    second.Add(d * d);
    third.Add(d * d * d);
  }
  const auto n = static_cast<double>(values.size());
  const double variance = second.value() / n;
  if (variance <= 0) return std::nullopt;
  return third.value() / n / (variance * std::sqrt(variance));
}

std::optional<double> SkewnessByChance(double skewness, size_t count) {
  if (count < 8) return std::nullopt;
  const auto n = static_cast<double>(count);
  const double y = skewness * std::sqrt((n + 1) * (n + 3) / (6 * (n - 2)));
  const double kurtosis =
      3 * (n * n + 27 * n - 70) * (n + 1) * (n + 3) / ((n - 2) * (n + 5) * (n + 7) * (n + 9));
  const double w2 = -1 + std::sqrt(2 * (kurtosis - 1));
  const double delta = 1 / std::sqrt(std::log(w2) / 2);
  const double alpha = std::sqrt(2 / (w2 - 1));
  return 2 * NormalAbove(std::abs(delta * std::asinh(y / alpha)));
}

}  // namespace plumbline::statistics
