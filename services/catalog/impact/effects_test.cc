// SPDX-License-Identifier: Apache-2.0
//
// Effects within one tree: by example, and against the runs of random trees, which are played out
// with every combination of decisions.
#include "services/catalog/impact/effects.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/flow/plan.h"
#include "common/flow/proto/convert.h"
#include "gtest/gtest.h"
#include "services/catalog/impact/testing.h"

namespace plumbline::catalog::impact {
namespace {

struct Packed {
  explicit Packed(const v1::Node& root) : tree(Pack(root, false, &vocabulary)) {}
  NodeIndex Find(absl::string_view id) const {
    for (NodeIndex node = 0; node < tree.nodes.size(); ++node) {
      if (tree.nodes[node].is_leaf() && tree.IdOf(tree.LeafOf(node)) == id) return node;
    }
    ADD_FAILURE() << "no leaf " << id;
    return 0;
  }
  Vocabulary vocabulary;
  Tree tree;
};

const char* Word(Level level) {
  return level == Level::kYes ? "yes" : level == Level::kMaybe ? "maybe" : "no";
}

TEST(Effects, ByExample) {
  struct Row {
    const char* name;
    v1::Node tree;
    const char* out;                           // the step that is out
    const char* ends;                          // whether the whole is stuck
    std::map<std::string, const char*> waits;  // of the others
    std::map<std::string, std::string> causes = {};
  };
  const auto s = [](const char* id) { return Step(id); };
  const std::vector<Row> rows = {
      {"what comes after waits",
       Sequence("r", {s("a"), s("b"), s("c")}),
       "b",
       "yes",
       {{"a", "no"}, {"c", "yes"}},
       {{"c", "b"}}},
      {"siblings go on, the join waits",
       Sequence("r", {Parallel("p", {s("a"), s("b")}), s("c")}),
       "a",
       "yes",
       {{"b", "no"}, {"c", "yes"}},
       {{"c", "a"}}},
      {"only that branch stops",
       Sequence("r", {Choice("x", {s("a"), s("b")}), s("c")}),
       "a",
       "maybe",
       {{"b", "no"}, {"c", "maybe"}},
       {{"c", "a"}}},
      {"after it within its branch it waits for sure",
       Choice("x", {Sequence("s", {s("a"), s("b")}), s("c")}),
       "a",
       "maybe",
       {{"b", "yes"}, {"c", "no"}}},
      {"an optional part may be left out",
       Sequence("r", {Optional(s("a")), s("b")}),
       "a",
       "maybe",
       {{"b", "maybe"}}},
      {"an optional parent too",
       Sequence("r", {Optional(Sequence("s", {s("a"), s("b")})), s("c")}),
       "a",
       "maybe",
       {{"b", "yes"}, {"c", "maybe"}}},
      {"a loop's body comes once",
       Sequence("r", {Loop("l", Sequence("s", {s("a"), s("b")})), s("c")}),
       "b",
       "yes",
       {{"a", "maybe"}, {"c", "yes"}},
       {{"a", "b"}, {"c", "b"}}},
      {"a loop need not be repeated",
       Sequence("r", {Loop("l", s("a"), s("b")), s("c")}),
       "b",
       "maybe",
       {{"a", "maybe"}, {"c", "maybe"}},
       {{"a", "b"}, {"c", "b"}}},
      {"the redo part waits for the body",
       Sequence("r", {Loop("l", s("a"), Sequence("s", {s("b"), s("d")})), s("c")}),
       "a",
       "yes",
       {{"b", "yes"}, {"d", "yes"}, {"c", "yes"}}},
      {"a single step", s("a"), "a", "yes", {}},
      {"a single optional step", Optional(s("a")), "a", "maybe", {}},
  };
  Effects effects;
  for (const Row& row : rows) {
    const Packed packed(row.tree);
    const std::vector<Outage> outages = {{packed.Find(row.out), Level::kYes}};
    effects.Evaluate(packed.tree.nodes, outages);
    EXPECT_STREQ(Word(effects.stuck(0)), row.ends) << row.name;
    for (const auto& [id, level] : row.waits)
      EXPECT_STREQ(Word(effects.waits(packed.Find(id))), level) << row.name << ": " << id;
    for (const auto& [id, cause] : row.causes) {
      EXPECT_EQ(packed.tree.IdOf(packed.tree.LeafOf(effects.cause(packed.Find(id)))), cause)
          << row.name << ": " << id;
    }
  }
}

TEST(Effects, AChoiceStopsWhenAllBranchesDo) {
  const Packed packed(Sequence("r", {Choice("x", {Step("a"), Step("b")}), Step("c")}));
  Effects effects;
  effects.Evaluate(packed.tree.nodes, std::vector<Outage>{{packed.Find("a"), Level::kYes},
                                                          {packed.Find("b"), Level::kYes}});
  EXPECT_EQ(effects.stuck(0), Level::kYes);
  EXPECT_EQ(effects.waits(packed.Find("c")), Level::kYes);
  effects.Evaluate(packed.tree.nodes, std::vector<Outage>{{packed.Find("a"), Level::kYes},
                                                          {packed.Find("b"), Level::kMaybe}});
  EXPECT_EQ(effects.stuck(0), Level::kMaybe);
  effects.Evaluate(packed.tree.nodes, {});
  EXPECT_EQ(effects.stuck(0), Level::kNo);
}

// What the runs say of one node: whether any comes to it, any less often than without the outage,
// none at all.
struct Seen {
  bool ever = false, less = false, none = true;
  Level waits() const {
    if (!ever || !less) return Level::kNo;
    return none ? Level::kYes : Level::kMaybe;
  }
};

TEST(Effects, AgreesWithAllRunsOfRandomTrees) {
  std::mt19937 random(20261126);
  Effects effects;
  int compared = 0;
  for (int round = 0; round < 1500; ++round) {
    TreeShape shape;
    shape.leaves = 7;
    const v1::Node root = RandomTree(random, shape);
    auto tree = flow::FromProto(root, "root");
    ASSERT_TRUE(tree.ok()) << tree.status();
    auto plan = flow::Plan::Build(*tree, "owner", {});
    ASSERT_TRUE(plan.ok()) << plan.status();
    const Runs runs(*plan, 500);
    if (runs.all().empty()) continue;

    const Packed packed(root);
    ASSERT_EQ(packed.tree.nodes.size(), static_cast<size_t>(plan->size()));
    std::vector<bool> out(plan->size(), false);
    std::vector<Outage> outages;
    for (NodeIndex node = 0; node < packed.tree.nodes.size(); ++node) {
      if (!packed.tree.nodes[node].is_leaf() || Below(random, 4) != 0) continue;
      out[node] = true;
      outages.push_back({node, Level::kYes});
    }
    effects.Evaluate(packed.tree.nodes, outages);

    std::vector<Seen> seen(plan->size());
    bool some_end = false, all_end = true;
    for (const Runs::Decisions& decisions : runs.all()) {
      const Runs::Outcome whole = runs.Follow(decisions, std::vector<bool>(plan->size(), false));
      const Runs::Outcome broken = runs.Follow(decisions, out);
      some_end = some_end || broken.ended;
      all_end = all_end && broken.ended;
      for (int node = 0; node < plan->size(); ++node) {
        if (whole.turns[node] == 0) continue;
        seen[node].ever = true;
        seen[node].less = seen[node].less || broken.turns[node] < whole.turns[node];
        seen[node].none = seen[node].none && broken.turns[node] == 0;
      }
    }
    const Level ends = all_end ? Level::kNo : some_end ? Level::kMaybe : Level::kYes;
    EXPECT_STREQ(Word(effects.stuck(0)), Word(ends)) << root.DebugString();
    for (NodeIndex node = 0; node < packed.tree.nodes.size(); ++node) {
      EXPECT_STREQ(Word(effects.waits(node)), Word(seen[node].waits()))
          << plan->node(node).path << " of\n"
          << root.DebugString();
    }
    if (::testing::Test::HasFailure()) return;
    ++compared;
  }
  EXPECT_GT(compared, 1000);
}

}  // namespace
}  // namespace plumbline::catalog::impact
