// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/adjust.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

#include "common/statistics/generator.h"
#include "common/statistics/student.h"

namespace plumbline::analytics::improvement {
namespace {

using Known = CaseValue::Known;
using statistics::Generator;

constexpr int64_t kOld = 1'000'000'000;

struct Drawn {
  Side side{{}, true};
  std::vector<uint32_t> values;

  void Add(double value, uint32_t of) {
    side.cases.push_back({value, Known::kValue, 1, kOld});
    values.push_back(of);
  }
};

std::optional<Adjusted> AdjustOf(const Drawn& before, const Drawn& after, const Options& options,
                                 uint32_t count) {
  const Comparison comparison = Compare(before.side, after.side, options);
  return Adjust(before.side, after.side, {before.values, after.values, count}, options, comparison);
}

Options Means() {
  Options options;
  options.of_means = true;
  options.smallest_effect = 1;
  return options;
}

// The two differences as they are defined, two passes over lists.
struct Slow {
  double estimate = 0, unadjusted = 0, error = 0, freedom = 0;
};
Slow SlowAdjusted(const Drawn& before, const Drawn& after, uint32_t count) {
  const auto of = [](const Drawn& drawn, uint32_t value) {
    std::vector<double> values;
    for (size_t i = 0; i < drawn.values.size(); ++i) {
      if (drawn.values[i] == value) values.push_back(drawn.side.cases[i].value);
    }
    return values;
  };
  const auto mean = [](const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  };
  Slow slow;
  double weights = 0, square = 0, fourths = 0;
  std::vector<double> all_before, all_after;
  for (uint32_t value = 0; value < count; ++value) {
    const std::vector<double> x = of(before, value), y = of(after, value);
    if (x.size() < 2 || y.size() < 2) continue;
    const auto n = static_cast<double>(x.size()), m = static_cast<double>(y.size());
    const double weight = n * m / (n + m);
    double vx = 0, vy = 0;
    for (const double one : x) vx += std::pow(one - mean(x), 2) / (n - 1);
    for (const double one : y) vy += std::pow(one - mean(y), 2) / (m - 1);
    weights += weight;
    slow.estimate += weight * (mean(x) - mean(y));  // less is better
    square += weight * weight * (vx / n + vy / m);
    fourths += std::pow(weight * weight * vx / n, 2) / (n - 1) +
               std::pow(weight * weight * vy / m, 2) / (m - 1);
    all_before.insert(all_before.end(), x.begin(), x.end());
    all_after.insert(all_after.end(), y.begin(), y.end());
  }
  slow.estimate /= weights;
  slow.error = std::sqrt(square) / weights;
  slow.freedom = square * square / fourths;
  slow.unadjusted = mean(all_before) - mean(all_after);
  return slow;
}

TEST(Adjust, IsTheWeightedDifferenceWithinValues) {
  Generator chance(11);
  for (int run = 0; run < 200; ++run) {
    const uint32_t count = 2 + static_cast<uint32_t>(chance.Below(5));
    Options options = Means();
    if (run % 3 == 1) options.type = ValueType::kShare;
    if (run % 3 == 2) options.type = ValueType::kCount;
    const auto draw = [&](int cases) {
      Drawn drawn;
      for (int i = 0; i < cases; ++i) {
        const auto value = static_cast<uint32_t>(chance.Below(count + 1));  // one that is left out
        const double time = 1 + value + 3 * chance.Exponential();
        drawn.Add(options.type == ValueType::kTime    ? time
                  : options.type == ValueType::kShare ? static_cast<double>(time > 4)
                                                      : std::floor(time),
                  value);
      }
      return drawn;
    };
    const Drawn before = draw(60 + static_cast<int>(chance.Below(60)));
    const Drawn after = draw(30 + static_cast<int>(chance.Below(60)));
    const auto adjusted = AdjustOf(before, after, options, count);
    ASSERT_TRUE(adjusted.has_value());
    const Slow slow = SlowAdjusted(before, after, count);
    EXPECT_NEAR(adjusted->improvement.estimate, slow.estimate, 1e-9) << run;
    EXPECT_NEAR(adjusted->unadjusted, slow.unadjusted, 1e-9) << run;
    const improvement::Interval& interval = adjusted->improvement.interval;
    EXPECT_NEAR((interval.upper - interval.lower) / 2 / slow.error,
                statistics::StudentUpperQuantile(0.025, slow.freedom), 1e-6)
        << run;
    EXPECT_GT(adjusted->left_out, 0);
  }
}

// Nothing changed but the mix: slow cases became few. The plain difference is one, the adjusted
// none, in as many runs as its confidence says.
TEST(Adjust, AnotherMixAloneIsNoImprovement) {
  Generator chance(12);
  int wrong = 0, plain = 0;
  constexpr int kRuns = 400;
  for (int run = 0; run < kRuns; ++run) {
    const auto draw = [&](double slow) {
      Drawn drawn;
      for (int i = 0; i < 150; ++i) {
        const bool is_slow = chance.Fraction() < slow;
        drawn.Add((is_slow ? 20 : 5) + 5 * chance.Exponential(), is_slow ? 1 : 0);
      }
      return drawn;
    };
    const Drawn before = draw(0.7), after = draw(0.3);
    const auto adjusted = AdjustOf(before, after, Means(), 2);
    ASSERT_TRUE(adjusted.has_value());
    wrong += adjusted->improvement.p_value < 0.05;
    plain += Compare(before.side, after.side, Means()).improvement->p_value < 0.05;
    EXPECT_GT(adjusted->unadjusted, 2);
  }
  EXPECT_GT(plain, 0.95 * kRuns);
  EXPECT_LT(wrong, 38);  // 20 and four standard deviations
  EXPECT_GT(wrong, 4);
}

// A value whose cases after the change only just began says nothing of how long they take.
TEST(Adjust, ValuesThatWereNotFollowedToTheHorizonAreLeftOut) {
  Generator chance(13);
  const auto draw = [&](double mean) {
    Drawn drawn;
    for (uint32_t i = 0; i < 80; ++i) {
      drawn.Add(mean * chance.Exponential(), i % 2);
      if (i % 8 < 2) drawn.side.cases.back().known = Known::kOpen;
    }
    return drawn;
  };
  const Drawn before = draw(10), after = draw(7);
  Drawn more_before = before, more_after = after;
  for (int i = 0; i < 10; ++i) {
    more_before.Add(0.5, 2);  // ended soon, all of them: that is all that there is to know
    more_after.Add(0.1, 2);
    more_before.Add(0.5, 3);
    more_after.Add(0.1, 3);
    more_after.side.cases.back().known = Known::kOpen;  // looked at for 0.1 seconds
  }
  const Comparison comparison = Compare(more_before.side, more_after.side, Means());
  ASSERT_EQ(comparison.method, Method::kSurvival);
  ASSERT_GT(*comparison.horizon, 1);
  const auto adjust = [&](uint32_t values) {
    return Adjust(more_before.side, more_after.side,
                  {more_before.values, more_after.values, values}, Means(), comparison);
  };
  const auto all = adjust(4), without = adjust(3);
  ASSERT_TRUE(all.has_value() && without.has_value());
  EXPECT_EQ(all->values, 3);
  EXPECT_EQ(all->left_out, 20);
  EXPECT_EQ(all->improvement.estimate, without->improvement.estimate);
  EXPECT_EQ(all->improvement.interval.upper, without->improvement.interval.upper);
  EXPECT_EQ(all->unadjusted, without->unadjusted);
}

// Cases that began lately, many of them open: no value was followed just as far as another.
TEST(Adjust, OpenCasesAreFollowedAsFarAsHalfOfThem) {
  Generator chance(14);
  constexpr double kAge = 60;
  int wrong = 0;
  for (int run = 0; run < 100; ++run) {
    const auto draw = [&](double slow, int cases, double age) {
      Drawn drawn;
      for (int i = 0; i < cases; ++i) {
        const bool is_slow = chance.Fraction() < slow;
        const double time = (is_slow ? 40 : 10) * chance.Exponential();
        const double seen = age * chance.Fraction();
        drawn.Add(std::min(time, seen), is_slow ? 1 : 0);
        if (time > seen) drawn.side.cases.back().known = Known::kOpen;
      }
      return drawn;
    };
    const Drawn before = draw(0.7, 300, 400), after = draw(0.3, 200, kAge);
    const Comparison comparison = Compare(before.side, after.side, Means());
    ASSERT_EQ(comparison.method, Method::kSurvival);
    EXPECT_GT(comparison.improvement->estimate, 0);
    const auto adjusted = AdjustOf(before, after, Means(), 2);
    ASSERT_TRUE(adjusted.has_value()) << run;
    EXPECT_GE(*adjusted->horizon, *comparison.horizon / 2);
    EXPECT_LE(*adjusted->horizon, *comparison.horizon);
    EXPECT_EQ(adjusted->values, 2);
    wrong += adjusted->improvement.p_value < 0.05;
  }
  EXPECT_LE(wrong, 14);  // 5 and four standard deviations
}

// What little of it was followed says nothing of the rest.
TEST(Adjust, ValuesThatWereFollowedForLessThanHalfAreNotAdjusted) {
  Drawn before, after;
  Generator chance(15);
  for (uint32_t i = 0; i < 200; ++i) {
    before.Add(30 + chance.Fraction(), i % 2);
    after.Add(i % 2 == 0 ? 30 + chance.Fraction() : 2 * chance.Fraction(), i % 2);
    if (i % 2 == 1) after.side.cases.back().known = Known::kOpen;
  }
  EXPECT_FALSE(AdjustOf(before, after, Means(), 2).has_value());
}

TEST(Adjust, WhatCannotBeAdjustedIsNot) {
  Drawn before, after;
  for (int i = 0; i < 30; ++i) {
    before.Add(i, 0);
    after.Add(i, 1);
  }
  EXPECT_FALSE(AdjustOf(before, after, Means(), 2).has_value());   // no value on both sides
  EXPECT_FALSE(AdjustOf(before, before, Means(), 2).has_value());  // one only
  Drawn equal;
  for (int i = 0; i < 30; ++i) equal.Add(7, static_cast<uint32_t>(i % 2));
  EXPECT_FALSE(AdjustOf(equal, equal, Means(), 2).has_value());
}

}  // namespace
}  // namespace plumbline::analytics::improvement
