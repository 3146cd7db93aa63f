// SPDX-License-Identifier: Apache-2.0
//
// Laws that charts keep whatever the numbers, and what they refuse.
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "services/analytics/quality/chart_constants.h"
#include "services/analytics/quality/control_chart.h"
#include "services/analytics/quality/memory_charts.h"
#include "services/analytics/quality/rules.h"

namespace plumbline::analytics::quality {
namespace {

std::vector<double> NormalValues(int count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(10, 2);
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(normal(random));
  return values;
}

TEST(ControlChart, UnitsDoNotMatter) {
  const std::vector<double> values = NormalValues(200, 1);
  std::vector<double> scaled;
  for (const double value : values) scaled.push_back(60 * value - 7);
  const auto charts = ChartIndividuals(values);
  const auto other = ChartIndividuals(scaled);
  ASSERT_TRUE(charts.ok() && other.ok());
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_NEAR(other->individuals.points[i].upper, 60 * charts->individuals.points[i].upper - 7,
                1e-9);
  }
  for (const Rule rule : {Rule::kBeyond3Sigma, Rule::kTwoOfThreeBeyond2, Rule::kFourOfFiveBeyond1,
                          Rule::kNineOneSide, Rule::kSixTrend, Rule::kEightOutside1}) {
    EXPECT_EQ(PointsOf(rule, charts->individuals.points),
              PointsOf(rule, other->individuals.points));
  }
}

TEST(ControlChart, FalseAlarmsAreAsRareAsTheyShouldBe) {
  const std::vector<double> values = NormalValues(200'000, 2);
  const auto charts = ChartIndividuals(values);
  ASSERT_TRUE(charts.ok());
  // 0.0027 of normal values are beyond three standard deviations.
  const auto alarms =
      static_cast<double>(PointsOf(Rule::kBeyond3Sigma, charts->individuals.points).size());
  EXPECT_NEAR(alarms / 200'000, 0.0027, 4 * std::sqrt(0.0027 / 200'000));
}

TEST(ControlChart, AShiftAfterTheBaselineIsSeen) {
  std::vector<double> values = NormalValues(100, 3);
  for (size_t i = 50; i < values.size(); ++i) values[i] += 10;
  const auto charts = ChartIndividuals(values, {.baseline_points = 50});
  ASSERT_TRUE(charts.ok());
  EXPECT_GT(PointsOf(Rule::kBeyond3Sigma, charts->individuals.points).size(), 40u);
  const auto known = ChartIndividuals(absl::MakeConstSpan(values).subspan(50),
                                      {.known = charts->individuals.baseline});
  ASSERT_TRUE(known.ok());
  EXPECT_EQ(known->individuals.points[7].upper, charts->individuals.points[57].upper);
}

TEST(ControlChart, EqualValuesHaveLimitsOfNoWidth) {
  const auto charts = ChartIndividuals(std::vector<double>{5, 5, 5, 5, 6}, {.baseline_points = 4});
  ASSERT_TRUE(charts.ok());
  EXPECT_EQ(charts->individuals.points[0].upper, 5);
  EXPECT_EQ(PointsOf(Rule::kBeyond3Sigma, charts->individuals.points), std::vector<size_t>{4});
}

TEST(ControlChart, SharesStayBetweenNoneAndAll) {
  const auto chart = ChartShares(std::vector<CountPoint>{{0, 3}, {1, 3}, {3, 3}});
  ASSERT_TRUE(chart.ok());
  for (const ChartPoint& point : chart->points) {
    EXPECT_GE(point.lower, 0);
    EXPECT_LE(point.upper, 1);
  }
}

TEST(ControlChart, RareEventsHaveLimitsOfTheirOwn) {
  // Mean 3: sqrt(3 * 4) is the standard deviation.
  const auto cases = ChartCasesBetween(std::vector<double>{1, 5, 2, 4});
  ASSERT_TRUE(cases.ok());
  EXPECT_NEAR(cases->points[0].upper, 3 + 3 * std::sqrt(12.0), 1e-12);
  EXPECT_EQ(cases->points[0].lower, 0);
  std::mt19937_64 random(4);
  std::exponential_distribution<double> exponential(1.0 / 30);
  std::vector<double> times;
  for (int i = 0; i < 50'000; ++i) times.push_back(exponential(random));
  const auto between = ChartTimesBetween(times);
  ASSERT_TRUE(between.ok());
  const auto alarms = static_cast<double>(PointsOf(Rule::kBeyond3Sigma, between->points).size());
  EXPECT_LT(alarms / 50'000, 0.01) << "limits of a normal distribution would give 0.018";
}

template <typename Result>
std::string Why(const Result& result) {
  return result.ok() ? "OK" : std::string(result.status().message());
}

TEST(ControlChart, DeviationsOfSubgroupsOfAnySize) {
  // The two ways to compute it meet, and each goes on as the other.
  const double before = DeviationOfDeviation(2000), after = DeviationOfDeviation(2001);
  EXPECT_NEAR(after / before, std::sqrt(2000.0 / 2001), 1e-7);
  EXPECT_NEAR(MeanOfDeviation(25), ConstantsOf(25).c4, 1e-15);
  // For large samples the deviation of the deviation is 1 / sqrt(2 (n - 1)).
  EXPECT_NEAR(DeviationOfDeviation(1'000'000) * std::sqrt(2.0 * 999'999), 1, 1e-6);
  const Subgroups large = {NormalValues(150, 1), NormalValues(3000, 2)};
  const auto charts = ChartMeansAndDeviations(large);
  ASSERT_TRUE(charts.ok()) << charts.status();
  EXPECT_NEAR(charts->means.baseline.sigma, 2, 0.15);
  EXPECT_LT(charts->means.points[1].sigma, charts->means.points[0].sigma);
  EXPECT_NE(Why(ChartMeansAndRanges(large)).find("standard deviations"), std::string::npos);
}

TEST(ControlChart, RefusesWhatSaysNothing) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(Why(ChartIndividuals({})).find("there is none"), std::string::npos);
  EXPECT_NE(Why(ChartIndividuals(std::vector<double>{1})).find("at least 2"), std::string::npos);
  EXPECT_NE(Why(ChartIndividuals(std::vector<double>{1, nan})).find("values[1]"),
            std::string::npos);
  EXPECT_NE(Why(ChartIndividuals(std::vector<double>{1, 2}, {.baseline_points = 3})).find("3 of 2"),
            std::string::npos);
  EXPECT_NE(Why(ChartShares(std::vector<CountPoint>{{1, 2}, {3, 2}})).find("points[1].count"),
            std::string::npos);
  EXPECT_NE(Why(ChartShares(std::vector<CountPoint>{{0, 0}, {1, 2}})).find("points[0].size"),
            std::string::npos);
  EXPECT_NE(Why(ChartDefects(std::vector<CountPoint>{{1, 2}, {1, 3}})).find("rates (u)"),
            std::string::npos);
  EXPECT_NE(Why(ChartMeansAndRanges({{1, 2}, {1}})).find("subgroups[1]"), std::string::npos);
  EXPECT_NE(Why(ChartTimesBetween(std::vector<double>{1, 0})).find("times[1]"), std::string::npos);
  EXPECT_NE(Why(ChartCusum(std::vector<double>{1, 1}, {1, 0, 2})).find("baseline.sigma"),
            std::string::npos);
  EXPECT_NE(Why(ChartEwma(std::vector<double>{1}, {1, 1, 2}, {.lambda = 1.5})).find("lambda"),
            std::string::npos);
}

}  // namespace
}  // namespace plumbline::analytics::quality
