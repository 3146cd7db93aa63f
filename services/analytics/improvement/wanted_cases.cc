// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <vector>

#include "common/statistics/normal.h"
#include "common/statistics/sums.h"
#include "services/analytics/improvement/compare.h"
#include "services/analytics/improvement/horizon.h"

namespace plumbline::analytics::improvement {
namespace {

// What is seen has v (1 / before + 1 / after) of `most` at most.
struct Wanted {
  double v = 0, most = 0;
};

// How many cases v / cases = `left` takes.
std::optional<int64_t> CasesFor(double v, double left) {
  constexpr double kTooMany = 1e9;
  if (!(left > 0)) return std::nullopt;
  const double cases = std::ceil(v / left);
  if (!(cases < kTooMany)) return std::nullopt;
  return std::max(kLeastCases, static_cast<int64_t>(cases));
}

std::vector<double> TimesOf(const Sample& sample) {
  std::vector<double> times;
  for (const statistics::Observation& one : sample.times) times.push_back(one.time);
  return times;
}

std::optional<Wanted> ByRanks(const Sample& before, double z, const Options& options) {
  const std::vector<double> times = TimesOf(before);
  const double away = std::abs(ChanceBelow(times, options.smallest_effect) - 0.5);
  if (away <= 0) return std::nullopt;
  return Wanted{z * z / (12 * away * away), 1};
}

// Variance of a case's value if it is as large as before, or better by smallest_effect, half and
// half.
double PooledVariance(const Sample& before, const Options& options) {
  const auto n = static_cast<double>(before.count);
  const double mean = before.sum / n;
  const double other =
      options.higher_is_better ? mean + options.smallest_effect : mean - options.smallest_effect;
  const double middle = std::max(0.0, (mean + other) / 2);
  if (options.type == ValueType::kShare) {
    const double share = std::min(1.0, middle);
    return share * (1 - share);
  }
  const Rate rate{before.count, static_cast<int64_t>(before.sum), before.squares};
  const double varies = rate.varies() && mean > 0 ? rate.variance() / mean : 1;
  return middle * varies;
}

std::optional<Wanted> WantedOf(const Samples& samples, const Options& options) {
  const Sample& before = samples.before;
  if (before.count == 0 || !(options.smallest_effect > 0)) return std::nullopt;
  const double z = statistics::NormalUpperQuantile((1 - options.confidence) / 2) +
                   statistics::NormalQuantile(options.power);
  const double error = options.smallest_effect / z;
  if (samples.survival) {
    const double horizon = HorizonOf(samples);
    if (!(horizon > 0)) return std::nullopt;
    const double of_mean =
        statistics::RestrictedMeanOf(statistics::KaplanMeier(before.times), horizon).standard_error;
    return Wanted{of_mean * of_mean * static_cast<double>(before.count), error * error};
  }
  if (!before.times.empty() && options.of_means) {
    const double deviation = statistics::StandardDeviation(TimesOf(before));
    return Wanted{deviation * deviation, error * error};
  }
  if (!before.times.empty()) return ByRanks(before, z, options);
  return Wanted{PooledVariance(before, options), error * error};
}

}  // namespace

std::optional<int64_t> WantedCases(const Samples& samples, const Options& options) {
  const std::optional<Wanted> wanted = WantedOf(samples, options);
  if (!wanted.has_value()) return std::nullopt;
  return CasesFor(wanted->v, wanted->most - wanted->v / static_cast<double>(samples.before.count));
}

std::optional<int64_t> WantedOnEachSide(const Samples& samples, const Options& options) {
  const std::optional<Wanted> wanted = WantedOf(samples, options);
  if (!wanted.has_value()) return std::nullopt;
  return CasesFor(2 * wanted->v, wanted->most);
}

}  // namespace plumbline::analytics::improvement
