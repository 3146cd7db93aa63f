// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/judge.h"

#include <algorithm>
#include <cmath>

#include "common/statistics/normal.h"
#include "common/statistics/student.h"
#include "services/analytics/improvement/two_samples.h"

namespace plumbline::analytics::review {
namespace {

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

// Means of equal values differ by what rounding makes of them, which is nothing.
double DifferenceOfMeans(const Sample& now, const Sample& before) {
  constexpr double kRounding = 1e-9;
  const double a = now.mean(), b = before.mean();
  return std::abs(a - b) <= kRounding * std::max(std::abs(a), std::abs(b)) ? 0 : a - b;
}

// A difference that Student's distribution judges.
struct Studentized {
  double difference = 0, error = 0, freedom = 1;
};

// Welch (1947), degrees of freedom by Satterthwaite (1946).
Studentized OfMeans(const Sample& now, const Sample& before) {
  const double a = now.variance() / now.count, b = before.variance() / before.count;
  double freedom = 1;
  if (a + b > 0)
    freedom = (a + b) * (a + b) / (a * a / (now.count - 1) + b * b / (before.count - 1));
  return {DifferenceOfMeans(now, before), std::sqrt(a + b), freedom};
}

Studentized OfDrift(const Sample& now) {
  return {now.sum, std::sqrt(now.count * now.variance()), now.count - 1};
}

// Half the width of the interval at the level 1 - `p`. It grows without bounds as p goes to 0.
double ReachOf(const Studentized& one, const Past& past, double p) {
  const double plain = one.error * statistics::StudentUpperQuantile(p / 2, one.freedom);
  if (past.factor <= 1) return plain;
  return plain * past.factor * statistics::StudentUpperQuantile(p / 2, past.freedom) /
         statistics::NormalUpperQuantile(p / 2);
}

// The p at which the interval ends at 0: it is below 1 - confidence just where the interval leaves
// out 0.
double PValueOf(const Studentized& one, const Past& past) {
  const double distance = std::abs(one.difference);
  if (past.factor <= 1)
    return std::min(1.0, 2 * statistics::StudentAbove(distance / one.error, one.freedom));
  constexpr double kLeast = -660, kClose = 1e-12;  // logarithms; of less than 1e-286 nobody asks
  double low = kLeast, high = 0;
  while (high - low > kClose) {
    const double middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    (ReachOf(one, past, std::exp(middle)) > distance ? low : high) = middle;
  }
  return std::exp(high);
}

Judged JudgeByStudent(const Studentized& one, const Past& past, double confidence) {
  const double d = one.difference;
  Judged judged{d, d, d, d == 0 ? kNotAtAll : kSurely, past.factor, past.count};
  if (!(one.error > 0)) return judged;
  const double reach = ReachOf(one, past, 1 - confidence);
  judged.lower = d - reach;
  judged.upper = d + reach;
  judged.p_value = d == 0 ? kNotAtAll : PValueOf(one, past);
  return judged;
}

// Shares and rates, by their score.
improvement::Reached WithinReach(const Sample& now, const Sample& before, ValueType type,
                                 double reach) {
  const auto share = [](const Sample& s) {
    return improvement::Share{static_cast<int64_t>(s.count), static_cast<int64_t>(s.sum)};
  };
  const auto rate = [](const Sample& s) {
    return improvement::Rate{static_cast<int64_t>(s.count), static_cast<int64_t>(s.sum), s.squares};
  };
  if (type == ValueType::kShare) return improvement::Within(share(before), share(now), reach);
  return improvement::Within(rate(before), rate(now), reach);
}

// The error is as many times larger as the past says, in the test as in the interval.
Judged JudgeByScore(const Sample& now, const Sample& before, ValueType type, const Past& past,
                    double confidence) {
  const double tail = (1 - confidence) / 2;
  const bool widened = past.factor > 1;
  const double reach = widened ? past.factor * statistics::StudentUpperQuantile(tail, past.freedom)
                               : statistics::NormalUpperQuantile(tail);
  const improvement::Reached reached = WithinReach(now, before, type, reach);
  const double score = std::abs(reached.score) / past.factor;
  const double above =
      widened ? statistics::StudentAbove(score, past.freedom) : statistics::NormalAbove(score);
  return {reached.estimate,
          reached.interval.lower,
          reached.interval.upper,
          std::min(1.0, 2 * above),
          past.factor,
          past.count};
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
  const Past past = PastOf(windows, type, least);
  if (type == ValueType::kMean) return JudgeByStudent(OfMeans(now, before), past, confidence);
  if (type == ValueType::kDrift) return JudgeByStudent(OfDrift(now), past, confidence);
  return JudgeByScore(now, before, type, past, confidence);
}

double PBeyond(const Judged& judged, double explained) {
  const double share = judged.difference == 0 ? 0 : explained / judged.difference;
  if (!(share > 0)) return judged.p_value;
  constexpr double kLeast = 1e-300;
  const double away = statistics::NormalUpperQuantile(std::max(kLeast, judged.p_value) / 2);
  return std::min(1.0, 2 * statistics::NormalAbove(std::abs(1 - share) * away));
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
