// SPDX-License-Identifier: Apache-2.0
#include "common/flow/foresee.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/flow/test_trees.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

Node If(Node node, const std::string& condition) {
  node.condition = condition;
  return node;
}

Node Yields(Node node) {
  node.step.outputs = {"size"};
  return node;
}

Node Way() { return Choice("way", {If(Step("big"), "size > 5"), Step("small")}); }

std::vector<Attribute> Attributes() {
  return {{.id = "size", .title = "Size", .type = expr::Type::kNumber}};
}

// "way=big; out: small", of a plan of which the steps `done` are done.
std::string Told(Node root, const AttributeValues& values,
                 const std::vector<std::string>& done = {},
                 const Plan::Resolve& resolve = nullptr) {
  const absl::StatusOr<Plan> plan = Plan::Build({std::move(root), Attributes()}, "owner", resolve);
  EXPECT_TRUE(plan.ok()) << plan.status();
  const absl::StatusOr<Conditions> conditions = Conditions::Compile(*plan);
  EXPECT_TRUE(conditions.ok()) << conditions.status();
  Progress progress(*plan);
  for (const std::string& step : done) EXPECT_TRUE(progress.EndStep(plan->Find(step)).ok()) << step;
  const std::vector<Foreseen> foreseen = Foresee(*plan, *conditions, values, progress);
  std::vector<std::string> texts;
  for (const Foreseen& one : foreseen)
    texts.push_back(absl::StrCat(plan->node(one.node).path, "=", one.option));
  const std::vector<bool> left_out = LeftOutBy(foreseen, *plan);
  for (size_t i = 0; i < left_out.size(); ++i)
    if (left_out[i]) texts.push_back("-" + plan->node(static_cast<NodeIndex>(i)).path);
  return absl::StrJoin(texts, " ");
}

TEST(Foresee, ByValuesThatAreKnown) {
  EXPECT_EQ(Told(Sequence("all", {Step("a"), Way()}), {{"size", "9"}}), "way=big -small");
  EXPECT_EQ(Told(Sequence("all", {Step("a"), Way()}), {{"size", "1"}}), "way=small -big");
  EXPECT_EQ(Told(Sequence("all", {Step("a"), Way()}), {}), "");
}

TEST(Foresee, NothingWhereAStepMayChangeTheValueBefore) {
  const AttributeValues big = {{"size", "9"}};
  const Node before = Sequence("all", {Yields(Step("a")), Way()});
  EXPECT_EQ(Told(before, big), "");
  EXPECT_EQ(Told(Sequence("all", {Yields(Step("a")), Step("b"), Way()}), big, {"a"}),
            "way=big -small")
      << "it is done";
  EXPECT_EQ(Told(Sequence("all", {Step("a"), Way(), Yields(Step("b"))}), big), "way=big -small")
      << "after it";
  const Node inside = Choice("way", {If(Yields(Step("big")), "size > 5"), Step("small")});
  EXPECT_EQ(Told(Sequence("all", {Step("a"), inside}), big), "way=big -small") << "below it";
  EXPECT_EQ(Told(Parallel("all", {Sequence("x", {Step("a"), Way()}), Yields(Step("b"))}), big), "")
      << "beside it";
}

TEST(Foresee, WhatIsForeseenLeftOutChangesNothing) {
  const Node part = If(Optional(Yields(Step("part"))), "size > 100");
  EXPECT_EQ(Told(Sequence("all", {Step("a"), part, Way()}), {{"size", "9"}}),
            "part=leave-out way=big -part -small");
  EXPECT_EQ(Told(Sequence("all", {Step("a"), part, Way()}), {{"size", "900"}}), "part=do");
}

TEST(Foresee, WhatCallsHandOverComesFromTheCaller) {
  const Plan::Resolve resolve = [](absl::string_view) -> absl::StatusOr<PlanSource> {
    return PlanSource(Sequence("root", {Step("c"), Way()}), Attributes());
  };
  Node call = Call("called", "processes/called@1");
  call.arguments = {{.attribute = "size", .from = "size"}};
  EXPECT_EQ(Told(Sequence("all", {Step("a"), call}), {{"size", "9"}}, {}, resolve),
            "called.way=big -called.small");
  EXPECT_EQ(Told(Sequence("all", {Yields(Step("a")), call}), {{"size", "9"}}, {}, resolve), "");
}

}  // namespace
}  // namespace plumbline::flow
