// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/series.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "common/statistics/generator.h"
#include "gtest/gtest.h"

namespace plumbline::statistics {
namespace {

// The first numbers of the authors' own programs, for the state that SplitMix64 makes of 0.
TEST(Generator, IsTheOneThatItSays) {
  Generator random(0);
  EXPECT_EQ(random.Bits(), 0x99EC5F36CB75F2B4u);
  EXPECT_EQ(random.Bits(), 0xBF6E1F784956452Au);
}

TEST(Generator, DrawsEvenly) {
  Generator random(42);
  constexpr int kDraws = 700'000;
  std::vector<int> counts(7, 0);
  double sum = 0, exponential = 0;
  for (int i = 0; i < kDraws; ++i) {
    ++counts[random.Below(7)];
    sum += random.Fraction();
    exponential += random.Exponential();
  }
  for (const int count : counts) EXPECT_NEAR(count, kDraws / 7, 5 * std::sqrt(kDraws / 7));
  EXPECT_NEAR(sum / kDraws, 0.5, 0.002);
  EXPECT_NEAR(exponential / kDraws, 1, 0.006);
}

// By hand: differences from 3 are -2 -1 0 1 2, products of neighbours 2 0 0 2, squares 10.
TEST(Series, Autocorrelation) {
  const std::vector<double> values = {1, 2, 3, 4, 5};
  EXPECT_DOUBLE_EQ(Autocorrelation(values, 0), 1);
  EXPECT_DOUBLE_EQ(Autocorrelation(values, 1), 0.4);
  EXPECT_DOUBLE_EQ(Autocorrelation(values, 5), 0);
  EXPECT_DOUBLE_EQ(Autocorrelation(std::vector<double>{4, 4, 4}, 1), 0);
  const auto test = TestDependence(values, 1);
  ASSERT_TRUE(test.has_value());
  EXPECT_DOUBLE_EQ(test->statistic, 5.0 * 7 * 0.16 / 4);
  EXPECT_FALSE(TestDependence(values, 4).has_value());
  EXPECT_FALSE(TestDependence(std::vector<double>(9, 1.0), 1).has_value());
}

// Of series without order one in twenty is called dependent, or a trend, at 5 %.
TEST(Series, TestsAreRightAsOftenAsTheySay) {
  std::mt19937_64 random(23);
  std::normal_distribution<double> draw;
  constexpr int kRounds = 2'000;
  int dependent = 0, trends = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> values;
    for (int i = 0; i < 60; ++i) values.push_back(draw(random));
    dependent += TestDependence(values, 5)->p_value < 0.05;
    trends += TestTrend(values)->p_value < 0.05;
  }
  EXPECT_NEAR(dependent / double{kRounds}, 0.05, 0.015);
  EXPECT_NEAR(trends / double{kRounds}, 0.05, 0.015);
}

// By hand: of 21 pairs 17 rise, 3 fall, and one is equal.
TEST(Series, Trend) {
  const auto trend = TestTrend(std::vector<double>{1, 3, 2, 5, 4, 4, 7});
  ASSERT_TRUE(trend.has_value());
  EXPECT_DOUBLE_EQ(trend->tau, 14.0 / 21);
  // Variance (7 * 6 * 19 - 2 * 1 * 9) / 18, one step less.
  EXPECT_NEAR(trend->p_value, std::erfc(13 / std::sqrt(780.0 / 18) / std::sqrt(2)), 1e-12);
  EXPECT_GT(trend->slope, 0);
  EXPECT_DOUBLE_EQ(TestTrend(std::vector<double>{2, 4, 6, 8})->slope, 2);
  EXPECT_FALSE(TestTrend(std::vector<double>{1, 2}).has_value());
  EXPECT_FALSE(TestTrend(std::vector<double>{2, 2, 2}).has_value());
}

TEST(Series, SlopesHaveAnInterval) {
  const std::vector<double> values{1, 4, 2, 6, 3, 9, 7, 8, 12, 10};
  const auto trend = TestTrend(values);
  ASSERT_TRUE(trend.has_value() && trend->slope_lower.has_value());
  std::vector<double> slopes;
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = i + 1; j < values.size(); ++j)
      slopes.push_back((values[j] - values[i]) / static_cast<double>(j - i));
  }
  std::sort(slopes.begin(), slopes.end());
  // 45 pairs, variance 10 * 9 * 25 / 18 = 125: (45 - 1.96 * 11.18) / 2 = 11.54.
  EXPECT_DOUBLE_EQ(*trend->slope_lower, slopes[10]);
  EXPECT_DOUBLE_EQ(*trend->slope_upper, slopes[34]);
  EXPECT_DOUBLE_EQ(trend->slope, slopes[22]);
  EXPECT_FALSE(TestTrend(std::vector<double>{1, 2, 3})->slope_lower.has_value());
}

}  // namespace
}  // namespace plumbline::statistics
