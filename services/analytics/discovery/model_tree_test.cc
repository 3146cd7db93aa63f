// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/model_tree.h"

#include <gtest/gtest.h>

#include "services/analytics/discovery/tree_text.h"

namespace plumbline::analytics {
namespace {

const std::vector<std::string> kNames = {"a", "b", "c", "d"};

struct Row {
  std::string name, tree, form;
};

class ModelTreeTest : public testing::TestWithParam<Row> {};

TEST_P(ModelTreeTest, Form) {
  EXPECT_EQ(TextOf(Normalised(ParseTree(GetParam().tree, kNames)), kNames), GetParam().form);
}

INSTANTIATE_TEST_SUITE_P(
    Trees, ModelTreeTest,
    testing::Values(Row{"nested", "->( 'a', ->( 'b', ->( 'c', 'd' ) ) )",
                        "->( 'a', 'b', 'c', 'd' )"},
                    Row{"sorted", "X( 'c', ->( 'b', 'a' ), 'd' )", "X( ->( 'b', 'a' ), 'c', 'd' )"},
                    Row{"one_silent_child", "X( 'b', tau, X( tau, 'a' ) )", "X( tau, 'a', 'b' )"},
                    Row{"silent_in_sequence", "->( tau, 'a', tau )", "'a'"},
                    Row{"silent_in_parallel", "+( 'b', 'a', tau )", "+( 'a', 'b' )"},
                    Row{"nothing_at_all", "*( ->( tau, tau ), X( tau, tau ) )", "tau"},
                    Row{"loop_keeps_its_body_first", "*( 'd', 'c', 'a' )", "*( 'd', 'a', 'c' )"},
                    Row{"loop_in_loop", "*( *( 'a', tau ), tau )", "*( *( 'a', tau ), tau )"},
                    Row{"silent_again_once", "*( 'b', tau, 'a', tau )", "*( 'b', tau, 'a' )"}),
    [](const auto& param) { return param.param.name; });

TEST(ModelTree, NamesWithQuotesAreEscaped) {
  EXPECT_EQ(TextOf(ActivityStep(0), {"supplier's \\ invoice"}), "'supplier\\'s \\\\ invoice'");
}

TEST(ModelTree, Measures) {
  const ModelTree tree = ParseTree("->( 'a', X( tau, 'b' ) )", kNames);
  EXPECT_EQ(NodeCount(tree), 5u);
  EXPECT_EQ(DepthOf(tree), 3u);
}

}  // namespace
}  // namespace plumbline::analytics
