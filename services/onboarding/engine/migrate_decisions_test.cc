// SPDX-License-Identifier: Apache-2.0
//
// Going on by another plan: decisions, and what conditions decide.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/migrate_testing.h"

namespace plumbline::onboarding::testing {
namespace {

using flow::Choice;
using flow::Node;
using flow::Optional;
using flow::Sequence;
using flow::Step;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Migrate, DecisionsAreKeptAndFollowTheirBranches) {
  Story told(Sequence("all", {Choice("way", {Step("left"), Step("right")}), Step("end")}));
  told.Decides("way", "left");
  told.Complete({"left"});
  const Node renamed = Sequence(
      "all", {Choice("road", {Sequence("west", {Step("left"), Step("more")}), Step("right")}),
              Step("end")});
  told.Did(told.Try({.plan = PlanOf(renamed, 2), .mappings = {{"way", "road"}}}));
  EXPECT_EQ(told.state("more"), TaskState::kReady);
  EXPECT_EQ(told.state("right"), TaskState::kNotNeeded);
  ASSERT_EQ(told.report.decisions.size(), 1u);
  EXPECT_EQ(told.report.decisions[0].decision, "road");
  EXPECT_EQ(told.report.decisions[0].new_option, "west");
  told.ExpectReplays();
}

TEST(Migrate, ADecisionThatIsDroppedIsAskedAnew) {
  Story told(Sequence("all", {Choice("way", {Step("left"), Step("right")}), Step("end")}));
  told.Decides("way", "left");
  const Node other = Sequence("all", {Choice("way", {Step("middle"), Step("right")}), Step("end")});
  const absl::Status refused = told.TryTo(other).status();
  EXPECT_EQ(Begun(refused), "way");
  EXPECT_THAT(refused.ToString(), HasSubstr("/decisions/way")) << "no task is called so";
  EXPECT_THAT(Told(told.Did(told.Try({.plan = PlanOf(other, 2), .dropped = {"way"}}))),
              ElementsAre("MIGRATED", "TASK_WITHDRAWN left"));
  ASSERT_EQ(told.run->decisions.size(), 1u);
  EXPECT_EQ(told.run->decisions[0].ready_time, kLater);
  told.ExpectReplays();
}

TEST(Migrate, AnOpenDecisionKeepsSinceWhenItWaits) {
  Story told(Choice("way", {Step("left"), Step("right")}));
  told.To(Choice("way", {Step("left"), Step("right"), Step("middle")}));
  ASSERT_EQ(told.run->decisions.size(), 1u);
  EXPECT_EQ(told.run->decisions[0].ready_time, kDay);
}

TEST(Migrate, WhatBecameOptionalAndHasBegunIsWanted) {
  Story told(Abc());
  told.Complete({"a"});
  told.Did(StartTask(*told.run, "b", When(kDay)));
  EXPECT_THAT(Told(told.To(Sequence("all", {Optional(Step("a")), Optional(Step("b")), Step("c")}))),
              ElementsAre("MIGRATED", "DECIDED a", "DECIDED b"));
  EXPECT_EQ(told.state("a"), TaskState::kDone);
  EXPECT_EQ(told.state("b"), TaskState::kInProgress);
  told.ExpectReplays();
  EXPECT_THAT(Told(told.To(Abc())), ElementsAre("MIGRATED"));
  EXPECT_EQ(told.state("b"), TaskState::kInProgress) << "what is wanted need not be asked for";
  told.ExpectReplays();
}

TEST(Migrate, ConditionsDecideAboutWhatIsNewBeforeWhatIsDone) {
  catalog::v1::Process before = ProcessOf(Abc(), 1);
  Node optional = Optional(Step("gift"));
  optional.condition = "big";
  catalog::v1::Process after =
      ProcessOf(Sequence("all", {optional, Step("a"), Step("b"), Step("c")}), 2);
  for (catalog::v1::Process* process : {&before, &after}) {
    catalog::v1::Attribute* big = process->add_attributes();
    big->set_id("big");
    big->set_title("Is it big?");
    big->set_type(catalog::v1::Attribute::TYPE_BOOL);
    big->set_default_value("false");
  }
  Story told(PlanOf({before}));
  told.Complete({"a"});
  const Entries entries = told.Did(told.Try({.plan = PlanOf({after})}));
  EXPECT_THAT(Told(entries), ElementsAre("MIGRATED", "DECIDED gift"));
  EXPECT_TRUE(entries[1].by_condition);
  EXPECT_EQ(told.state("gift"), TaskState::kNotNeeded);
  EXPECT_EQ(told.state("b"), TaskState::kReady);
  told.ExpectReplays();
}

}  // namespace
}  // namespace plumbline::onboarding::testing
