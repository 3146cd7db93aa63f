// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "common/statistics/group_test.h"
#include "common/statistics/normal.h"

namespace plumbline::statistics {
namespace {

constexpr int kMostIterations = 100;
// Of a step, beside the estimate. The next one would be of its square.
constexpr double kClose = 1e-9;
// Of a logarithm of a ratio: of a step, and of what is possible with 2^32 subjects.
constexpr double kLongestStep = 2, kFar = 100;

// A time at which it happened, in the group and in the reference.
struct Counts {
  uint32_t at_risk = 0, happened = 0;
};
struct Moment {
  Counts group, reference;
};

// Where all that are at risk are of one group a time tells nothing of their ratio. Without
// branches, of which none could be foretold.
std::vector<Moment> MomentsOf(const EventTable& group, const EventTable& reference) {
  const absl::Span<const EventTable::Row> a = group.rows(), b = reference.rows();
  std::vector<Moment> moments(a.size() + b.size() + 1);
  size_t count = 0;
  auto of_a = static_cast<uint32_t>(group.size()), of_b = static_cast<uint32_t>(reference.size());
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const uint32_t in_a = a[i].time <= b[j].time, in_b = b[j].time <= a[i].time;
    const uint32_t happened_a = in_a * a[i].happened, happened_b = in_b * b[j].happened;
    moments[count] = {{of_a, happened_a}, {of_b, happened_b}};
    count += (happened_a | happened_b) != 0;
    of_a -= happened_a + in_a * a[i].censored;
    of_b -= happened_b + in_b * b[j].censored;
    i += in_a;
    j += in_b;
  }
  moments.resize(count);
  return moments;
}

// Whether the likelihood has a highest point: it happened in both groups while somebody of the
// other was at risk. Else it rises for ever, with one or the other hazard.
bool HasEstimate(const std::vector<Moment>& moments) {
  bool group = false, reference = false;
  for (const Moment& moment : moments) {
    group |= moment.group.happened > 0;
    reference |= moment.reference.happened > 0;
  }
  return group && reference;
}

// Of the logarithm of Efron's partial likelihood, at a logarithm of the ratio: how steep it is, and
// how fast that falls. It is concave.
struct Slope {
  double slope = 0;
  double curvature = 0;
};

Slope At(const std::vector<Moment>& moments, double log_ratio) {
  const double ratio = std::exp(log_ratio);
  Slope at;
  for (const Moment& moment : moments) {
    const double at_risk = moment.group.at_risk * ratio, others = moment.reference.at_risk;
    // `left`: the share of those to whom it happens now, who count no longer.
    const auto add = [&](double left) {
      const double group = at_risk - left * moment.group.happened * ratio;
      const double share = group / (group + others - left * moment.reference.happened);
      at.slope -= share;
      at.curvature += share * (1 - share);
    };
    at.slope += moment.group.happened;
    add(0);
    const uint32_t events = moment.group.happened + moment.reference.happened;
    for (uint32_t tied = 1; tied < events; ++tied) add(static_cast<double>(tied) / events);
  }
  return at;
}

// Where the slope is 0, by Newton's method; a step that would lead out of what is known to hold it
// goes to the middle of that. `top`: what was last looked at, a step of kClose before.
std::optional<double> FindTop(const std::vector<Moment>& moments, Slope* top) {
  double log_ratio = 0, low = -kFar, high = kFar;
  for (int i = 0; i < kMostIterations; ++i) {
    *top = At(moments, log_ratio);
    if (!(top->curvature > 0)) return std::nullopt;
    (top->slope > 0 ? low : high) = log_ratio;
    const double step = std::clamp(top->slope / top->curvature, -kLongestStep, kLongestStep);
    const double next = log_ratio + step;
    if (std::abs(step) <= kClose * std::max(1.0, std::abs(log_ratio))) return next;
    log_ratio = next > low && next < high ? next : low + (high - low) / 2;
  }
  return std::nullopt;
}

}  // namespace

std::optional<HazardRatio> HazardRatioOf(absl::Span<const Observation> group,
                                         absl::Span<const Observation> reference,
                                         double confidence) {
  return HazardRatioOf(EventTable(group), EventTable(reference), confidence);
}

std::optional<HazardRatio> HazardRatioOf(const EventTable& group, const EventTable& reference,
                                         double confidence) {
  const std::vector<Moment> moments = MomentsOf(group, reference);
  if (!HasEstimate(moments)) return std::nullopt;
  Slope top;
  const std::optional<double> log_ratio = FindTop(moments, &top);
  if (!log_ratio.has_value()) return std::nullopt;
  HazardRatio hazard;
  hazard.log_ratio = *log_ratio;
  hazard.standard_error = 1 / std::sqrt(top.curvature);
  const double width = NormalUpperQuantile((1 - confidence) / 2) * hazard.standard_error;
  hazard.ratio = std::exp(*log_ratio);
  hazard.lower = std::exp(*log_ratio - width);
  hazard.upper = std::exp(*log_ratio + width);
  hazard.p_value = 2 * NormalAbove(std::abs(*log_ratio) / hazard.standard_error);
  return hazard;
}

}  // namespace plumbline::statistics
