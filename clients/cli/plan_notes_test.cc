// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/plan_notes.h"

#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

constexpr int64_t kHour = 3600;
// 2026-11-27 08:00.
const absl::Time kNow = absl::FromUnixSeconds(1795766400);

ob::PlanOnboardingResponse PlanOf(std::initializer_list<int64_t> starts) {
  ob::PlanOnboardingResponse plan;
  for (const int64_t start : starts) {
    ob::PlannedTask* task = plan.add_tasks();
    task->set_step(absl::StrCat("step-", plan.tasks_size()));
    task->mutable_planned_start_time()->set_seconds(absl::ToUnixSeconds(kNow) + start * kHour);
    task->mutable_planned_end_time()->set_seconds(absl::ToUnixSeconds(kNow) + (start + 2) * kHour);
  }
  plan.add_tasks()->set_repeats_only(true);
  return plan;
}

// As it ends `hours` after now.
ob::Onboarding EndingIn(int64_t hours, bool at_risk) {
  ob::Onboarding onboarding;
  onboarding.mutable_expected_finish_time()->set_seconds(absl::ToUnixSeconds(kNow) + hours * kHour);
  onboarding.set_at_risk(at_risk);
  return onboarding;
}

TEST(PlanNotes, SayInOneLineWhatIsAtRisk) {
  ob::PlanRisk risk;
  EXPECT_EQ(RiskText(risk), "");
  risk.add_tasks()->set_task("contract");
  risk.set_task_count(1);
  EXPECT_EQ(RiskText(risk), "1 task at risk (contract)");
  risk.add_tasks()->set_task("laptop");
  risk.set_task_count(4);
  risk.add_milestones()->set_milestone("certified");
  risk.set_milestone_count(1);
  EXPECT_EQ(RiskText(risk),
            "4 tasks at risk (contract, laptop, ...); 1 milestone will be missed (certified)");
  risk.clear_tasks();
  risk.set_task_count(0);
  EXPECT_EQ(RiskText(risk), "1 milestone will be missed (certified)");
}

TEST(PlanNotes, CountWhatShouldHaveBegun) {
  const PlanTimes times = TimesOf(PlanOf({-48, -1, 0, 24}), kNow);
  EXPECT_EQ(times.begun, 2) << "what begins now is in time, and repetitions have no time";
  EXPECT_EQ(times.end, kNow + absl::Hours(26));
}

TEST(PlanNotes, SayWhereItEndsByWhatIsLeft) {
  const PlanTimes late = TimesOf(PlanOf({-48, -24}), kNow);
  EXPECT_EQ(StandingText(EndingIn(4, true), late),
            "2 tasks should have begun already (step-1, step-2); by what is left to do it ends "
            "2026-11-27 12:00 UTC: at risk");
  const PlanTimes one = TimesOf(PlanOf({-48, 24}), kNow);
  EXPECT_EQ(StandingText(EndingIn(72, false), one),
            "1 task should have begun already (step-1); by what is left to do it ends 2026-11-30 "
            "08:00 UTC");
}

TEST(PlanNotes, NameTheFirstThatShouldHaveBegun) {
  const PlanTimes late = TimesOf(PlanOf({-48, -40, -30, -24, 24}), kNow);
  EXPECT_EQ(StandingText(EndingIn(72, false), late),
            "4 tasks should have begun already (step-1, step-2, step-3, ...); by what is left to "
            "do it ends 2026-11-30 08:00 UTC");
}

// Dates in the past are remarked on even where the end does not move.
TEST(PlanNotes, SayWhatShouldHaveBegunDaysAgo) {
  const PlanTimes late = TimesOf(PlanOf({-48, -1, 200}), kNow);
  EXPECT_TRUE(late.late);
  EXPECT_EQ(StandingText(EndingIn(202, false), late),
            "2 tasks should have begun already (step-1, step-2); by what is left to do it ends "
            "2026-12-05 18:00 UTC");
  const PlanTimes today = TimesOf(PlanOf({-1, 200}), kNow);
  EXPECT_EQ(StandingText(EndingIn(202, false), today), "");
}

// Of what is started by the roster the plan is not at hand.
TEST(PlanNotes, SayWhatStartedLateWithoutThePlan) {
  const absl::CivilDay today(2026, 11, 27);
  ob::Onboarding onboarding = EndingIn(4, false);
  onboarding.set_day_one("2026-11-27");
  EXPECT_EQ(StandingText(onboarding, today), "");
  onboarding.set_day_one("2026-11-20");
  EXPECT_EQ(StandingText(onboarding, today),
            "day one is past; by what is left to do it ends 2026-11-27 12:00 UTC");
  onboarding.set_day_one("2026-12-20");
  onboarding.set_at_risk(true);
  EXPECT_EQ(StandingText(onboarding, today),
            "by what is left to do it ends 2026-11-27 12:00 UTC: at risk");
}

TEST(PlanNotes, SayNothingOfWhatGoesByPlan) {
  const PlanTimes times = TimesOf(PlanOf({-1, 24}), kNow);
  EXPECT_EQ(StandingText(EndingIn(26, false), times), "");
  EXPECT_EQ(StandingText(ob::Onboarding(), times), "");
  EXPECT_EQ(StandingText(EndingIn(72, false), TimesOf(PlanOf({1, 24}), kNow)), "")
      << "nothing is late";
  EXPECT_EQ(StandingText(EndingIn(26, true), TimesOf(PlanOf({1, 24}), kNow)),
            "by what is left to do it ends 2026-11-28 10:00 UTC: at risk")
      << "a plan that is too long is, too";
}

TEST(PlanNotes, NameADayOneOnWhichNobodyWorks) {
  const absl::CivilDay saturday(2026, 12, 26);
  EXPECT_EQ(DayOneText(saturday, saturday + 2, "calendars/berlin"),
            "day one, Sat 2026-12-26, is no working day by calendars/berlin: Mon 2026-12-28 counts "
            "as day one");
  EXPECT_EQ(DayOneText(saturday, saturday + 2, ""),
            "day one, Sat 2026-12-26, is no working day: Mon 2026-12-28 counts as day one");
  EXPECT_EQ(DayOneText(saturday, saturday, ""), "");
}

TEST(PlanNotes, AreFoldedForATerminalOnly) {
  std::ostringstream out;
  EXPECT_EQ(Folded({out, 0}, "by what is left to do it ends", 2), "by what is left to do it ends");
  EXPECT_EQ(Folded({out, 20}, "by what is left to do it ends", 2),
            "by what is left to\n  do it ends");
}

}  // namespace
}  // namespace plumbline::cli
