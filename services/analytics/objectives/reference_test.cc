// SPDX-License-Identifier: Apache-2.0
//
// Compares error shares, alerts and the budget of a series of minutes with what an independent
// program made of them.
#include "tests/support/reference.h"

#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/analytics/objectives/budget.h"
#include "services/analytics/objectives/burn_rules.h"

namespace plumbline::analytics::objectives {
namespace {

using testing::At;
using testing::Has;
using testing::Json;
using testing::Number;

constexpr int64_t kMinute = 60'000'000;

// What lies in a minute is known at its end; the time of minute m is m.
Series SeriesOf(const Json& input) {
  const auto minutes = static_cast<int64_t>(Number(input, "minutes"));
  std::vector<int64_t> bad(static_cast<size_t>(minutes));
  const auto number = [](const Json& json, const char* key) {
    return static_cast<int64_t>(Number(json, key));
  };
  for (const Json& part : At(input, "bad_profile").list_value().values()) {
    const int64_t every = Has(part, "every_minutes") ? number(part, "every_minutes") : 1;
    const int64_t count = number(part, Has(part, "bad") ? "bad" : "bad_per_minute");
    for (int64_t m = 0; m < number(part, "minutes"); m += every)
      bad[static_cast<size_t>(number(part, "start") + m)] += count;
  }
  Raw raw;
  raw.since = -kMinute;
  for (int64_t m = 0; m < minutes; ++m)
    raw.outcomes.push_back(
        {m * kMinute, number(input, "total_per_minute"), bad[static_cast<size_t>(m)]});
  return Series(std::move(raw));
}

class BurnReference : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = testing::ReadReference("spc_slo_burnrate");
    if (!root_.has_value()) GTEST_SKIP() << "there is no reference spc_slo_burnrate";
    series_ = SeriesOf(At(*root_, "input"));
    terms_.goal = Number(*root_, "slo");
    terms_.period = static_cast<int64_t>(Number(*root_, "period_days")) * 1440 * kMinute;
    terms_.rules = ServiceRules(terms_.goal, terms_.period);
  }
  std::optional<Json> root_;
  Series series_;
  Terms terms_;
};

void ExpectNear(double value, double expected, const std::string& what) {
  EXPECT_NEAR(value, expected, 1e-9 * std::abs(expected)) << what;
}

TEST_F(BurnReference, RulesAreThoseOfTheTable) {
  const auto& table = At(*root_, "table").list_value().values();
  ASSERT_EQ(static_cast<size_t>(table.size()), terms_.rules.size());
  for (size_t i = 0; i < terms_.rules.size(); ++i) {
    const auto& row = table[static_cast<int>(i)].list_value().values();
    const BurnRule& rule = terms_.rules[i];
    EXPECT_EQ(rule.long_window, static_cast<int64_t>(row[1].number_value()) * kMinute);
    EXPECT_EQ(rule.short_window, static_cast<int64_t>(row[2].number_value()) * kMinute);
    ExpectNear(rule.rate, row[3].number_value(), rule.id);
    ExpectNear(ShareSpent(rule.rate, rule.long_window, terms_.period), row[4].number_value(),
               rule.id);
  }
}

TEST_F(BurnReference, RulesFireInTheSameMinutes) {
  const char* const names[] = {"page_fast", "page_slow", "ticket_mid", "ticket_slow"};
  std::vector<std::vector<std::pair<int64_t, int64_t>>> ranges(terms_.rules.size());
  const auto minutes = static_cast<int64_t>(Number(At(*root_, "input"), "minutes"));
  for (int64_t m = 0; m < minutes; ++m) {
    const Budget budget = Evaluate(series_, terms_, m * kMinute);
    for (size_t i = 0; i < budget.rules.size(); ++i) {
      if (!budget.rules[i].firing) continue;
      if (ranges[i].empty() || ranges[i].back().second != m - 1) ranges[i].push_back({m, m});
      ranges[i].back().second = m;
    }
  }
  for (size_t i = 0; i < ranges.size(); ++i) {
    const Json& alert = At(At(*root_, "alerts"), names[i]);
    const auto& expected = At(alert, "firing_minute_ranges_inclusive").list_value().values();
    ASSERT_EQ(ranges[i].size(), static_cast<size_t>(expected.size())) << names[i];
    for (size_t k = 0; k < ranges[i].size(); ++k) {
      const auto& range = expected[static_cast<int>(k)].list_value().values();
      EXPECT_EQ(ranges[i][k].first, static_cast<int64_t>(range[0].number_value())) << names[i];
      EXPECT_EQ(ranges[i][k].second, static_cast<int64_t>(range[1].number_value())) << names[i];
    }
    ExpectNear(terms_.rules[i].rate * (1 - terms_.goal), Number(alert, "threshold_error_ratio"),
               names[i]);
  }
}

TEST_F(BurnReference, SharesOfWindowsAreTheSame) {
  for (const Json& sample : At(*root_, "samples").list_value().values()) {
    const auto minute = static_cast<int64_t>(Number(sample, "minute"));
    const Budget budget = Evaluate(series_, terms_, minute * kMinute);
    int seen = 0;
    for (const Burn& burn : budget.burns) {
      const std::string name = absl::StrCat("err_", burn.window / kMinute, "m");
      if (!Has(sample, name)) continue;
      ++seen;
      const double expected = Number(sample, name);
      ASSERT_TRUE(burn.error_share().has_value()) << name;
      ExpectNear(*burn.error_share(), expected, name);
      ExpectNear(*burn.Rate(terms_.goal), expected / (1 - terms_.goal), name);
    }
    EXPECT_EQ(seen, 7) << minute;
  }
}

TEST_F(BurnReference, TheBudgetOfAPeriodIsTheSame) {
  const Budget budget = Evaluate(series_, terms_, 5759 * kMinute);
  EXPECT_EQ(budget.tally.bad, static_cast<int64_t>(Number(*root_, "total_bad")));
  ASSERT_TRUE(budget.shares.has_value());
  ExpectNear(budget.shares->projected_budget, Number(*root_, "budget_30d_events"), "budget");
  ExpectNear(budget.shares->projected_consumed_share,
             Number(*root_, "budget_spent_fraction_of_30d"), "spent");
}

}  // namespace
}  // namespace plumbline::analytics::objectives
