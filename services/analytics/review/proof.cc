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

}  // namespace

std::optional<int64_t> CasesByMeans(double difference, double variance_before,
                                    double variance_after) {
  if (difference == 0) return std::nullopt;
  return Checked(ZSquared() * (variance_before + variance_after) / (difference * difference));
}

}  // namespace plumbline::analytics::review
