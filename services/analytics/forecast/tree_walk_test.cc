// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/tree_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/analytics/forecast/case_history.h"
#include "services/analytics/forecast/walk_testing.h"

namespace plumbline::analytics::forecast {
namespace {

using conformance::ParseModel;
using conformance::Tree;

// What a walk noted, as text: "a 0-5" done, "-b" passed over, "X0:1" chose, "L0:1" again, "L0:0"
// left. Nodes by number.
std::string Notes(const TreeWalk& walk) {
  std::string text;
  for (const Passage& p : walk.passages()) {
    if (!text.empty()) text += ", ";
    const auto& labels = walk.tree().labels();
    const uint32_t label = walk.tree().node(p.node).label;
    switch (p.kind) {
      case Passage::Kind::kDone:
        absl::StrAppend(&text, labels[label], " ", p.begin, "-", p.end);
        break;
      case Passage::Kind::kSkipped:
        absl::StrAppend(&text, "-", labels[label]);
        break;
      case Passage::Kind::kChose:
        absl::StrAppend(&text, "X", p.node, ":", p.child);
        break;
      case Passage::Kind::kAgain:
      case Passage::Kind::kLeft:
        absl::StrAppend(&text, "L", p.node, ":", p.child);
        break;
    }
  }
  return text;
}

struct Row {
  std::string name, model;
  std::vector<std::pair<std::string, int64_t>> steps;
  std::string notes;
  int64_t refused = 0;
  uint32_t missing = 0;  // before it is finished
};

TEST(TreeWalk, TimesAreFromWhenAllBeforeWasDone) {
  const Row rows[] = {
      {"sequence", "->('a','b')", {{"a", 5}, {"b", 7}}, "a 0-5, b 5-7"},
      {"parallel", "->(+('a','b'),'c')", {{"b", 3}, {"a", 5}, {"c", 9}}, "b 0-3, a 0-5, c 5-9"},
      {"choice", "->('a',X('b','c'))", {{"a", 1}, {"c", 4}}, "a 0-1, X2:1, c 1-4"},
      {"optional left out", "->('a',X(tau,'b'),'c')", {{"a", 1}, {"c", 4}}, "a 0-1, X2:0, c 1-4"},
      {"loop",
       "->(*('a',tau),'b')",
       {{"a", 1}, {"a", 3}, {"b", 9}},
       "a 0-1, L1:1, a 1-3, L1:0, b 3-9"},
      {"loop with a way back",
       "*('a','b')",
       {{"a", 1}, {"b", 3}, {"a", 9}},
       "a 0-1, L0:1, b 1-3, a 3-9, L0:0"},
      {"passed over", "->('a','b','c')", {{"a", 1}, {"c", 4}}, "a 0-1, -b, c 1-4"},
      {"too early",
       "->('a','b','c')",
       {{"c", 1}, {"a", 2}, {"b", 5}, {"c", 6}},
       "a 0-2, b 2-5, c 5-6",
       1},
      {"twice", "->('a','b')", {{"a", 1}, {"a", 2}, {"b", 3}}, "a 0-1, b 1-3", 1},
      {"not at its end", "->('a','b','c')", {{"a", 1}}, "a 0-1, -b, -c", 0, 2},
      {"one name in two places",
       "->('a','b','a')",
       {{"a", 1}, {"b", 2}, {"a", 4}},
       "a 0-1, b 1-2, a 2-4"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto model = ParseModel(row.model);
    ASSERT_TRUE(model.ok()) << model.status();
    const Tree tree(*model);
    TreeWalk walk(tree);
    CaseSteps steps;
    for (const auto& [name, end] : row.steps) steps.done.push_back({tree.FindLabel(name), end});
    EXPECT_EQ(WalkCase(steps, &walk), row.refused);
    EXPECT_EQ(walk.Missing(), row.missing);
    walk.Finish();
    EXPECT_TRUE(walk.done());
    EXPECT_EQ(Notes(walk), row.notes);
  }
}

// What ran through a tree by its definition is found again, to the microsecond.
TEST(TreeWalk, FindsTheTimesOfCasesThatFit) {
  int cases = 0;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    const bool loops = seed % 2 == 1;
    RandomModels models(seed, loops);
    const Tree tree(models.Make(4));
    TreeWalk walk(tree);
    std::mt19937& random = models.random();
    PlayedCase played(tree, &random, [&](uint32_t) { return 1 + static_cast<int64_t>(random()); });
    for (int i = 0; i < 10; ++i) {
      const CaseSteps steps = played.Play(1'000'000);
      SCOPED_TRACE(absl::StrCat("seed ", seed, " case ", i));
      EXPECT_EQ(WalkCase(steps, &walk), 0);
      EXPECT_EQ(walk.Missing(), 0u);
      walk.Finish();
      EXPECT_EQ(walk.state(0).end, played.end);
      CaseHistory history;
      history.nodes.resize(tree.size());
      for (auto& node : history.nodes) node.taken.resize(10);
      AddCase(walk, {}, &history);
      for (uint32_t n = 0; n < tree.size(); ++n) {
        std::vector<double> expected = played.durations[n];
        EXPECT_THAT(history.nodes[n].times, testing::UnorderedElementsAreArray(expected));
        EXPECT_EQ(history.nodes[n].skipped, 0);
        // A choice between what does nothing and what did nothing cannot be told apart.
        if (tree.node(n).op == Operator::kLoop) {
          EXPECT_EQ(history.nodes[n].taken, played.taken[n]);
        }
      }
      ++cases;
    }
  }
  EXPECT_EQ(cases, 3'000);
}

}  // namespace
}  // namespace plumbline::analytics::forecast
