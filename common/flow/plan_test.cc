// SPDX-License-Identifier: Apache-2.0
#include "common/flow/plan.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/flow/test_trees.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Processes by name, and how often each was asked for.
class Library {
 public:
  Library& Add(const std::string& name, Node root) {
    roots_[name] = std::move(root);
    return *this;
  }
  absl::StatusOr<Plan> Build(const Node& root) {
    return Plan::Build(root, "ops", [this](absl::string_view called) -> absl::StatusOr<Node> {
      const std::string name(called);
      ++asked_[name];
      if (!roots_.contains(name)) return base::NotFound("Process", called);
      return roots_[name];
    });
  }
  int asked(const std::string& name) { return asked_[name]; }

 private:
  std::map<std::string, Node> roots_;
  std::map<std::string, int> asked_;
};

std::vector<std::string> Paths(const Plan& plan) {
  std::vector<std::string> paths;
  for (const PlanNode& node : plan.nodes()) paths.push_back(node.path);
  return paths;
}

TEST(PlanTest, NumbersNodesInPreorder) {
  const Plan plan =
      Library().Build(Sequence("s", {Parallel("p", {Step("a"), Step("b")}), Step("c")})).value();
  EXPECT_THAT(Paths(plan), ElementsAre("s", "p", "a", "b", "c"));
  EXPECT_EQ(plan.node(0).parent, kNoNode);
  EXPECT_EQ(plan.node(0).end, 5);
  EXPECT_THAT(plan.node(0).children, ElementsAre(1, 4));
  EXPECT_EQ(plan.node(1).end, 4);
  EXPECT_EQ(plan.node(3).parent, 1);
  EXPECT_EQ(plan.node(4).end, 5);
  for (NodeIndex i = 0; i < plan.size(); ++i) EXPECT_EQ(plan.Find(plan.node(i).path), i);
  EXPECT_EQ(plan.Find("nothing"), kNoNode);
}

TEST(PlanTest, CallsAreReplacedAndTheirNodesPrefixed) {
  Library library;
  library
      .Add("processes/desk@2",
           Sequence("root", {Step("review"), Call("legal", "processes/legal@1")}))
      .Add("processes/legal@1", Step("read"));
  Node unnamed = Call("second", "processes/desk@2");
  unnamed.title = "";
  const Plan plan =
      library.Build(Sequence("s", {Call("desk", "processes/desk@2"), unnamed})).value();
  EXPECT_THAT(Paths(plan), ElementsAre("s", "desk", "desk.review", "desk.legal", "second",
                                       "second.review", "second.legal"));
  EXPECT_EQ(plan.node(1).kind, NodeKind::kSequence);
  EXPECT_EQ(plan.node(1).title, "Title of desk");
  EXPECT_EQ(plan.node(4).title, "Title of root") << "the call has no title";
  EXPECT_EQ(plan.node(3).kind, NodeKind::kStep);
  EXPECT_EQ(plan.node(3).title, "Title of legal");
  EXPECT_EQ(plan.node(3).step.role, "manager");
  EXPECT_EQ(library.asked("processes/desk@2"), 1);
  EXPECT_EQ(library.asked("processes/legal@1"), 1);
}

TEST(PlanTest, ACallIsOptionalIfItOrWhatItCallsIs) {
  Library library;
  library.Add("processes/a@1", Step("x")).Add("processes/b@1", Optional(Step("x")));
  const Plan plan = library
                        .Build(Sequence("s", {Call("plain", "processes/a@1"),
                                              Optional(Call("call", "processes/a@1")),
                                              Call("called", "processes/b@1")}))
                        .value();
  EXPECT_FALSE(plan.node(1).optional);
  EXPECT_TRUE(plan.node(2).optional);
  EXPECT_TRUE(plan.node(3).optional);
}

TEST(PlanTest, TheOwnerDecidesWhereNobodyIsNamed) {
  Node choice = Choice("c", {Step("a"), Step("b")});
  EXPECT_EQ(Library().Build(choice)->node(0).decider, "ops");
  choice.decider = "legal";
  EXPECT_EQ(Library().Build(choice)->node(0).decider, "legal");
}

TEST(PlanTest, ARootMayBeACall) {
  Library library;
  library.Add("processes/a@1", Sequence("root", {Step("x")}));
  EXPECT_THAT(Paths(library.Build(Call("main", "processes/a@1")).value()),
              ElementsAre("main", "main.x"));
}

