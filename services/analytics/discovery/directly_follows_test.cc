// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/directly_follows.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "services/analytics/discovery/footprints.h"
#include "services/analytics/discovery/tree_text.h"

namespace plumbline::analytics {
namespace {

using Edges = std::vector<FollowsEdge>;
using Pairs = std::vector<Footprints::Pair>;

TEST(DirectlyFollows, Counts) {
  const DirectlyFollows follows = CountDirectlyFollows(BagOf({{"abb", 2}, {"ba", 1}, {"", 4}}));
  EXPECT_EQ(follows.edges, (Edges{{0, 1, 2}, {1, 0, 1}, {1, 1, 2}}));
  EXPECT_EQ(follows.counts, (std::vector<int64_t>{3, 5}));
  EXPECT_EQ(follows.starts, (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(follows.ends, (std::vector<int64_t>{1, 2}));
}

TEST(DirectlyFollows, EventuallyFollows) {
  // a b a b: a before b 3 times, a before a once, b before a once, b before b once.
  EXPECT_EQ(CountEventuallyFollows(BagOf({{"abab", 2}})),
            (Edges{{0, 0, 2}, {0, 1, 6}, {1, 0, 2}, {1, 1, 2}}));
}

TEST(DirectlyFollows, Returns) {
  EXPECT_EQ(CountReturns(BagOf({{"abab", 1}, {"aaa", 5}})), (Edges{{0, 1, 1}, {1, 0, 1}}));
}

// Many activities are counted in another way than few.
TEST(DirectlyFollows, ManyActivitiesGiveTheSame) {
  std::vector<std::string> few, many;
  for (int i = 0; i < 30; ++i) few.push_back(absl::StrCat(i));
  for (int i = 0; i < 3000; ++i) many.push_back(absl::StrCat(i));
  TraceBag small(few), large(many);
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    std::vector<uint32_t> trace(random() % 20);
    for (uint32_t& activity : trace) activity = static_cast<uint32_t>(random() % 30);
    small.Add(trace, 1 + i % 4);
    large.Add(trace, 1 + i % 4);
  }
  EXPECT_EQ(CountDirectlyFollows(small).edges, CountDirectlyFollows(large).edges);
  EXPECT_EQ(CountEventuallyFollows(small), CountEventuallyFollows(large));
  EXPECT_EQ(CountReturns(small), CountReturns(large));
}

TEST(Footprints, Relations) {
  const Footprints prints = FootprintsOf(BagOf({{"abcd", 1}, {"acbd", 1}, {"ee", 1}}));
  EXPECT_EQ(prints.sequence, (Pairs{{"a", "b"}, {"a", "c"}, {"b", "d"}, {"c", "d"}}));
  EXPECT_EQ(prints.parallel, (Pairs{{"b", "c"}, {"c", "b"}, {"e", "e"}}));
  EXPECT_EQ(prints.starts, (std::vector<std::string>{"a", "e"}));
  EXPECT_EQ(prints.ends, (std::vector<std::string>{"d", "e"}));
  EXPECT_EQ(prints.min_trace_length, 2);
}

FootprintComparison CompareAll(const Succession& first, const Succession& second,
                               size_t most = 100) {
  return CompareFootprints(first, second, most, [] { return absl::OkStatus(); }).value();
}

TEST(Footprints, Comparison) {
  const Succession first = SuccessionOf(BagOf({{"abc", 3}, {"bc", 2}}));
  EXPECT_EQ(CompareAll(first, first).similarity(), 1);
  EXPECT_TRUE(CompareAll(first, first).differences.empty());
  // b -> c became c -> b, a -> b became a -> c; nothing is between a and b now.
  const Succession second = SuccessionOf(BagOf({{"acb", 1}}));
  const FootprintComparison compared = CompareAll(first, second);
  ASSERT_EQ(compared.differences.size(), 3u);
  const FootprintDifference& often = compared.differences[0];  // five times in the first
  EXPECT_EQ(often.from, "b");
  EXPECT_EQ(often.to, "c");
  EXPECT_EQ(often.first, Relation::kSequence);
  EXPECT_EQ(often.second, Relation::kReversed);
  EXPECT_EQ(often.first_count, 5);
  EXPECT_EQ(often.first_reversed_count, 0);
  EXPECT_EQ(often.second_count, 0);
  EXPECT_EQ(often.second_reversed_count, 1);
  EXPECT_EQ(compared.differences[1].to, "b");
  EXPECT_EQ(compared.differences[1].first_count, 3);
  EXPECT_EQ(compared.differences[2].first, Relation::kNone);
  EXPECT_EQ(compared.cells, 9);
  EXPECT_EQ(compared.differing_cells, 6);
  EXPECT_DOUBLE_EQ(*compared.similarity(), 1 - 6.0 / 9);
  const FootprintComparison few = CompareAll(first, second, 1);
  ASSERT_EQ(few.differences.size(), 1u);
  EXPECT_EQ(few.differences[0].from, "b");
  EXPECT_EQ(few.omitted, 2);
  EXPECT_EQ(few.differing_cells, 6);
}

// An activity that only one side has differs where it follows or is followed.
TEST(Footprints, ActivitiesOfOneSide) {
  const Succession first = SuccessionOf(BagOf({{"aab", 1}}));
  const FootprintComparison compared = CompareAll(first, SuccessionOf(BagOf({{"ac", 1}})));
  EXPECT_EQ(compared.cells, 9);
  EXPECT_EQ(compared.differing_cells, 1 + 2 + 2);  // a with itself, a and b, a and c
  EXPECT_EQ(CompareAll(SuccessionOf(BagOf({})), SuccessionOf(BagOf({}))).similarity(),
            std::nullopt);
}

TEST(Footprints, ComparisonsHaveLimits) {
  const auto on = [] { return absl::OkStatus(); };
  Succession many;
  for (size_t i = 0; i <= kMostFootprintActivities; ++i) many.names.push_back(absl::StrCat(i));
  std::sort(many.names.begin(), many.names.end());
  EXPECT_EQ(CompareFootprints(many, {}, 1, on).status().code(), absl::StatusCode::kInvalidArgument);
  const Succession one = SuccessionOf(BagOf({{"ab", 1}}));
  EXPECT_EQ(CompareFootprints(one, one, 1, [] { return absl::CancelledError(""); }).status().code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace plumbline::analytics
