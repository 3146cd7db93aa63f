// SPDX-License-Identifier: Apache-2.0
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "clients/cli/objective_commands.h"
#include "clients/cli/objective_flags.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using ::testing::HasSubstr;
using ::testing::Not;

pb::Objective Promise(pb::ObjectiveMeasure::Kind kind) {
  pb::Objective objective;
  objective.set_goal_share(0.95);
  objective.mutable_measure()->set_kind(kind);
  return objective;
}

TEST(Promise, IsASentence) {
  pb::Objective objective = Promise(pb::ObjectiveMeasure::KIND_CASE_TIME);
  EXPECT_EQ(PromiseOf(objective), "95 % of cases end by their due times");
  objective.mutable_measure()->mutable_target()->set_seconds(2 * 86'400);
  EXPECT_EQ(PromiseOf(objective), "95 % of cases end within 2.0 d");
  objective.mutable_measure()->set_activity("Sign");
  objective.mutable_measure()->set_from_activity("Quote");
  EXPECT_EQ(PromiseOf(objective), "95 % of cases come to 'Sign' within 2.0 d after 'Quote'");
  objective.mutable_measure()->clear_target();
  objective.mutable_measure()->clear_from_activity();
  objective.mutable_measure()->set_target_working_days(30);
  EXPECT_EQ(PromiseOf(objective), "95 % of cases come to 'Sign' within 30 working days");
  objective = Promise(pb::ObjectiveMeasure::KIND_STEP_TIME);
  objective.mutable_measure()->set_activity("Legal");
  EXPECT_EQ(PromiseOf(objective), "95 % of 'Legal' are done by their due times");
  EXPECT_EQ(PromiseOf(Promise(pb::ObjectiveMeasure::KIND_CASES_WITH_DEFECT)),
            "95 % of cases have no defect");
}

class RuleFlags : public ::testing::Test {
 protected:
  absl::Status Fill(const std::vector<std::string>& rules) {
    base::FakeClock clock(absl::FromUnixSeconds(1'700'000'000));
    std::ostringstream out;
    Session session({}, clock, Paper{out, 0}, out);
    ObjectiveFlags flags;
    flags.own_rules = rules;
    objective_.Clear();
    return FillObjective(session, flags, &objective_, &mask_);
  }
  pb::Objective objective_;
  google::protobuf::FieldMask mask_;
};

// `objective set` changes what is given and leaves the rest of the promise.
TEST(ObjectiveFlags, LeaveWhatIsNotGiven) {
  base::FakeClock clock(absl::FromUnixSeconds(1'700'000'000));
  std::ostringstream out;
  Session session({}, clock, Paper{out, 0}, out);
  pb::Objective objective = Promise(pb::ObjectiveMeasure::KIND_CASE_TIME);
  const auto set = [&](const ObjectiveFlags& flags) {
    google::protobuf::FieldMask mask;
    const absl::Status status = FillObjective(session, flags, &objective, &mask);
    EXPECT_TRUE(status.ok()) << status;
    return PromiseOf(objective);
  };
  ObjectiveFlags flags;
  flags.until = "Sign";
  flags.within = "2d";
  flags.filter = "activities:Draft";
  EXPECT_EQ(set(flags), "95 % of cases come to 'Sign' within 2.0 d");
  flags = {};
  flags.within = "5wd";
  EXPECT_EQ(set(flags), "95 % of cases come to 'Sign' within 5 working days");
  flags = {};
  flags.after = "Quote";
  EXPECT_EQ(set(flags), "95 % of cases come to 'Sign' within 5 working days after 'Quote'");
  flags = {};
  flags.completion.activities = {"Won"};
  set(flags);
  flags.completion.activities = {"Lost"};
  set(flags);
  EXPECT_EQ(objective.selection().filter(), "activities:Draft");
  ASSERT_EQ(objective.selection().completion().activities_size(), 1);
  EXPECT_EQ(objective.selection().completion().activities(0), "Lost");
  flags = {};
  flags.step = "Legal";
  EXPECT_EQ(set(flags), "95 % of 'Legal' are done within 5 working days");
  flags.step = "";
  flags.within = "1d";
  EXPECT_EQ(set(flags), "95 % of 'Legal' are done within 1.0 d");
  flags = {};
  flags.defects = {"rework"};
  set(flags);
  EXPECT_EQ(set(flags), "95 % of cases have no defect");
  EXPECT_EQ(objective.measure().sources_size(), 1);
  EXPECT_TRUE(objective.measure().activity().empty());
}

// Calendars count whole minutes, and a part of a mean working day hardly ever is one.
TEST(ObjectiveFlags, PartsOfWorkingDaysAreWholeMinutes) {
  base::FakeClock clock(absl::FromUnixSeconds(1'700'000'000));
  std::ostringstream out;
  Session session({}, clock, Paper{out, 0}, out);
  pb::ObjectiveMeasure measure = Promise(pb::ObjectiveMeasure::KIND_CASE_TIME).measure();
  measure.mutable_business_time()->add_calendars()->set_time_zone("UTC");  // 9 to 17
  ObjectiveFlags flags;
  for (const auto& [within, seconds] :
       {std::pair("1.5wd", 43'200), std::pair("1.0017wd", 28'860)}) {
    flags.within = within;
    ASSERT_TRUE(FillObjectiveMeasure(session, flags, &measure).ok());
    EXPECT_EQ(measure.target().seconds(), seconds);
    EXPECT_EQ(measure.target().nanos(), 0);
    EXPECT_EQ(measure.target_working_days(), 0);
  }
}

TEST_F(RuleFlags, SayRatesWindowsAndSeverity) {
  ASSERT_TRUE(Fill({"fast=6:1d/2h:page", "slow=10%:1w/12h"}).ok());
  ASSERT_EQ(objective_.rules_size(), 2);
  EXPECT_EQ(objective_.rules(0).id(), "fast");
  EXPECT_EQ(objective_.rules(0).burn_rate(), 6);
  EXPECT_EQ(objective_.rules(0).long_window().seconds(), 86'400);
  EXPECT_EQ(objective_.rules(0).short_window().seconds(), 7'200);
  EXPECT_EQ(objective_.rules(0).severity(), pb::BurnRateRule::SEVERITY_PAGE);
  EXPECT_DOUBLE_EQ(objective_.rules(1).budget_share(), 0.1);
  EXPECT_EQ(objective_.rules(1).burn_rate(), 0);
  EXPECT_EQ(mask_.paths(0), "rules");
}

TEST_F(RuleFlags, SayWhatIsWrong) {
  for (const char* text : {"fast", "fast=6", "fast=six:1d/2h", "fast=6:1d", "fast=6:1d/2h/3h",
                           "fast=6:1d/2h:call", "fast=6:1d/2h:page:page", "fast=6:soon/2h"}) {
    const absl::Status status = Fill({text});
    ASSERT_FALSE(status.ok()) << text;
    EXPECT_EQ(base::FieldViolationsOf(status)[0].field, "--rule") << status;
  }
}

TEST_F(RuleFlags, GoalsAreShares) {
  base::FakeClock clock(absl::FromUnixSeconds(1'700'000'000));
  std::ostringstream out;
  Session session({}, clock, Paper{out, 0}, out);
  for (const char* text : {"120%", "0%", "-5%", "1.2", "0"}) {
    ObjectiveFlags flags;
    flags.goal = text;
    const absl::Status status = FillObjective(session, flags, &objective_, &mask_);
    ASSERT_FALSE(status.ok()) << text;
    const base::FieldViolation wrong = base::FieldViolationsOf(status)[0];
    EXPECT_EQ(wrong.field, "--goal");
    EXPECT_THAT(wrong.description, HasSubstr(text));
    EXPECT_THAT(wrong.description, HasSubstr("above 0% and below 100%"));
  }
}

// On 80 columns what it says has room.
TEST(Alerts, SayWhatTheySayBelow) {
  pb::ObjectiveAlert alert;
  alert.set_name("workspaces/w/objectives/legal/alerts/1");
  alert.set_rule("freeze");
  alert.set_state(pb::ObjectiveAlert::STATE_FIRED);
  alert.set_cursor("43-1");
  alert.set_message(
      "legal: level 'freeze' of the policy is reached: 469 % of the error budget is spent");
  alert.mutable_delivery()->set_state(pb::AlertDelivery::STATE_SUCCEEDED);
  std::ostringstream out, none;
  PrintAlerts({alert}, Paper{out, 80});
  EXPECT_THAT(out.str(),
              HasSubstr("legal      freeze  fired\n  legal: level 'freeze' of the policy "
                        "is reached: 469 % of the error budget is\n  spent\n  sent: "
                        "succeeded\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("43-1")));
  PrintAlerts({}, Paper{none, 80});
  EXPECT_EQ(none.str(), "no alerts\n");
}

TEST(Bar, ShowsWhatIsLeft) {
  EXPECT_EQ(BudgetBar(1), "[####################]");
  EXPECT_EQ(BudgetBar(0.5), "[##########----------]");
  EXPECT_EQ(BudgetBar(0), "[--------------------]");
  EXPECT_EQ(BudgetBar(-3), "[--------------------]") << "overspent";
}

// What is waited for is no case that is open.
TEST(Budget, WhatIsOpen) {
  pb::GetErrorBudgetResponse answer;
  pb::Objective& objective = *answer.mutable_objective();
  answer.mutable_budget()->set_pending_count(57);
  answer.mutable_budget()->set_overdue_count(3);
  const auto text = [&] {
    std::ostringstream out;
    PrintBudget(answer, Paper{out, 200});
    return out.str();
  };
  objective = Promise(pb::ObjectiveMeasure::KIND_CASE_TIME);
  EXPECT_THAT(text(), HasSubstr(". Open: 57 in time, not counted yet, and 3 overdue."));
  objective.mutable_measure()->set_activity("Sign");
  EXPECT_THAT(text(), HasSubstr(". Open, and 'Sign' not reached: 57 in time"));
  objective.mutable_measure()->set_kind(pb::ObjectiveMeasure::KIND_STEP_TIME);
  EXPECT_THAT(text(), HasSubstr(". Not done yet: 57 in time"));
  objective = Promise(pb::ObjectiveMeasure::KIND_CASES_WITH_CONDITION);
  EXPECT_THAT(text(), HasSubstr(". Open: 57, not counted before they end."));
  EXPECT_THAT(text(), Not(HasSubstr("overdue")));
}

TEST(Budget, SaysWhatIsLeftOrTooMuch) {
  pb::GetErrorBudgetResponse answer;
  *answer.mutable_objective() = Promise(pb::ObjectiveMeasure::KIND_CASE_TIME);
  pb::ErrorBudget& budget = *answer.mutable_budget();
  budget.set_state(pb::ErrorBudget::STATE_EXHAUSTED);
  budget.set_event_count(40);
  budget.set_bad_count(10);
  const auto text = [&] {
    std::ostringstream out;
    PrintBudget(answer, Paper{out, 0});
    return out.str();
  };
  EXPECT_THAT(text(), Not(HasSubstr("Budget:"))) << "absent figures are not zeros";
  budget.set_budget_count(4);
  budget.set_remaining_count(-6);
  budget.set_consumed_share(2.5);
  budget.set_remaining_share(-1.5);
  pb::BurnRateRuleState& rule = *budget.add_rules();
  rule.mutable_rule()->set_id("fast");
  rule.set_held_back(true);
  EXPECT_THAT(text(), HasSubstr("250 % spent: 10 of 4.0 that may be bad, 6.0 too many."));
  EXPECT_THAT(text(), HasSubstr("held back: too few bad"));
  EXPECT_THAT(text(), HasSubstr("exhausted"));
}

}  // namespace
}  // namespace plumbline::cli
