// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/first_times.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/ladders.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

// A step that takes some days, from a day after day one on if one is given.
std::string S(const std::string& id, int days, std::optional<int> day = std::nullopt,
              absl::string_view more = "", absl::string_view field = "nodes") {
  return absl::StrCat(field, " { id: '", id, "' title: '", id, "' ", more,
                      " step { role: 'ops' target { days: ", days, " } ",
                      day.has_value() ? absl::StrCat("earliest_day: ", *day) : "", " } } ");
}

std::string Part(absl::string_view kind, const std::string& id, const std::string& nodes) {
  return absl::StrCat("nodes { id: '", id, "' title: '", id, "' ", kind, " { ", nodes, " } } ");
}

// A run of these, one after the other; day one is Monday, 2 March 2026.
onboarding::Run RunOf(const std::string& nodes, absl::string_view start = "2026-01-12T09:00:00Z") {
  const auto plan = Freeze({ProcessFromText(absl::StrCat(
      "name: 'workspaces/acme/processes/x@1' title: 'X' owner: 'ops' state: STATE_PUBLISHED "
      "revision: 1 target { days: 60 } root { id: 'all' title: 'All' sequence { ",
      nodes, " } }"))});
  EXPECT_TRUE(plan.ok()) << plan.status();
  auto started = Start(AdaSpec(), *plan, When(At(start)));
  EXPECT_TRUE(started.ok()) << started.status();
  return started->run;
}

void Done(onboarding::Run& run, const char* task, absl::string_view time) {
  MustChange(CompleteTask(run, task, {}, When(At(time))));
}

std::string Text(absl::Time time) {
  return absl::FormatTime("%m-%d %H:%M", time, absl::UTCTimeZone());
}

std::string DueOf(const onboarding::Run& run, const char* task) {
  const auto view = FindTask(run, task);
  if (!view.ok() || view->record == nullptr || !view->record->due_time.has_value()) return "none";
  return Text(*view->record->due_time);
}

std::string PlannedEndOf(const onboarding::Run& run, const char* task) {
  const auto calendar = CalendarOf(run.spec);
  return Text(
      PlanSchedule(run.plan->plan, run.spec.day_one, *calendar)[run.plan->plan.Find(task)]->end);
}

TEST(FirstTimes, AChainThatIsDoneEarlyIsDueAsPlanned) {
  onboarding::Run run = RunOf(S("plan", 2, -15) + S("hand", 8) + S("greet", 8));
  EXPECT_EQ(DueOf(run, "plan"), PlannedEndOf(run, "plan"));
  Done(run, "plan", "2026-01-13T09:00:00Z");
  EXPECT_EQ(DueOf(run, "hand"), PlannedEndOf(run, "hand"));
  Done(run, "hand", "2026-01-14T09:00:00Z");
  EXPECT_EQ(DueOf(run, "greet"), "03-05 09:00");
  EXPECT_EQ(DueOf(run, "greet"), PlannedEndOf(run, "greet"));
  const v1::Task task = TaskMessages(run, run.last_time).Make(*FindTask(run, "greet"));
  EXPECT_EQ(FromTimestamp(task.counts_from_time()), At("2026-02-23T09:00:00Z"));
  EXPECT_EQ(task.counts_from_time().seconds(), task.planned_start_time().seconds());
  EXPECT_FALSE(task.has_earliest_time());
}

TEST(FirstTimes, WhatIsLateCountsFromItsTurn) {
  onboarding::Run run = RunOf(S("a", 1) + S("b", 2), "2026-03-02T09:00:00Z");
  Done(run, "a", "2026-03-05T11:00:00Z");
  EXPECT_EQ(DueOf(run, "b"), "03-09 11:00");
}

TEST(FirstTimes, WhatComesBeforeADayEndsByIt) {
  onboarding::Run run = RunOf(S("contract", 2) + S("order", 5, -10));
  EXPECT_EQ(DueOf(run, "contract"), "02-16 09:00") << "so that order can begin on its day";
  EXPECT_EQ(PlannedEndOf(run, "contract"), "02-16 09:00");
  Done(run, "contract", "2026-01-13T09:00:00Z");
  EXPECT_EQ(DueOf(run, "order"), "02-23 09:00");
}

TEST(FirstTimes, WhatIsNotSureDoesNotPullForward) {
  EXPECT_EQ(DueOf(RunOf(S("a", 1) + S("o", 1, -10, "optional: true")), "a"), "03-03 09:00");
  EXPECT_EQ(DueOf(RunOf(S("a", 1) + Part("choice", "way", S("x", 1, -10) + S("y", 1))), "a"),
            "03-03 09:00");
  EXPECT_EQ(DueOf(RunOf(S("a", 1) + Part("choice", "way", S("x", 1, -10) + S("y", 1, -6))), "a"),
            "02-20 09:00");
  EXPECT_EQ(DueOf(RunOf(S("a", 1) + Part("parallel", "both", S("x", 1, -10) + S("y", 1))), "a"),
            "02-16 09:00");
}

