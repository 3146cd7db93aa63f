// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/replay.h"

#include <gtest/gtest.h>

#include <string>

#include "services/analytics/discovery/tree_text.h"

namespace plumbline::analytics {
namespace {

struct Row {
  std::string name, tree, trace;
  Fit fit;
};

class ReplayTest : public testing::TestWithParam<Row> {};

TEST_P(ReplayTest, Trace) {
  std::vector<uint32_t> trace;
  for (const char letter : GetParam().trace) trace.push_back(static_cast<uint32_t>(letter - 'a'));
  TreeReplayer replayer(ParseTree(GetParam().tree, {"a", "b", "c", "d"}));
  EXPECT_EQ(replayer.Replay(trace), GetParam().fit);
}

INSTANTIATE_TEST_SUITE_P(
    Trees, ReplayTest,
    testing::Values(Row{"nothing", "tau", "", Fit::kYes},
                    Row{"unknown_activity", "'a'", "ab", Fit::kNo},
                    Row{"order", "->( 'a', 'b' )", "ba", Fit::kNo},
                    Row{"mixed", "+( ->( 'a', 'b' ), 'c' )", "acb", Fit::kYes},
                    Row{"mixed_out_of_order", "+( ->( 'a', 'b' ), 'c' )", "bca", Fit::kNo},
                    Row{"loop_without_body_at_the_end", "*( 'a', 'b' )", "ab", Fit::kNo},
                    Row{"loop_of_nothing", "*( tau, 'a' )", "aaa", Fit::kYes},
                    Row{"silent_again", "*( +( 'a', 'b' ), tau )", "abba", Fit::kYes},
                    Row{"silent_again_incomplete", "*( +( 'a', 'b' ), tau )", "aba", Fit::kNo},
                    Row{"rounds_of_several_lengths", "*( ->( *( 'a', tau ), X( tau, 'b' ) ), 'c' )",
                        "aabcaca", Fit::kYes},
                    Row{"redo_twice_needs_a_body", "*( 'a', 'b' )", "abba", Fit::kNo},
                    Row{"redo_twice_around_nothing", "*( X( tau, 'a' ), 'b', 'c' )", "abcba",
                        Fit::kYes},
                    Row{"named_twice", "->( 'a', 'b', 'a' )", "aba", Fit::kUnknown}),
    [](const auto& param) { return param.param.name; });

TEST(Replay, GivesUpBeyondItsStates) {
  TreeReplayer replayer(ParseTree("+( 'a', 'b', 'c', 'd' )", {"a", "b", "c", "d"}), 6);
  EXPECT_EQ(replayer.Replay(std::vector<uint32_t>{0, 1, 2, 3}), Fit::kUnknown);
  EXPECT_EQ(replayer.Replay(std::vector<uint32_t>{0, 0}), Fit::kNo);
}

TEST(Replay, CountsCases) {
  const TraceBag bag = BagOf({{"ab", 5}, {"ba", 2}});
  const ReplayCounts counts = ReplayAll(ParseTree("->( 'a', 'b' )", bag.names()), bag);
  EXPECT_EQ(counts.fitting, 5);
  EXPECT_EQ(counts.unfitting, 2);
  EXPECT_EQ(counts.unknown, 0);
}

}  // namespace
}  // namespace plumbline::analytics
