// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/burn_rules.h"

#include "gtest/gtest.h"

namespace plumbline::analytics::objectives {
namespace {

constexpr int64_t kHour = int64_t{3600} * 1'000'000;
constexpr int64_t kDay = 24 * kHour;

TEST(ProcessRules, OfNinetyDaysAreThoseOfTheDefinition) {
  const auto rules = ProcessRules(0.9, 90 * kDay);
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[0].long_window, kDay);
  EXPECT_EQ(rules[0].short_window, 4 * kHour);
  EXPECT_EQ(rules[0].rate, 1.8);
  EXPECT_EQ(rules[0].severity, Severity::kPage);
  EXPECT_EQ(rules[1].long_window, 7 * kDay);
  EXPECT_EQ(rules[1].short_window, kDay);
  EXPECT_DOUBLE_EQ(rules[1].rate, 0.1 * 90 / 7);
  EXPECT_EQ(rules[2].long_window, 30 * kDay);
  EXPECT_EQ(rules[2].short_window, 7 * kDay);
  EXPECT_EQ(rules[2].rate, 1);
}

TEST(ProcessRules, WindowsGrowWithThePeriodAndRatesDoNot) {
  const auto quarter = ProcessRules(0.95, 90 * kDay), year = ProcessRules(0.95, 360 * kDay);
  for (size_t i = 0; i < quarter.size(); ++i) {
    EXPECT_EQ(year[i].long_window, 4 * quarter[i].long_window);
    EXPECT_EQ(year[i].short_window, 4 * quarter[i].short_window);
    EXPECT_EQ(year[i].rate, quarter[i].rate);
  }
}

// With a goal of 50 % nothing can burn more than twice what is allowed.
TEST(Rules, EveryRateCanBeReached) {
  for (const double goal : {0.01, 0.3, 0.5, 0.9, 0.93, 0.95, 0.999}) {
    for (const auto& rules : {ProcessRules(goal, 90 * kDay), ServiceRules(goal, 30 * kDay)}) {
      for (const BurnRule& rule : rules) {
        EXPECT_LT(rule.rate, LargestRate(goal)) << goal << " " << rule.id;
        EXPECT_GE(rule.rate, 1) << goal << " " << rule.id;
      }
    }
  }
  EXPECT_DOUBLE_EQ(ServiceRules(0.9, 30 * kDay)[0].rate, 9);
  EXPECT_EQ(ServiceRules(0.99, 30 * kDay)[0].rate, 14.4);
}

TEST(Rules, OfTheShortestPeriodHaveWindows) {
  for (const BurnRule& rule : ServiceRules(0.9, kHour)) {
    EXPECT_GT(rule.short_window, 0) << rule.id;
    EXPECT_LT(rule.short_window, rule.long_window) << rule.id;
  }
}

TEST(RateThatSpends, IsTheOtherWayRound) {
  EXPECT_DOUBLE_EQ(RateThatSpends(0.02, kHour, 30 * kDay), 14.4);
  EXPECT_DOUBLE_EQ(ShareSpent(14.4, kHour, 30 * kDay), 0.02);
}

}  // namespace
}  // namespace plumbline::analytics::objectives
