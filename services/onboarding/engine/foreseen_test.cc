// SPDX-License-Identifier: Apache-2.0
//
// What conditions will decide is planned as if they had, as things are now.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::HasSubstr;

// A day of work, a choice of an hour and of twenty days, and a day more, to be done in four days.
// `outputs`: what the first step yields.
PlanPointer MiniPlan(const std::string& outputs = "") {
  const auto step = [](absl::string_view id, absl::string_view target, absl::string_view more = "",
                       absl::string_view of_step = "") {
    return absl::StrCat("nodes { id: '", id, "' title: '", id, "' ", more,
                        " step { role: 'ops' target { ", target, " } ", of_step, " } } ");
  };
  absl::StatusOr<PlanPointer> plan = Freeze({ProcessFromText(absl::StrCat(
      "name: 'workspaces/acme/processes/mini@1' title: 'Mini' owner: 'ops' state: STATE_PUBLISHED "
      "revision: 1 target { days: 4 } attributes { id: 'kind' title: 'Kind' type: TYPE_ENUM "
      "allowed_values: 'short' allowed_values: 'long' } root { id: 'all' title: 'All' sequence { ",
      step("one", "days: 1", "", outputs), "nodes { id: 'way' title: 'Way' choice { ",
      step("s", "minutes: 60", "condition: 'kind = short'"),
      step("l", "days: 20", "condition: 'kind = long'"), "} } ", step("two", "days: 1"), "} }"))});
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *plan;
}

onboarding::Run MiniRun(flow::AttributeValues values, const PlanPointer& plan = MiniPlan()) {
  Spec spec = AdaSpec();
  spec.assignees.clear();
  spec.attributes = std::move(values);
  absl::StatusOr<Started> started = Start(std::move(spec), plan, When(At("2026-03-02T09:00:00Z")));
  EXPECT_TRUE(started.ok()) << started.status();
  return std::move(started->run);
}

std::string Finish(const onboarding::Run& run) {
  return absl::FormatTime("%m-%d %H:%M", run.outlook->finish, absl::UTCTimeZone());
}

std::string WhyReplanned(const Entries& entries) {
  for (const HistoryEntry& entry : entries)
    if (entry.kind == EntryKind::kReplanned) return entry.reason;
  return "";
}

TEST(Foreseen, TheBranchThatItsConditionChoosesIsPlanned) {
  const onboarding::Run run = MiniRun({{"kind", "short"}});
  EXPECT_EQ(Finish(run), "03-04 10:00");
  EXPECT_EQ(run.progress.state(run.plan->plan.Find("way")), flow::NodeState::kWaiting)
      << "the run decides when its turn comes";
  EXPECT_FALSE(ToProto(run).at_risk());
  const LivePlan live = LivePlanOf(run, *CalendarOf(run.spec), run.start_time);
  EXPECT_TRUE(live.spans[run.plan->plan.Find("s")].has_value());
  EXPECT_FALSE(live.spans[run.plan->plan.Find("l")].has_value());
  const TaskMessages tasks(run, run.start_time);
  EXPECT_FALSE(tasks.Make(*FindTask(run, "l")).has_planned_end_time());
  EXPECT_EQ(FromTimestamp(tasks.Make(*FindTask(run, "two")).planned_start_time()),
            At("2026-03-03T10:00:00Z"));
}

TEST(Foreseen, WithoutAValueTheLongestBranchIsPlanned) {
  const onboarding::Run run = MiniRun({});
  EXPECT_EQ(Finish(run), "04-01 09:00");
  EXPECT_TRUE(ToProto(run).at_risk());
}

TEST(Foreseen, WhatAStepMayYieldBeforeIsNot) {
  const PlanPointer plan = MiniPlan("outputs: 'kind'");
  onboarding::Run run = MiniRun({{"kind", "short"}}, plan);
  EXPECT_EQ(Finish(run), "04-01 09:00");
  const Entries entries = MustChange(
      CompleteTask(run, "one", {.outputs = {{"kind", "short"}}}, When(At("2026-03-03T07:00:00Z"))));
  EXPECT_EQ(Finish(run), "03-04 10:00");
  EXPECT_THAT(WhyReplanned(entries), HasSubstr("because 'way' was decided: s"));
}

TEST(Foreseen, OtherValuesMakeAnotherPlanAndThatIsTold) {
  onboarding::Run run = MiniRun({{"kind", "short"}});
  const Entries entries = MustChange(
      SetAttributes(run, {{"kind", "long"}}, "more to do", When(At("2026-03-02T10:00:00Z"))));
  EXPECT_EQ(Finish(run), "04-01 09:00");
  EXPECT_TRUE(ToProto(run).at_risk());
  EXPECT_THAT(WhyReplanned(entries), HasSubstr("conditions choose otherwise"));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
