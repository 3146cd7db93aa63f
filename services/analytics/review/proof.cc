// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/proof.h"

#include <algorithm>
#include <cmath>

#include "services/analytics/improvement/baseline.h"
#include "services/analytics/improvement/compare.h"
#include "services/analytics/review/judge.h"

namespace plumbline::analytics::review {
namespace {

// What its project knows before the change, and asks.
struct Asked {
  improvement::Samples samples;
  improvement::Options options;
};
Asked AskedOf(const ProofBaseline& baseline, double effect) {
  Asked asked;
  asked.options = {
      .type = baseline.counts ? improvement::ValueType::kCount : improvement::ValueType::kTime,
      .of_means = !baseline.counts,
      .smallest_effect = effect,
      .confidence = 1 - kLevel,
      .power = kPower};
  improvement::Sample& before = asked.samples.before;
  // Of more the project keeps so many.
  before.count = std::min(static_cast<int64_t>(improvement::kMostKept),
                          static_cast<int64_t>(std::llround(
                              baseline.weight * static_cast<double>(baseline.values.size()))));
  if (baseline.counts) {
    Sample sums;
    for (const double value : baseline.values) sums.Add(value);
    const double share = static_cast<double>(before.count) / sums.count;
    before.sum = std::round(sums.sum * share);
    before.squares = sums.squares * share;
    return asked;
  }
  for (const double value : baseline.values) before.times.push_back({value, true});
  std::sort(before.times.begin(), before.times.end(),
            [](const auto& a, const auto& b) { return a.time < b.time; });
  return asked;
}

std::optional<int64_t> UnlessTooMany(std::optional<int64_t> cases) {
  if (!cases.has_value() || static_cast<double>(*cases) > kMostCasesOfProof) return std::nullopt;
  return cases;
}

}  // namespace

std::optional<int64_t> CasesAfter(const ProofBaseline& baseline, double effect) {
  const Asked asked = AskedOf(baseline, effect);
  return UnlessTooMany(improvement::WantedCases(asked.samples, asked.options));
}

std::optional<int64_t> CasesOnEachSide(const ProofBaseline& baseline, double effect) {
  const Asked asked = AskedOf(baseline, effect);
  return UnlessTooMany(improvement::WantedOnEachSide(asked.samples, asked.options));
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
