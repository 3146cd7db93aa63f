// SPDX-License-Identifier: Apache-2.0
//
// Answers that are cut: what is kept, and what is told of the rest.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/log/test_rows.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/variants.h"

namespace plumbline::analytics {
namespace {

TEST(LimitsTest, KeepsTheMostFrequentAndCountsTheRest) {
  const std::vector<TestRow> rows = {{"1", "a", 1}, {"1", "b", 2}, {"1", "a", 3}, {"1", "b", 4},
                                     {"1", "c", 5}, {"1", "c", 6}, {"1", "d", 7}};
  const Traces traces(MakeLog(rows), {});
  struct Row {
    std::string name;
    MapLimits limits;
    size_t activities, edges;
    int64_t omitted_activities, omitted_edges, omitted_count;
    double activity_share, edge_share;
  };
  // Edges: ab twice; ba, bc, cc, cd.
  for (const Row& row : std::vector<Row>{
           {"all", {}, 4, 5, 0, 0, 0, 0, 0},
           {"exactly all", {4, 5}, 4, 5, 0, 0, 0, 0, 0},
           {"edges", {kNoLimit, 2}, 4, 2, 0, 3, 3, 0, 3.0 / 6},
           {"activities", {3, kNoLimit}, 3, 4, 1, 1, 1, 1.0 / 7, 1.0 / 6},
           {"both", {2, 1}, 2, 1, 2, 4, 4, 3.0 / 7, 4.0 / 6},
           {"none", {0, 9}, 0, 0, 4, 5, 6, 1, 1},
           {"share of activities", {9, 9, 4.5 / 7, 1}, 3, 4, 1, 1, 1, 1.0 / 7, 1.0 / 6},
           {"share of edges", {9, 9, 1, 0.5}, 4, 2, 0, 3, 3, 0, 3.0 / 6},
           {"share and number", {9, 1, 1, 0.5}, 4, 1, 0, 4, 4, 0, 4.0 / 6},
           {"no share", {9, 9, 0, 1}, 0, 0, 4, 5, 6, 1, 1}}) {
    SCOPED_TRACE(row.name);
    ProcessMap map = MineProcessMap(traces);
    KeepMostFrequent(row.limits, map);
    EXPECT_EQ(map.activities.size(), row.activities);
    ASSERT_EQ(map.edges.size(), row.edges);
    if (row.edges > 0) {
      EXPECT_EQ(map.edges[0].count, 2);
    }
    EXPECT_EQ(map.omitted_activities.count, row.omitted_activities);
    EXPECT_DOUBLE_EQ(map.omitted_activities.share, row.activity_share);
    EXPECT_EQ(map.omitted_edges.count, row.omitted_edges);
    EXPECT_EQ(map.omitted_count, row.omitted_count);
    EXPECT_DOUBLE_EQ(map.omitted_edges.share, row.edge_share);
  }
}

TEST(BusinessTime, IsAskedForEveryTime) {
  std::vector<TestRow> rows = {{"1", "a", 10'000'000}, {"1", "b", 30'000'000}};
  rows[1].start = 20'000'000;
  const Traces traces(MakeLog(rows), {});
  // A clock that runs at half the speed.
  const ProcessMap map =
      MineProcessMap(traces, [](int64_t from, int64_t to) { return (to - from) / 2; });
  EXPECT_EQ(map.edges[0].wait.total, 5);
  EXPECT_EQ(map.activities[1].service.total, 5);
  EXPECT_EQ(map.activities[0].service.count, 0);
}

TEST(LimitsTest, PagesOfVariantsAreBounded) {
  std::vector<TestRow> rows;
  for (int c = 1; c <= 4; ++c) {
    for (int i = 0; i < 10; ++i) rows.push_back({absl::StrCat(c), absl::StrCat("a", c), i});
  }
  const Traces traces(MakeLog(rows), {});
  const Variants variants(traces);
  const auto sizes = [&](const VariantLimits& limits) {
    std::string text;
    for (const Variant& v : variants.Page(traces, 1, limits))
      absl::StrAppend(&text, v.activities.size(), "/", v.activity_count, " ");
    return text;
  };
  EXPECT_EQ(sizes({}), "10/10 10/10 10/10 ");
  EXPECT_EQ(sizes({.variants = 2}), "10/10 10/10 ");
  EXPECT_EQ(sizes({.activities = 4}), "4/10 4/10 4/10 ");
  EXPECT_EQ(sizes({.all_activities = 25}), "10/10 10/10 ");
  EXPECT_EQ(sizes({.activities = 4, .all_activities = 12}), "4/10 4/10 4/10 ");
  EXPECT_EQ(sizes({.all_activities = 3}), "10/10 ") << "a page holds one variant";
}

}  // namespace
}  // namespace plumbline::analytics
