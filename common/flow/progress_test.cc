// SPDX-License-Identifier: Apache-2.0
#include "common/flow/progress.h"

#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/flow/test_trees.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Plan PlanOf(const Node& tree) {
  return Plan::Build(tree, "owner",
                     [](absl::string_view) { return base::Internal("no calls here"); })
      .value();
}

std::vector<std::string> Paths(const Plan& plan, const std::vector<NodeIndex>& nodes) {
  std::vector<std::string> paths;
  for (NodeIndex node : nodes) paths.push_back(plan.node(node).path);
  return paths;
}

// A run with paths instead of indices.
class RunOf {
 public:
  explicit RunOf(const Node& tree) : plan_(PlanOf(tree)), progress_(plan_) {}

  Change End(const std::string& step) { return progress_.EndStep(plan_.Find(step)).value(); }
  Change Decide(const std::string& node, const std::string& option) {
    return progress_.Decide(plan_.Find(node), option).value();
  }
  std::vector<std::string> Enabled() const { return Paths(plan_, progress_.EnabledSteps()); }
  std::vector<std::string> Asking() const {
    std::vector<NodeIndex> nodes;
    for (const OpenDecision& decision : progress_.OpenDecisions()) nodes.push_back(decision.node);
    return Paths(plan_, nodes);
  }
  std::vector<std::string> Named(const std::vector<NodeIndex>& nodes) const {
    return Paths(plan_, nodes);
  }
  int Round(const std::string& node) const { return progress_.round(plan_.Find(node)); }
  NodeState State(const std::string& node) const { return progress_.state(plan_.Find(node)); }
  const Plan& plan() const { return plan_; }
  Progress& progress() { return progress_; }

 private:
  Plan plan_;
  Progress progress_;
};

TEST(ProgressTest, ASequenceEnablesOneAfterTheOther) {
  RunOf run(Sequence("s", {Step("a"), Step("b")}));
  EXPECT_THAT(run.Enabled(), ElementsAre("a"));
  const Change change = run.End("a");
  EXPECT_THAT(run.Named(change.enabled_steps), ElementsAre("b"));
  EXPECT_FALSE(change.finished);
  EXPECT_TRUE(run.End("b").finished);
  EXPECT_THAT(run.Enabled(), IsEmpty());
}

TEST(ProgressTest, AParallelPartJoins) {
  RunOf run(Sequence("s", {Parallel("p", {Step("a"), Step("b")}), Step("c")}));
  EXPECT_THAT(run.Enabled(), ElementsAre("a", "b"));
  EXPECT_THAT(run.End("b").enabled_steps, IsEmpty());
  EXPECT_THAT(run.Named(run.End("a").enabled_steps), ElementsAre("c"));
}

TEST(ProgressTest, AChoiceTakesOneBranch) {
  RunOf run(Choice("c", {Step("a"), Sequence("s", {Step("b"), Step("d")})}));
  EXPECT_THAT(run.Asking(), ElementsAre("c"));
  EXPECT_THAT(run.progress().OpenDecisions()[0].options, ElementsAre("a", "s"));
  const Change change = run.Decide("c", "a");
  EXPECT_THAT(run.Named(change.enabled_steps), ElementsAre("a"));
  EXPECT_THAT(run.Named(change.not_needed_steps), ElementsAre("b", "d"));
  EXPECT_EQ(run.State("s"), NodeState::kNotNeeded);
  EXPECT_TRUE(run.End("a").finished);
}

TEST(ProgressTest, ALoopRepeatsUntilItIsLeft) {
  RunOf run(Sequence("s", {Loop("l", {Step("exam"), Step("study")}), Step("party")}));
  run.End("exam");
  EXPECT_THAT(run.Asking(), ElementsAre("l"));
  EXPECT_THAT(run.progress().OpenDecisions()[0].options, ElementsAre("leave", "again"));
  const Change again = run.Decide("l", kAgain);
  EXPECT_THAT(run.Named(again.reset_steps), ElementsAre("exam"));
  EXPECT_THAT(run.Named(again.enabled_steps), ElementsAre("study"));
  EXPECT_THAT(run.Named(run.End("study").enabled_steps), ElementsAre("exam"));
  EXPECT_EQ(run.Round("exam"), 2);
  run.End("exam");
  const Change leave = run.Decide("l", kLeave);
  EXPECT_THAT(leave.not_needed_steps, IsEmpty()) << "study was done";
  EXPECT_THAT(run.Named(leave.enabled_steps), ElementsAre("party"));
}

TEST(ProgressTest, ALoopLeftAtOnceDoesNotNeedItsRedo) {
  RunOf run(Loop("l", {Step("exam"), Step("study")}));
  run.End("exam");
  const Change leave = run.Decide("l", kLeave);
  EXPECT_THAT(run.Named(leave.not_needed_steps), ElementsAre("study"));
  EXPECT_TRUE(leave.finished);
}

