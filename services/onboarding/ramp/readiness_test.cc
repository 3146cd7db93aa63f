// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/ramp/readiness.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/milestones.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using v1::Readiness;
using v1::ReadinessReason;

const absl::Time kDay = At("2026-03-02T09:00:00Z");

calendar::Calendar Office() { return *calendar::Calendar::Create("UTC"); }

Readiness Of(const onboarding::Run& run, absl::string_view now) {
  return ReadinessOf(run, Office(), At(now));
}

// "RED CRITICAL_TASK_OVERDUE paperwork", in their order.
std::vector<std::string> Reasons(const Readiness& readiness) {
  std::vector<std::string> reasons;
  for (const ReadinessReason& reason : readiness.reasons()) {
    const std::string about = reason.task() + reason.milestone();
    reasons.push_back(Readiness::Level_Name(reason.level()).substr(6) + " " +
                      ReadinessReason::Kind_Name(reason.kind()).substr(5) +
                      (about.empty() ? "" : " " + about));
  }
  return reasons;
}

void Complete(onboarding::Run& run, absl::string_view task, absl::Time at = kDay) {
  MustChange(CompleteTask(run, task, {.tick_all = true}, When(at)));
}

// The plan of the sales rep, to be done in so many days.
onboarding::Run RunWithin(int days) {
  catalog::v1::Process process = SalesRep();
  process.mutable_target()->set_days(days);
  return AdaRun(*Freeze({process, DealDesk()}));
}

TEST(Readiness, IsGreenWhileAllGoesByPlan) {
  const Readiness readiness = Of(AdaRun(), "2026-03-02T10:00:00Z");
  EXPECT_EQ(readiness.level(), Readiness::LEVEL_GREEN);
  EXPECT_THAT(Reasons(readiness), IsEmpty());
  EXPECT_EQ(readiness.reason_count(), 0);
}

TEST(Readiness, TellsWhereItsStepsTookLongerBefore) {
  const onboarding::Run run = AdaRun();
  ASSERT_TRUE(run.target_time.has_value());
  const absl::Time now = At("2026-03-02T10:00:00Z");
  const auto long_ones = [](flow::NodeIndex) { return std::optional(absl::Hours(24 * 30)); };
  const Readiness late = ReadinessOf(run, Office(), now, long_ones);
  EXPECT_EQ(late.level(), Readiness::LEVEL_GREEN) << "as lists say";
  ASSERT_THAT(Reasons(late), ElementsAre("UNSPECIFIED FORECAST_BY_HISTORY"));
  EXPECT_THAT(late.reasons(0).sentence(), HasSubstr("by how long its steps took before"));
  const auto short_ones = [](flow::NodeIndex) { return std::optional(absl::Hours(1)); };
  EXPECT_EQ(ReadinessOf(run, Office(), now, short_ones).level(), Readiness::LEVEL_GREEN);
}

TEST(Readiness, IsRedWhenWhatTheEndHangsOnIsOverdue) {
  const Readiness readiness = Of(AdaRun(), "2026-03-04T12:00:00Z");
  EXPECT_EQ(readiness.level(), Readiness::LEVEL_RED);
  ASSERT_THAT(Reasons(readiness), ElementsAre("RED CRITICAL_TASK_OVERDUE paperwork"));
  EXPECT_EQ(
      readiness.reasons(0).sentence(),
      "The task 'Sign the contract' was due at Tue 2026-03-03 09:00 UTC, 1 working day ago, and "
      "the end of the on-boarding hangs on it.");
  EXPECT_EQ(readiness.reasons(0).duration().seconds(), 27 * 3600);
  // 15 of 8 hours.
  EXPECT_THAT(Of(AdaRun(), "2026-03-04T16:00:00Z").reasons(0).sentence(),
              HasSubstr(", 2 working days ago"));
}

// The accounts take two hours, the laptop beside them three days.
TEST(Readiness, IsYellowWhileAnotherTaskIsLate) {
  onboarding::Run run = AdaRun();
  Complete(run, "paperwork");
  EXPECT_THAT(Reasons(Of(run, "2026-03-02T16:00:00Z")),
              ElementsAre("YELLOW TASK_OVERDUE accounts"));
  Complete(run, "laptop");
  EXPECT_EQ(Of(run, "2026-03-10T12:00:00Z").level(), Readiness::LEVEL_RED) << "six days";
}

