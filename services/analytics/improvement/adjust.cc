// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/adjust.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
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

// Until when a side says what its mean is: cases of a value that were followed for less would count
// as if they took all of it, for certain.
double FollowedUntil(const Sample& sample) {
  if (sample.times.empty()) return 0;
  const auto curve = statistics::KaplanMeier(sample.times);
  const bool whole = !curve.empty() && curve.back().survival <= 0;
  return whole ? std::numeric_limits<double>::infinity() : sample.times.back().time;
}

// A value that both sides have.
struct Both {
  uint32_t value = 0;
  Sample before, after;
  double followed = 0;
  int64_t count() const { return before.count + after.count; }
};

std::vector<Both> BothOf(const std::vector<Side>& before, const std::vector<Side>& after,
                         ValueType type, const Counting& counting) {
  std::vector<Both> values;
  for (size_t i = 0; i < before.size(); ++i) {
    Both both{static_cast<uint32_t>(i), MakeSample(before[i], type, counting),
              MakeSample(after[i], type, counting)};
    if (std::min(both.before.count, both.after.count) < kLeastOfValue) continue;
    both.followed = std::min(FollowedUntil(both.before), FollowedUntil(both.after));
    values.push_back(std::move(both));
  }
  return values;
}

// See Adjust; `most` is the comparison's.
std::optional<double> HorizonFor(std::vector<Both> values, double most) {
  constexpr double kLeast = 0.5;
  std::sort(values.begin(), values.end(),
            [](const Both& a, const Both& b) { return a.followed > b.followed; });
  int64_t all = 0, with = 0;
  for (const Both& one : values) all += one.count();
  for (size_t i = 0; i < values.size(); ++i) {
    with += values[i].count();
    if (i == 0 || 2 * with < all) continue;
    const double horizon = std::min(most, values[i].followed);
    return horizon >= kLeast * most ? std::optional(horizon) : std::nullopt;
  }
  return std::nullopt;
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
  const std::vector<Side> first = Split(before, strata.before, strata.count);
  const std::vector<Side> second = Split(after, strata.after, strata.count);
  const std::vector<Both> shared = BothOf(first, second, options.type, counting);
  Adjusted adjusted;
  if (comparison.horizon.has_value()) {
    adjusted.horizon = HorizonFor(shared, *comparison.horizon);
    if (!adjusted.horizon.has_value()) return std::nullopt;
  }
  const auto level = [&](const Sample& of) { return LevelOf(of, options, adjusted.horizon); };
  const auto whole = [&](const Side& of) { return level(MakeSample(of, options.type, counting)); };
  adjusted.left_out = comparison.before.count + comparison.after.count;
  Weighing weighing;
  Side all_before{{}, before.marked}, all_after{{}, after.marked};
  for (const Both& both : shared) {
    if (both.followed < adjusted.horizon.value_or(0)) continue;
    weighing.Add(level(both.before), level(both.after));
    ++adjusted.values;
    adjusted.left_out -= both.count();
    Append(first[both.value], &all_before);
    Append(second[both.value], &all_after);
  }
  const std::optional<Difference> difference = weighing.Result(options.confidence);
  if (adjusted.values < 2 || !difference.has_value()) return std::nullopt;
  adjusted.improvement = Turned(*difference, options.higher_is_better);
  const double apart = whole(all_after).mean - whole(all_before).mean;
  adjusted.unadjusted = options.higher_is_better ? apart : 0 - apart;
  return adjusted;
}

}  // namespace plumbline::analytics::improvement
