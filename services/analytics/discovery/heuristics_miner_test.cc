// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/heuristics_miner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/discovery/tree_text.h"

namespace plumbline::analytics {
namespace {

HeuristicsNet Mine(const TraceBag& bag, const HeuristicsOptions& options = {}) {
  absl::StatusOr<HeuristicsNet> net = MineHeuristicsNet(bag, options);
  EXPECT_TRUE(net.ok()) << net.status();
  return net.ok() ? *net : HeuristicsNet();
}

const DependencyEdge* Find(const HeuristicsNet& net, uint32_t from, uint32_t to) {
  for (const DependencyEdge& edge : net.edges) {
    if (edge.from == from && edge.to == to) return &edge;
  }
  return nullptr;
}

TEST(HeuristicsMiner, Dependencies) {
  const HeuristicsNet net = Mine(BagOf({{"ab", 9}, {"ba", 3}, {"c", 1}, {"cc", 4}}));
  ASSERT_EQ(net.edges.size(), 1u);  // a -> b: (9-3)/(9+3+1) is too little
  EXPECT_DOUBLE_EQ(Find(net, 2, 2)->dependency, 4.0 / 5);
  EXPECT_EQ(net.counts, (std::vector<int64_t>{12, 12, 9}));
  EXPECT_EQ(net.starts, (std::vector<int64_t>{9, 3, 5}));
  HeuristicsOptions options;
  options.dependency = 0.4;
  EXPECT_DOUBLE_EQ(Find(Mine(BagOf({{"ab", 9}, {"ba", 3}}), options), 0, 1)->dependency, 6.0 / 13);
}

TEST(HeuristicsMiner, RareEdgesAreAsIfTheyWereNotThere) {
  // b -> a is rarer than 5 % of a -> b, so a -> b counts as if it never came back.
  const HeuristicsNet net = Mine(BagOf({{"ab", 100}, {"ba", 4}}));
  EXPECT_DOUBLE_EQ(Find(net, 0, 1)->dependency, 100.0 / 101);
  HeuristicsOptions options;
  options.rare = 0;
  EXPECT_DOUBLE_EQ(Find(Mine(BagOf({{"ab", 100}, {"ba", 4}}), options), 0, 1)->dependency,
                   96.0 / 105);
}

TEST(HeuristicsMiner, LoopsOfTwo) {
  const HeuristicsNet net = Mine(BagOf({{"xababy", 10}}));
  ASSERT_NE(Find(net, 0, 1), nullptr);
  EXPECT_TRUE(Find(net, 0, 1)->loop_of_two);  // ab 20 times, ba 10: (20-10)/31 depends too little
  EXPECT_EQ(Find(net, 0, 1)->dependency, 0);
  EXPECT_EQ(Find(net, 1, 0)->count, 10);
  // Where one depends on the other there is no loop of two.
  const HeuristicsNet clear = Mine(BagOf({{"xababy", 10}, {"ab", 90}}));
  EXPECT_FALSE(Find(clear, 0, 1)->loop_of_two);
  EXPECT_EQ(Find(clear, 1, 0), nullptr);
}

TEST(HeuristicsMiner, SplitsAndJoins) {
  const TraceBag parallel = BagOf({{"abcd", 10}, {"acbd", 10}});
  HeuristicsNet net = Mine(parallel);
  ASSERT_EQ(net.splits.size(), 1u);
  EXPECT_EQ(net.splits[0].activity, 0u);
  EXPECT_EQ(net.splits[0].first, 1u);
  EXPECT_EQ(net.splits[0].second, 2u);
  EXPECT_DOUBLE_EQ(net.splits[0].measure, 20.0 / 21);
  ASSERT_EQ(net.joins.size(), 1u);
  EXPECT_EQ(net.joins[0].activity, 3u);
  net = Mine(BagOf({{"abd", 10}, {"acd", 10}}));
  EXPECT_TRUE(net.splits.empty());
  EXPECT_TRUE(net.joins.empty());
}

TEST(HeuristicsMiner, LeastCounts) {
  HeuristicsOptions options;
  options.min_edge_count = 5;
  EXPECT_EQ(Mine(BagOf({{"ab", 9}, {"cd", 4}}), options).edges.size(), 1u);
  options = {};
  options.min_activity_count = 5;
  EXPECT_EQ(Mine(BagOf({{"ab", 9}, {"cd", 4}}), options).edges.size(), 1u);
}

TEST(HeuristicsMiner, RefusesThresholdsOutOfRange) {
  HeuristicsOptions options;
  options.dependency = 1.5;
  EXPECT_EQ(MineHeuristicsNet(BagOf({}), options).status().message(),
            "thresholds.dependency: is 1.5; it takes 0 to 1");
}

// Every activity may be followed by all that come after it.
TraceBag Fans(uint32_t activities) {
  std::vector<std::string> names;
  for (uint32_t i = 0; i < activities; ++i) names.push_back(absl::StrCat("a", 1'000 + i));
  TraceBag bag(std::move(names));
  for (uint32_t i = 0; i < activities; ++i) {
    for (uint32_t j = i + 1; j < activities; ++j) bag.Add(std::vector<uint32_t>{i, j}, 5);
  }
  return bag;
}

TEST(HeuristicsMiner, BoundsPairsOfBranches) {
  HeuristicsOptions options;
  options.concurrency = 0;
  EXPECT_TRUE(MineHeuristicsNet(Fans(30), options).ok());
  EXPECT_EQ(
      MineHeuristicsNet(Fans(200), options).status().message(),
      "thresholds.concurrency: is 0, which leaves more than 1000000 pairs of branches that are "
      "done both; raise it (0.65 is usual), or thresholds.dependency or thresholds.rare, or "
      "ask for fewer activities");
}

TEST(HeuristicsMiner, StopsWhenAsked) {
  HeuristicsOptions options;
  int asked = 0;
  options.check = [&] {
    return ++asked < 10 ? absl::OkStatus() : absl::DeadlineExceededError("late");
  };
  EXPECT_EQ(MineHeuristicsNet(Fans(100), options).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(asked, 10);
}

}  // namespace
}  // namespace plumbline::analytics