TEST(Readiness, SaysHowLongSomethingIsBlocked) {
  onboarding::Run run = AdaRun();
  MustChange(BlockTask(run, "paperwork", {"", Category::kEquipment, "", "The printer is broken"},
                       When(kDay)));
  const Readiness soon = Of(run, "2026-03-04T09:00:00Z");
  ASSERT_THAT(Reasons(soon), ElementsAre("YELLOW TASK_BLOCKED paperwork"))
      << "its own clock stands: it is not overdue";
  EXPECT_EQ(soon.reasons(0).sentence(),
            "The task 'Sign the contract' is blocked for 2 working days: The printer is broken");
  EXPECT_THAT(soon.reasons(0).impediments(), ElementsAre("i1"));
  EXPECT_EQ(Of(run, "2026-03-04T10:00:00Z").level(), Readiness::LEVEL_RED);
}

TEST(Readiness, StandsStillWhilePaused) {
  onboarding::Run run = AdaRun();
  MustChange(Pause(run, "Parental leave", When(kDay)));
  const Readiness readiness = Of(run, "2026-09-01T10:00:00Z");
  ASSERT_THAT(Reasons(readiness), ElementsAre("YELLOW PAUSED"));
  EXPECT_THAT(readiness.reasons(0).sentence(), HasSubstr("(Parental leave)"));
}

TEST(Readiness, TellsOfMilestones) {
  onboarding::Run run = AdaRun(RampUpPlan());
  EXPECT_THAT(Reasons(Of(run, "2026-03-02T10:00:00Z")),
              ElementsAre("YELLOW MILESTONE_DUE_SOON signed"));
  EXPECT_THAT(Reasons(Of(run, "2026-03-04T09:30:00Z")),
              ElementsAre("RED MILESTONE_OVERDUE signed", "RED CRITICAL_TASK_OVERDUE paperwork",
                          "YELLOW MILESTONE_EXPECTED_LATE equipped"));
  Complete(run, "paperwork");
  EXPECT_THAT(Reasons(Of(run, "2026-03-02T10:00:00Z")), IsEmpty());
}

TEST(Readiness, IsYellowWhereAMilestoneWillBeMissed) {
  catalog::v1::Process process = RampUp();
  for (catalog::v1::Milestone& milestone : *process.mutable_milestones())
    if (milestone.id() == "certified") milestone.mutable_target()->set_days(4);
  onboarding::Run run = AdaRun(*Freeze({process, DealDesk()}));
  Complete(run, "paperwork");
  const char* const now = "2026-03-02T10:00:00Z";
  const Readiness readiness = Of(run, now);
  ASSERT_THAT(Reasons(readiness), ElementsAre("YELLOW MILESTONE_EXPECTED_LATE certified"));
  EXPECT_EQ(readiness.level(), Readiness::LEVEL_YELLOW);
  EXPECT_EQ(ReadinessLevelOf(run, Office(), At(now)), Readiness::LEVEL_YELLOW) << "as lists say";
  const ReadinessReason& reason = readiness.reasons(0);
  EXPECT_THAT(reason.sentence(),
              HasSubstr("should be reached by Fri 2026-03-06 09:00 UTC, and by what has happened "
                        "so far it is reached at "));
  const LivePlan live = LivePlanOf(run, Office(), At(now));
  const absl::Time expected = *EndOf(live, run.plan->plan, run.plan->plan.Find("certification"));
  EXPECT_EQ(reason.time().seconds(), absl::ToUnixSeconds(expected));
  EXPECT_EQ(reason.duration().seconds(),
            absl::ToInt64Seconds(expected - At("2026-03-06T09:00:00Z")));
  // While it is paused its clock stands, and that of the milestone.
  MustChange(Pause(run, "leave", When(At(now))));
  EXPECT_THAT(Reasons(Of(run, "2026-06-02T10:00:00Z")),
              ElementsAre("YELLOW PAUSED", "YELLOW MILESTONE_EXPECTED_LATE certified"));
}

TEST(Readiness, LooksAtTheEndThatIsToBeExpected) {
  // Seven days at least, by the targets of the steps.
  const onboarding::Run run = RunWithin(4);
  const Readiness readiness = Of(run, "2026-03-02T10:00:00Z");
  ASSERT_THAT(Reasons(readiness), ElementsAre("YELLOW FORECAST_BEYOND_TARGET"));
  EXPECT_THAT(readiness.reasons(0).sentence(),
              HasSubstr("It should end by Fri 2026-03-06 09:00 UTC, and by what has happened so "
                        "far it ends at Thu 2026-03-12 09:00 UTC"));
  EXPECT_GT(readiness.reasons(0).time().seconds(), absl::ToUnixSeconds(*run.target_time));
  EXPECT_EQ(Reasons(Of(run, "2026-03-06T10:00:00Z")).front(),
            "RED CRITICAL_TASK_OVERDUE paperwork");
  EXPECT_EQ(Reasons(Of(run, "2026-03-06T10:00:00Z")).back(), "RED FORECAST_BEYOND_TARGET");
}

