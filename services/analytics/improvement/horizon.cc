// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/horizon.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "common/statistics/normal.h"

namespace plumbline::analytics::improvement {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

double FollowedUntil(const Sample& sample) {
  constexpr double kGone = 0.9;
  std::vector<statistics::Observation> followed = sample.times;
  for (statistics::Observation& one : followed) one.happened = !one.happened;
  return statistics::SurvivalQuantile(statistics::KaplanMeier(followed), kGone).value_or(kNever);
}

}  // namespace

double HorizonOf(const Samples& samples) {
  constexpr double kMost = 0.95;
  const auto longest = [](const Sample& sample) {
    return sample.times.empty() ? 0.0 : sample.times.back().time;
  };
  const double horizon = std::min(FollowedUntil(samples.before), FollowedUntil(samples.after));
  const std::optional<double> most =
      statistics::SurvivalQuantile(statistics::KaplanMeier(samples.before.times), kMost);
  // Without times before, all that there are say how far it may go.
  return std::min(
      {horizon, most.value_or(kNever), std::max(longest(samples.before), longest(samples.after))});
}

std::optional<double> HorizonToSee(const Sample& before, const Options& options) {
  constexpr int kHalvings = 50;
  if (before.censored == 0 || before.times.empty()) return std::nullopt;
  const auto curve = statistics::KaplanMeier(before.times);
  const double error =
      options.smallest_effect / (statistics::NormalUpperQuantile((1 - options.confidence) / 2) +
                                 statistics::NormalQuantile(options.power));
  // The error grows with the horizon.
  const auto seen = [&](double horizon) {
    const double of_mean = statistics::RestrictedMeanOf(curve, horizon).standard_error;
    return 2 * of_mean * of_mean <= error * error;
  };
  const std::optional<double> median = statistics::SurvivalQuantile(curve, 0.5);
  double low = median.value_or(0), high = HorizonOf({before, {}, true});
  if (!(low > 0) || low >= high || !seen(low)) return std::nullopt;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = low + (high - low) / 2;
    (seen(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace plumbline::analytics::improvement
