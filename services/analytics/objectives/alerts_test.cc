// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/alerts.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::analytics::objectives {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kDay = int64_t{86'400} * 1'000'000;
const AlertKey kFast{AlertSource::kBurnRate, "fast"};
const AlertKey kSlow{AlertSource::kBurnRate, "slow"};
const AlertKey kWarn{AlertSource::kBudgetPolicy, "warn"};
const AlertKey kFreeze{AlertSource::kBudgetPolicy, "freeze"};

Terms TermsOf(double goal) {
  Terms terms;
  terms.goal = goal;
  terms.period = 90 * kDay;
  terms.rules = ProcessRules(goal, terms.period);
  terms.policy = DefaultPolicy();
  return terms;
}

Budget BudgetOf(int64_t good, int64_t bad, const Terms& terms) {
  Raw raw;
  raw.outcomes = {{kDay, good + bad, bad}};
  return Evaluate(Series(std::move(raw)), terms, kDay);
}

TEST(Changes, WhatEndsComesFirstAndWhatStaysIsNotTold) {
  EXPECT_THAT(ChangesOf({kFast, kSlow}, {kSlow, kWarn}),
              ElementsAre(AlertChange{kFast, false}, AlertChange{kWarn, true}));
  EXPECT_TRUE(ChangesOf({kFast}, {kFast}).empty());
  EXPECT_TRUE(ChangesOf({}, {}).empty());
}

TEST(Alerting, HasEveryLevelThatIsReached) {
  const Terms terms = TermsOf(0.9);
  EXPECT_THAT(Alerting(BudgetOf(92, 8, terms), terms), ElementsAre(kWarn));
  EXPECT_TRUE(Alerting(BudgetOf(100, 0, terms), terms).empty());
  const AlertKeys all = Alerting(BudgetOf(50, 50, terms), terms);
  EXPECT_TRUE(all.contains(kFast) && all.contains(kSlow));
  EXPECT_TRUE(all.contains(kWarn) && all.contains(kFreeze));
}

TEST(Texts, SayWhatHappened) {
  const Terms terms = TermsOf(0.9);
  const Budget bad = BudgetOf(50, 50, terms), good = BudgetOf(100, 0, terms);
  EXPECT_EQ(AlertText({kFast, true}, bad, terms, "Certified in time"),
            "Certified in time: rule 'fast' alerts: 50 of 100 bad in 1 day, 5 times what is "
            "allowed, and 50 of 100 bad in 4 hours, 5 times what is allowed; 500 % of the error "
            "budget is spent (50 of 100 bad)");
  EXPECT_THAT(AlertText({kFast, false}, good, terms, "x"), HasSubstr("alerts no longer"));
  EXPECT_THAT(AlertText({{AlertSource::kBurnRate, "old"}, false}, good, terms, "x"),
              HasSubstr("rule 'old' is gone"));
  EXPECT_THAT(AlertText({kFreeze, true}, bad, terms, "x"), HasSubstr("change nothing"));
  EXPECT_THAT(AlertText({kFreeze, false}, good, terms, "x"), HasSubstr("is left"));
  EXPECT_THAT(StateText(bad, terms), HasSubstr("nothing is left: 500 %"));
  EXPECT_THAT(StateText(BudgetOf(1, 0, terms), terms), HasSubstr("fewer than the 10"));
  EXPECT_THAT(StateText(BudgetOf(92, 8, terms), terms), HasSubstr("'warn'"));
}

}  // namespace
}  // namespace plumbline::analytics::objectives
