// SPDX-License-Identifier: Apache-2.0
#include "common/flow/proto/nodes.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace plumbline::flow {
namespace {

using catalog::v1::Node;

// `path`: of the node, or nullptr if nobody asks for paths.
void Walk(const Node& node, std::string* path,
          absl::FunctionRef<void(const Node&, const std::string*)> visit) {
  visit(node, path);
  const auto go = [&](const Node& child, const auto&... place) {
    const size_t length = path == nullptr ? 0 : path->size();
    if (path != nullptr) absl::StrAppend(path, place...);
    Walk(child, path, visit);
    if (path != nullptr) path->resize(length);
  };
  const auto all = [&](const auto& nodes, absl::string_view kind) {
    for (int i = 0; i < nodes.size(); ++i) go(nodes[i], ".", kind, ".nodes[", i, "]");
  };
  switch (node.kind_case()) {
    case Node::kSequence:
      return all(node.sequence().nodes(), "sequence");
    case Node::kParallel:
      return all(node.parallel().nodes(), "parallel");
    case Node::kChoice:
      return all(node.choice().nodes(), "choice");
    case Node::kLoop:
      if (node.loop().has_body()) go(node.loop().body(), ".loop.body");
      if (node.loop().has_redo()) go(node.loop().redo(), ".loop.redo");
      return;
    default:
      return;
  }
}

}  // namespace

void ForEachNode(const Node& root, absl::FunctionRef<void(const Node&)> visit) {
  Walk(root, nullptr, [&](const Node& node, const std::string*) { visit(node); });
}

void ForEachNode(const Node& root, absl::string_view path,
                 absl::FunctionRef<void(const Node&, const std::string&)> visit) {
  std::string here(path);
  Walk(root, &here, [&](const Node& node, const std::string* at) { visit(node, *at); });
}

absl::Status ForEachNode(Node* root, absl::FunctionRef<absl::Status(Node&)> visit) {
  RETURN_IF_ERROR(visit(*root));
  const auto all = [&](auto* nodes) -> absl::Status {
    for (Node& child : *nodes) RETURN_IF_ERROR(ForEachNode(&child, visit));
    return absl::OkStatus();
  };
  switch (root->kind_case()) {
    case Node::kSequence:
      return all(root->mutable_sequence()->mutable_nodes());
    case Node::kParallel:
      return all(root->mutable_parallel()->mutable_nodes());
    case Node::kChoice:
      return all(root->mutable_choice()->mutable_nodes());
    case Node::kLoop:
      if (root->loop().has_body())
        RETURN_IF_ERROR(ForEachNode(root->mutable_loop()->mutable_body(), visit));
      if (root->loop().has_redo())
        RETURN_IF_ERROR(ForEachNode(root->mutable_loop()->mutable_redo(), visit));
      return absl::OkStatus();
    default:
      return absl::OkStatus();
  }
}

}  // namespace plumbline::flow
