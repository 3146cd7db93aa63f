// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/judge.h"

#include <gtest/gtest.h>

#include <cmath>

#include "common/statistics/generator.h"

namespace plumbline::analytics::review {
namespace {

Sample Of(std::initializer_list<double> values) {
  Sample sample;
  for (const double value : values) sample.Add(value);
  return sample;
}

Sample Drawn(statistics::Generator& chance, int count, double shift) {
  Sample sample;
  for (int i = 0; i < count; ++i) sample.Add(chance.Exponential() + shift);
  return sample;
}

TEST(Judge, MeansAreComparedByWelch) {
  // t.test(now, before) of R: t = -2.8482, df = 8.0617 -> p = 0.02133.
  const Sample now = Of({19.8, 20.4, 19.6, 17.8, 18.5, 18.9});
  const Sample before = Of({28.2, 26.6, 20.1, 23.3, 25.2, 22.1});
  const double a = now.variance() / 6, b = before.variance() / 6;
  const std::optional<Judged> judged =
      Judge(std::vector<Sample>{now, before}, ValueType::kMean, 0.95, 5);
  ASSERT_TRUE(judged.has_value());
  EXPECT_NEAR(judged->difference, 19.1667 - 24.25, 1e-3);
  EXPECT_NEAR((judged->upper + judged->lower) / 2, judged->difference, 1e-9);
  EXPECT_EQ(judged->factor, 1);
  EXPECT_LT(judged->p_value, 0.05);
  // 5 to 10 degrees of freedom: the reach is between those quantiles.
  const double reach = (judged->upper - judged->difference) / std::sqrt(a + b);
  EXPECT_GT(reach, 2.228);
  EXPECT_LT(reach, 2.571);
}

TEST(Judge, FewValuesTellNothing) {
  statistics::Generator chance(3);
  std::vector<Sample> windows = {Drawn(chance, 19, 0), Drawn(chance, 100, 0)};
  EXPECT_FALSE(Judge(windows, ValueType::kMean, 0.95).has_value());
  windows[0].Add(1);
  EXPECT_TRUE(Judge(windows, ValueType::kMean, 0.95).has_value());
  EXPECT_FALSE(Judge(std::vector<Sample>{windows[0]}, ValueType::kMean, 0.95).has_value());
}

// 70 errors are less than a number can say, and no more than each period has.
TEST(Judge, WhatMovesByItselfIsNoSignalHoweverManyValuesThereAre) {
  std::vector<Sample> windows;
  for (int w = 0; w < 10; ++w) {
    const double mean = w % 2 == 0 ? 1.1 : 1;
    windows.push_back({1e6, 1e6 * mean, 1e6 * (mean * mean + 1)});
  }
  const std::optional<Judged> judged = Judge(windows, ValueType::kMean, 0.95);
  ASSERT_TRUE(judged.has_value());
  EXPECT_GT(judged->p_value, 0.05);
  EXPECT_LT(judged->lower, 0);
  windows.resize(2);
  EXPECT_LT(Judge(windows, ValueType::kMean, 0.95)->p_value, 1e-300);
}

TEST(Judge, WhatRoundingMakesOfEqualValuesIsNoise) {
  Sample few, many;
  for (int i = 0; i < 20; ++i) few.Add(0.1);
  for (int i = 0; i < 37; ++i) many.Add(0.1);
  EXPECT_EQ(Judge(std::vector<Sample>{few, many}, ValueType::kMean, 0.95)->difference, 0);
}

TEST(Judge, WhatIsEqualIsNoise) {
  Sample same;
  for (int i = 0; i < 30; ++i) same.Add(5);
  for (const ValueType type : {ValueType::kMean, ValueType::kRate}) {
    const std::optional<Judged> judged = Judge(std::vector<Sample>{same, same}, type, 0.95);
    ASSERT_TRUE(judged.has_value());
    EXPECT_EQ(judged->difference, 0);
    EXPECT_EQ(judged->p_value, 1);
  }
}

TEST(Judge, APastThatMovesByItselfWidens) {
  statistics::Generator chance(5);
  std::vector<Sample> windows = {Drawn(chance, 400, 0.5), Drawn(chance, 400, 0)};
  const Judged calm = *Judge(windows, ValueType::kMean, 0.95);
  EXPECT_LT(calm.p_value, 1e-6);
  for (int i = 0; i < 10; ++i) windows.push_back(Drawn(chance, 400, i % 2 == 0 ? 0.5 : 0));
  const Judged restless = *Judge(windows, ValueType::kMean, 0.95);
  EXPECT_EQ(restless.past, 10);
  EXPECT_GT(restless.factor, 4);
  EXPECT_GT(restless.p_value, 0.1);
  EXPECT_LT(restless.lower, 0);
  EXPECT_GT(restless.upper, 0);
  EXPECT_EQ(restless.difference, calm.difference);
}

// Of few values too, and whatever the past adds.
TEST(Judge, PIsBelowFivePercentJustWhereTheIntervalLeavesOutZero) {
  statistics::Generator chance(17);
  int left_out = 0, widened = 0;
  constexpr int kRuns = 2'000;
  for (int run = 0; run < kRuns; ++run) {
    const uint64_t values = 5 + chance.Below(30);
    std::vector<Sample> mean(2 + chance.Below(10)), drift(mean.size()), share(mean.size()),
        rate(mean.size()), varying(mean.size());
    for (size_t w = 0; w < mean.size(); ++w) {
      const double shift = chance.Fraction();
      for (uint64_t i = 0; i < values; ++i) {
        mean[w].Add(chance.Exponential() + shift);
        drift[w].Add(static_cast<double>(chance.Below(5)) - 2 + 2 * shift - 1);
        share[w].Add(chance.Fraction() < shift);
        rate[w].Add(chance.Fraction() < shift ? static_cast<double>(chance.Below(3)) : 0);
        varying[w].Add(chance.Fraction() < shift ? static_cast<double>(chance.Below(20)) : 0);
      }
    }
    for (const auto& [windows, type] :
         {std::pair(mean, ValueType::kMean), std::pair(drift, ValueType::kDrift),
          std::pair(share, ValueType::kShare), std::pair(rate, ValueType::kRate),
          std::pair(varying, ValueType::kRate)}) {
      const std::optional<Judged> judged = Judge(windows, type, 0.95, 5);
      ASSERT_TRUE(judged.has_value());
      const bool without = judged->lower > 0 || judged->upper < 0;
      EXPECT_EQ(without, judged->p_value < 0.05)
          << judged->lower << " to " << judged->upper << ", p = " << judged->p_value;
      left_out += without;
      widened += judged->factor > 1;
    }
  }
  EXPECT_GT(left_out, kRuns / 20);
  EXPECT_LT(left_out, 3 * kRuns);
  EXPECT_GT(widened, kRuns / 4);
}

// At 5 % one in twenty is called different, whatever the type, if nothing is.
TEST(Judge, HoldsItsLevel) {
  statistics::Generator chance(11);
  int means = 0, shares = 0, rates = 0, drifts = 0;
  constexpr int kRuns = 2'000;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<Sample> mean(8), share(8), rate(8), drift(8);
    for (size_t w = 0; w < 8; ++w) {
      for (int i = 0; i < 60; ++i) {
        mean[w].Add(chance.Exponential());
        share[w].Add(chance.Fraction() < 0.3);
        rate[w].Add(static_cast<double>(chance.Below(4)));
        drift[w].Add(static_cast<double>(chance.Below(4)) - static_cast<double>(chance.Below(4)));
      }
    }
    means += Judge(mean, ValueType::kMean, 0.95)->p_value <= 0.05;
    shares += Judge(share, ValueType::kShare, 0.95)->p_value <= 0.05;
    rates += Judge(rate, ValueType::kRate, 0.95)->p_value <= 0.05;
    drifts += Judge(drift, ValueType::kDrift, 0.95)->p_value <= 0.05;
  }
  for (const int signals : {means, shares, rates, drifts}) {
    EXPECT_LT(signals, 0.06 * kRuns);
    EXPECT_GT(signals, 0.01 * kRuns);
  }
}

TEST(Chart, LimitsAreThreeErrorsOfEachWindow) {
  std::vector<Sample> windows(7);
  for (size_t w = 0; w < windows.size(); ++w) {
    for (int i = 0; i < 100; ++i) windows[w].Add(i % 2);
  }
  windows[0] = {};
  for (int i = 0; i < 25; ++i) windows[0].Add(1);
  const std::optional<Charted> chart = Chart(windows, ValueType::kShare);
  ASSERT_TRUE(chart.has_value());
  EXPECT_EQ(chart->center, 0.5);
  EXPECT_EQ(chart->factor, 1);
  EXPECT_NEAR(chart->limits[0]->upper, 0.8, 1e-12);  // 0.5 + 3 * 0.5 / 5
  EXPECT_NEAR(chart->limits[1]->upper, 0.65, 1e-12);
  windows.resize(5);
  EXPECT_FALSE(Chart(windows, ValueType::kShare).has_value());
}

}  // namespace
}  // namespace plumbline::analytics::review
