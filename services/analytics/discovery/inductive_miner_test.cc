// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/inductive_miner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "services/analytics/discovery/play_out.h"
#include "services/analytics/discovery/tree_text.h"

namespace plumbline::analytics {
namespace {

using TestTraces = std::vector<std::pair<std::string, int64_t>>;

struct Row {
  std::string name;
  TestTraces traces;
  double noise;
  std::string tree;
};

class InductiveMinerTest : public testing::TestWithParam<Row> {};

TEST_P(InductiveMinerTest, Tree) {
  EXPECT_EQ(MinedText(GetParam().traces, GetParam().noise), GetParam().tree);
}

INSTANTIATE_TEST_SUITE_P(
    Logs, InductiveMinerTest,
    testing::Values(
        Row{"nothing", {}, 0, "tau"}, Row{"empty_traces", {{"", 5}}, 0.2, "tau"},
        Row{"one", {{"a", 3}}, 0, "a"}, Row{"one_again", {{"a", 1}, {"aa", 1}}, 0, "*(a,tau)"},
        Row{"choice", {{"ab", 1}, {"c", 1}}, 0, "X(->(a,b),c)"},
        Row{"sequence", {{"abd", 1}, {"acd", 1}}, 0, "->(a,X(b,c),d)"},
        Row{"skipped", {{"abd", 1}, {"ad", 1}}, 0, "->(a,X(tau,b),d)"},
        // Without the strict rule b and c could each be left out alone.
        Row{"skipped_together", {{"abcd", 1}, {"ad", 1}}, 0, "->(a,X(tau,->(b,c)),d)"},
        Row{"parallel", {{"abcd", 1}, {"acbd", 1}}, 0, "->(a,+(b,c),d)"},
        Row{"loop", {{"ab", 1}, {"abcab", 1}}, 0, "*(->(a,b),c)"},
        Row{"loop_two_ways", {{"a", 1}, {"aba", 1}, {"aca", 1}}, 0, "*(a,b,c)"},
        Row{"once_per_trace", {{"xab", 1}, {"axb", 1}, {"abxab", 1}}, 0, "+(*(->(a,b),tau),x)"},
        Row{"concurrent",
            {{"xab", 1}, {"axb", 1}, {"abxab", 1}, {"ab", 1}},
            0,
            "+(*(a,tau),*(b,tau),X(tau,x))"},
        Row{"rare_empty_kept", {{"", 1}, {"a", 9}}, 0, "X(tau,a)"},
        Row{"rare_empty_dropped", {{"", 1}, {"a", 9}}, 0.2, "a"},
        Row{"empty_at_the_limit_dropped", {{"", 2}, {"a", 8}}, 0.2, "a"},
        Row{"common_empty_kept", {{"", 3}, {"a", 7}}, 0.2, "X(tau,a)"},
        Row{"begins_again", {{"bcabc", 1}, {"baac", 1}}, 0, "*(->(b,+(X(tau,*(a,tau)),c)),tau)"},
        Row{"flower",
            {{"ax", 1}, {"ay", 1}, {"by", 1}, {"bz", 1}, {"cz", 1}, {"cx", 1}},
            0,
            "*(X(a,b,c,x,y,z),tau)"},
        // Only with the rare edges d c, c b and b a left out is there a cut: d comes last.
        Row{"rare_edges", {{"abcd", 100}, {"dcba", 1}}, 0.2, "->(*(X(a,c),b),d)"},
        // Two variants become the same trace "b": 20 of it, beside which 3 empty ones are few. Who
        // takes only the last count (10) keeps them.
        Row{"counts_add_up", {{"ab", 10}, {"ba", 10}, {"a", 3}}, 0.2, "+(a,b)"}),
    [](const auto& param) { return param.param.name; });

TEST(InductiveMiner, RefusesNoiseOutOfRange) {
  EXPECT_EQ(
      MinedText({{"a", 1}}, 1),
      "error: noise: is 1; it takes 0 (every trace fits) or more and less than 1, usually 0.2");
  EXPECT_EQ(MinedText({{"a", 1}}, -0.1).substr(0, 6), "error:");
  EXPECT_EQ(MinedText({{"a", 1}}, std::nan("")).substr(0, 6), "error:");
}

TEST(InductiveMiner, StopsWhenTold) {
  InductiveOptions options;
  options.check = [] { return absl::DeadlineExceededError("late"); };
  EXPECT_EQ(MineTree(BagOf({{"ab", 1}}), options).status(), absl::DeadlineExceededError("late"));
}

// Names that keep their order, numbers that do not, traces in any order: the same tree.
TEST(InductiveMiner, OrderAndNumbersDoNotMatter) {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    const ModelTree model = RandomModel(&random, 8);
    std::map<TestTrace, int64_t> traces;
    for (int i = 0; i < 30; ++i) traces[PlayOut(model, &random)] += 1 + i % 3;
    std::vector<uint32_t> number(8);
    for (uint32_t i = 0; i < 8; ++i) number[i] = i;
    std::string before;
    for (int shuffle = 0; shuffle < 3; ++shuffle) {
      std::vector<std::string> names(8);
      for (uint32_t i = 0; i < 8; ++i)
        names[number[i]] = std::string(1, static_cast<char>('a' + i));
      TraceBag bag(names);
      std::vector<std::pair<TestTrace, int64_t>> list(traces.begin(), traces.end());
      std::shuffle(list.begin(), list.end(), random);
      for (auto& [trace, count] : list) {
        for (uint32_t& activity : trace) activity = number[activity];
        bag.Add(trace, count);
      }
      InductiveOptions options;
      options.noise = round % 2 == 0 ? 0 : 0.2;
      const absl::StatusOr<ModelTree> tree = MineTree(bag, options);
      ASSERT_TRUE(tree.ok()) << tree.status();
      const std::string text = TextOf(*tree, names);
      if (shuffle == 0) before = text;
      EXPECT_EQ(text, before);
      std::shuffle(number.begin(), number.end(), random);
    }
  }
}

}  // namespace
}  // namespace plumbline::analytics
