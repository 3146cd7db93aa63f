// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/throughput.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/reference.h"

namespace plumbline::analytics::forecast {
namespace {

using testing::At;
using testing::Json;
using testing::Number;
using testing::Numbers;

absl::Status KeepOn() { return absl::OkStatus(); }

std::vector<int64_t> Whole(const std::vector<double>& numbers) {
  return {numbers.begin(), numbers.end()};
}

HistoryOptions Drawn(Draw draw) {
  HistoryOptions options;
  options.draw = draw;
  return options;
}
HistoryOptions Seeded(uint64_t seed) {
  HistoryOptions options;
  options.seed = seed;
  return options;
}
HistoryOptions Runs(int64_t runs) {
  HistoryOptions options;
  options.runs = runs;
  return options;
}

// Exact distributions by convolution, which draws must not leave by more than chance does.
class ForecastReference : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    root_ = testing::ReadReference("spc_forecast_exact");
    if (!root_.has_value()) GTEST_SKIP() << "there is no reference spc_forecast_exact";
  }
  const Json& set() const { return At(*root_, GetParam()); }
  std::vector<int64_t> history() const { return Whole(Numbers(At(set(), "samples"))); }

  std::optional<Json> root_;
  const std::vector<double> confidences_ = {0.5, 0.7, 0.85, 0.95};
  const HistoryOptions independent_ = Drawn(Draw::kIndependent);
};

TEST_P(ForecastReference, HowMany) {
  for (const auto& [weeks, expected] : At(set(), "how_many_in_k_weeks").struct_value().fields()) {
    SCOPED_TRACE(weeks);
    const auto forecast =
        ForecastHowMany(history(), std::stoi(weeks), confidences_, independent_, KeepOn);
    ASSERT_TRUE(forecast.ok()) << forecast.status();
    EXPECT_NEAR(forecast->mean, Number(expected, "mean"), 4 * forecast->mean_error);
    const char* names[] = {"at_least_with_50pct", "at_least_with_70pct", "at_least_with_85pct",
                           "at_least_with_95pct"};
    ASSERT_EQ(forecast->at_least.size(), 4u);
    for (size_t i = 0; i < 4; ++i) {
      const double exact = Number(expected, names[i]);
      EXPECT_LE(forecast->at_least[i].low - 1, exact) << names[i];
      EXPECT_GE(forecast->at_least[i].high + 1, exact) << names[i];
    }
  }
}

TEST_P(ForecastReference, When) {
  for (const auto& [items, expected] : At(set(), "weeks_to_finish_N").struct_value().fields()) {
    SCOPED_TRACE(items);
    const auto forecast =
        ForecastWhen(history(), std::stoi(items), confidences_, independent_, KeepOn);
    ASSERT_TRUE(forecast.ok()) << forecast.status();
    const std::vector<double> exact = Numbers(At(expected, "cdf_by_week"));
    for (size_t i = 0; i < exact.size(); ++i) {
      const double p = exact[i];
      const double done = i < forecast->done_by_period.size() ? forecast->done_by_period[i] : 1.0;
      const double error = std::sqrt(p * (1 - p) / static_cast<double>(forecast->runs));
      EXPECT_NEAR(done, p, 4 * error + 2.0 / static_cast<double>(forecast->runs)) << i;
    }
    const char* names[] = {"weeks_with_50pct", "weeks_with_70pct", "weeks_with_85pct",
                           "weeks_with_95pct"};
    for (size_t i = 0; i < 4; ++i)
      EXPECT_EQ(forecast->within[i].value, Number(expected, names[i])) << names[i];
  }
}

INSTANTIATE_TEST_SUITE_P(Logs, ForecastReference,
                         ::testing::Values("derived_maven_crm", "receipt", "helpdesk"),
                         [](const auto& log) { return std::string(log.param); });

const std::vector<int64_t> kSteady(20, 5);
const std::vector<int64_t> kMixed = {3, 0, 7, 2, 9, 4, 4, 1, 6, 5, 0, 8, 3, 2, 7, 6};

TEST(Throughput, TheSameSeedGivesTheSameAnswer) {
  const std::vector<double> confidences = {0.85};
  const auto one = ForecastHowMany(kMixed, 6, confidences, Seeded(9), KeepOn);
  const auto two = ForecastHowMany(kMixed, 6, confidences, Seeded(9), KeepOn);
  const auto other = ForecastHowMany(kMixed, 6, confidences, Seeded(10), KeepOn);
  ASSERT_TRUE(one.ok() && two.ok() && other.ok());
  EXPECT_EQ(one->mean, two->mean);
  EXPECT_NE(one->mean, other->mean);
}

