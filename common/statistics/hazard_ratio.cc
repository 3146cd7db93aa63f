// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>

#include "common/statistics/group_test.h"
#include "common/statistics/normal.h"
#include "common/statistics/risk_sets.h"

namespace plumbline::statistics {
namespace {

constexpr int kMostIterations = 50;
constexpr double kClose = 1e-12;  // of a step, beside the estimate

// A time at which it happened, in the group and in the reference.
struct Moment {
  RiskSet::Counts group, reference;
};

std::vector<Moment> MomentsOf(absl::Span<const Observation> group,
                              absl::Span<const Observation> reference) {
  std::vector<RiskSet> sets;
  sets.emplace_back(group);
  sets.emplace_back(reference);
  std::vector<Moment> moments;
  for (const double time : EventTimes(sets)) {
    Moment moment{sets[0].At(time), sets[1].At(time)};
    // Where all that were at risk are of one group the time tells nothing of their ratio.
    if (moment.group.at_risk > 0 && moment.reference.at_risk > 0) moments.push_back(moment);
  }
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

// Efron's partial likelihood, at a logarithm of the ratio.
struct Likelihood {
  double log = 0;
  double slope = 0;
  double curvature = 0;  // of -log
};

Likelihood At(const std::vector<Moment>& moments, double log_ratio) {
  const double ratio = std::exp(log_ratio);
  Likelihood at;
  for (const Moment& moment : moments) {
    const double events = moment.group.happened + moment.reference.happened;
    at.log += moment.group.happened * log_ratio;
    at.slope += moment.group.happened;
    for (double tied = 0; tied < events; ++tied) {
      const double left = tied / events;  // of those to whom it happens now, who count no longer
      const double group = (moment.group.at_risk - left * moment.group.happened) * ratio;
      const double all = group + moment.reference.at_risk - left * moment.reference.happened;
      const double share = group / all;
      at.log -= std::log(all);
      at.slope -= share;
      at.curvature += share * (1 - share);
    }
  }
  return at;
}

// The highest point, by Newton's method with steps that are halved where they lead down.
std::optional<double> Climb(const std::vector<Moment>& moments, Likelihood* top) {
  double log_ratio = 0;
  *top = At(moments, log_ratio);
  for (int i = 0; i < kMostIterations; ++i) {
    if (!(top->curvature > 0)) return std::nullopt;
    double step = top->slope / top->curvature;
    Likelihood next = At(moments, log_ratio + step);
    for (int halved = 0;
         halved < kMostIterations && !(next.log >= top->log - kClose * std::abs(top->log));
         ++halved) {
      step /= 2;
      next = At(moments, log_ratio + step);
    }
    log_ratio += step;
    *top = next;
    if (std::abs(step) <= kClose * std::max(1.0, std::abs(log_ratio))) return log_ratio;
  }
  return std::nullopt;
}

}  // namespace

std::optional<HazardRatio> HazardRatioOf(absl::Span<const Observation> group,
                                         absl::Span<const Observation> reference,
                                         double confidence) {
  const std::vector<Moment> moments = MomentsOf(group, reference);
  if (!HasEstimate(moments)) return std::nullopt;
  Likelihood top;
  const std::optional<double> log_ratio = Climb(moments, &top);
  if (!log_ratio.has_value() || !(top.curvature > 0)) return std::nullopt;
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
