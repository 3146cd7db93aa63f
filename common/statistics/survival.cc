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

// So many steps are looked at together where they may be passed over.
constexpr size_t kBlock = 256;

// The time of a step at which `share` is the first at or below a level: where it equals that until
// the next step, the middle of the two.
double TimeOf(absl::Span<const SurvivalStep> curve, size_t i, double share, double level) {
  const bool equal = std::abs(share - level) <= kSame;
  if (equal && i + 1 < curve.size()) return (curve[i].time + curve[i + 1].time) / 2;
  return curve[i].time;
}

// The first step at which the share is at or below a level; all of them where none is.
size_t FirstAtOrBelow(absl::Span<const SurvivalStep> curve, double level) {
  const auto first = std::partition_point(
      curve.begin(), curve.end(),
      [level](const SurvivalStep& step) { return step.survival > level + kSame; });
  return static_cast<size_t>(first - curve.begin());
}

// Goes one time on, at which it happens to `happened` of `at_risk`.
void Advance(double time, size_t at_risk, size_t happened, SurvivalStep* step) {
  step->time = time;
  step->at_risk = static_cast<int64_t>(at_risk);
  step->happened = static_cast<int64_t>(happened);
  const auto n = static_cast<double>(step->at_risk), d = static_cast<double>(step->happened);
  step->survival *= 1 - d / n;
  step->cumulative_hazard += d / n;
  if (step->happened < step->at_risk) step->relative_variance += d / (n * (n - d));
}

// Gives the steps of a curve in their order until `take(step)` is false. Both lists ascend.
template <class Take>
void ForEachStep(absl::Span<const double> events, absl::Span<const double> censored,
                 const Take& take) {
  SurvivalStep step;
  size_t gone = 0;  // of `censored`, before the time that is looked at
  const size_t all = events.size() + censored.size();
  for (size_t begin = 0, end = 0; begin < events.size(); begin = end) {
    const double time = events[begin];
    while (end < events.size() && events[end] == time) ++end;
    while (gone < censored.size() && censored[gone] < time) ++gone;
    Advance(time, all - begin - gone, end - begin, &step);
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

// Whether the lower end is above `level` at all steps from `first` to `last`. It falls as the share
// does and as its error grows; on the scale of log(-log(share)) the former only where the error is
// no larger than that logarithm.
bool IsAbove(const SurvivalStep& first, const SurvivalStep& last, double z, BandScale scale,
             double level) {
  if (last.survival <= level) return false;
  if (scale == BandScale::kLogLog &&
      !(z * std::sqrt(last.relative_variance) <= -std::log(first.survival)))
    return false;
  return *EndOfBand(last, z, scale, false) > level + 2 * kSame;
}

// When an end of the band is first at or below a level, from step `i` on.
std::optional<double> TimeOfEnd(absl::Span<const SurvivalStep> curve, size_t i, double level,
                                double z, BandScale scale, bool upper) {
  while (i < curve.size()) {
    const size_t end = std::min(curve.size(), i + kBlock);
    if (!upper && IsAbove(curve[i], curve[end - 1], z, scale, level)) {
      i = end;
      continue;
    }
    for (; i < end; ++i) {
      const std::optional<double> share = EndOfBand(curve[i], z, scale, upper);
      if (!share.has_value()) return std::nullopt;
      if (*share <= level + kSame) return TimeOf(curve, i, *share, level);
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<SurvivalStep> KaplanMeier(absl::Span<const Observation> observations) {
  std::vector<double> events, censored;
  events.reserve(observations.size());
  censored.reserve(observations.size());
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

std::vector<SurvivalStep> KaplanMeier(const EventTable& table) {
  std::vector<SurvivalStep> curve;
  curve.reserve(std::min(table.rows().size(), static_cast<size_t>(table.happened())));
  SurvivalStep step;
  auto at_risk = static_cast<size_t>(table.size());
  for (const EventTable::Row& row : table.rows()) {
    if (row.happened > 0) {
      Advance(row.time, at_risk, row.happened, &step);
      curve.push_back(step);
    }
    at_risk -= size_t{row.happened} + row.censored;
  }
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
  const size_t i = FirstAtOrBelow(curve, 1 - q);
  if (i == curve.size()) return std::nullopt;
  return TimeOf(curve, i, curve[i].survival, 1 - q);
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
  // The upper end has not passed what the curve has not.
  return {SurvivalQuantile(curve, q), TimeOfEnd(curve, 0, level, z, scale, false),
          TimeOfEnd(curve, FirstAtOrBelow(curve, level), level, z, scale, true)};
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
