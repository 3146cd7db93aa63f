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

using Moment = HazardRatios::Moment;

// The times at which it happened in either. Where all that are at risk are of one group a time
// tells nothing of their ratio.
struct Moments {
  absl::Span<const Moment> all;
  int64_t group = 0, reference = 0;  // to how many it happened, in all of them
};

Moments MomentsOf(const EventTable& group, const EventTable& reference, std::vector<Moment>* room) {
  const absl::Span<const EventTable::Row> a = group.rows(), b = reference.rows();
  if (room->size() <= a.size() + b.size()) room->resize(a.size() + b.size() + 1);
  Moment* next = room->data();
  Moments moments;
  auto of_a = static_cast<uint32_t>(group.size()), of_b = static_cast<uint32_t>(reference.size());
  const auto pass = [&](uint32_t happened_a, uint32_t gone_a, uint32_t happened_b,
                        uint32_t gone_b) {
    *next = {{of_a, happened_a}, {of_b, happened_b}};
    next += (happened_a | happened_b) != 0;
    moments.group += happened_a;
    moments.reference += happened_b;
    of_a -= happened_a + gone_a;
    of_b -= happened_b + gone_b;
  };
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (b[j].time < a[i].time) {
      pass(0, 0, b[j].happened, b[j].censored);
      ++j;
    } else if (a[i].time < b[j].time) {
      pass(a[i].happened, a[i].censored, 0, 0);
      ++i;
    } else {
      pass(a[i].happened, a[i].censored, b[j].happened, b[j].censored);
      ++i;
      ++j;
    }
  }
  moments.all = {room->data(), static_cast<size_t>(next - room->data())};
  return moments;
}

// Of the logarithm of Efron's partial likelihood, at a logarithm of the ratio: how steep it is, and
// how fast that falls. It is concave.
struct Slope {
  double slope = 0;
  double curvature = 0;
};

// What is expected of the group at one time; `left`: the share of those to whom it happens then,
// who count no longer.
double ShareOf(const Moment& moment, double ratio, double left) {
  const double group = (moment.group.at_risk - left * moment.group.happened) * ratio;
  return group / (group + moment.reference.at_risk - left * moment.reference.happened);
}

void AddTied(const Moment& moment, double ratio, Slope* at) {
  const uint32_t events = moment.group.happened + moment.reference.happened;
  for (uint32_t tied = 1; tied < events; ++tied) {
    const double share = ShareOf(moment, ratio, static_cast<double>(tied) / events);
    at->slope -= share;
    at->curvature += share * (1 - share);
  }
}

Slope At(const Moments& of, double log_ratio) {
  const absl::Span<const Moment> moments = of.all;
  const double ratio = std::exp(log_ratio);
  Slope at{static_cast<double>(of.group), 0};
  // Of every other moment, so that sums need not wait for each other.
  double shares[2] = {0, 0}, spreads[2] = {0, 0};
  const auto add = [&](size_t i, double* shares_so_far, double* spread_so_far) {
    const double share = ShareOf(moments[i], ratio, 0);
    *shares_so_far += share;
    *spread_so_far += share * (1 - share);
    if (moments[i].group.happened + moments[i].reference.happened > 1)
      AddTied(moments[i], ratio, &at);
  };
  size_t i = 0;
  for (; i + 1 < moments.size(); i += 2) {
    add(i, &shares[0], &spreads[0]);
    add(i + 1, &shares[1], &spreads[1]);
  }
  if (i < moments.size()) add(i, &shares[0], &spreads[0]);
  at.slope -= shares[0] + shares[1];
  at.curvature += spreads[0] + spreads[1];
  return at;
}

// Where the slope is 0, by Newton's method; a step that would lead out of what is known to hold it
// goes to the middle of that. `top`: what was last looked at, a step of kClose before.
std::optional<double> FindTop(const Moments& moments, Slope* top) {
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
  return HazardRatios(reference).Of(group, confidence);
}

std::optional<HazardRatio> HazardRatios::Of(const EventTable& group, double confidence) {
  const Moments moments = MomentsOf(group, reference_, &room_);
  // Else the likelihood has no highest point: it rises for ever, with one or the other hazard.
  if (moments.group == 0 || moments.reference == 0) return std::nullopt;
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
