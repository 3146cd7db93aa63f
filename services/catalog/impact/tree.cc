// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/impact/tree.h"

#include <algorithm>
#include <optional>

#include "common/flow/validate.h"

namespace plumbline::catalog::impact {
namespace {

constexpr size_t kCacheLine = 64;

template <typename T>
int64_t BytesOf(const std::vector<T>& values) {
  return static_cast<int64_t>(values.capacity() * sizeof(T));
}

class Packer {
 public:
  Packer(bool outline, Vocabulary* vocabulary) : outline_(outline), vocabulary_(vocabulary) {}

  // The rules of the model bound the depth.
  void Add(const v1::Node& node) {
    switch (node.kind_case()) {
      case v1::Node::kSequence:
        return AddInner(node, NodeKind::kSequence, node.sequence().nodes());
      case v1::Node::kParallel:
        return AddInner(node, NodeKind::kParallel, node.parallel().nodes());
      case v1::Node::kChoice:
        return AddInner(node, NodeKind::kChoice, node.choice().nodes());
      case v1::Node::kLoop:
        return AddLoop(node);
      case v1::Node::kCall:
        return AddCall(node);
      default:
        return AddStep(node);
    }
  }

  Tree Finish() {
    std::sort(tree_.uses.begin(), tree_.uses.end());
    tree_.nodes.shrink_to_fit();
    tree_.leaves.shrink_to_fit();
    tree_.calls.shrink_to_fit();
    tree_.uses.shrink_to_fit();
    tree_.text.shrink_to_fit();
    return std::move(tree_);
  }

 private:
  NodeIndex Begin(const v1::Node& node, NodeKind kind) {
    tree_.nodes.push_back({.kind = kind, .optional = node.optional()});
    return static_cast<NodeIndex>(tree_.nodes.size() - 1);
  }
  void End(NodeIndex index) { tree_.nodes[index].end = static_cast<NodeIndex>(tree_.nodes.size()); }

  template <typename Nodes>
  void AddInner(const v1::Node& node, NodeKind kind, const Nodes& children) {
    const NodeIndex index = outline_ ? 0 : Begin(node, kind);
    for (const v1::Node& child : children) Add(child);
    if (!outline_) End(index);
  }

  void AddLoop(const v1::Node& node) {
    const NodeIndex index = outline_ ? 0 : Begin(node, NodeKind::kLoop);
    Add(node.loop().body());
    if (node.loop().has_redo()) Add(node.loop().redo());
    if (!outline_) End(index);
  }

  NodeIndex AddLeaf(const v1::Node& node, NodeKind kind, uint32_t what) {
    const NodeIndex index = Begin(node, kind);
    End(index);
    tree_.nodes[index].what = what;
    const std::string title = outline_ ? "" : node.title();
    tree_.leaves.push_back({.node = index,
                            .id_length = static_cast<uint16_t>(node.id().size()),
                            .text = static_cast<uint32_t>(tree_.text.size()),
                            .title_length = static_cast<uint16_t>(title.size())});
    tree_.text += node.id();
    tree_.text += title;
    return index;
  }

  void AddCall(const v1::Node& node) {
    const std::optional<flow::CalledProcess> called = flow::ParseCalled(node.call().process());
    if (!called.has_value()) return;
    const Id process = vocabulary_->processes.Acquire(called->process);
    const NodeIndex index =
        AddLeaf(node, NodeKind::kCall, static_cast<uint32_t>(tree_.calls.size()));
    tree_.calls.push_back({.node = index, .process = process, .revision = called->revision});
    if (!called->tag.empty()) tree_.calls.back().tag = vocabulary_->tags.Acquire(called->tag);
  }

  void AddStep(const v1::Node& node) {
    const auto& names = node.step().utilities();
    if (outline_ && names.empty()) return;
    const NodeIndex index = AddLeaf(
        node, NodeKind::kStep, outline_ ? kNoId : vocabulary_->roles.Acquire(node.step().role()));
    std::vector<absl::string_view> each(names.begin(), names.end());
    std::sort(each.begin(), each.end());
    each.erase(std::unique(each.begin(), each.end()), each.end());
    for (absl::string_view name : each)
      tree_.uses.push_back({.utility = vocabulary_->utilities.Acquire(name), .node = index});
  }

  const bool outline_;
  Vocabulary* vocabulary_;
  Tree tree_;
};

}  // namespace

const Leaf& Tree::LeafOf(NodeIndex node) const {
  return *std::lower_bound(leaves.begin(), leaves.end(), node,
                           [](const Leaf& leaf, NodeIndex value) { return leaf.node < value; });
}

void Tree::Prefetch() const {
  const char* const begin = reinterpret_cast<const char*>(nodes.data());
  for (size_t at = 0; at < nodes.size() * sizeof(TreeNode); at += kCacheLine)
    __builtin_prefetch(begin + at);
  for (size_t at = 0; at < uses.size() * sizeof(Use); at += kCacheLine)
    __builtin_prefetch(reinterpret_cast<const char*>(uses.data()) + at);
}

int64_t Tree::bytes() const {
  return BytesOf(nodes) + BytesOf(leaves) + BytesOf(calls) + BytesOf(uses) +
         static_cast<int64_t>(text.capacity());
}

Tree Pack(const v1::Node& root, bool outline, Vocabulary* vocabulary) {
  Packer packer(outline, vocabulary);
  packer.Add(root);
  return packer.Finish();
}

void Unpack(const Tree& tree, bool outline, Vocabulary* vocabulary) {
  for (const Call& call : tree.calls) {
    vocabulary->processes.Release(call.process);
    if (call.tag != kNoId) vocabulary->tags.Release(call.tag);
  }
  for (const Use& use : tree.uses) vocabulary->utilities.Release(use.utility);
  if (outline) return;
  for (const TreeNode& node : tree.nodes) {
    if (node.kind == NodeKind::kStep) vocabulary->roles.Release(node.what);
  }
}

}  // namespace plumbline::catalog::impact
