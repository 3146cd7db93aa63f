// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/survival.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "common/statistics/ascending.h"
#include "common/statistics/normal.h"

namespace plumbline::statistics {
namespace {

// Products of fractions miss the value that they stand for by a few units in the last place.
constexpr double kSame = 1e-9;

// As SurvivalQuantile, of a curve of which `level_at` gives the share just after a step.
template <class LevelAt>
std::optional<double> FirstAtOrBelow(absl::Span<const SurvivalStep> curve, double level,
                                     LevelAt level_at) {
  for (size_t i = 0; i < curve.size(); ++i) {
    const std::optional<double> share = level_at(curve[i]);
    if (!share.has_value()) return std::nullopt;
    if (*share > level + kSame) continue;
    const bool equal = std::abs(*share - level) <= kSame;
    if (equal && i + 1 < curve.size()) return (curve[i].time + curve[i + 1].time) / 2;
    return curve[i].time;
  }
  return std::nullopt;
}

// Gives the steps of a curve in their order until `take(step)` is false. Both lists ascend.
template <class Take>
void ForEachStep(absl::Span<const double> events, absl::Span<const double> censored,
                 const Take& take) {
  SurvivalStep step;
  size_t gone = 0;  // of `censored`, before the time that is looked at
  const size_t all = events.size() + censored.size();
  for (size_t begin = 0, end = 0; begin < events.size(); begin = end) {
    step.time = events[begin];
    while (end < events.size() && events[end] == step.time) ++end;
    while (gone < censored.size() && censored[gone] < step.time) ++gone;
    step.at_risk = static_cast<int64_t>(all - begin - gone);
    step.happened = static_cast<int64_t>(end - begin);
    const auto n = static_cast<double>(step.at_risk), d = static_cast<double>(step.happened);
    step.survival *= 1 - d / n;
    step.cumulative_hazard += d / n;
    if (step.happened < step.at_risk) step.relative_variance += d / (n * (n - d));
    if (!take(step)) return;
  }
}

// An end of the band of a step, of `z` standard errors; nullopt where the share is 0.
std::optional<double> EndOfBand(const SurvivalStep& step, double z, BandScale scale, bool upper) {
  const double share = step.survival;
  if (share <= 0) return std::nullopt;
  const double width = z * std::sqrt(step.relative_variance);
  switch (scale) {
    case BandScale::kPlain:
      return upper ? std::min(1.0, share + width * share) : std::max(0.0, share - width * share);
    case BandScale::kLog:
      return upper ? std::min(1.0, share * std::exp(width)) : share * std::exp(-width);
    case BandScale::kLogLog:
      break;
  }
  const double factor = std::exp(-width / std::log(share));  // > 1: log(share) < 0
  return std::pow(share, upper ? 1 / factor : factor);
}

}  // namespace

std::vector<SurvivalStep> KaplanMeier(absl::Span<const Observation> observations) {
  std::vector<double> events, censored;
  events.reserve(observations.size());
  for (const Observation& one : observations)
    (one.happened ? events : censored).push_back(one.time);
  SortAscending(&events);
  SortAscending(&censored);
  std::vector<SurvivalStep> curve;
  curve.reserve(events.size());
  ForEachStep(events, censored, [&](const SurvivalStep& step) {
    curve.push_back(step);
    return true;
  });
  return curve;
}

std::vector<std::optional<double>> SurvivalQuantiles(absl::Span<const double> happened,
                                                     absl::Span<const double> censored,
                                                     absl::Span<const double> quantiles) {
  std::vector<std::optional<double>> times(quantiles.size());
  std::vector<bool> known(quantiles.size()), until_next(quantiles.size());
  ForEachStep(happened, censored, [&](const SurvivalStep& step) {
    bool all = true;
    for (size_t i = 0; i < quantiles.size(); ++i) {
      const double level = 1 - quantiles[i];
      if (until_next[i]) {
        times[i] = (*times[i] + step.time) / 2;
        until_next[i] = false;
      } else if (!known[i] && step.survival <= level + kSame) {
        known[i] = true;
        times[i] = step.time;
        until_next[i] = std::abs(step.survival - level) <= kSame;
      }
      all &= known[i] && !until_next[i];
    }
    return !all;
  });
  return times;
}

std::optional<double> SurvivalQuantile(absl::Span<const SurvivalStep> curve, double q) {
  return FirstAtOrBelow(curve, 1 - q, [](const SurvivalStep& step) -> std::optional<double> {
    return step.survival;
  });
}

std::optional<Band> BandOf(const SurvivalStep& step, double confidence, BandScale scale) {
  const double z = NormalUpperQuantile((1 - confidence) / 2);
  const std::optional<double> lower = EndOfBand(step, z, scale, false);
  if (!lower.has_value()) return std::nullopt;
  return Band{*lower, *EndOfBand(step, z, scale, true)};
}

QuantileEstimate EstimateQuantile(absl::Span<const SurvivalStep> curve, double q, double confidence,
                                  BandScale scale) {
  const double z = NormalUpperQuantile((1 - confidence) / 2), level = 1 - q;
  const auto passes = [&](bool upper) {
    return FirstAtOrBelow(curve, level, [&](const SurvivalStep& step) -> std::optional<double> {
      // The upper end has not passed what the curve has not.
      if (upper && step.survival > level + kSame) return step.survival;
      return EndOfBand(step, z, scale, upper);
    });
  };
  return {SurvivalQuantile(curve, q), passes(false), passes(true)};
}

RestrictedMean RestrictedMeanOf(absl::Span<const SurvivalStep> curve, double horizon) {
  while (!curve.empty() && curve.back().time >= horizon) curve.remove_suffix(1);
  // From the last step to the first: the area beyond each is what its error weighs.
  double area = 0, variance = 0, end = horizon;
  for (size_t i = curve.size(); i-- > 0;) {
    const SurvivalStep& step = curve[i];
    area += step.survival * (end - step.time);
    end = step.time;
    const auto n = static_cast<double>(step.at_risk), d = static_cast<double>(step.happened);
    if (step.happened < step.at_risk) variance += area * area * d / (n * (n - d));
  }
  return {area + end, std::sqrt(variance)};
}

}  // namespace plumbline::statistics
