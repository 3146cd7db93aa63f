// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/budget.h"

#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace plumbline::analytics::objectives {
namespace {

constexpr int64_t kDay = int64_t{86'400} * 1'000'000;

// `good` and `bad` of a day, from day 1 on.
Series Days(const std::vector<std::pair<int, int>>& days) {
  Raw raw;
  int64_t day = 0;
  for (const auto& [good, bad] : days) {
    ++day;
    if (good + bad > 0) raw.outcomes.push_back({day * kDay, good + bad, bad});
  }
  raw.since = 0;
  return Series(std::move(raw));
}

Terms TermsOf(double goal, int64_t days) {
  Terms terms;
  terms.goal = goal;
  terms.period = days * kDay;
  terms.rules = ProcessRules(goal, terms.period);
  terms.policy = DefaultPolicy();
  return terms;
}

struct Row {
  const char* name;
  std::vector<std::pair<int, int>> days;
  double goal;
  State state;
  const char* level;  // "" = none
};
class StateTest : public ::testing::TestWithParam<Row> {};

TEST_P(StateTest, IsAsCounted) {
  const Row& row = GetParam();
  Terms terms = TermsOf(row.goal, 10);
  terms.rules.clear();
  const Budget budget =
      Evaluate(Days(row.days), terms, static_cast<int64_t>(row.days.size()) * kDay);
  EXPECT_EQ(budget.state, row.state);
  EXPECT_EQ(budget.level.has_value() ? budget.level->id : "", row.level);
}

INSTANTIATE_TEST_SUITE_P(
    All, StateTest,
    ::testing::Values(
        Row{"Nothing", {}, 0.9, State::kTooFewEvents, ""},
        Row{"Few", {{5, 4}}, 0.9, State::kTooFewEvents, ""},
        Row{"AllGood", {{100, 0}}, 0.9, State::kMet, ""},
        Row{"SomeBad", {{93, 7}}, 0.9, State::kMet, ""},
        // 7.5 of 10: the level is reached at its share.
        Row{"Warned", {{185, 15}}, 0.9, State::kAtRisk, "warn"},
        // 1 - 0.9 is a little less than a tenth: it is spent to the last all the same.
        Row{"Spent", {{90, 10}}, 0.9, State::kExhausted, "freeze"},
        Row{"Overspent", {{50, 50}}, 0.9, State::kExhausted, "freeze"},
        Row{"AllBad", {{0, 20}}, 0.9, State::kExhausted, "freeze"},
        // Two bad ones are fewer than the three that it takes to alarm anybody.
        Row{"TwoBad", {{8, 2}}, 0.9, State::kExhausted, ""},
        // The bad ones lie before the period.
        Row{"Old",
            {{0, 50},
             {10, 0},
             {10, 0},
             {0, 0},
             {0, 0},
             {0, 0},
             {0, 0},
             {0, 0},
             {0, 0},
             {0, 0},
             {0, 0}},
            0.9,
            State::kMet,
            ""}),
    [](const auto& row) { return row.param.name; });

TEST(Budget, FiguresAreThoseOfTheDefinition) {
  const Budget budget = Evaluate(Days({{40, 0}, {50, 10}}), TermsOf(0.8, 10), 2 * kDay);
  EXPECT_EQ(budget.tally, (Tally{100, 10}));
  ASSERT_TRUE(budget.shares.has_value());
  const Shares& shares = *budget.shares;
  EXPECT_DOUBLE_EQ(shares.good, 0.9);
  EXPECT_DOUBLE_EQ(shares.budget, 20);
  EXPECT_DOUBLE_EQ(shares.remaining, 10);
  EXPECT_DOUBLE_EQ(shares.consumed_share, 0.5);
  // Two days are known of ten.
  EXPECT_DOUBLE_EQ(shares.projected_budget, 100);
  EXPECT_DOUBLE_EQ(shares.projected_consumed_share, 0.1);
}

TEST(Budget, NothingIsSaidWhereNothingCounts) {
  const Budget budget = Evaluate(Series(), TermsOf(0.9, 10), 0);
  EXPECT_FALSE(budget.shares.has_value());
  for (const Burn& burn : budget.burns) {
    EXPECT_FALSE(burn.error_share().has_value());
    EXPECT_FALSE(burn.Rate(0.9).has_value());
  }
  for (const RuleState& rule : budget.rules) EXPECT_FALSE(rule.firing || rule.held_back);
}

TEST(Rules, ARateThatIsJustAllowedDoesNotAlert) {
  Terms terms = TermsOf(0.5, 10);
  terms.rules = {{"only", 2 * kDay, kDay, 1, Severity::kPage}};
  EXPECT_FALSE(Evaluate(Days({{5, 5}, {5, 5}}), terms, 2 * kDay).rules[0].firing);
  EXPECT_TRUE(Evaluate(Days({{5, 5}, {4, 6}}), terms, 2 * kDay).rules[0].firing);
}

TEST(Rules, TheShortWindowEndsAnAlert) {
  Terms terms = TermsOf(0.9, 10);
  terms.rules = {{"only", 5 * kDay, kDay, 1.5, Severity::kPage}};
  const Series series = Days({{0, 10}, {10, 0}});
  EXPECT_TRUE(Evaluate(series, terms, kDay).rules[0].firing);
  const Budget later = Evaluate(series, terms, 2 * kDay);
  EXPECT_GT(*later.rules[0].long_burn.error_share(), later.rules[0].threshold);
  EXPECT_FALSE(later.rules[0].firing);
}

// pyrra#1925: where little happens one bad case is no alert.
TEST(Rules, FewBadOnesAreHeldBack) {
  Terms terms = TermsOf(0.9, 90);
  const Series one = Days({{0, 1}}), three = Days({{0, 3}});
  for (const RuleState& rule : Evaluate(one, terms, kDay).rules) {
    EXPECT_FALSE(rule.firing) << rule.rule.id;
    EXPECT_TRUE(rule.held_back) << rule.rule.id;
  }
  for (const RuleState& rule : Evaluate(three, terms, kDay).rules) EXPECT_TRUE(rule.firing);
  terms.min_bad = 1;
  for (const RuleState& rule : Evaluate(one, terms, kDay).rules) EXPECT_TRUE(rule.firing);
}

TEST(Wilson, IsThatOfTheLiterature) {
  // Newcombe (1998), table I, method 3: 81 of 263 and 15 of 148.
  EXPECT_NEAR(WilsonInterval(81, 263).lower, 0.2553, 5e-5);
  EXPECT_NEAR(WilsonInterval(81, 263).upper, 0.3662, 5e-5);
  EXPECT_NEAR(WilsonInterval(15, 148).lower, 0.0624, 5e-5);
  EXPECT_NEAR(WilsonInterval(15, 148).upper, 0.1605, 5e-5);
  EXPECT_EQ(WilsonInterval(0, 20).lower, 0);
  EXPECT_NEAR(WilsonInterval(0, 20).upper, 0.1611, 5e-5);
  EXPECT_EQ(WilsonInterval(5, 5).upper, 1);
}

TEST(History, GoesBackFromItsEnd) {
  EXPECT_EQ(HistoryTimes(0, 10, 4), (std::vector<int64_t>{2, 6, 10}));
  EXPECT_EQ(HistoryTimes(10, 10, 4), (std::vector<int64_t>{10}));
  EXPECT_EQ(HistoryTimes(0, 10, 5), (std::vector<int64_t>{0, 5, 10}));
}

}  // namespace
}  // namespace plumbline::analytics::objectives
