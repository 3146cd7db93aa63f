// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/eventually_follows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

using Pair = std::pair<std::string, std::string>;
using Counts = std::map<Pair, std::pair<int64_t, int64_t>>;  // occurrences, cases

absl::Status GoOn() { return absl::OkStatus(); }

// Every pair of events, as the definition has it.
Counts SlowCounts(const Traces& traces) {
  Counts counts;
  const auto begin = traces.case_begin();
  const auto& names = traces.log().activities;
  for (size_t c = 0; c + 1 < begin.size(); ++c) {
    std::set<Pair> pairs;
    for (uint32_t i = begin[c]; i < begin[c + 1]; ++i) {
      for (uint32_t j = i + 1; j < begin[c + 1]; ++j) {
        if (traces.time()[i] > traces.BeginOf(j)) continue;
        const Pair pair(names[traces.activity()[i]], names[traces.activity()[j]]);
        ++counts[pair].first;
        pairs.insert(pair);
      }
    }
    for (const Pair& pair : pairs) ++counts[pair].second;
  }
  return counts;
}

TEST(EventuallyFollows, EqualsTheDefinitionOnRandomLogs) {
  std::mt19937 random(5);
  const auto roll = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 200; ++round) {
    std::vector<TestRow> rows;
    const bool starts = roll(2) == 0;
    for (int i = roll(150); i >= 0; --i) {
      TestRow row{absl::StrCat("c", roll(8)), std::string(1, static_cast<char>('a' + roll(5))),
                  int64_t{roll(60)}};
      if (starts && roll(3) > 0) row.start = row.time - roll(20);
      rows.push_back(std::move(row));
    }
    const Traces traces(MakeLog(rows), {});
    const auto edges = MineEventuallyFollows(traces, GoOn);
    ASSERT_TRUE(edges.ok()) << edges.status();
    Counts got;
    for (const Edge& edge : *edges) {
      got[{traces.log().activities[edge.from], traces.log().activities[edge.to]}] = {
          edge.count, edge.case_count};
    }
    ASSERT_EQ(got, SlowCounts(traces)) << round;
    EXPECT_TRUE(std::is_sorted(edges->begin(), edges->end(),
                               [](const Edge& a, const Edge& b) { return a.count > b.count; }));
  }
}

TEST(EventuallyFollows, TooManyPairsAreRefusedWithARemedy) {
  const Traces traces(MakeLog(std::vector<TestRow>{{"1", "a", 1}, {"1", "b", 2}, {"1", "c", 3}}),
                      {});
  EXPECT_TRUE(MineEventuallyFollows(traces, GoOn, 3).ok());
  const auto edges = MineEventuallyFollows(traces, GoOn, 2);
  EXPECT_EQ(base::ReasonOf(edges.status()), base::Reason::ERROR_REASON_FIELD_INVALID);
}

TEST(EventuallyFollows, TheCallersErrorEndsIt) {
  std::vector<TestRow> rows;
  for (int i = 0; i < 3000; ++i) rows.push_back({"1", absl::StrCat("a", i % 1000), i});
  const Traces traces(MakeLog(rows), {});
  const auto edges =
      MineEventuallyFollows(traces, [] { return absl::DeadlineExceededError("over"); });
  EXPECT_EQ(edges.status().code(), absl::StatusCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace plumbline::analytics
