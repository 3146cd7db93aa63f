// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "clients/cli/discover_command.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

std::string Shown(const pb::DiscoverProcessResponse& response) {
  std::ostringstream out;
  PrintDiscovered(response, Paper{out});
  return out.str();
}

pb::ModelNode* Add(pb::ModelNode* parent, pb::ModelNode::Kind kind, const std::string& activity) {
  pb::ModelNode* node = parent->add_children();
  node->set_kind(kind);
  node->set_activity(activity);
  return node;
}

TEST(DiscoverView, TreeWithItsFit) {
  pb::DiscoverProcessResponse response;
  response.set_case_count(10);
  response.set_fitting_case_count(7);
  response.set_unchecked_case_count(1);
  response.mutable_root();
  response.mutable_model()->set_kind(pb::ModelNode::KIND_SEQUENCE);
  Add(response.mutable_model(), pb::ModelNode::KIND_ACTIVITY, "Send offer");
  pb::ModelNode* choice = Add(response.mutable_model(), pb::ModelNode::KIND_CHOICE, "");
  Add(choice, pb::ModelNode::KIND_SILENT, "");
  Add(choice, pb::ModelNode::KIND_ACTIVITY, "Sign\x1b[0m");
  pb::ModelNode* loop = Add(response.mutable_model(), pb::ModelNode::KIND_LOOP, "");
  Add(loop, pb::ModelNode::KIND_ACTIVITY, "Call");
  Add(loop, pb::ModelNode::KIND_SILENT, "");
  const std::string tree = Shown(response).substr(0, Shown(response).find("\n\n"));
  EXPECT_EQ(tree.substr(0, tree.find("Sign")),
            "in order:\n"
            "  Send offer\n"
            "  maybe:\n"
            "    ");
  EXPECT_EQ(tree.substr(tree.find("  repeat:")), "  repeat:\n    Call");
  EXPECT_EQ(Shown(response).find('\x1b'), std::string::npos);
  EXPECT_NE(Shown(response).find("7 of 10 cases fit the model exactly; of 1 it is not known.\n"),
            std::string::npos);
}

TEST(DiscoverView, WhyItCannotBeSaved) {
  pb::DiscoverProcessResponse response;
  response.set_text("tau");
  response.set_root_absent_reason("it does nothing");
  EXPECT_EQ(Shown(response),
            "tau\n\nThere is no case.\nIt cannot be saved: it does nothing\n");
}

TEST(DiscoverView, Footprints) {
  pb::DiscoverProcessResponse response;
  pb::Footprints& footprints = *response.mutable_footprints();
  footprints.add_start_activities("a");
  footprints.add_end_activities("b");
  footprints.add_end_activities("c");
  pb::Footprints::Pair& first = *footprints.add_pairs();
  first.set_from("a");
  first.set_to("b");
  pb::Footprints::Pair& second = *footprints.add_pairs();
  second.set_from("b");
  second.set_to("c");
  second.set_parallel(true);
  footprints.set_omitted_pair_count(3);
  const std::string text = Shown(response);
  EXPECT_EQ(text.find("Cases begin with a\nand end with b, c.\n"), 0u) << text;
  EXPECT_NE(text.find("either way"), std::string::npos) << text;
  EXPECT_NE(text.find("and 3 more\n"), std::string::npos) << text;
}

TEST(DiscoverView, Graph) {
  pb::DiscoverProcessResponse response;
  pb::DependencyGraph& graph = *response.mutable_dependency_graph();
  pb::DependencyGraph::Dependency& edge = *graph.add_dependencies();
  edge.set_from("a");
  edge.set_to("b");
  edge.set_count(12);
  edge.set_loop_of_two(true);
  graph.set_omitted_dependency_count(3);
  pb::DependencyGraph::ConcurrentBranches& split = *graph.add_splits();
  split.set_activity("a");
  split.set_first("b");
  split.set_second("c");
  const std::string text = Shown(response);
  EXPECT_NE(text.find("0.000"), std::string::npos) << text;
  EXPECT_NE(text.find("in turn"), std::string::npos) << text;
  EXPECT_NE(text.find("and 3 more\nAfter a, both b and c.\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace plumbline::cli
