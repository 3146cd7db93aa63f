// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/proof.h"

#include <algorithm>
#include <cmath>

#include "common/statistics/normal.h"
#include "services/analytics/improvement/baseline.h"
#include "services/analytics/improvement/compare.h"
#include "services/analytics/review/judge.h"

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

std::optional<int64_t> CasesAfter(const ProofBaseline& baseline, double effect) {
  improvement::Samples samples;
  improvement::Sample& before = samples.before;
  // Of more the project keeps so many.
  before.count = std::min(static_cast<int64_t>(improvement::kMostKept),
                          static_cast<int64_t>(std::llround(
                              baseline.weight * static_cast<double>(baseline.values.size()))));
  const improvement::Options options{
      .type = baseline.counts ? improvement::ValueType::kCount : improvement::ValueType::kTime,
      .of_means = !baseline.counts,
      .smallest_effect = effect,
      .confidence = 1 - kLevel,
      .power = kPower};
  if (baseline.counts) {
    Sample sums;
    for (const double value : baseline.values) sums.Add(value);
    const double share = static_cast<double>(before.count) / sums.count;
    before.sum = std::round(sums.sum * share);
    before.squares = sums.squares * share;
  } else {
    for (const double value : baseline.values) before.times.push_back({value, true});
    std::sort(before.times.begin(), before.times.end(),
              [](const auto& a, const auto& b) { return a.time < b.time; });
  }
  const std::optional<int64_t> cases = improvement::WantedCases(samples, options);
  if (!cases.has_value() || static_cast<double>(*cases) > kMostCasesOfProof) return std::nullopt;
  return cases;
}

std::optional<int64_t> CasesByMeans(double difference, double variance_before,
                                    double variance_after) {
  if (difference == 0) return std::nullopt;
  return Checked(ZSquared() * (variance_before + variance_after) / (difference * difference));
}

std::optional<LongerPeriod> LongerBaseline(int64_t each_side, int64_t has) {
  constexpr auto kKept = static_cast<int64_t>(improvement::kMostKept);
  if (has >= std::min(each_side, kKept)) return std::nullopt;
  if (each_side <= kKept) return LongerPeriod{each_side, each_side};
  // 1 / before + 1 / after = 2 / each_side.
  const double half = static_cast<double>(each_side) / 2;
  const double left = 1 - half / static_cast<double>(kKept);
  if (!(left * kMostCasesOfProof >= half)) return std::nullopt;
  return LongerPeriod{kKept, static_cast<int64_t>(std::ceil(half / left))};
}

}  // namespace plumbline::analytics::review
