// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/analytics/discovery/cut_finder.h"
#include "services/analytics/discovery/cut_splitter.h"
#include "services/analytics/discovery/tree_text.h"

namespace plumbline::analytics {
namespace {

using TestTraces = std::vector<std::pair<std::string, int64_t>>;
using Finder = std::optional<Cut> (*)(const FollowGraph&);

// "0110": the group of each letter; "none".
std::string Groups(Finder find, const TestTraces& traces) {
  const std::optional<Cut> cut = find(GraphOf(CountFollows(WholeLog(BagOf(traces)))));
  if (!cut) return "none";
  std::string groups;
  for (const uint16_t group : cut->group_of) groups.push_back(static_cast<char>('0' + group));
  return groups;
}

struct Row {
  std::string name;
  Finder find;
  TestTraces traces;
  std::string groups;
};

class CutTest : public testing::TestWithParam<Row> {};

TEST_P(CutTest, Groups) {
  EXPECT_EQ(Groups(GetParam().find, GetParam().traces), GetParam().groups);
}

INSTANTIATE_TEST_SUITE_P(
    Cuts, CutTest,
    testing::Values(
        Row{"choice", FindChoiceCut, {{"ac", 1}, {"b", 1}, {"dc", 1}}, "0100"},
        Row{"no_choice", FindChoiceCut, {{"ab", 1}, {"bc", 1}}, "none"},
        Row{"sequence", FindSequenceCut, {{"cab", 1}, {"cb", 1}}, "120"},
        Row{"sequence_of_loops", FindSequenceCut, {{"abacd", 1}}, "0012"},
        Row{"no_sequence", FindSequenceCut, {{"aba", 1}}, "none"},
        // c and d can be left out together only.
        Row{"strict_in_the_middle", FindSequenceCut, {{"acdb", 1}, {"ab", 1}}, "0211"},
        Row{"strict_at_the_end", FindSequenceCut, {{"abc", 1}, {"a", 1}}, "011"},
        Row{"strict_at_the_start", FindSequenceCut, {{"abc", 1}, {"c", 1}}, "001"},
        Row{"each_can_be_left_out",
            FindSequenceCut,
            {{"abcd", 1}, {"abd", 1}, {"acd", 1}, {"ad", 1}},
            "0123"},
        Row{"parallel", FindParallelCut, {{"abc", 1}, {"bac", 1}, {"bca", 1}}, "011"},
        // c neither begins nor ends a trace: it joins the branch before it.
        Row{"parallel_joins_the_branch_before",
            FindParallelCut,
            {{"acb", 1}, {"bca", 1}, {"ab", 1}, {"ba", 1}},
            "011"},
        // a neither begins nor ends a trace, and there is no branch before it.
        Row{"parallel_first_joins_the_next",
            FindParallelCut,
            {{"cab", 1}, {"bac", 1}, {"cb", 1}, {"bc", 1}},
            "001"},
        Row{"no_parallel_without_both_ways",
            FindParallelCut,
            {{"ab", 1}, {"ba", 1}, {"bc", 1}},
            "none"},
        Row{"loop", FindLoopCut, {{"abcab", 1}}, "001"},
        Row{"loop_of_two_redos", FindLoopCut, {{"abaca", 1}}, "012"},
        // c is entered after a too, which starts the body but does not end it.
        Row{"loop_left_in_the_middle", FindLoopCut, {{"abcab", 1}, {"acab", 1}}, "none"},
        Row{"loop_from_the_middle", FindLoopCut, {{"axb", 1}, {"abxab", 1}}, "none"},
        // c leads back to a, but not to b, which begins traces too.
        Row{"loop_to_some_starts_only", FindLoopCut, {{"aca", 1}, {"b", 1}, {"bca", 1}}, "none"},
        // c comes after a, but not after b, which ends traces too.
        Row{"loop_from_some_ends_only", FindLoopCut, {{"aca", 1}, {"b", 1}, {"acb", 1}}, "none"}),
    [](const auto& param) { return param.param.name; });

// The part of each group: "ab*2 *1" is the trace a b twice and the empty trace once.
std::string Parts(ModelKind kind, const std::string& groups, const TestTraces& traces) {
  const TraceBag bag = BagOf(traces);
  Cut cut{kind, {}, 0};
  for (const char group : groups) {
    cut.group_of.push_back(static_cast<uint16_t>(group - '0'));
    cut.groups = std::max<size_t>(cut.groups, static_cast<size_t>(group - '0') + 1);
  }
  std::string text;
  for (const SubLog& part : SplitLog(WholeLog(bag), cut)) {
    if (!text.empty()) text += " | ";
    std::string sep;
    for (size_t i = 0; i < part.traces.size(); ++i) {
      text += std::exchange(sep, " ");
      for (const uint16_t activity : part.traces[i]) text += bag.names()[part.activities[activity]];
      text += "*" + std::to_string(part.traces.count(i));
    }
    if (part.empty_count > 0) text += sep + "*" + std::to_string(part.empty_count);
  }
  return text;
}

TEST(SplitLog, Choice) {
  EXPECT_EQ(Parts(ModelKind::kChoice, "011", {{"a", 3}, {"bc", 2}, {"bac", 1}}), "a*3 | bc*3");
  // As many of either: the trace is of the rarer group, then of the first.
  EXPECT_EQ(Parts(ModelKind::kChoice, "01", {{"ab", 1}, {"a", 9}}), "a*9 | b*1");
  EXPECT_EQ(Parts(ModelKind::kChoice, "01", {{"ab", 1}, {"b", 9}}), "a*1 | b*9");
  EXPECT_EQ(Parts(ModelKind::kChoice, "01", {{"ab", 1}}), "a*1 | ");
}

TEST(SplitLog, Sequence) {
  EXPECT_EQ(Parts(ModelKind::kSequence, "001", {{"abc", 2}, {"c", 1}}), "ab*2 *1 | c*3");
  // The stray c costs less than a and b would.
  EXPECT_EQ(Parts(ModelKind::kSequence, "001", {{"cabc", 1}}), "ab*1 | c*1");
  EXPECT_EQ(Parts(ModelKind::kSequence, "012", {{"acbb", 1}}), "a*1 | bb*1 | *1");
  // A tail that costs more than it saves is left out.
  EXPECT_EQ(Parts(ModelKind::kSequence, "01", {{"ba", 1}}), "*1 | b*1");
}

TEST(SplitLog, Parallel) {
  EXPECT_EQ(Parts(ModelKind::kParallel, "010", {{"abc", 1}, {"acb", 2}, {"b", 1}}),
            "ac*3 *1 | b*4");
}

TEST(SplitLog, Loop) {
  EXPECT_EQ(Parts(ModelKind::kLoop, "001", {{"abcab", 2}, {"ab", 1}}), "ab*5 | c*2");
  EXPECT_EQ(Parts(ModelKind::kLoop, "01", {{"ab", 1}}), "a*1 *1 | b*1");
  // Most activities, not most events; and nothing is left out.
  EXPECT_EQ(Parts(ModelKind::kLoop, "0112", {{"abcddda", 1}}), "a*2 | bcddd*1 | ");
}

}  // namespace
}  // namespace plumbline::analytics
