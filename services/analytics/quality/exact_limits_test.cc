// SPDX-License-Identifier: Apache-2.0
//
// Limits of counts against sums of chances written down the long way.
#include "services/analytics/quality/exact_limits.h"

#include <cmath>
#include <random>
#include <vector>

#include "common/statistics/log_gamma.h"
#include "common/statistics/normal.h"
#include "gtest/gtest.h"
#include "services/analytics/quality/control_chart.h"
#include "services/analytics/quality/rules.h"

namespace plumbline::analytics::quality {
namespace {

double BinomialChance(int size, double rate, int count) {
  const double ways = statistics::LogGamma(size + 1.0) - statistics::LogGamma(count + 1.0) -
                      statistics::LogGamma(size - count + 1.0);
  return std::exp(ways + count * std::log(rate) + (size - count) * std::log1p(-rate));
}

TEST(CountLaw, BinomialIsTheSumOfItsChances) {
  for (const auto& [size, rate] : {std::pair{37, 0.11}, std::pair{14, 0.11}, std::pair{30, 0.9},
                                   std::pair{400, 0.99}, std::pair{3, 0.5}, std::pair{1, 0.02}}) {
    SCOPED_TRACE(testing::Message() << size << " with " << rate);
    const CountLaw law = CountLaw::Binomial(size, rate);
    for (int count = 0; count <= size; ++count) {
      double below = 0, above = 0, less = 0;
      for (int x = 0; x <= size; ++x) {
        const double chance = BinomialChance(size, rate, x);
        less += x < count ? chance : 0;
        below += x <= count ? chance : 0;
        above += x >= count ? chance : 0;
      }
      EXPECT_EQ(count < law.lower(), below < kOuterShare) << count;
      EXPECT_EQ(count > law.upper(), above < kOuterShare) << count;
      const double deviate = law.DeviateOf(count);
      EXPECT_EQ(std::abs(deviate) > 3, count < law.lower() || count > law.upper()) << count;
      // Farther out it is a deviate beyond 5.6 however rare.
      if (std::min(below, above) < 1e-8) continue;
      if (below < 0.5) {
        EXPECT_NEAR(statistics::NormalBelow(deviate), below, 1e-9 * below);
      } else if (less >= 0.5) {
        EXPECT_NEAR(statistics::NormalAbove(deviate), above, 1e-9 * above);
      } else {
        EXPECT_EQ(deviate, 0);
      }
    }
  }
}

// Montgomery 2013, table of the Poisson distribution: of mean 2, P(X >= 8) = 0.0011 and P(X >= 7) =
// 0.0045.
TEST(CountLaw, Poisson) {
  const CountLaw law = CountLaw::Poisson(2);
  EXPECT_EQ(law.lower(), 0);
  EXPECT_EQ(law.upper(), 7);
  EXPECT_NEAR(statistics::NormalAbove(law.DeviateOf(8)), 0.0010967, 1e-7);
  EXPECT_EQ(law.DeviateOf(2), 0);
  EXPECT_NEAR(statistics::NormalBelow(law.DeviateOf(0)), std::exp(-2), 1e-12);
  EXPECT_GT(law.DeviateOf(1000), 8);
}

TEST(GeometricLaw, IsTheSumOfItsChances) {
  for (const double mean : {0.2, 2.0, 19.0, 400.0}) {
    const GeometricLaw law(mean);
    const double good = mean / (mean + 1);
    for (int count = 0; count < 12 * (mean + 1); ++count) {
      const double above = std::pow(good, count), below = 1 - std::pow(good, count + 1);
      EXPECT_EQ(count > law.upper(), above < kOuterShare) << mean << " " << count;
      EXPECT_EQ(count < law.lower(), below < kOuterShare) << mean << " " << count;
      EXPECT_EQ(std::abs(law.DeviateOf(count)) > 3, count > law.upper() || count < law.lower());
      EXPECT_EQ(law.DeviateOf(count) == 0, count == law.median());
    }
    EXPECT_GE(1 - std::pow(good, law.median() + 1), 0.5);
    EXPECT_LT(1 - std::pow(good, law.median()), 0.5);
  }
  EXPECT_EQ(GeometricLaw(0).upper(), 0);
  EXPECT_GT(GeometricLaw(0).DeviateOf(1), 3);
}

// One in twenty goes wrong, and nothing changes: of charts of 100 points mean +- 3 deviations has a
// point beyond the limits in most, quantiles in no more than a chart of normal values (24 %).
TEST(RareEvents, OfAStableProcessChartsHoldStill) {
  std::mt19937_64 random(3);
  std::geometric_distribution<int> between(0.05);
  int by_quantiles = 0, by_deviations = 0, runs = 0, runs_of_mean = 0;
  constexpr int kRounds = 400;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> values;
    for (int i = 0; i < 100; ++i) values.push_back(between(random));
    const auto exact = ChartCasesBetween(values, {.exact = true});
    const auto rough = ChartCasesBetween(values);
    ASSERT_TRUE(exact.ok() && rough.ok());
    by_quantiles += !PointsOf(Rule::kBeyond3Sigma, *exact).empty();
    by_deviations += !PointsOf(Rule::kBeyond3Sigma, *rough).empty();
    runs += !PointsOf(Rule::kEightOneSide, *exact).empty();
    runs_of_mean += !PointsOf(Rule::kEightOneSide, *rough).empty();
  }
  EXPECT_LT(by_quantiles, 0.25 * kRounds);
  EXPECT_GT(by_deviations, 0.75 * kRounds);
  EXPECT_LT(runs, 0.35 * kRounds);
  EXPECT_GT(runs_of_mean, 0.5 * kRounds);
}

// From one in twenty to one in seven: seen by most within 40 such cases.
TEST(RareEvents, AWorseningIsSeen) {
  std::mt19937_64 random(4);
  std::geometric_distribution<int> before(0.05), after(0.15);
  int seen = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<double> values;
    for (int i = 0; i < 100; ++i) values.push_back(before(random));
    for (int i = 0; i < 40; ++i) values.push_back(after(random));
    const auto chart = ChartCasesBetween(values, {.baseline_points = 100, .exact = true});
    ASSERT_TRUE(chart.ok());
    for (const size_t i : PointsOf(Rule::kEightOneSide, *chart)) {
      if (i < 108) continue;
      ++seen;
      break;
    }
  }
  EXPECT_GT(seen, 170);
}

// Shares that are far too high for their limits to be left out: 9 of 14 where one in nine is usual.
TEST(ExactShares, FewExpectedCasesStillSignal) {
  std::vector<CountPoint> points(20, {4, 36});
  points.push_back({9, 14});
  const auto chart = ChartShares(points, {.baseline_points = 20, .exact = true});
  ASSERT_TRUE(chart.ok());
  EXPECT_EQ(PointsOf(Rule::kBeyond3Sigma, *chart), std::vector<size_t>{20});
  EXPECT_EQ(chart->points[20].upper, 6.0 / 14);
  EXPECT_EQ(chart->points[20].lower, 0);
  // Where enough are expected it is the chart of the reference.
  const std::vector<CountPoint> large(20, {40, 100});
  const auto one = ChartShares(large, {.exact = true}), other = ChartShares(large);
  EXPECT_EQ(one->points[0].upper, other->points[0].upper);
}

}  // namespace
}  // namespace plumbline::analytics::quality
