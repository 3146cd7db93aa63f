// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/proof.h"

#include <algorithm>
#include <cmath>

#include "common/statistics/normal.h"
#include "services/analytics/improvement/compare.h"

namespace plumbline::analytics::review {
namespace {

double ZSquared() {
  const double z = statistics::NormalUpperQuantile(kLevel / 2) + statistics::NormalQuantile(kPower);
  return z * z;
}

std::optional<int64_t> Checked(double cases) {
  if (!(cases <= kMostCasesOfProof)) return std::nullopt;
  return std::max(improvement::kLeastCases, static_cast<int64_t>(std::ceil(cases)));
}

// P(y < x) + P(y = x) / 2 of a value y after and x before.
double ChanceBelow(const std::vector<double>& before, const std::vector<double>& after) {
  double sum = 0;
  for (const double x : before) {
    const auto [low, high] = std::equal_range(after.begin(), after.end(), x);
    sum += static_cast<double>(low - after.begin()) + static_cast<double>(high - low) / 2;
  }
  return sum / (static_cast<double>(before.size()) * static_cast<double>(after.size()));
}

}  // namespace

std::optional<int64_t> CasesByRanks(std::vector<double> before, std::vector<double> after) {
  if (before.empty() || after.empty()) return std::nullopt;
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  const double away = ChanceBelow(before, after) - 0.5;
  if (!(away > 0)) return std::nullopt;
  return Checked(ZSquared() / (6 * away * away));
}

std::optional<int64_t> CasesByMeans(double difference, double variance_before,
                                    double variance_after) {
  if (difference == 0) return std::nullopt;
  return Checked(ZSquared() * (variance_before + variance_after) / (difference * difference));
}

}  // namespace plumbline::analytics::review
