// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/judge.h"

#include <algorithm>
#include <cmath>

#include "common/statistics/normal.h"
#include "common/statistics/student.h"
#include "services/analytics/improvement/two_samples.h"

namespace plumbline::analytics::review {
namespace {

using improvement::Difference;

// Where all values of both sides are equal there is no error to measure by.
constexpr double kSurely = 0, kNotAtAll = 1;

// Squared error of the mean; of a share or a rate as if it were what it is in both together.
double SquaredError(const Sample& one, const Sample& other, ValueType type) {
  if (type == ValueType::kShare) {
    const double share = (one.sum + other.sum) / (one.count + other.count);
    return share * (1 - share) / one.count;
  }
  if (type == ValueType::kRate) {
    const double rate = (one.sum + other.sum) / (one.count + other.count);
    return std::max(rate, one.variance()) / one.count;
  }
  return one.variance() / one.count;
}

// z of a difference between neighbours; of what drifts, of the window itself.
std::optional<double> ScoreOf(const Sample& now, const Sample& before, ValueType type) {
  double square = SquaredError(now, before, type), difference = now.mean();
  if (type != ValueType::kDrift) {
    square += SquaredError(before, now, type);
    difference -= before.mean();
  }
  if (!(square > 0)) return std::nullopt;
  return difference / std::sqrt(square);
}

struct Past {
  double factor = 1;
  double freedom = 0;
  int count = 0;
};

// A few differences say little of how a measure moves: so many that are just as chance makes them
// are put beside them (the moderated variance of Smyth 2004).
constexpr double kPrior = 5;

// How much more the windows from number 1 on differ from their neighbours than chance lets them.
Past PastOf(absl::Span<const Sample> windows, ValueType type, int64_t least) {
  Past past;
  double squares = 0;
  const auto enough = [&](size_t i) { return windows[i].count >= static_cast<double>(least); };
  for (size_t i = 1; i + 1 < windows.size(); ++i) {
    if (!enough(i) || !enough(i + 1)) continue;
    const std::optional<double> z = ScoreOf(windows[i], windows[i + 1], type);
    if (!z.has_value()) continue;
    squares += *z * *z;
    ++past.count;
  }
  past.freedom = kPrior + past.count;
  if (past.count >= kLeastPast)
    past.factor = std::max(1.0, std::sqrt((kPrior + squares) / past.freedom));
  return past;
}

// A difference with its error, by Student's distribution.
Difference ByStudent(double difference, double square, double freedom, double confidence) {
  Difference result{difference, {difference, difference}, difference == 0 ? kNotAtAll : kSurely};
  if (!(square > 0)) return result;
  const double error = std::sqrt(square);
  const double reach = error * statistics::StudentUpperQuantile((1 - confidence) / 2, freedom);
  result.interval = {difference - reach, difference + reach};
  result.p_value =
      std::min(1.0, 2 * statistics::StudentAbove(std::abs(difference) / error, freedom));
  return result;
}

// Means of equal values differ by what rounding makes of them, which is nothing.
double DifferenceOfMeans(const Sample& now, const Sample& before) {
  constexpr double kRounding = 1e-9;
  const double a = now.mean(), b = before.mean();
  return std::abs(a - b) <= kRounding * std::max(std::abs(a), std::abs(b)) ? 0 : a - b;
}

// Welch (1947), degrees of freedom by Satterthwaite (1946).
Difference ByMeans(const Sample& now, const Sample& before, double confidence) {
  const double a = now.variance() / now.count, b = before.variance() / before.count;
  double freedom = 1;
  if (a + b > 0)
    freedom = (a + b) * (a + b) / (a * a / (now.count - 1) + b * b / (before.count - 1));
  return ByStudent(DifferenceOfMeans(now, before), a + b, freedom, confidence);
}

Difference ByDrift(const Sample& now, double confidence) {
  return ByStudent(now.sum, now.count * now.variance(), now.count - 1, confidence);
}

Difference Unwidened(const Sample& now, const Sample& before, ValueType type, double confidence) {
  const auto share = [](const Sample& s) {
    return improvement::Share{static_cast<int64_t>(s.count), static_cast<int64_t>(s.sum)};
  };
  const auto rate = [](const Sample& s) {
    return improvement::Rate{static_cast<int64_t>(s.count), static_cast<int64_t>(s.sum), s.squares};
  };
  switch (type) {
    case ValueType::kMean:
      return ByMeans(now, before, confidence);
    case ValueType::kShare:
      return improvement::DifferenceOf(share(before), share(now), confidence);
    case ValueType::kRate:
      return improvement::DifferenceOf(rate(before), rate(now), confidence).difference;
    case ValueType::kDrift:
      return ByDrift(now, confidence);
  }
  return {};
}

}  // namespace

double Sample::variance() const {
  if (count < 2) return 0;
  return std::max(0.0, (squares - sum * sum / count) / (count - 1));
}

std::optional<Judged> Judge(absl::Span<const Sample> windows, ValueType type, double confidence,
                            int64_t least) {
  if (windows.size() < 2) return std::nullopt;
  const Sample &now = windows[0], &before = windows[1];
  if (std::min(now.count, before.count) < static_cast<double>(least)) return std::nullopt;
  const Difference plain = Unwidened(now, before, type, confidence);
  const Past past = PastOf(windows, type, least);
  Judged judged{plain.estimate, plain.interval.lower, plain.interval.upper,
                plain.p_value,  past.factor,          past.count};
  if (past.factor <= 1) return judged;
  const double plain_z = statistics::NormalUpperQuantile((1 - confidence) / 2);
  const double widen =
      past.factor * statistics::StudentUpperQuantile((1 - confidence) / 2, past.freedom) / plain_z;
  judged.lower = plain.estimate - (plain.estimate - plain.interval.lower) * widen;
  judged.upper = plain.estimate + (plain.interval.upper - plain.estimate) * widen;
  // Of many values p may be less than a number can say, and still be chance between periods: then
  // the interval says how many errors the difference is.
  constexpr double kLeastP = 1e-290;
  const double reach = (plain.interval.upper - plain.interval.lower) / 2;
  double z = 0;
  if (plain.p_value >= kLeastP) {
    z = statistics::NormalUpperQuantile(plain.p_value / 2);
  } else if (reach > 0) {
    z = std::abs(plain.estimate) / reach * plain_z;
  } else {
    return judged;  // without an error to widen
  }
  judged.p_value = std::min(1.0, 2 * statistics::StudentAbove(z / past.factor, past.freedom));
  return judged;
}

std::optional<Charted> Chart(absl::Span<const Sample> windows, ValueType type, int64_t least) {
  if (type == ValueType::kDrift) return std::nullopt;
  Sample all;
  int used = 0;
  for (size_t i = 1; i < windows.size(); ++i) {
    if (windows[i].count < static_cast<double>(least)) continue;
    all.count += windows[i].count;
    all.sum += windows[i].sum;
    all.squares += windows[i].squares;
    ++used;
  }
  if (used <= kLeastPast) return std::nullopt;
  Charted chart;
  chart.center = all.mean();
  chart.factor = PastOf(windows, type, least).factor;
  // Values of all earlier windows together say how one varies.
  const double variance = type == ValueType::kShare  ? chart.center * (1 - chart.center)
                          : type == ValueType::kRate ? std::max(chart.center, all.variance())
                                                     : all.variance();
  for (const Sample& window : windows) {
    chart.limits.emplace_back();
    if (window.count < static_cast<double>(least)) continue;
    constexpr double kSigmas = 3;
    const double reach = kSigmas * chart.factor * std::sqrt(variance / window.count);
    Limits limits{chart.center, std::max(0.0, chart.center - reach), chart.center + reach};
    if (type == ValueType::kShare) limits.upper = std::min(1.0, limits.upper);
    chart.limits.back() = limits;
  }
  return chart;
}

}  // namespace plumbline::analytics::review
