// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/adjust.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "common/statistics/student.h"
#include "common/statistics/sums.h"

namespace plumbline::analytics::improvement {
namespace {

constexpr int64_t kLeastOfValue = 2;

struct Level {
  double mean = 0;
  double square = 0;  // error of the mean, squared
  double count = 0;
};

Level LevelOf(const Sample& sample, const Options& options, std::optional<double> horizon) {
  const auto n = static_cast<double>(sample.count);
  if (options.type == ValueType::kShare || options.type == ValueType::kCount) {
    const double mean = sample.sum / n;
    const double variance = std::max(0.0, (sample.squares - sample.sum * mean) / (n - 1));
    return {mean, variance / n, n};
  }
  if (horizon.has_value()) {
    const auto mean = statistics::RestrictedMeanOf(statistics::KaplanMeier(sample.times), *horizon);
    return {mean.mean, mean.standard_error * mean.standard_error, n};
  }
  std::vector<double> times;
  for (const statistics::Observation& one : sample.times) times.push_back(one.time);
  const double deviation = statistics::StandardDeviation(times);
  return {statistics::Mean(times), deviation * deviation / n, n};
}

// Whether a side says what its mean up to the horizon is: cases of a value that were followed for
// less would count as if they took all of it, for certain.
bool IsFollowed(const Sample& sample, std::optional<double> horizon) {
  if (!horizon.has_value()) return true;
  if (sample.times.empty()) return false;
  if (sample.times.back().time >= *horizon) return true;
  const auto curve = statistics::KaplanMeier(sample.times);
  return !curve.empty() && curve.back().survival <= 0;
}

// The cases of each value.
std::vector<Side> Split(const Side& side, absl::Span<const uint32_t> values, uint32_t count) {
  std::vector<Side> sides(count);
  for (Side& one : sides) one.marked = side.marked;
  const size_t size = std::min(values.size(), side.cases.size());
  for (size_t i = 0; i < size; ++i) {
    if (values[i] < count) sides[values[i]].cases.push_back(side.cases[i]);
  }
  return sides;
}

// Weighs differences.
class Weighing {
 public:
  void Add(const Level& before, const Level& after) {
    const double weight = before.count * after.count / (before.count + after.count);
    weights_ += weight;
    sum_ += weight * (after.mean - before.mean);
    for (const Level& level : {before, after}) {
      const double square = weight * weight * level.square;
      squares_ += square;
      fourths_ += square * square / (level.count - 1);
    }
  }
  std::optional<Difference> Result(double confidence) const {
    if (!(squares_ > 0)) return std::nullopt;
    const double estimate = sum_ / weights_, error = std::sqrt(squares_) / weights_;
    const double freedom = squares_ * squares_ / fourths_;
    const double reach = error * statistics::StudentUpperQuantile((1 - confidence) / 2, freedom);
    const double p = 2 * statistics::StudentAbove(std::abs(estimate) / error, freedom);
    return Difference{estimate, {estimate - reach, estimate + reach}, std::min(1.0, p)};
  }

 private:
  double weights_ = 0, sum_ = 0, squares_ = 0, fourths_ = 0;
};

void Append(const Side& from, Side* to) {
  to->cases.insert(to->cases.end(), from.cases.begin(), from.cases.end());
}

// As an improvement: > 0 is better.
Difference Turned(Difference difference, bool higher_is_better) {
  if (higher_is_better) return difference;
  difference.estimate = 0 - difference.estimate;
  difference.interval = {0 - difference.interval.upper, 0 - difference.interval.lower};
  return difference;
}

}  // namespace

std::optional<Adjusted> Adjust(const Side& before, const Side& after, const Strata& strata,
                               const Options& options, const Comparison& comparison) {
  if (comparison.method == Method::kSurvival && !(comparison.horizon.value_or(0) > 0))
    return std::nullopt;
  const Counting counting = CountingOf(options.type, before, after, OutcomeTime(before));
  const auto sample = [&](const Side& side) { return MakeSample(side, options.type, counting); };
  const auto level = [&](const Sample& of) { return LevelOf(of, options, comparison.horizon); };
  const std::vector<Side> first = Split(before, strata.before, strata.count);
  const std::vector<Side> second = Split(after, strata.after, strata.count);
  Adjusted adjusted;
  adjusted.left_out = comparison.before.count + comparison.after.count;
  Weighing weighing;
  Side all_before{{}, before.marked}, all_after{{}, after.marked};
  for (uint32_t value = 0; value < strata.count; ++value) {
    const Sample one = sample(first[value]), other = sample(second[value]);
    if (std::min(one.count, other.count) < kLeastOfValue) continue;
    if (!IsFollowed(one, comparison.horizon) || !IsFollowed(other, comparison.horizon)) continue;
    weighing.Add(level(one), level(other));
    ++adjusted.values;
    adjusted.left_out -= one.count + other.count;
    Append(first[value], &all_before);
    Append(second[value], &all_after);
  }
  const std::optional<Difference> difference = weighing.Result(options.confidence);
  if (adjusted.values < 2 || !difference.has_value()) return std::nullopt;
  adjusted.improvement = Turned(*difference, options.higher_is_better);
  const double apart = level(sample(all_after)).mean - level(sample(all_before)).mean;
  adjusted.unadjusted = options.higher_is_better ? apart : 0 - apart;
  return adjusted;
}

}  // namespace plumbline::analytics::improvement
