// SPDX-License-Identifier: Apache-2.0
//
// Going on by another plan: due dates, the end, and reopening.
#include <vector>

#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/migrate_testing.h"

namespace plumbline::onboarding::testing {
namespace {

using base::Reason;
using base::ReasonOf;
using flow::Node;
using flow::Parallel;
using flow::Sequence;
using flow::Step;
using ::testing::ElementsAre;

Node WithTarget(Node node, int days) {
  node.step.target = flow::BusinessDuration{.days = days};
  return node;
}

TEST(Migrate, DueDatesStayUnlessTheTargetIsAnother) {
  Story told(Parallel("all", {WithTarget(Step("a"), 3), WithTarget(Step("b"), 3)}));
  told.Did(Pause(*told.run, "rest", When(kDay)));
  told.Did(Resume(*told.run, "on", When(kDay + absl::Hours(24))));
  const absl::Time due = *told.run->tasks[0].due_time;
  ASSERT_EQ(due, At("2026-03-06T09:00:00Z")) << "three days, and one of rest";
  const Node other = Parallel("all", {WithTarget(Step("a"), 3), WithTarget(Step("b"), 5)});
  const Entries entries = told.Did(ChangePlan(*told.run, told.history,
                                              {.plan = PlanOf(other, 2), .reason = "more time"},
                                              When(kDay + absl::Hours(25)), &told.report));
  EXPECT_EQ(told.run->tasks[0].due_time, due);
  EXPECT_EQ(told.run->tasks[1].due_time, At("2026-03-10T09:00:00Z"));
  std::vector<const HistoryEntry*> moved;
  for (const HistoryEntry& entry : entries)
    if (entry.kind == EntryKind::kTaskRescheduled) moved.push_back(&entry);
  ASSERT_EQ(moved.size(), 1u);
  EXPECT_EQ(moved[0]->task, "b");
  EXPECT_EQ(moved[0]->previous_due_time, due);
}

TEST(Migrate, ARunThatIsCompleteGoesOnByAPlanWithMore) {
  Story told(Sequence("all", {Step("a")}));
  told.Complete({"a"});
  ASSERT_TRUE(told.run->finish_time.has_value());
  EXPECT_THAT(Told(told.To(Sequence("all", {Step("a"), Step("b")}))),
              ElementsAre("MIGRATED", "TASK_READY b"));
  EXPECT_FALSE(told.run->finish_time.has_value());
  EXPECT_THAT(Told(told.To(Sequence("all", {Step("a")}))),
              ElementsAre("MIGRATED", "TASK_WITHDRAWN b", "FINISHED"));
  EXPECT_EQ(told.run->finish_time, kLater);
  told.ExpectReplays();
}

TEST(Migrate, OneThatRestsOrWasCancelledIsNotChanged) {
  Story told(Abc());
  told.Did(Pause(*told.run, "rest", When(kDay)));
  EXPECT_EQ(ReasonOf(told.TryTo(Sequence("all", {Step("a")})).status()),
            Reason::ERROR_REASON_ONBOARDING_STATE);
  told.Did(Cancel(*told.run, "no", When(kDay)));
  EXPECT_EQ(ReasonOf(told.TryTo(Sequence("all", {Step("a")})).status()),
            Reason::ERROR_REASON_ONBOARDING_CLOSED);
}

TEST(Migrate, ReopeningGoesOnFromTheNewPlan) {
  Story told(Abc());
  told.Complete({"a", "b"});
  told.Did(
      told.Try({.plan = PlanOf(Sequence("all", {Step("one"), Step("b"), Step("x"), Step("c")}), 2),
                .mappings = {{"a", "one"}}}));
  told.Complete({"x"});
  EXPECT_EQ(ReasonOf(ReopenTask(*told.run, told.history, "one", "no", When(kLater)).status()),
            Reason::ERROR_REASON_FOLLOWERS_BEGUN);
  EXPECT_THAT(Told(told.Did(ReopenTask(*told.run, told.history, "x", "no", When(kLater)))),
              ElementsAre("TASK_REOPENED x", "TASK_WITHDRAWN c"));
  EXPECT_THAT(Told(told.Did(ReopenTask(*told.run, told.history, "b", "no", When(kLater)))),
              ElementsAre("TASK_REOPENED b", "TASK_WITHDRAWN x"));
  told.ExpectReplays();
}

}  // namespace
}  // namespace plumbline::onboarding::testing
