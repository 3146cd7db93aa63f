// SPDX-License-Identifier: Apache-2.0
#include <sstream>
#include <string>

#include "clients/cli/objective_commands.h"
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

TEST(Bar, ShowsWhatIsLeft) {
  EXPECT_EQ(BudgetBar(1), "[####################]");
  EXPECT_EQ(BudgetBar(0.5), "[##########----------]");
  EXPECT_EQ(BudgetBar(0), "[--------------------]");
  EXPECT_EQ(BudgetBar(-3), "[--------------------]") << "overspent";
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
