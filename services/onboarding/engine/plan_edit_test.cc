// SPDX-License-Identifier: Apache-2.0
//
// Plans of one on-boarding alone.
#include "services/onboarding/engine/plan_edit.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/flow/test_trees.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/trees.h"

namespace plumbline::onboarding::testing {
namespace {

using base::Reason;
using base::ReasonOf;
using flow::Choice;
using flow::Loop;
using flow::Node;
using flow::NodeIndex;
using flow::NodeKind;
using flow::Optional;
using flow::Parallel;
using flow::Sequence;
using flow::Step;
using Side = TaskPlace::Side;
using ::testing::HasSubstr;

// "seq(a par(b c))".
std::string Shape(const flow::Plan& plan, NodeIndex index = 0) {
  const flow::PlanNode& node = plan.node(index);
  if (node.kind == NodeKind::kStep) return node.path;
  const char* const words[] = {"seq", "par", "choice", "loop"};
  std::vector<std::string> parts;
  std::string text = absl::StrCat(words[static_cast<int>(node.kind)], "(");
  for (const NodeIndex child : node.children)
    absl::StrAppend(&text, child == node.children[0] ? "" : " ", Shape(plan, child));
  return text + ")";
}

std::string Added(const Node& tree, const TaskPlace& place) {
  const auto edited = AddStep(*PlanOf(tree), Step("x"), place);
  return edited.ok() ? Shape(edited->plan->plan) : std::string(edited.status().message());
}

std::string Moved(const Node& tree, const std::string& step, const TaskPlace& place) {
  const auto edited = MoveStep(*PlanOf(tree), step, place);
  return edited.ok() ? Shape(edited->plan->plan) : std::string(edited.status().message());
}

Node Abc() { return Sequence("all", {Step("a"), Step("b"), Step("c")}); }

TEST(AddStep, StandsBeforeAfterAndBesideWhatIsNamed) {
  EXPECT_EQ(Added(Abc(), {}), "seq(a b c x)");
  EXPECT_EQ(Added(Abc(), {Side::kAfter, "a"}), "seq(a x b c)");
  EXPECT_EQ(Added(Abc(), {Side::kBefore, "a"}), "seq(x a b c)");
  EXPECT_EQ(Added(Abc(), {Side::kBeside, "b"}), "seq(a par(b x) c)");
  const Node both = Parallel("all", {Step("a"), Step("b")});
  EXPECT_EQ(Added(both, {}), "seq(par(a b) x)");
  EXPECT_EQ(Added(both, {Side::kAfter, "a"}), "par(seq(a x) b)");
  EXPECT_EQ(Added(both, {Side::kBefore, "b"}), "par(a seq(x b))");
  EXPECT_EQ(Added(both, {Side::kBeside, "a"}), "par(a x b)");
  EXPECT_EQ(Added(Step("a"), {Side::kAfter, "a"}), "seq(a x)");
  EXPECT_EQ(Added(Optional(Abc()), {}), "seq(seq(a b c) x)");
}

TEST(AddStep, ABranchTakesItsConditionAlong) {
  catalog::v1::Process process =
      ProcessOf(Sequence("all", {Choice("way", {Step("left"), Step("right")})}), 1);
  catalog::v1::Attribute* big = process.add_attributes();
  big->set_id("big");
  big->set_title("Is it big?");
  big->set_type(catalog::v1::Attribute::TYPE_BOOL);
  process.mutable_root()
      ->mutable_sequence()
      ->mutable_nodes(0)
      ->mutable_choice()
      ->mutable_nodes(0)
      ->set_condition("big");
  const auto edited = AddStep(*PlanOf({process}), Step("x"), {Side::kAfter, "left"});
  ASSERT_TRUE(edited.ok()) << edited.status();
  const flow::Plan& plan = edited->plan->plan;
  EXPECT_EQ(Shape(plan), "seq(choice(seq(left x) right))");
  EXPECT_EQ(plan.node(plan.Find("left")).condition, "");
  EXPECT_EQ(plan.node(plan.node(plan.Find("left")).parent).condition, "big");
}

TEST(AddStep, InsideACallItIsOfWhatIsCalled) {
  const auto edited = AddStep(*SalesRepPlan(), Step("x"), {Side::kAfter, "deal-desk.review"});
  ASSERT_TRUE(edited.ok()) << edited.status();
  EXPECT_EQ(edited->task, "deal-desk.x");
  EXPECT_THAT(Shape(edited->plan->plan), HasSubstr("seq(deal-desk.review deal-desk.x)"));
  EXPECT_EQ(edited->plan->process, SalesRepPlan()->process);
  EXPECT_EQ(edited->plan->revisions, SalesRepPlan()->revisions);
  EXPECT_NE(edited->plan->id, SalesRepPlan()->id);
  const auto after_all = AddStep(*SalesRepPlan(), Step("x"), {Side::kAfter, "deal-desk"});
  ASSERT_TRUE(after_all.ok()) << after_all.status();
  EXPECT_EQ(after_all->task, "x");
}

TEST(AddStep, NotInsideWhatIsCalledTwice) {
  const Node tree = Sequence("all", {flow::Call("one", "processes/deal-desk@2"),
                                     flow::Call("two", "processes/deal-desk@2")});
  const PlanPointer plan = PlanOf({ProcessOf(tree, 1), DealDesk()});
  const absl::Status refused = AddStep(*plan, Step("x"), {Side::kAfter, "one.review"}).status();
  EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("calls 2 times"));
  EXPECT_TRUE(AddStep(*plan, Step("x"), {Side::kAfter, "one"}).ok());
}

TEST(AddStep, SaysWhichFieldIsWrong) {
  const auto field = [](const Node& step, const TaskPlace& place) {
    const absl::Status status = AddStep(*PlanOf(Abc()), step, place).status();
    const auto violations = base::FieldViolationsOf(status);
    return violations.empty() ? status.ToString() : violations[0].field;
  };
  EXPECT_EQ(field(Step("a"), {}), "task_id");
  Node untitled = Step("x");
  untitled.title.clear();
  EXPECT_EQ(field(untitled, {}), "title");
  Node without_role = Step("x");
  without_role.step.role.clear();
  EXPECT_EQ(field(without_role, {}), "step.role");
  Node uses = Step("x");
  uses.step.uses = "steps/nda@1";
  EXPECT_EQ(field(uses, {}), "step.uses");
  EXPECT_EQ(field(Step("x"), {Side::kAfter, "nothing"}), "place.after");
  EXPECT_EQ(field(Step("x"), {Side::kBeside, "nothing"}), "place.beside");
}

TEST(AddStep, KeepsTheLimitsOfTheModel) {
  std::vector<Node> steps;
  for (int i = 0; i < 500; ++i) steps.push_back(Step(absl::StrCat("s", i)));
  EXPECT_EQ(ReasonOf(AddStep(*PlanOf(Sequence("all", steps)), Step("x"), {}).status()),
            Reason::ERROR_REASON_PROCESS_INVALID);
}

TEST(MoveStep, TakesAStepToAnotherPlace) {
  EXPECT_EQ(Moved(Abc(), "a", {}), "seq(b c a)");
  EXPECT_EQ(Moved(Abc(), "c", {Side::kBefore, "a"}), "seq(c a b)");
  EXPECT_EQ(Moved(Abc(), "a", {Side::kBeside, "c"}), "seq(b par(c a))");
  EXPECT_EQ(Moved(Sequence("all", {Parallel("both", {Step("a"), Step("b")}), Step("c")}), "a", {}),
            "seq(seq(b) c a)");
  EXPECT_EQ(Moved(Sequence("all", {Sequence("one", {Step("a")}), Step("c")}), "a", {}), "seq(c a)");
}

TEST(MoveStep, NotWhatIsAllOfItsPart) {
  const Node tree =
      Sequence("all", {Choice("way", {Step("left"), Step("right")}), Loop("again", {Step("a")})});
  EXPECT_THAT(Moved(tree, "left", {}), HasSubstr("all there is of a branch"));
  EXPECT_THAT(Moved(tree, "a", {}), HasSubstr("all there is of a branch"));
  EXPECT_THAT(Moved(Step("a"), "a", {}), HasSubstr("all there is of a branch"));
  EXPECT_THAT(Moved(Abc(), "a", {Side::kAfter, "a"}), HasSubstr("is the task itself"));
}

TEST(MoveStep, StaysInItsProcess) {
  const absl::Status refused =
      MoveStep(*SalesRepPlan(), "laptop", {Side::kAfter, "deal-desk.review"}).status();
  EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("another process"));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