TEST(FirstTimes, TheBranchThatWasTakenCounts) {
  const std::string nodes = Part("choice", "way", S("x", 2, -20) + S("y", 2, 5)) + S("c", 3);
  onboarding::Run late = RunOf(nodes);
  MustChange(Decide(late, "way", "y", "", When(At("2026-01-13T09:00:00Z"))));
  Done(late, "y", "2026-01-14T09:00:00Z");
  EXPECT_EQ(DueOf(late, "c"), "03-16 09:00");
  onboarding::Run early = RunOf(nodes);
  MustChange(Decide(early, "way", "x", "", When(At("2026-01-13T09:00:00Z"))));
  Done(early, "x", "2026-01-14T09:00:00Z");
  EXPECT_EQ(DueOf(early, "c"), "02-09 09:00");
  const v1::Task task = TaskMessages(early, early.last_time).Make(*FindTask(early, "c"));
  EXPECT_EQ(Text(FromTimestamp(task.planned_end_time())), "02-09 09:00") << "and is planned so";
}

TEST(FirstTimes, WhatWasLeftOutDoesNotCount) {
  onboarding::Run run = RunOf(S("o", 2, -5, "optional: true") + S("b", 1));
  MustChange(Decide(run, "o", flow::kLeaveOut, "", When(At("2026-01-13T09:00:00Z"))));
  EXPECT_EQ(DueOf(run, "b"), "03-03 09:00");
  onboarding::Run skipped = RunOf(S("a", 3, -5) + S("b", 4) + S("c", 1));
  MustChange(SkipTask(skipped, "b", "no need", When(At("2026-01-13T09:00:00Z"))));
  Done(skipped, "a", "2026-01-14T09:00:00Z");
  EXPECT_EQ(DueOf(skipped, "c"), "02-27 09:00") << "after a, as if there were no b";
}

TEST(FirstTimes, WhatIsToBeDoneAtOnceCountsFromItsTurn) {
  onboarding::Run run = RunOf(S("notice", 1, -30) + S("close", 1, flow::kAtOnce) + S("last", 1, 0));
  Done(run, "notice", "2026-01-12T10:00:00Z");
  EXPECT_EQ(DueOf(run, "close"), "01-13 10:00");
  // It is planned like a step without a day, and pulls nothing forward.
  EXPECT_EQ(PlannedEndOf(run, "close"), "01-21 09:00");
  EXPECT_EQ(DueOf(RunOf(S("talk", 1) + S("close", 1, flow::kAtOnce)), "talk"), "03-03 09:00");
}

TEST(FirstTimes, WhatIsDoneAgainCountsFromTheEndOfTheLoop) {
  onboarding::Run run =
      RunOf(Part("loop", "learn", S("exam", 2, -5, "", "body") + S("study", 1, {}, "", "redo")));
  Done(run, "exam", "2026-01-13T09:00:00Z");
  MustChange(Decide(run, "learn", flow::kAgain, "", When(At("2026-01-13T10:00:00Z"))));
  EXPECT_EQ(DueOf(run, "study"), "02-26 09:00");
}

TEST(FirstTimes, LaterRoundsCountFromTheEndOfTheLoop) {
  onboarding::Run run = RunOf(Part("loop", "trial", S("try", 2, {}, "", "body")) + S("last", 1),
                              "2026-03-02T09:00:00Z");
  EXPECT_EQ(DueOf(run, "try"), "03-04 09:00");
  Done(run, "try", "2026-03-02T10:00:00Z");
  MustChange(Decide(run, "trial", flow::kAgain, "", When(At("2026-03-02T10:00:00Z"))));
  EXPECT_EQ(DueOf(run, "try~2"), "03-06 09:00") << "two days from when the loop ends by plan";
  const v1::Task task = TaskMessages(run, run.last_time).Make(*FindTask(run, "try~2"));
  EXPECT_EQ(FromTimestamp(task.counts_from_time()), At("2026-03-04T09:00:00Z"));
}

TEST(FirstTimes, WhatWaitsForItsTimeDoesNotHangOnWhatComesBefore) {
  onboarding::Run run =
      RunOf(S("s", 1, -5) + Part("parallel", "both", S("p", 1, 0) + S("r", 1)) + S("b", 1));
  Done(run, "s", "2026-01-13T09:00:00Z");
  Done(run, "p", "2026-01-14T09:00:00Z");
  const auto calendar = CalendarOf(run.spec);
  const LivePlan live = LivePlanOf(run, *calendar, run.last_time);
  const auto& spans = live.spans;
  EXPECT_FALSE(spans[run.plan->plan.Find("r")]->critical) << "b begins on 3 March anyhow";
  EXPECT_TRUE(spans[run.plan->plan.Find("b")]->critical);
}

TEST(FirstTimes, FollowDayOne) {
  onboarding::Run run = RunOf(S("a", 1) + S("b", 4), "2026-02-23T09:00:00Z");
  Done(run, "a", "2026-02-24T09:00:00Z");
  EXPECT_EQ(DueOf(run, "b"), "03-09 09:00");
  MustChange(Reschedule(run, absl::CivilDay(2026, 3, 9), "", When(At("2026-02-25T09:00:00Z"))));
  EXPECT_EQ(DueOf(run, "b"), "03-16 09:00");
  MustChange(Reschedule(run, absl::CivilDay(2026, 3, 2), "", When(At("2026-02-25T10:00:00Z"))));
  EXPECT_EQ(DueOf(run, "b"), "03-09 09:00");
}

}  // namespace
}  // namespace plumbline::onboarding::testing
