// SPDX-License-Identifier: Apache-2.0
//
// Going on by another plan: what is kept, refused and dropped.
#include <string>

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
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Node WithTarget(Node node, int days) {
  node.step.target = flow::BusinessDuration{.days = days};
  return node;
}

TEST(Migrate, WhatIsDoneStaysDoneAndNewStepsComeWhereTheyStand) {
  Story told(Abc());
  told.Complete({"a"});
  const Entries entries =
      told.To(Sequence("all", {Step("a"), Step("new"), Step("b"), Step("c"), Step("last")}));
  EXPECT_THAT(Told(entries), ElementsAre("MIGRATED", "TASK_WITHDRAWN b", "TASK_READY new"));
  EXPECT_THAT(told.Fates(), ElementsAre("kept a", "new new", "kept b", "kept c", "new last"));
  EXPECT_EQ(told.state("a"), TaskState::kDone);
  EXPECT_EQ(told.state("b"), TaskState::kPending);
  EXPECT_EQ(entries[0].reason, "a better way");
  ASSERT_TRUE(entries[0].plan_change.has_value());
  EXPECT_EQ(entries[0].plan_change->process, "workspaces/acme/processes/tree@2");
  EXPECT_EQ(entries[0].plan_change->previous_process, "workspaces/acme/processes/tree@1");
  EXPECT_EQ(entries[0].plan_change->plan, told.run->plan->id);
  told.ExpectReplays();
}

TEST(Migrate, ATaskThatIsUnderWayKeepsAllItHas) {
  Story told(Sequence("all", {WithTarget(Step("a"), 3), Step("b")}));
  told.Did(ClaimTask(*told.run, "a", true, When(kDay, "ann")));
  told.Did(StartTask(*told.run, "a", When(kDay + absl::Hours(1), "ann")));
  told.Did(BlockTask(*told.run, "a", {"", Category::kAccess, "", "no key"},
                     When(kDay + absl::Hours(2))));
  const TaskRecord before = told.run->tasks[0];
  EXPECT_THAT(Told(told.To(Sequence(
                  "all", {Parallel("both", {WithTarget(Step("a"), 3), Step("x")}), Step("b")}))),
              ElementsAre("MIGRATED", "TASK_READY x"));
  TaskRecord after = told.run->tasks[0];
  EXPECT_EQ(told.run->plan->plan.node(after.step).path, "a");
  after.step = before.step;
  EXPECT_EQ(after, before);
  EXPECT_EQ(OpenImpediments(*told.run, "a").size(), 1u);
  told.Did(UnblockTask(*told.run, "a", "", "found", When(kLater)));
  told.ExpectReplays();
}

TEST(Migrate, WhatIsToBeLeftOutStaysSoWhereNobodyIsToApproveIt) {
  Story told(Sequence("all", {Step("a"), Step("b"), Step("c"), Step("d")}));
  for (const char* step : {"b", "c", "d"})
    told.Did(SkipTask(*told.run, step, "no need", When(kDay, "ann")));
  Node guarded = Step("d");
  guarded.step.waiver_approver = "cfo";
  told.Did(
      told.Try({.plan = PlanOf(Sequence("all", {Step("new"), Step("a"), Step("bee"), guarded}), 2),
                .mappings = {{"b", "bee"}}}));
  ASSERT_EQ(told.run->planned_skips.size(), 1u);
  EXPECT_EQ(told.run->plan->plan.node(told.run->planned_skips.begin()->first).path, "bee");
  EXPECT_EQ(told.run->planned_skips.begin()->second.requester, "ann");
  told.Complete({"new", "a"});
  EXPECT_EQ(told.state("bee"), TaskState::kSkipped);
  EXPECT_EQ(told.state("d"), TaskState::kReady);
  told.ExpectReplays();
}

TEST(Migrate, TheSamePlanChangesNothing) {
  Story told(Abc());
  told.Complete({"a"});
  const std::string before = Serialize(*told.run);
  EXPECT_THAT(told.Did(told.Try({.plan = told.first})), IsEmpty());
  EXPECT_EQ(Serialize(*told.run), before);
  EXPECT_THAT(told.Fates(), ElementsAre("kept a", "kept b", "kept c"));
}