TEST(ProgressTest, ALoopOfOneStepResetsAndEnablesItAtOnce) {
  RunOf run(Loop("l", {Step("exam")}));
  run.End("exam");
  const Change again = run.Decide("l", kAgain);
  EXPECT_THAT(run.Named(again.reset_steps), ElementsAre("exam"));
  EXPECT_THAT(run.Named(again.enabled_steps), ElementsAre("exam"));
}

TEST(ProgressTest, AnOptionalStepIsAskedForFirst) {
  RunOf run(Sequence("s", {Optional(Step("a")), Step("b")}));
  EXPECT_THAT(run.Enabled(), IsEmpty());
  EXPECT_EQ(base::ReasonOf(run.progress().EndStep(run.plan().Find("a")).status()),
            base::Reason::ERROR_REASON_TASK_STATE);
  const Change change = run.Decide("a", kLeaveOut);
  EXPECT_THAT(run.Named(change.not_needed_steps), ElementsAre("a"));
  EXPECT_THAT(run.Named(change.enabled_steps), ElementsAre("b"));
}

TEST(ProgressTest, AnOptionalChoiceAsksTwice) {
  RunOf run(Optional(Choice("c", {Step("a"), Step("b")})));
  EXPECT_THAT(run.progress().OpenDecisions()[0].options, ElementsAre("do", "leave-out"));
  run.Decide("c", kDo);
  EXPECT_THAT(run.progress().OpenDecisions()[0].options, ElementsAre("a", "b"));
  EXPECT_THAT(run.Named(run.Decide("c", "b").enabled_steps), ElementsAre("b"));
}

TEST(ProgressTest, AnOptionalRootCanBeLeftOut) {
  RunOf run(Optional(Sequence("s", {Step("a")})));
  const Change change = run.Decide("s", kLeaveOut);
  EXPECT_TRUE(change.finished);
  EXPECT_TRUE(run.progress().finished());
  EXPECT_THAT(run.Asking(), IsEmpty());
}

TEST(ProgressTest, ALoopAsksAgainForOptionalStepsInsideIt) {
  RunOf run(Loop("l", {Optional(Step("a"))}));
  run.Decide("a", kLeaveOut);
  const Change again = run.Decide("l", kAgain);
  EXPECT_THAT(run.Named(again.reset_steps), ElementsAre("a"));
  EXPECT_THAT(run.Asking(), ElementsAre("a"));
  EXPECT_THAT(run.Named(run.Decide("a", kDo).enabled_steps), ElementsAre("a"));
}

TEST(ProgressTest, BranchesOfACalledChoiceAreNamedByTheirIds) {
  const Node called = Choice("root", {Step("yes"), Step("no")});
  const Plan plan = Plan::Build(Sequence("s", {Call("desk", "processes/desk@1")}), "owner",
                                [&](absl::string_view) { return called; })
                        .value();
  Progress progress(plan);
  EXPECT_THAT(progress.OpenDecisions()[0].options, ElementsAre("yes", "no"));
  ASSERT_TRUE(progress.Decide(plan.Find("desk"), "no").ok());
  EXPECT_THAT(Paths(plan, progress.EnabledSteps()), ElementsAre("desk.no"));
}

TEST(ProgressTest, RefusalsNameTheStepTheDecisionAndTheOptions) {
  RunOf run(Sequence("s", {Choice("c", {Step("a"), Step("b")}), Step("z")}));
  const absl::Status early = run.progress().EndStep(run.plan().Find("z")).status();
  EXPECT_EQ(base::MetadataOf(early, "state"), "waiting");
  EXPECT_THAT(std::string(early.message()), testing::HasSubstr("'z'"));
  const absl::Status closed = run.progress().Decide(run.plan().Find("z"), "do").status();
  EXPECT_EQ(base::MetadataOf(closed, "open"), "c");
  const absl::Status other = run.progress().Decide(run.plan().Find("c"), "maybe").status();
  EXPECT_THAT(std::string(other.message()), testing::HasSubstr("a, b"));
  run.Decide("c", "a");
  run.End("a");
  EXPECT_EQ(base::MetadataOf(run.progress().EndStep(run.plan().Find("a")).status(), "state"),
            "done");
}

TEST(ProgressTest, TextsThatDoNotFitAreRefused) {
  const Plan plan = PlanOf(Sequence("s", {Step("a"), Step("b")}));
  const std::string good = Progress(plan).Serialize();
  EXPECT_EQ(good, "1:b1b1a");
  ASSERT_TRUE(Progress::Parse(plan, good).ok());
  for (const std::string& text :
       {std::string(), std::string("2:b1b1a"), std::string("1:"), std::string("1:b1b1"),
        std::string("1:b1b1aa"), std::string("1:b1b1z"), std::string("1:b1f1a"),
        std::string("1:a1b1a"), std::string("1:b1b99999999999a"), std::string("1:b1b1a "),
        std::string("1:b1ba"), std::string("1:aaa")}) {
    EXPECT_EQ(base::ReasonOf(Progress::Parse(plan, text).status()),
              base::Reason::ERROR_REASON_INTERNAL)
        << text;
  }
}

}  // namespace
}  // namespace plumbline::flow