TEST(Throughput, WhatNeverVariesIsCertain) {
  const std::vector<double> confidences = {0.5, 0.99};
  const auto many = ForecastHowMany(kSteady, 4, confidences, {}, KeepOn);
  ASSERT_TRUE(many.ok()) << many.status();
  EXPECT_EQ(many->mean, 20);
  EXPECT_EQ(many->mean_error, 0);
  EXPECT_EQ(many->at_least[0].low, 20);
  EXPECT_EQ(many->at_least[1].high, 20);
  EXPECT_FALSE(many->history.dependence_p_value.has_value());
  EXPECT_FALSE(many->history.trend_p_value.has_value());
  const auto when = ForecastWhen(kSteady, 21, confidences, {}, KeepOn);
  ASSERT_TRUE(when.ok()) << when.status();
  EXPECT_EQ(when->within[0].value, 5);
  EXPECT_EQ(when->done_by_period, (std::vector<double>{0, 0, 0, 0, 1}));
}

// Good and bad times that last: sums of stretches vary more than those of single weeks, and the
// forecast must not promise what only the latter would keep.
TEST(Throughput, AHistoryThatDependsOnItselfIsDrawnInStretches) {
  std::vector<int64_t> waves;
  for (int i = 0; i < 64; ++i) waves.push_back(i / 8 % 2 == 0 ? 10 : 2);
  const std::vector<double> confidences = {0.95};
  const auto stretches = ForecastHowMany(waves, 8, confidences, {}, KeepOn);
  const auto single = ForecastHowMany(waves, 8, confidences, Drawn(Draw::kIndependent), KeepOn);
  ASSERT_TRUE(stretches.ok() && single.ok());
  EXPECT_TRUE(stretches->history.drawn_in_blocks);
  EXPECT_EQ(stretches->history.block, 4u);
  EXPECT_LT(stretches->at_least[0].value, single->at_least[0].value);
  EXPECT_NEAR(stretches->mean, single->mean, 5 * single->mean_error + 5 * stretches->mean_error);
}

TEST(Throughput, ATrendIsTold) {
  std::vector<int64_t> rising;
  for (int i = 0; i < 30; ++i) rising.push_back(5 + i / 2);
  const auto forecast = ForecastHowMany(rising, 4, {}, {}, KeepOn);
  ASSERT_TRUE(forecast.ok());
  EXPECT_LT(*forecast->history.trend_p_value, 0.001);
  EXPECT_NEAR(*forecast->history.trend_per_period, 0.5, 0.05);
  EXPECT_LT(forecast->history.first_half_mean, forecast->history.second_half_mean);
}

TEST(Throughput, RefusesWhatCannotBeForecast) {
  const auto refused = [](const auto& forecast, const std::string& field) {
    EXPECT_FALSE(forecast.ok());
    EXPECT_NE(std::string(forecast.status().message()).find(field), std::string::npos)
        << forecast.status();
  };
  const std::vector<int64_t> nothing(10, 0), few(7, 3), negative = {1, 2, 3, 4, 5, 6, 7, -1};
  const std::vector<double> certain = {1.0};
  refused(ForecastHowMany(few, 1, {}, {}, KeepOn), "history");
  refused(ForecastHowMany(negative, 1, {}, {}, KeepOn), "history[7]");
  refused(ForecastHowMany(kMixed, 0, {}, {}, KeepOn), "periods");
  refused(ForecastHowMany(kMixed, 1, certain, {}, KeepOn), "confidences[0]");
  refused(ForecastHowMany(kMixed, 1, {}, Runs(99), KeepOn), "runs");
  refused(ForecastWhen(nothing, 1, {}, {}, KeepOn), "history");
  refused(ForecastWhen(kMixed, 0, {}, {}, KeepOn), "items");
  const auto stopped = ForecastHowMany(kMixed, 100, {}, Runs(1'000'000),
                                       [] { return absl::DeadlineExceededError("over"); });
  EXPECT_EQ(stopped.status().code(), absl::StatusCode::kDeadlineExceeded);
}

// What is never reached within the most periods has no answer, rather than a wrong one.
TEST(Throughput, FarAwayIsLeftOut) {
  const auto when =
      ForecastWhen(kSteady, 5 * kMostPeriods + 1, std::vector<double>{0.5}, Runs(100), KeepOn);
  ASSERT_TRUE(when.ok());
  EXPECT_TRUE(when->within.empty());
  EXPECT_EQ(when->done_by_period.back(), 0);
}

}  // namespace
}  // namespace plumbline::analytics::forecast