TEST(Migrate, TheOrderOfWhatIsDoneDoesNotMatter) {
  Story told(Sequence("all", {Parallel("both", {Step("a"), Step("b")}), Step("c")}));
  told.Complete({"b", "a"});
  EXPECT_THAT(Told(told.To(Abc())), ElementsAre("MIGRATED"));
  EXPECT_EQ(told.state("c"), TaskState::kReady);
  told.ExpectReplays();
}

TEST(Migrate, RefusesWhatWouldComeAfterWhatIsNotDone) {
  Story told(Abc());
  told.Complete({"a", "b"});
  told.Did(StartTask(*told.run, "c", When(kDay)));
  const std::string before = Serialize(*told.run);
  const absl::Status refused =
      told.TryTo(Sequence("all", {Step("a"), Step("new"), Step("b"), Step("c")})).status();
  EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_PLAN_CHANGE_REFUSED);
  EXPECT_EQ(Begun(refused), "b,c");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("only after 'new'"));
  EXPECT_EQ(Serialize(*told.run), before);
}

TEST(Migrate, RefusesWhatHasNoPlaceAndTakesItWhereItIsDropped) {
  Story told(Abc());
  told.Complete({"a", "b"});
  const Node without = Sequence("all", {Step("a"), Step("c")});
  EXPECT_EQ(Begun(told.TryTo(without).status()), "b");
  EXPECT_THAT(Told(told.Did(told.Try({.plan = PlanOf(without, 2), .dropped = {"b"}}))),
              ElementsAre("MIGRATED", "TASK_DROPPED b"));
  EXPECT_THAT(told.Fates(), ElementsAre("kept a", "kept c", "dropped b"));
  EXPECT_EQ(told.state("c"), TaskState::kReady);
  told.ExpectReplays();
}

TEST(Migrate, WhatIsDroppedAndStillInThePlanIsDoneAnew) {
  Story told(Abc());
  told.Complete({"a"});
  told.Did(BlockTask(*told.run, "b", {"", Category::kAccess, "", "x"}, When(kDay)));
  const Node other = Sequence("all", {Step("b"), Step("a"), Step("c")});
  EXPECT_EQ(Begun(told.TryTo(other).status()), "a");
  EXPECT_THAT(
      Told(told.Did(told.Try({.plan = PlanOf(other, 2), .dropped = {"a", "b"}}))),
      ElementsAre("MIGRATED", "TASK_DROPPED a", "UNBLOCKED b", "TASK_DROPPED b", "TASK_READY b"));
  EXPECT_THAT(told.Fates(), ElementsAre("dropped b", "dropped a", "kept c"));
  EXPECT_EQ(told.state("a"), TaskState::kPending);
  told.ExpectReplays();
}

TEST(Migrate, NamesWhatItIsOfNoUseToDrop) {
  Story told(Abc());
  const absl::Status refused =
      told.Try({.plan = PlanOf(Abc(), 2), .dropped = {"b", "nothing"}}).status();
  EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_FIELD_INVALID);
  const auto violations = base::FieldViolationsOf(refused);
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[0].field, "dropped[0]");
  EXPECT_EQ(violations[1].field, "dropped[1]");
}

TEST(Migrate, AStepThatIsPutBackDoesNotInheritWhatBlockedIt) {
  const Node both = Parallel("all", {Step("a"), Step("b")});
  Story told(both);
  told.Did(BlockTask(*told.run, "b", {.description = "no form"}, When(kDay)));
  told.Did(UnblockTask(*told.run, "b", "", "there it is", When(kDay)));
  EXPECT_EQ(Begun(told.TryTo(Step("a")).status()), "b");
  told.Did(told.Try({.plan = PlanOf(Step("a"), 2), .dropped = {"b"}}));
  told.Did(told.Try({.plan = PlanOf(both, 3)}));
  told.To(Step("a"));  // nobody has begun this one
  told.ExpectReplays();
}

}  // namespace
}  // namespace plumbline::onboarding::testing
