// SPDX-License-Identifier: Apache-2.0
//
// Charts against known limits, of equal values, and of averages that few values tell the spread of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "services/analytics/charting/log_chart.h"
#include "services/analytics/charting/testing.h"

namespace plumbline::analytics {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int64_t kDay = 86'400 * kSecond;
constexpr int64_t kMonday = int64_t{1'767'571'200} * kSecond;

// So many values a day, from a Monday on.
Measured Daily(ValueKind kind, const std::vector<double>& values, int per_day = 1) {
  Measured measured;
  measured.kind = kind;
  int64_t n = 0;
  for (const double value : values) {
    measured.values.push_back(
        {kMonday + n / per_day * kDay + n % per_day * kSecond, static_cast<uint32_t>(n), value});
    ++n;
  }
  measured.first_time = kMonday;
  measured.last_time = kMonday + n / per_day * kDay;
  return measured;
}

ChartSpec By(GroupKind kind, ChartType type) {
  ChartSpec spec;
  spec.grouping.kind = kind;
  spec.type = type;
  return spec;
}
ChartSpec Held(GroupKind kind, ChartType type, double center, double sigma) {
  ChartSpec spec = By(kind, type);
  spec.known = quality::Baseline{.center = center, .sigma = sigma};
  return spec;
}
LogChart Of(const Measured& measured, const ChartSpec& spec) {
  const auto chart = MakeChart(measured, spec, {});
  EXPECT_TRUE(chart.ok()) << chart.status();
  return chart.ok() ? *chart : LogChart();
}
std::string Why(const Measured& measured, const ChartSpec& spec) {
  const auto chart = MakeChart(measured, spec, {});
  return chart.ok() ? "" : std::string(chart.status().message());
}
std::string Told(const LogChart& chart) { return absl::StrJoin(chart.warnings, "\n"); }
size_t Signals(const LogChart& chart) {
  size_t signals = 0;
  for (const RuleSignals& rule : chart.signals) signals += rule.points.size();
  return signals;
}

TEST(KnownBaseline, OfLogarithmsAndRootsIsNoTime) {
  const Measured times = Daily(ValueKind::kTime, {100'000, 120'000});
  ChartSpec spec = Held(GroupKind::kEach, ChartType::kIndividuals, 122 * 86'400.0, 2 * 86'400.0);
  EXPECT_EQ(Why(times, spec), "");
  spec.logarithms = true;
  EXPECT_THAT(Why(times, spec), HasSubstr("known_baseline.center"));
  spec.known = quality::Baseline{.center = 11.5, .sigma = 3600};
  EXPECT_THAT(Why(times, spec), HasSubstr("known_baseline.sigma"));
  spec.known->sigma = 27;  // what the longest times may have has finite limits
  EXPECT_TRUE(std::isfinite(Of(times, spec).points[0].plotted.limits->upper));
  const Measured rare = Daily(ValueKind::kIsBad, {1, 0, 1});
  EXPECT_THAT(Why(rare, Held(GroupKind::kDay, ChartType::kT, 86'400, 3600)),
              HasSubstr("3.6th roots"));
  EXPECT_EQ(Why(rare, Held(GroupKind::kDay, ChartType::kT, 25, 6)), "");
}

TEST(KnownBaseline, OfLogarithmsAgainstTimesIsTold) {
  const Measured times = Daily(ValueKind::kTime, {100'000, 120'000, 90'000});
  const auto told = [&](double center, double sigma) {
    return Told(Of(times, Held(GroupKind::kEach, ChartType::kIndividuals, center, sigma)));
  };
  EXPECT_THAT(told(11.5, 0.3), HasSubstr("perhaps it is that of a chart of these"));
  EXPECT_EQ(told(100'000, 9'000), "");
  EXPECT_EQ(told(5'000, 900), "") << "late, and not as logarithms would be";
}

TEST(KnownBaseline, AFactorOfCountsIsToldWhereItIsNone) {
  std::vector<double> values;
  for (int i = 0; i < 2'400; ++i) values.push_back(i % 4 == 0 ? 1 : 0);
  const Measured shares = Daily(ValueKind::kIsBad, values, 100);
  const auto told = [&](ChartType type, double sigma) {
    return Told(Of(shares, Held(GroupKind::kDay, type, 0.25, sigma)));
  };
  EXPECT_THAT(told(ChartType::kLaneyP, 1), HasSubstr("limits are those of a p chart"));
  EXPECT_EQ(told(ChartType::kLaneyP, 1.8), "");
  EXPECT_THAT(told(ChartType::kEwma, 0.04), HasSubstr("is 0.04"));
  EXPECT_EQ(told(ChartType::kEwma, 1), "");
  EXPECT_THAT(told(ChartType::kP, 3), HasSubstr("changes nothing"));
  EXPECT_EQ(told(ChartType::kP, 1), "");
}

TEST(KnownBaseline, WithoutSpreadIsNoBaselineOfEqualValues) {
  const Measured times = Daily(ValueKind::kTime, {1, 2, 3});
  EXPECT_THAT(Told(Of(times, Held(GroupKind::kEach, ChartType::kIndividuals, 2, 0))),
              Not(HasSubstr("are equal")));
}

// From 5 to 7 values no skewness is more than chance makes.
TEST(ChartWarnings, AFewValuesAreNotSkewed) {
  std::vector<double> values = {1, 1.1, 1, 1.1};
  for (int n = 5; n <= 7; ++n, values.push_back(1)) {
    std::vector<double> all = values;
    all.push_back(60);
    ChartSpec spec = By(GroupKind::kEach, ChartType::kIndividuals);
    spec.rules = {quality::Rule::kEightOneSide};
    // The spread's signal is enough to look at skewness.
    const LogChart chart = Of(Daily(ValueKind::kTime, all), spec);
    ASSERT_EQ(chart.points.size(), static_cast<size_t>(n));
    ASSERT_GT(Signals(chart), 0u) << n;
    EXPECT_THAT(Told(chart), Not(HasSubstr("skewed"))) << n;
  }
}

TEST(LogarithmsAndRoots, EqualValuesLieOnTheirLimits) {
  ChartSpec spec = By(GroupKind::kEach, ChartType::kIndividuals);
  spec.logarithms = true;
  const LogChart logs = Of(Daily(ValueKind::kTime, std::vector<double>(24, 18'000)), spec);
  std::vector<double> bad(24, 1);
  const LogChart roots = Of(Daily(ValueKind::kIsBad, bad), By(GroupKind::kDay, ChartType::kT));
  for (const LogChart* chart : {&logs, &roots}) {
    for (const ChartedPoint& point : chart->points) {
      EXPECT_EQ(point.plotted.limits->upper, point.plotted.value);
      EXPECT_EQ(point.plotted.limits->lower, point.plotted.value);
      EXPECT_EQ(point.plotted.limits->center, point.plotted.value);
    }
  }
}

// Thirty days of a case each but for one of two, which took as long: their range, 0, is not sigma.
TEST(MemoryCharts, OnePairDoesNotTellSigma) {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal(100, 10);
  Measured measured = Daily(ValueKind::kTime, {});
  for (int day = 0; day < 30; ++day) {
    const double value = normal(random);
    for (int i = 0; i < (day == 12 ? 2 : 1); ++i)
      measured.values.push_back({kMonday + day * kDay + i * kSecond, 0, value});
  }
  measured.last_time = kMonday + 30 * kDay;
  for (const ChartType type : {ChartType::kEwma, ChartType::kCusum}) {
    const LogChart chart = Of(measured, By(GroupKind::kDay, type));
    EXPECT_NEAR(chart.stages[0].baseline->sigma, 10, 4);
    EXPECT_EQ(Signals(chart), 0u);
    EXPECT_THAT(chart.warnings, IsEmpty());
  }
}

}  // namespace
}  // namespace plumbline::analytics