TEST(PlanTest, EveryCallBringsAScopeOfItsOwn) {
  const auto named = [](const std::string& id) {
    return std::vector<Attribute>{{.id = id, .title = id, .type = expr::Type::kNumber}};
  };
  // outer: main [ choice { desk -> a call of inner, other }, again ]; inner: work (optional part)
  Node desk = Call("desk", "processes/desk@1");
  desk.condition = "amount > 1";
  desk.arguments = {{.attribute = "sum", .from = "amount"}};
  Node again = Loop("again", {Call("body", "processes/inner@1")});
  again.leave_when = "amount > 2";
  const PlanSource outer(Sequence("main", {Choice("choice", {desk, Step("other")}), again}),
                         named("amount"));
  Node deep = Call("deep", "processes/inner@1");
  deep.arguments = {{.attribute = "sum", .value = "3"}};
  Node part = Optional(Step("part"));
  part.condition = "sum > 3";
  const auto plan =
      Plan::Build(outer, "ops", [&](absl::string_view called) -> absl::StatusOr<PlanSource> {
        if (called == "processes/desk@1") return PlanSource(deep, named("sum"));
        return PlanSource(Sequence("work", {part, Step("rest")}), named("sum"));
      });
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->scopes().size(), 4u);
  EXPECT_EQ(plan->scopes()[0].parent, -1);
  EXPECT_EQ(plan->scopes()[0].attributes[0].id, "amount");
  EXPECT_EQ(plan->scopes()[1].prefix, "desk.");
  EXPECT_EQ(plan->scopes()[1].parent, 0);
  EXPECT_EQ(plan->scopes()[1].arguments[0].from, "amount");
  EXPECT_EQ(plan->scopes()[2].prefix, "desk.") << "a call that is all of a process";
  EXPECT_EQ(plan->scopes()[2].parent, 1);
  EXPECT_EQ(plan->scopes()[2].arguments[0].value, "3");
  EXPECT_EQ(plan->scopes()[3].prefix, "body.");
  EXPECT_EQ(plan->scopes()[3].parent, 0);

  const NodeIndex call = plan->Find("desk");
  EXPECT_EQ(plan->node(call).condition, "amount > 1");
  EXPECT_EQ(plan->ConditionScope(call), 0) << "the condition of a call is its caller's";
  EXPECT_EQ(plan->node(call).scope, 2);
  const NodeIndex inner = plan->Find("desk.part");
  EXPECT_EQ(plan->node(inner).condition, "sum > 3");
  EXPECT_EQ(plan->ConditionScope(inner), 2);
  EXPECT_EQ(plan->ConditionScope(plan->Find("body.part")), 3);
  const NodeIndex loop = plan->Find("again");
  EXPECT_EQ(plan->node(loop).leave_when, "amount > 2");
  EXPECT_EQ(plan->node(loop).scope, 0);
  EXPECT_EQ(plan->ConditionScope(0), 0);
}

TEST(PlanTest, AMissingProcessIsTheResolversError) {
  const absl::Status status =
      Library().Build(Sequence("s", {Call("c", "processes/gone@3")})).status();
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND);
}

void ExpectInvalid(const absl::Status& status, const std::string& part) {
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_PROCESS_INVALID) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(part));
}

TEST(PlanTest, ProcessesThatCallThemselvesAreRefused) {
  Library library;
  library.Add("processes/direct@1", Sequence("r", {Call("c", "processes/direct@1")}))
      .Add("processes/root@1", Call("c", "processes/root@1"))
      .Add("processes/older@2", Sequence("r", {Call("c", "processes/older@1")}))
      .Add("processes/older@1", Step("x"))
      .Add("processes/ping@1", Sequence("r", {Call("c", "processes/pong@1")}))
      .Add("processes/pong@1", Sequence("r", {Call("c", "processes/ping@1")}));
  for (const char* name : {"direct@1", "root@1", "older@2", "ping@1"}) {
    ExpectInvalid(library.Build(Call("main", absl::StrCat("processes/", name))).status(),
                  "calls itself");
  }
}

TEST(PlanTest, TheSameProcessTwiceSideBySideIsNoCycle) {
  Library library;
  library.Add("processes/a@1", Step("x"));
  EXPECT_TRUE(
      library.Build(Sequence("s", {Call("c", "processes/a@1"), Call("d", "processes/a@1")})).ok());
}

TEST(PlanTest, DepthIsCountedThroughCalls) {
  Library library;
  library.Add("processes/half@1", Nested(kMaxDepth / 2));
  Node fits = Call("c", "processes/half@1");
  for (int i = 0; i < kMaxDepth / 2; ++i) fits = Sequence(absl::StrCat("t", i), {fits});
  EXPECT_TRUE(library.Build(fits).ok()) << library.Build(fits).status();
  const absl::Status refused = library.Build(Sequence("more", {fits})).status();
  ExpectInvalid(refused, "levels deep (half)");
  EXPECT_EQ(base::MetadataOf(refused, "chain"), "half");
}

TEST(PlanTest, ALongChainOfCallsIsRefused) {
  Library library;
  for (int i = 0; i < 100; ++i) {
    library.Add(absl::StrCat("processes/p", i), Call("c", absl::StrCat("processes/p", i + 1)));
  }
  ExpectInvalid(library.Build(Call("main", "processes/p0")).status(), "call one another");
}

TEST(PlanTest, CallsThatMultiplyAreRefusedBySize) {
  Library library;
  for (int i = 0; i < 20; ++i) {
    const std::string next = absl::StrCat("processes/p", i + 1);
    library.Add(absl::StrCat("processes/p", i),
                Sequence("s", {Call("left", next), Call("right", next)}));
  }
  library.Add("processes/p20", Step("x"));
  ExpectInvalid(library.Build(Call("main", "processes/p0")).status(), "more than 2000 nodes");
}

TEST(PlanTest, TreesThatWereNotValidatedAreRefused) {
  ExpectInvalid(Library().Build(Sequence("s", {})).status(), "does not fit its kind");
  ExpectInvalid(Library().Build(Loop("l", {Step("a"), Step("b"), Step("c")})).status(),
                "does not fit its kind");
  ExpectInvalid(Library().Build(Sequence("s", {Step("a"), Step("a")})).status(),
                "two nodes have the path 'a'");
}

TEST(PlanTest, AVeryDeepTreeIsRefused) {
  Node deep = Nested(10'000);
  ExpectInvalid(Library().Build(deep).status(), "levels deep");
  Dismantle(std::move(deep));
}

}  // namespace
}  // namespace plumbline::flow
