// SPDX-License-Identifier: Apache-2.0
//
// Logs that are too large, or odd.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/discovery/directly_follows.h"
#include "services/analytics/discovery/footprints.h"
#include "services/analytics/discovery/heuristics_miner.h"
#include "services/analytics/discovery/inductive_miner.h"
#include "services/analytics/discovery/replay.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

std::vector<std::string> ManyNames(size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) names.push_back(absl::StrCat("activity ", i));
  return names;
}

TraceBag OneLongSequence(uint32_t activities) {
  TraceBag bag(ManyNames(activities));
  std::vector<uint32_t> trace;
  for (uint32_t i = 0; i < activities; ++i) trace.push_back(i);
  bag.Add(trace, 1);
  return bag;
}

TEST(DiscoveryLimits, TooManyActivitiesAreRefused) {
  const TraceBag bag = OneLongSequence(10'000);
  const std::string expected =
      "event_log: has 10000 activities; a model is mined from up to 1000: ask for a part of it "
      "(`selection`: `event_filter` with `only_matching_events` leaves rare ones out), or give "
      "similar activities one name and import it again";
  EXPECT_EQ(MineTree(bag, {}).status().message(), expected);
  EXPECT_EQ(MineHeuristicsNet(bag, {}).status().message(), expected);
  EXPECT_EQ(FootprintsOf(bag).sequence.size(), 9'999);  // footprints have no limit
}

TEST(DiscoveryLimits, NamesThatNoTraceHasDoNotCount) {
  TraceBag bag(ManyNames(100'000));
  bag.Add(std::vector<uint32_t>{99'999, 0}, 1);
  const absl::StatusOr<ModelTree> tree = MineTree(bag, {});
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(TextOf(*tree, bag.names()), "->( 'activity 99999', 'activity 0' )");
}

TEST(DiscoveryLimits, AsManyActivitiesAsAllowed) {
  const TraceBag bag = OneLongSequence(kMaxModelActivities);
  const absl::StatusOr<ModelTree> tree = MineTree(bag, {});
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(tree->children.size(), kMaxModelActivities);
}

TEST(DiscoveryLimits, TraceOfAMillionEvents) {
  std::mt19937 random(1);
  TraceBag bag(ManyNames(20));
  std::vector<uint32_t> trace;
  for (int i = 0; i < 1'000'000; ++i) {
    trace.push_back(i % 3 == 0 ? 0 : static_cast<uint32_t>(random() % 20));
  }
  bag.Add(trace, 1);
  const absl::StatusOr<ModelTree> tree = MineTree(bag, {});
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(ReplayAll(*tree, bag).unfitting, 0);
  EXPECT_EQ(CountDirectlyFollows(bag).ends[trace.back()], 1);
  int64_t pairs = 0;
  for (const FollowsEdge& edge : CountEventuallyFollows(bag)) pairs += edge.count;
  EXPECT_EQ(pairs, int64_t{1'000'000} * 999'999 / 2);
}

TEST(DiscoveryLimits, EmptyLog) {
  const TraceBag bag(Traces(EventLogBuilder().Snapshot(), {}));
  EXPECT_EQ(bag.case_count(), 0);
  const absl::StatusOr<ModelTree> tree = MineTree(bag, {});
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(tree->kind, ModelKind::kSilent);
  const absl::StatusOr<HeuristicsNet> net = MineHeuristicsNet(bag, {});
  ASSERT_TRUE(net.ok()) << net.status();
  EXPECT_TRUE(net->edges.empty());
  EXPECT_EQ(FootprintsOf(bag).min_trace_length, 0);
}

// Cases of which no event counts are no empty traces: they are not of the log that is asked about.
TEST(DiscoveryLimits, CasesWithoutAnEventThatCountsAreLeftOut) {
  const std::vector<TestRow> rows = {
      {"1", "a", 1, "complete"}, {"1", "b", 2, "complete"}, {"2", "a", 1, "start"}};
  const TraceBag bag(Traces(MakeLog(rows), {{"complete"}}));
  EXPECT_EQ(bag.case_count(), 1);
  EXPECT_EQ(bag.size(), 1u);
}

}  // namespace
}  // namespace plumbline::analytics
