// SPDX-License-Identifier: Apache-2.0
//
// What must hold for every tree: the miner's tree does all that the log shows, the catalog's form
// of a tree does what the tree does, and replaying agrees with trying everything.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "common/flow/test_trees.h"
#include "common/flow/validate.h"
#include "services/analytics/discovery/inductive_miner.h"
#include "services/analytics/discovery/play_out.h"
#include "services/analytics/discovery/replay.h"
#include "services/analytics/discovery/tree_flow.h"

namespace plumbline::analytics {
namespace {

std::vector<std::string> Letters(uint32_t count) {
  std::vector<std::string> names;
  for (uint32_t i = 0; i < count; ++i) names.push_back(std::string(1, static_cast<char>('a' + i)));
  return names;
}

TestTrace RandomTrace(std::mt19937* random, uint32_t activities, size_t longest) {
  TestTrace trace((*random)() % (longest + 1));
  for (uint32_t& activity : trace) activity = static_cast<uint32_t>((*random)() % activities);
  return trace;
}

TEST(DiscoveryProperty, TreeOfTheCatalogPlayedOutFitsItsModel) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    const NamedTree model = FromFlow(flow::RandomTree(&random, 4));
    TraceBag bag(model.names);
    for (int i = 0; i < 40; ++i) bag.Add(PlayOut(model.tree, &random), 1);
    EXPECT_EQ(ReplayAll(model.tree, bag).fitting, 40) << TextOf(model.tree, model.names);
    const absl::StatusOr<ModelTree> mined = MineTree(bag, {});
    ASSERT_TRUE(mined.ok()) << mined.status();
    EXPECT_EQ(ReplayAll(*mined, bag).fitting, 40) << TextOf(*mined, model.names);
  }
}

// Logs that no tree made: everything that falls through comes up.
TEST(DiscoveryProperty, TreeOfAnyLogReplaysIt) {
  std::mt19937 random(2);
  for (int round = 0; round < 3000; ++round) {
    const uint32_t activities = 1 + static_cast<uint32_t>(random() % 6);
    TraceBag bag(Letters(activities));
    for (size_t i = 0; i < 1 + random() % 8; ++i) bag.Add(RandomTrace(&random, activities, 9), 1);
    const absl::StatusOr<ModelTree> mined = MineTree(bag, {});
    ASSERT_TRUE(mined.ok()) << mined.status();
    EXPECT_EQ(ReplayAll(*mined, bag).fitting, bag.case_count()) << TextOf(*mined, bag.names());
    EXPECT_EQ(Normalised(*mined), *mined) << TextOf(*mined, bag.names());
  }
}

TEST(DiscoveryProperty, ReplayAgreesWithTryingEverything) {
  std::mt19937 random(3);
  constexpr size_t kLongest = 5;
  int inside = 0;
  for (int round = 0; round < 400; ++round) {
    const ModelTree model = RandomModel(&random, 5);
    const std::set<TestTrace> language = Language(model, kLongest);
    TreeReplayer replayer(model);
    for (const TestTrace& trace : language) {
      ASSERT_EQ(replayer.Replay(trace), Fit::kYes) << TextOf(model, Letters(5));
    }
    for (int i = 0; i < 100; ++i) {
      const TestTrace trace = RandomTrace(&random, 5, kLongest);
      const bool in = language.contains(trace);
      inside += in ? 1 : 0;
      ASSERT_EQ(replayer.Replay(trace), in ? Fit::kYes : Fit::kNo) << TextOf(model, Letters(5));
    }
  }
  EXPECT_GT(inside, 1000);  // or else the test tells little
}

TEST(DiscoveryProperty, TheCatalogsFormDoesTheSame) {
  std::mt19937 random(4);
  for (int round = 0; round < 400; ++round) {
    const ModelTree model = RandomModel(&random, 5);
    if (model.kind == ModelKind::kSilent) continue;
    const absl::StatusOr<flow::Node> node = ToFlow(model, Letters(5));
    ASSERT_TRUE(node.ok()) << node.status();
    for (const base::FieldViolation& violation : flow::Validate(*node, "root")) {
      ADD_FAILURE() << violation.field << ": " << violation.description;
    }
    const NamedTree back = FromFlow(*node);
    std::set<TestTrace> expected;
    for (const TestTrace& trace : Language(model, 5)) expected.insert(trace);
    std::set<TestTrace> got;
    for (TestTrace trace : Language(back.tree, 5)) {
      for (uint32_t& activity : trace)
        activity = static_cast<uint32_t>(back.names[activity][0] - 'a');
      got.insert(std::move(trace));
    }
    EXPECT_EQ(got, expected) << TextOf(model, Letters(5)) << "\n" << TextOf(back.tree, back.names);
  }
}

}  // namespace
}  // namespace plumbline::analytics
