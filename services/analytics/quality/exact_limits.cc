// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/exact_limits.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "common/statistics/normal.h"

namespace plumbline::analytics::quality {
namespace {

// What is rarer is as good as impossible: a deviate of 8.
constexpr double kImpossible = 1e-16;

// The chances of 0, 1, ..., where that of 0 is exp(log_none) and `ratio(x)` leads from x - 1 to x,
// until none is left.
template <class Ratio>
std::vector<double> Chances(double log_none, double most, double mean, const Ratio& ratio) {
  std::vector<double> chances = {std::exp(log_none)};
  for (double x = 1; x <= most; ++x) {
    chances.push_back(chances.back() * ratio(x));
    if (x > mean && chances.back() < kImpossible) break;
  }
  return chances;
}

double Deviate(double tail) {
  return statistics::NormalUpperQuantile(std::clamp(tail, kImpossible / 10, 0.5));
}

}  // namespace

CountLaw::CountLaw(const std::vector<double>& chances, double mirrored_at)
    : below_(chances.size()), above_(chances.size()), mirrored_at_(mirrored_at) {
  double below = 0, above = 0;
  for (size_t x = 0; x < chances.size(); ++x) below_[x] = below += chances[x];
  for (size_t x = chances.size(); x-- > 0;) above_[x] = above += chances[x];
  size_t least = 0, most = chances.size() - 1;
  while (below_[least] < kOuterShare) ++least;
  while (above_[most] < kOuterShare) --most;
  const auto low = static_cast<double>(least), high = static_cast<double>(most);
  lower_ = mirrored_at > 0 ? mirrored_at - high : low;
  upper_ = mirrored_at > 0 ? mirrored_at - low : high;
}

CountLaw CountLaw::Binomial(double size, double rate) {
  const bool mirrored = rate > 0.5;
  const double p = mirrored ? 1 - rate : rate, odds = p / (1 - p);
  return {Chances(size * std::log1p(-p), size, size * p,
                  [&](double x) { return (size - x + 1) / x * odds; }),
          mirrored ? size : 0};
}

CountLaw CountLaw::Poisson(double mean) {
  return {Chances(-mean, std::numeric_limits<double>::infinity(), mean,
                  [&](double x) { return mean / x; }),
          0};
}

double CountLaw::DeviateOf(double count) const {
  const double sign = mirrored_at_ > 0 ? -1 : 1;
  const double x = mirrored_at_ > 0 ? mirrored_at_ - count : count;
  const auto place = std::min(static_cast<size_t>(std::max(0.0, std::round(x))), below_.size() - 1);
  if (below_[place] < 0.5) return -sign * Deviate(below_[place]);
  const bool above_median = place > 0 && below_[place - 1] >= 0.5;
  return above_median ? sign * Deviate(above_[place]) : 0;
}

GeometricLaw::GeometricLaw(double mean)
    : log_good_(mean > 0 ? -std::log1p(1 / mean) : -std::numeric_limits<double>::infinity()) {
  if (mean <= 0) return;
  // P(X >= x) = good^x, P(X <= x) = 1 - good^(x + 1).
  const auto least = [&](double share) {
    return std::max(0.0, std::ceil(std::log1p(-share) / log_good_) - 1);
  };
  median_ = least(0.5);
  lower_ = least(kOuterShare);
  upper_ = std::floor(std::log(kOuterShare) / log_good_);
}

double GeometricLaw::DeviateOf(double count) const {
  if (count == median_) return 0;
  if (std::isinf(log_good_)) return Deviate(0);
  if (count > median_) return Deviate(std::exp(count * log_good_));
  return -Deviate(-std::expm1((count + 1) * log_good_));
}

}  // namespace plumbline::analytics::quality
