// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/charting/log_chart.h"
#include "services/analytics/charting/testing.h"

namespace plumbline::analytics {
namespace {

using quality::Rule;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kDay = 86'400 * kSecond;
constexpr int64_t kMonday = int64_t{1'767'571'200} * kSecond;  // 2026-01-05 00:00 UTC

// A value a day, from Monday on.
Measured Daily(ValueKind kind, const std::vector<double>& values, int per_day = 1) {
  Measured measured;
  measured.kind = kind;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto n = static_cast<int64_t>(i);
    measured.values.push_back({kMonday + n / per_day * kDay + n % per_day * kSecond,
                               static_cast<uint32_t>(i), values[i]});
  }
  measured.first_time = kMonday;
  measured.last_time = kMonday + static_cast<int64_t>(values.size()) / per_day * kDay;
  return measured;
}

ChartSpec By(GroupKind kind, int64_t size = 0) {
  ChartSpec spec;
  spec.grouping.kind = kind;
  spec.grouping.size = size;
  return spec;
}

LogChart Of(const Measured& measured, const ChartSpec& spec) {
  const auto chart = MakeChart(measured, spec, {});
  EXPECT_TRUE(chart.ok()) << chart.status();
  return chart.ok() ? *chart : LogChart();
}
std::string FieldOf(const Measured& measured, const ChartSpec& spec) {
  const auto chart = MakeChart(measured, spec, {});
  return chart.ok() ? "" : base::FieldViolationsOf(chart.status())[0].field;
}
std::vector<size_t> At(const LogChart& chart, Rule rule, bool of_spread = false) {
  for (const RuleSignals& signals : chart.signals) {
    if (signals.rule == rule && signals.of_spread == of_spread) return signals.points;
  }
  ADD_FAILURE() << "the rule was not looked for";
  return {};
}

// `good` zeros with a one after each, `times` over.
std::vector<double> Rare(int good, int times) {
  std::vector<double> values;
  for (int t = 0; t < times; ++t) {
    for (int i = 0; i < good; ++i) values.push_back(0);
    values.push_back(1);
  }
  return values;
}

TEST(LogChart, IndividualsBeyondTheLimits) {
  std::vector<double> values(25, 10);
  for (size_t i = 0; i < values.size(); i += 2) values[i] = 11;
  values.push_back(30);
  ChartSpec spec = By(GroupKind::kEach);
  spec.baseline_points = 25;
  const LogChart chart = Of(Daily(ValueKind::kTime, values), spec);
  EXPECT_EQ(chart.chosen.type, ChartType::kIndividuals);
  ASSERT_EQ(chart.points.size(), 26u);
  EXPECT_TRUE(chart.points[24].in_baseline);
  EXPECT_FALSE(chart.points[25].in_baseline);
  EXPECT_THAT(At(chart, Rule::kBeyond3Sigma), ElementsAre(25));
  EXPECT_THAT(At(chart, Rule::kBeyond3Sigma, true), ElementsAre(25));
  EXPECT_TRUE(chart.warnings.empty());
}

TEST(LogChart, AWindowFreezesItsLimitsForWhatComesBeforeAndAfter) {
  ChartSpec spec = By(GroupKind::kEach);
  spec.baseline_window = {kMonday + 2 * kDay, kMonday + 6 * kDay};
  const LogChart chart = Of(Daily(ValueKind::kTime, {50, 9, 10, 11, 10, 11, 9, 60}), spec);
  EXPECT_EQ(chart.stages[0].baseline->center, 10.5);
  EXPECT_EQ(chart.stages[0].baseline->points, 4u);
  EXPECT_THAT(At(chart, Rule::kBeyond3Sigma), ElementsAre(0, 7));
  spec.baseline_window = {kMonday + 90 * kDay, kMonday + 99 * kDay};
  EXPECT_EQ(FieldOf(Daily(ValueKind::kTime, {1, 2, 3}), spec), "baseline_window");
}

TEST(LogChart, AStageHasABaselineOfItsOwn) {
  ChartSpec spec = By(GroupKind::kEach);
  spec.stage_times = {kMonday - kDay, kMonday + 4 * kDay, kMonday + 90 * kDay};
  const LogChart chart = Of(Daily(ValueKind::kTime, {10, 11, 10, 11, 20, 21, 20, 21}), spec);
  ASSERT_EQ(chart.stages.size(), 2u);
  EXPECT_EQ(chart.stages[0].baseline->center, 10.5);
  EXPECT_EQ(chart.stages[1].baseline->center, 20.5);
  EXPECT_EQ(chart.stages[1].first, 4u);
  EXPECT_TRUE(At(chart, Rule::kBeyond3Sigma).empty());
  // A moving range does not go across a change.
  EXPECT_FALSE(chart.points[4].plotted.spread.has_value());
}

TEST(LogChart, KnownBaselines) {
  ChartSpec spec = By(GroupKind::kEach);
  spec.known = quality::Baseline{.center = 10, .sigma = 1};
  LogChart chart = Of(Daily(ValueKind::kTime, {14}), spec);
  EXPECT_THAT(At(chart, Rule::kBeyond3Sigma), ElementsAre(0));
  spec = By(GroupKind::kEach);
  spec.type = ChartType::kG;
  spec.known = quality::Baseline{.center = 2, .sigma = 1};
  chart = Of(Daily(ValueKind::kIsBad, {1, 0, 1}), spec);
  EXPECT_NEAR(chart.points[0].plotted.limits->sigma, std::sqrt(6.0), 1e-12);
}

TEST(LogChart, MeansOfGroupsOfSoMany) {
  const LogChart chart =
      Of(Daily(ValueKind::kTime, {1, 2, 3, 4, 5, 6, 7}), By(GroupKind::kCases, 3));
  EXPECT_EQ(chart.chosen.type, ChartType::kXbarR);
  ASSERT_EQ(chart.points.size(), 2u);
  EXPECT_EQ(chart.points[0].plotted.value, 2);
  EXPECT_EQ(chart.points[1].group.begin, kMonday + 3 * kDay);
  EXPECT_EQ(chart.ungrouped, 1);
  EXPECT_EQ(Of(Daily(ValueKind::kTime, std::vector<double>(40, 1)), By(GroupKind::kCases, 20))
                .chosen.type,
            ChartType::kXbarS);
}

TEST(LogChart, PeriodsWithOneValueHaveNoSpread) {
  // Seven days a week; of the third week one.
  std::vector<double> values;
  for (int i = 0; i < 15; ++i) values.push_back(i % 3);
  const LogChart chart = Of(Daily(ValueKind::kTime, values), By(GroupKind::kWeek));
  EXPECT_EQ(chart.points.size(), 2u);
  EXPECT_EQ(chart.ungrouped, 1);
  EXPECT_EQ(chart.points[1].group.end - chart.points[1].group.begin, 7 * kDay);
}

TEST(LogChart, ManyValuesInAGroup) {
  std::vector<double> values;
  for (int i = 0; i < 1500; ++i) values.push_back(i % 7);
  const LogChart chart = Of(Daily(ValueKind::kTime, values, 500), By(GroupKind::kDay));
  ASSERT_EQ(chart.points.size(), 3u);
  EXPECT_EQ(chart.points[0].group.count, 500u);
  EXPECT_NEAR(chart.points[0].plotted.limits->sigma, 2.0 / std::sqrt(500.0), 1e-2);
}

TEST(LogChart, LowCountsHaveLimitsOfTheirOwnAndAdvice) {
  // One in ten of 30 a day: 3 are expected.
  const Measured measured = Daily(ValueKind::kIsBad, Rare(9, 60), 30);
  ChartSpec spec = By(GroupKind::kDay);
  LogChart chart = Of(measured, spec);
  EXPECT_EQ(chart.chosen.type, ChartType::kP);
  ASSERT_EQ(chart.points.size(), 20u);
  EXPECT_EQ(chart.points[0].plotted.value, 0.1);
  // P(X >= 11) = 0.0001, P(X >= 10) = 0.0005, P(X >= 9) = 0.0020 of 30 cases.
  EXPECT_EQ(chart.points[0].plotted.limits->upper, 9.0 / 30);
  EXPECT_EQ(chart.points[0].plotted.limits->lower, 0);
  ASSERT_EQ(chart.warnings.size(), 1u);
  EXPECT_THAT(chart.warnings[0], HasSubstr("wide limits, of the binomial distribution itself"));
  EXPECT_THAT(chart.warnings[0], HasSubstr("20 of 20 points"));
  EXPECT_THAT(chart.warnings[0], HasSubstr("a point needs 50 cases"));
  spec.limits.at_low_counts = true;
  chart = Of(measured, spec);
  EXPECT_NEAR(chart.points[0].plotted.limits->upper, 0.1 + 3 * std::sqrt(0.09 / 30), 1e-12);
  // With as many as the advice says they are three deviations away.
  chart = Of(measured, By(GroupKind::kCases, 50));
  EXPECT_NEAR(chart.points[0].plotted.limits->upper, 0.1 + 3 * std::sqrt(0.09 / 50), 1e-12);
  EXPECT_FALSE(chart.points[0].plotted.judged->center == 0);
  chart = Of(measured, By(GroupKind::kCases, 49));
  EXPECT_EQ(chart.points[0].plotted.judged->center, 0) << "a deviate";
}

// Two of 36 are usual; then come 9 of 36.
TEST(LogChart, FewCasesCanStillBeASignal) {
  std::vector<double> values;
  for (int day = 0; day < 20; ++day)
    for (int i = 0; i < 36; ++i) values.push_back(i % 18 == 0 ? 1 : 0);
  for (int i = 0; i < 36; ++i) values.push_back(i % 4 == 0 ? 1 : 0);
  ChartSpec spec = By(GroupKind::kDay);
  spec.type = ChartType::kP;
  spec.baseline_points = 20;
  const LogChart chart = Of(Daily(ValueKind::kIsBad, values, 36), spec);
  EXPECT_THAT(At(chart, Rule::kBeyond3Sigma), ElementsAre(20));
}

TEST(LogChart, RareEvents) {
  const Measured measured = Daily(ValueKind::kIsBad, Rare(99, 25), 50);
  LogChart chart = Of(measured, By(GroupKind::kDay));
  EXPECT_EQ(chart.chosen.type, ChartType::kG);
  EXPECT_THAT(chart.chosen.reason, HasSubstr("0.5"));
  ASSERT_EQ(chart.points.size(), 24u);
  EXPECT_EQ(chart.points[0].plotted.value, 99);
  EXPECT_EQ(chart.points[0].group.count, 100u);
  EXPECT_EQ(chart.ungrouped, 100);
  ChartSpec spec = By(GroupKind::kDay);
  spec.type = ChartType::kT;
  chart = Of(measured, spec);
  EXPECT_EQ(chart.points[0].plotted.value, 2 * 86'400);
  // Two in one moment are one.
  Measured twice = Daily(ValueKind::kIsBad, {1, 1, 1, 1});
  twice.values[2].time = twice.values[1].time;
  EXPECT_EQ(Of(twice, spec).points.size(), 2u);
}

TEST(LogChart, CountsThatVaryMoreThanByChance) {
  std::vector<double> values;
  for (int day = 0; day < 24; ++day) {
    for (int i = 0; i < 400; ++i) values.push_back(i < (day % 2 == 0 ? 40 : 120) ? 1 : 0);
  }
  const LogChart chart = Of(Daily(ValueKind::kIsBad, values, 400), By(GroupKind::kDay));
  EXPECT_EQ(chart.chosen.type, ChartType::kLaneyP);
  EXPECT_TRUE(At(chart, Rule::kBeyond3Sigma).empty());
  ChartSpec spec = By(GroupKind::kDay);
  spec.type = ChartType::kP;
  EXPECT_EQ(At(Of(Daily(ValueKind::kIsBad, values, 400), spec), Rule::kBeyond3Sigma).size(), 24u);
}

TEST(LogChart, ArrivalsOfPeriodsWithoutAny) {
  Measured measured = Daily(ValueKind::kMoment, std::vector<double>(60, 1), 10);
  // Nothing comes on the third day.
  std::erase_if(measured.values, [](const MeasuredValue& v) {
    return v.time >= kMonday + 2 * kDay && v.time < kMonday + 3 * kDay;
  });
  const LogChart chart = Of(measured, By(GroupKind::kDay));
  EXPECT_EQ(chart.chosen.type, ChartType::kC);
  ASSERT_EQ(chart.points.size(), 6u);
  EXPECT_EQ(chart.points[2].plotted.value, 0);
  measured.last_time -= 3600 * kSecond;  // the last day is not over
  EXPECT_EQ(Of(measured, By(GroupKind::kDay)).points.size(), 5u);
}

TEST(LogChart, MemoryCharts) {
  std::vector<double> values;
  for (int i = 0; i < 30; ++i) values.push_back(i % 2 == 0 ? 10 : 11);
  for (int i = 0; i < 10; ++i) values.push_back(i % 2 == 0 ? 11.5 : 12);
  ChartSpec spec = By(GroupKind::kEach);
  spec.type = ChartType::kCusum;
  spec.baseline_points = 30;
  LogChart chart = Of(Daily(ValueKind::kTime, values), spec);
  EXPECT_FALSE(At(chart, Rule::kBeyond3Sigma).empty());
  EXPECT_GE(At(chart, Rule::kBeyond3Sigma)[0], 30u);
  spec.limits.cusum.head_start = 2.5;
  // Fewer points than asked for are all the baseline.
  chart = Of(Daily(ValueKind::kTime, {10, 11, 10}), spec);
  EXPECT_EQ(chart.stages[0].baseline->points, 3u);
  EXPECT_GT(chart.points[0].plotted.lower_sum.value(), 0);
  spec.type = ChartType::kEwma;
  spec.baseline_points = 30;
  chart = Of(Daily(ValueKind::kTime, values), spec);
  EXPECT_GE(At(chart, Rule::kBeyond3Sigma)[0], 30u);
  spec = By(GroupKind::kCases, 2);
  spec.type = ChartType::kEwma;
  EXPECT_EQ(Of(Daily(ValueKind::kTime, values), spec).points.size(), 20u);
}

TEST(LogChart, NothingOneAndAllEqual) {
  EXPECT_TRUE(Of(Daily(ValueKind::kTime, {}), By(GroupKind::kEach)).points.empty());
  const LogChart one = Of(Daily(ValueKind::kTime, {5}), By(GroupKind::kEach));
  ASSERT_EQ(one.points.size(), 1u);
  EXPECT_FALSE(one.points[0].plotted.limits.has_value());
  EXPECT_THAT(one.warnings[0], HasSubstr("2 are needed"));
  // 24 times 7200.123457 is no whole number of the units that a sum has: their mean is.
  for (const ChartType type : {ChartType::kIndividuals, ChartType::kEwma}) {
    ChartSpec same = By(GroupKind::kEach);
    same.type = type;
    same.rules = {Rule::kBeyond3Sigma, Rule::kTwoOfThreeBeyond2, Rule::kEightOneSide};
    const LogChart chart = Of(Daily(ValueKind::kTime, std::vector<double>(24, 7200.123457)), same);
    for (const RuleSignals& signals : chart.signals) EXPECT_TRUE(signals.points.empty());
  }
  const LogChart groups =
      Of(Daily(ValueKind::kTime, std::vector<double>(60, 7200.123457)), By(GroupKind::kCases, 3));
  for (const RuleSignals& signals : groups.signals) EXPECT_TRUE(signals.points.empty());
  const LogChart equal = Of(Daily(ValueKind::kTime, {5, 5, 5}), By(GroupKind::kEach));
  EXPECT_EQ(equal.points[0].plotted.limits->upper, 5);
  EXPECT_TRUE(At(equal, Rule::kBeyond3Sigma).empty());
  ChartSpec cusum = By(GroupKind::kEach);
  cusum.type = ChartType::kCusum;
  const LogChart summed = Of(Daily(ValueKind::kTime, {5, 5, 5}), cusum);
  EXPECT_FALSE(summed.any_limits);
  EXPECT_EQ(summed.points[0].plotted.value, 0) << "no seconds among sums of deviations";
  EXPECT_THAT(summed.warnings.back(), HasSubstr("nothing to count sums in"));
  const LogChart never = Of(Daily(ValueKind::kIsBad, {0, 0, 0, 0}, 2), By(GroupKind::kDay));
  EXPECT_EQ(never.chosen.type, ChartType::kP);
  EXPECT_THAT(never.warnings.back(), HasSubstr("larger groups would not help"));
}

TEST(LogChart, ChartsThatDoNotFitAreRefusedByName) {
  ChartSpec spec = By(GroupKind::kEach);
  spec.type = ChartType::kP;
  EXPECT_EQ(FieldOf(Daily(ValueKind::kTime, {1, 2}), spec), "chart");
  spec.type = ChartType::kXbarR;
  EXPECT_EQ(FieldOf(Daily(ValueKind::kTime, {1, 2}), spec), "chart");
  spec.type = ChartType::kEwma;
  EXPECT_EQ(FieldOf(Daily(ValueKind::kIsBad, {1, 0}), spec), "chart");
  spec.type = ChartType::kIndividuals;
  spec.limits.sigma_by = quality::SigmaBy::kPooled;
  EXPECT_EQ(FieldOf(Daily(ValueKind::kTime, {1, 2}), spec), "sigma");
  spec = By(GroupKind::kDay);
  spec.logarithms = true;
  EXPECT_EQ(FieldOf(Daily(ValueKind::kIsBad, {1, 0, 1}, 2), spec), "logarithms");
  spec.type = ChartType::kCusum;
  EXPECT_EQ(FieldOf(Daily(ValueKind::kTime, {1, 0, 1}, 2), spec), "logarithms");
  spec.logarithms = false;
  spec.type = ChartType::kNp;
  EXPECT_EQ(FieldOf(Daily(ValueKind::kIsBad, {1, 0, 1}, 2), spec), "chart");
  EXPECT_EQ(FieldOf(Daily(ValueKind::kCount, {1, 2}), By(GroupKind::kEach)), "grouping.kind");
}

// Days with 1 to 4 values: each mean has the deviation of its number.
TEST(LogChart, MemoryChartsOfPeriods) {
  Measured measured;
  measured.kind = ValueKind::kTime;
  for (int day = 0; day < 30; ++day) {
    for (int i = 0; i <= day % 4; ++i)
      measured.values.push_back(
          {kMonday + day * kDay + i * kSecond, 0, (day < 20 ? 10.0 : 13.0) + (i + day) % 3});
  }
  ChartSpec spec = By(GroupKind::kDay);
  spec.type = ChartType::kEwma;
  spec.baseline_points = 20;
  LogChart chart = Of(measured, spec);
  ASSERT_EQ(chart.points.size(), 30u);
  EXPECT_EQ(chart.ungrouped, 0) << "a single value counts too";
  const double sigma = chart.stages[0].baseline->sigma;
  EXPECT_NEAR(chart.points[0].plotted.limits->sigma, 0.2 * sigma, 1e-12);
  EXPECT_NEAR(chart.points[1].plotted.limits->sigma, sigma * std::sqrt(0.04 / 2 + 0.64 * 0.04),
              1e-12);
  EXPECT_GE(At(chart, Rule::kBeyond3Sigma).front(), 20u);
  spec.type = ChartType::kCusum;
  chart = Of(measured, spec);
  EXPECT_GE(At(chart, Rule::kBeyond3Sigma).front(), 20u);
  spec.type = ChartType::kXbarS;
  spec.limits.sigma_by = quality::SigmaBy::kPooled;
  EXPECT_NE(Of(measured, spec).stages[0].baseline->sigma, sigma);
}

TEST(LogChart, MemoryChartsAndIndividualsOfCounts) {
  // 25 days with 16 arrivals, then days with 26.
  Measured measured;
  measured.kind = ValueKind::kMoment;
  for (int day = 0; day < 35; ++day) {
    for (int i = 0; i < (day < 25 ? 14 + day % 5 : 26); ++i)
      measured.values.push_back({kMonday + day * kDay + i * kSecond, 0, 1});
  }
  measured.first_time = kMonday;
  measured.last_time = kMonday + 35 * kDay;
  ChartSpec spec = By(GroupKind::kDay);
  spec.baseline_points = 25;
  spec.type = ChartType::kEwma;
  LogChart chart = Of(measured, spec);
  EXPECT_EQ(chart.stages[0].baseline->center, 16);
  EXPECT_EQ(chart.stages[0].baseline->sigma, 1);
  EXPECT_NEAR(chart.points[0].plotted.limits->upper, 16 + 3 * 0.2 * 4, 1e-12);
  EXPECT_GE(At(chart, Rule::kBeyond3Sigma).front(), 25u);
  spec.type = ChartType::kCusum;
  chart = Of(measured, spec);
  EXPECT_EQ(chart.points[2].plotted.value, 0) << "16 is the centre";
  EXPECT_GE(At(chart, Rule::kBeyond3Sigma).front(), 25u);
  spec.type = ChartType::kIndividuals;
  chart = Of(measured, spec);
  EXPECT_EQ(chart.points[30].plotted.value, 26);
  EXPECT_GE(At(chart, Rule::kBeyond3Sigma).front(), 25u);
  // Shares: a tenth of 100 a day.
  spec = By(GroupKind::kDay);
  spec.type = ChartType::kEwma;
  chart = Of(Daily(ValueKind::kIsBad, Rare(9, 200), 100), spec);
  EXPECT_NEAR(chart.points[0].plotted.limits->upper, 0.1 + 3 * 0.2 * 0.03, 1e-12);
}

TEST(LogChart, ZonesOfRootsAreThoseOfTheRoots) {
  // Exponential times between: zones of times would be as wide below the centre as above it.
  std::mt19937_64 random(7);
  std::exponential_distribution<double> exponential(1.0 / 86'400);
  Measured measured;
  measured.kind = ValueKind::kIsBad;
  double at = 0;
  std::vector<double> roots;
  for (int i = 0; i < 120; ++i) {
    const auto time = static_cast<int64_t>(at * kSecond);
    if (i > 0) {
      roots.push_back(std::pow(
          static_cast<double>(time - (measured.values.back().time - kMonday)) / kSecond, 1 / 3.6));
    }
    measured.values.push_back({kMonday + time, 0, 1});
    at += 1 + exponential(random);
  }
  ChartSpec spec = By(GroupKind::kDay);
  spec.type = ChartType::kT;
  spec.rules = {Rule::kFifteenWithin1, Rule::kFourOfFiveBeyond1, Rule::kTwoOfThreeBeyond2};
  const LogChart chart = Of(measured, spec);
  const auto direct = quality::ChartIndividuals(roots);
  ASSERT_TRUE(direct.ok());
  for (const Rule rule : spec.rules)
    EXPECT_EQ(At(chart, rule), quality::PointsOf(rule, direct->individuals.points));
  EXPECT_LT(At(chart, Rule::kFifteenWithin1).size(), 20u);
}

// What is skewed is named where it does harm, and a chart of logarithms holds still.
TEST(LogChart, SkewedTimes) {
  std::mt19937_64 random(8);
  std::lognormal_distribution<double> lognormal(10, 1);
  std::vector<double> values;
  for (int i = 0; i < 300; ++i) values.push_back(lognormal(random));
  ChartSpec spec = By(GroupKind::kEach);
  const LogChart raw = Of(Daily(ValueKind::kTime, values), spec);
  EXPECT_GT(At(raw, Rule::kBeyond3Sigma).size(), 4u);
  ASSERT_EQ(raw.warnings.size(), 1u);
  EXPECT_THAT(raw.warnings[0], HasSubstr("skewed"));
  EXPECT_THAT(raw.warnings[0], HasSubstr("`logarithms`"));
  spec.logarithms = true;
  const LogChart logs = Of(Daily(ValueKind::kTime, values), spec);
  EXPECT_LE(At(logs, Rule::kBeyond3Sigma).size(), 2u);
  EXPECT_TRUE(logs.warnings.empty());
  EXPECT_EQ(logs.points[7].plotted.value, values[7]);
  EXPECT_NEAR(logs.points[0].plotted.limits->center, std::exp(10), 3000);
  EXPECT_GT(logs.points[0].plotted.limits->lower, 0);
  // Normal times are not skewed, and 12 values do not say.
  std::normal_distribution<double> normal(1000, 20);
  std::vector<double> even;
  for (int i = 0; i < 300; ++i) even.push_back(normal(random));
  spec.logarithms = false;
  EXPECT_TRUE(Of(Daily(ValueKind::kTime, even), spec).warnings.empty());
}

TEST(LogChart, OneSentenceForManyStages) {
  std::vector<double> values;
  for (int i = 0; i < 120; ++i) values.push_back(i % 3);
  Measured measured = Daily(ValueKind::kTime, values);
  ChartSpec spec = By(GroupKind::kEach);
  for (size_t i = 0; i < 12; ++i) spec.segments.push_back({absl::StrCat("s", i), i * 10, 10});
  const LogChart chart = Of(measured, spec);
  ASSERT_EQ(chart.warnings.size(), 1u);
  EXPECT_THAT(chart.warnings[0], HasSubstr("limits of 12 stages are rough"));
  EXPECT_THAT(chart.warnings[0], HasSubstr("and 7 more"));
}

// Values of one moment in two groups: no time tells them apart.
TEST(CasesOfAPoint, AreNamedWhereTimesTie) {
  Measured measured = Daily(ValueKind::kTime, {1, 2, 3, 4, 5, 6});
  for (size_t i = 1; i < 4; ++i) measured.values[i].time = kMonday + kDay;
  const auto name = [](uint32_t number) -> absl::string_view {
    static constexpr absl::string_view kNames[] = {"a", "b", "c", "d", "e", "f"};
    return kNames[number];
  };
  const auto cases = [&](const MeasureSpec& spec, size_t first, size_t count) {
    const Group group{measured.values[first].time, measured.values[first + count - 1].time, false,
                      first, count};
    return CasesOf(name, {}, spec, measured, ChartType::kXbarS, group);
  };
  MeasureSpec durations;
  EXPECT_EQ(cases(durations, 0, 2).filter,
            "((end_time >= 2026-01-05T00:00:00Z AND end_time <= 2026-01-05T23:59:59.999999Z) OR "
            "case_id = \"b\")");
  EXPECT_EQ(cases(durations, 2, 2).filter, "(case_id = \"c\" OR case_id = \"d\")");
  EXPECT_EQ(cases(durations, 4, 2).filter.find("case_id"), std::string::npos);
  MeasureSpec waits;
  waits.kind = MeasureKind::kStepWaiting;
  waits.activity = "x";
  EXPECT_EQ(cases(waits, 0, 2).filter, "case_id = \"a\" OR case_id = \"b\"");
  EXPECT_EQ(cases(waits, 0, 2).event_filter, "");
}

}  // namespace
}  // namespace plumbline::analytics