TEST(Readiness, OfWhatIsCompletedIsThatOfItsMilestones) {
  onboarding::Run run = AdaRun(RampUpPlan());
  for (const char* task : {"paperwork", "laptop", "accounts"}) Complete(run, task);
  MustChange(Decide(run, "route", "field", "", When(kDay)));
  Complete(run, "field");
  MustChange(Decide(run, "dinner", flow::kLeaveOut, "", When(kDay)));
  Complete(run, "exam");
  MustChange(Decide(run, "certification", flow::kLeave, "", When(kDay)));
  Complete(run, "deal-desk.review");
  ASSERT_TRUE(run.finish_time.has_value());
  EXPECT_EQ(Of(run, "2026-03-20T10:00:00Z").level(), Readiness::LEVEL_GREEN);
  EXPECT_THAT(Reasons(Of(run, "2026-05-20T10:00:00Z")),
              ElementsAre("RED MILESTONE_OVERDUE first-meeting"));
  MustChange(ReportMilestone(run, {"first-meeting", kDay, "crm", ""}, When(kDay)));
  EXPECT_EQ(Of(run, "2026-05-20T10:00:00Z").level(), Readiness::LEVEL_GREEN);
}

TEST(Readiness, OfWhatWasCancelledIsNone) {
  onboarding::Run run = AdaRun(RampUpPlan());
  MustChange(Cancel(run, "Left", When(kDay)));
  EXPECT_EQ(Of(run, "2027-03-02T10:00:00Z").level(), Readiness::LEVEL_UNSPECIFIED);
  v1::Onboarding onboarding = ToProto(run);
  SetStanding(run, kDay, &onboarding);
  EXPECT_EQ(onboarding.readiness(), Readiness::LEVEL_UNSPECIFIED);
  EXPECT_FALSE(onboarding.has_expected_finish_time());
}

v1::Onboarding StandingAt(const onboarding::Run& run, absl::string_view now) {
  v1::Onboarding onboarding = ToProto(run);
  SetStanding(run, At(now), &onboarding);
  return onboarding;
}

// Nothing happens, and yet it ends later by the day.
TEST(Standing, IsThatOfTheLivePlan) {
  const onboarding::Run run = AdaRun();
  const absl::string_view later = "2026-03-05T11:00:00Z";
  const v1::Onboarding onboarding = StandingAt(run, later);
  const absl::Time finish = LivePlanOf(run, Office(), At(later)).finish;
  EXPECT_EQ(FromTimestamp(onboarding.expected_finish_time()), finish);
  EXPECT_GT(finish, FromTimestamp(ToProto(run).expected_finish_time()));
  EXPECT_EQ(onboarding.readiness(), Readiness::LEVEL_RED);
  EXPECT_FALSE(onboarding.at_risk()) << "its target is far";
}

TEST(Standing, IsAtRiskOnceTheTargetCannotBeKept) {
  const onboarding::Run run = RunWithin(10);
  EXPECT_FALSE(StandingAt(run, "2026-03-02T10:00:00Z").at_risk());
  ASSERT_TRUE(run.outlook->risk_time.has_value());
  EXPECT_FALSE(ToProto(run).at_risk()) << "as it was told last";
  EXPECT_TRUE(StandingAt(run, "2026-03-13T10:00:00Z").at_risk());
}

// The clock of what is paused stands, and its end moves with the time.
TEST(Standing, OfAPauseMovesTheEndAndNotTheRisk) {
  onboarding::Run run = RunWithin(10);
  MustChange(Pause(run, "Ill", When(kDay)));
  const v1::Onboarding before = StandingAt(run, "2026-03-03T09:00:00Z");
  const v1::Onboarding after = StandingAt(run, "2026-03-31T09:00:00Z");
  EXPECT_GT(after.expected_finish_time().seconds(), before.expected_finish_time().seconds());
  EXPECT_FALSE(after.at_risk());
}

// What an older release wrote has no outlook of its own.
TEST(Standing, NeedsNothingThatWasStored) {
  onboarding::Run run = AdaRun();
  run.outlook.reset();
  EXPECT_TRUE(StandingAt(run, "2026-03-05T11:00:00Z").has_expected_finish_time());
}

}  // namespace
}  // namespace plumbline::onboarding::testing
