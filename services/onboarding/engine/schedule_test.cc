// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/schedule.h"

#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

struct SpanCase {
  const char* name;
  const char* step;
  const char* start;
  const char* end;
};

class SpanTest : public ::testing::TestWithParam<SpanCase> {};

// Day one is Monday, 2 March 2026.
TEST_P(SpanTest, IsPlanned) {
  PlanPointer plan = SalesRepPlan();
  auto calendar = calendar::Calendar::Create("UTC");
  auto spans = PlanSchedule(plan->plan, absl::CivilDay(2026, 3, 2), *calendar);
  flow::NodeIndex node = plan->plan.Find(GetParam().step);
  ASSERT_NE(node, flow::kNoNode);
  ASSERT_TRUE(spans[node].has_value());
  EXPECT_EQ(spans[node]->start, At(GetParam().start));
  EXPECT_EQ(spans[node]->end, At(GetParam().end));
}

INSTANTIATE_TEST_SUITE_P(
    Spans, SpanTest,
    ::testing::Values(
        SpanCase{"BeforeDayOne", "paperwork", "2026-02-23T09:00:00Z", "2026-02-24T09:00:00Z"},
        SpanCase{"AfterItsPredecessor", "laptop", "2026-02-24T09:00:00Z", "2026-02-27T09:00:00Z"},
        SpanCase{"NotBeforeItsEarliestDay", "accounts", "2026-03-02T09:00:00Z",
                 "2026-03-02T11:00:00Z"},
        SpanCase{"TheLongestOfAParallelPart", "gear", "2026-02-24T09:00:00Z",
                 "2026-03-02T11:00:00Z"},
        SpanCase{"AnyBranchOfAChoice", "inside", "2026-03-02T11:00:00Z", "2026-03-03T11:00:00Z"},
        SpanCase{"TheLongestBranchOfAChoice", "route", "2026-03-02T11:00:00Z",
                 "2026-03-04T11:00:00Z"},
        SpanCase{"WithoutATargetNoTime", "dinner", "2026-03-04T11:00:00Z", "2026-03-04T11:00:00Z"},
        SpanCase{"ALoopOnce", "certification", "2026-03-04T11:00:00Z", "2026-03-05T11:00:00Z"},
        SpanCase{"AfterALoop", "deal-desk.review", "2026-03-05T11:00:00Z", "2026-03-06T11:00:00Z"}),
    [](const auto& test) { return test.param.name; });

TEST(Schedule, WhatMayNotHappenHasNoSpan) {
  PlanPointer plan = SalesRepPlan();
  auto calendar = calendar::Calendar::Create("UTC");
  auto spans = PlanSchedule(plan->plan, absl::CivilDay(2026, 3, 2), *calendar);
  EXPECT_FALSE(spans[plan->plan.Find("study")].has_value());
}

TEST(Schedule, WithoutEarliestDaysItBeginsOnDayOneInTheZone) {
  PlanPointer plan = PairPlan();
  auto calendar = calendar::Calendar::Create("Europe/Berlin");
  auto spans = PlanSchedule(plan->plan, absl::CivilDay(2026, 3, 7), *calendar);  // a Saturday
  EXPECT_EQ(spans[0]->start, At("2026-03-09T08:00:00Z"));
  EXPECT_EQ(spans[0]->end, At("2026-03-09T08:00:00Z"));
}

TEST(Schedule, DueByTheTarget) {
  auto calendar = calendar::Calendar::Create("UTC");
  flow::StepDetails step;
  absl::CivilDay day_one(2026, 3, 2);
  EXPECT_FALSE(DueTime(step, At("2026-03-02T09:00:00Z"), *calendar).has_value());
  EXPECT_FALSE(EarliestTime(step, day_one, *calendar).has_value());
  step.target = flow::BusinessDuration{1, 0};
  step.earliest_day = 2;
  EXPECT_EQ(EarliestTime(step, day_one, *calendar), At("2026-03-04T09:00:00Z"));
  EXPECT_EQ(DueTime(step, At("2026-03-10T12:00:00Z"), *calendar), At("2026-03-11T12:00:00Z"));
  step.earliest_day = flow::kAtOnce;
  EXPECT_FALSE(EarliestTime(step, day_one, *calendar).has_value());
}

TEST(Schedule, OpenTimeIsToldToTheNearestTenthOfADay) {
  const auto calendar = calendar::Calendar::Create("UTC");
  const auto text = [&](double hours) {
    const absl::Time from = At("2026-03-02T09:00:00Z");
    const auto minutes = static_cast<int64_t>(hours * 60);
    return OpenTimeText(from, calendar->Add(from, 0, minutes), *calendar);
  };
  EXPECT_EQ(text(183.8), "23 working days");
  EXPECT_EQ(text(20), "2.5 working days");
  EXPECT_EQ(text(8.2), "1 working day");
  EXPECT_EQ(text(9), "1.1 working days");
  EXPECT_EQ(text(7.5), "7 h 30 min of open time");
}

// Started weeks before day one: what was planned before the start is what is due.
TEST(Schedule, AStepWithoutADayIsDueAsPlannedHoweverEarlyItStarts) {
  auto process = Pair();
  for (auto& node : *process.mutable_root()->mutable_sequence()->mutable_nodes())
    node.mutable_step()->mutable_target()->set_days(1);
  const PlanPointer plan = *Freeze({process});
  Started started = *Start(AdaSpec(), plan, When(At("2026-02-02T09:00:00Z")));
  onboarding::Run& run = started.run;
  EXPECT_EQ(run.tasks[0].due_time, At("2026-03-03T09:00:00Z"));
  EXPECT_FALSE(run.outlook->risk_time.has_value());
  // Begun and done weeks before, it pulls nobody's due date before what was planned.
  MustChange(CompleteTask(run, "a", {}, When(At("2026-02-03T09:00:00Z"))));
  EXPECT_EQ(run.tasks[1].due_time, At("2026-03-04T09:00:00Z"));
  MustChange(
      Reschedule(run, absl::CivilDay(2026, 3, 9), "later", When(At("2026-02-04T09:00:00Z"))));
  EXPECT_EQ(run.tasks[1].due_time, At("2026-03-11T09:00:00Z"));
  // What an older release wrote stays, and its clock runs as it did.
  run.tasks[1].due_time = At("2026-02-05T09:00:00Z");
  MustChange(Pause(run, "rest", When(At("2026-02-04T09:00:00Z"))));
  EXPECT_EQ(run.tasks[1].due_time, At("2026-02-05T09:00:00Z"));
  MustChange(Resume(run, "on", When(At("2026-02-05T09:00:00Z"))));
  EXPECT_EQ(run.tasks[1].due_time, At("2026-02-06T09:00:00Z")) << "a day later";
  MustChange(Reschedule(run, absl::CivilDay(2026, 3, 2), "back", When(At("2026-02-05T10:00:00Z"))));
  EXPECT_EQ(run.tasks[1].due_time, At("2026-02-06T09:00:00Z")) << "it hangs on no day one";
}

}  // namespace
}  // namespace plumbline::onboarding::testing
