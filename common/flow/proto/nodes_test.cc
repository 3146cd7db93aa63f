// SPDX-License-Identifier: Apache-2.0
#include "common/flow/proto/nodes.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

using catalog::v1::Node;
using ::testing::ElementsAre;

Node Named(const std::string& id) {
  Node node;
  node.set_id(id);
  return node;
}

// A tree with every kind of inner node.
Node Tree() {
  Node root = Named("root");
  *root.mutable_sequence()->add_nodes() = Named("step");
  root.mutable_sequence()->mutable_nodes(0)->mutable_step()->set_role("sales");
  Node* parallel = root.mutable_sequence()->add_nodes();
  *parallel = Named("parallel");
  *parallel->mutable_parallel()->add_nodes() = Named("call");
  parallel->mutable_parallel()->mutable_nodes(0)->mutable_call()->set_process("processes/x");
  Node* choice = parallel->mutable_parallel()->add_nodes();
  *choice = Named("choice");
  *choice->mutable_choice()->add_nodes() = Named("a");
  *choice->mutable_choice()->add_nodes() = Named("b");
  Node* loop = root.mutable_sequence()->add_nodes();
  *loop = Named("loop");
  *loop->mutable_loop()->mutable_body() = Named("body");
  *loop->mutable_loop()->mutable_redo() = Named("redo");
  return root;
}

TEST(ForEachNodeTest, ParentsComeFirstInTheOrderOfTheTree) {
  std::vector<std::string> ids;
  ForEachNode(Tree(), [&](const Node& node) { ids.push_back(node.id()); });
  EXPECT_THAT(ids, ElementsAre("root", "step", "parallel", "call", "choice", "a", "b", "loop",
                               "body", "redo"));
}

TEST(ForEachNodeTest, PathsAreThoseOfTheFields) {
  std::vector<std::string> paths;
  ForEachNode(Tree(), "process.root", [&](const Node& node, const std::string& path) {
    paths.push_back(absl::StrCat(node.id(), " ", path));
  });
  EXPECT_THAT(paths,
              ElementsAre("root process.root", "step process.root.sequence.nodes[0]",
                          "parallel process.root.sequence.nodes[1]",
                          "call process.root.sequence.nodes[1].parallel.nodes[0]",
                          "choice process.root.sequence.nodes[1].parallel.nodes[1]",
                          "a process.root.sequence.nodes[1].parallel.nodes[1].choice.nodes[0]",
                          "b process.root.sequence.nodes[1].parallel.nodes[1].choice.nodes[1]",
                          "loop process.root.sequence.nodes[2]",
                          "body process.root.sequence.nodes[2].loop.body",
                          "redo process.root.sequence.nodes[2].loop.redo"));
}

TEST(ForEachNodeTest, NodesAreChangedUntilOneFails) {
  Node tree = Tree();
  const absl::Status failed = ForEachNode(&tree, [](Node& node) {
    if (node.id() == "b") return absl::InternalError("b");
    node.set_title("seen");
    return absl::OkStatus();
  });
  EXPECT_EQ(failed, absl::InternalError("b"));
  std::vector<std::string> seen;
  ForEachNode(tree, [&](const Node& node) {
    if (node.title() == "seen") seen.push_back(node.id());
  });
  EXPECT_THAT(seen, ElementsAre("root", "step", "parallel", "call", "choice", "a"));
  EXPECT_TRUE(ForEachNode(&tree, [](Node&) { return absl::OkStatus(); }).ok());
  // Looking at a node adds nothing to it.
  Node loop = Named("loop");
  loop.mutable_loop();
  EXPECT_TRUE(ForEachNode(&loop, [](Node&) { return absl::OkStatus(); }).ok());
  EXPECT_FALSE(loop.loop().has_body());
}

}  // namespace
}  // namespace plumbline::flow
