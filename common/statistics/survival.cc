// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/survival.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace plumbline::statistics {
namespace {

// Products of fractions miss the value that they stand for by a few units in the last place.
constexpr double kSame = 1e-9;

}  // namespace

std::vector<SurvivalStep> KaplanMeier(std::vector<Observation> observations) {
  std::sort(observations.begin(), observations.end(),
            [](const Observation& a, const Observation& b) { return a.time < b.time; });
  std::vector<SurvivalStep> curve;
  double survival = 1;
  for (size_t begin = 0, end = 0; begin < observations.size(); begin = end) {
    const double time = observations[begin].time;
    int64_t happened = 0;
    for (; end < observations.size() && observations[end].time == time; ++end)
      happened += observations[end].happened;
    if (happened == 0) continue;
    const auto at_risk = static_cast<int64_t>(observations.size() - begin);
    survival *= 1 - static_cast<double>(happened) / static_cast<double>(at_risk);
    curve.push_back({time, at_risk, happened, survival});
  }
  return curve;
}

std::optional<double> SurvivalQuantile(absl::Span<const SurvivalStep> curve, double q) {
  const double level = 1 - q;
  for (size_t i = 0; i < curve.size(); ++i) {
    if (curve[i].survival > level + kSame) continue;
    const bool equal = std::abs(curve[i].survival - level) <= kSame;
    if (equal && i + 1 < curve.size()) return (curve[i].time + curve[i + 1].time) / 2;
    return curve[i].time;
  }
  return std::nullopt;
}

}  // namespace plumbline::statistics
