// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/tree.h"

namespace plumbline::analytics::conformance {

Tree::Tree(const ModelNode& root) { Add(root, kNoNode, 0); }

uint32_t Tree::Add(const ModelNode& from, uint32_t parent, uint32_t index) {
  const uint32_t n = size();
  uint32_t label = kNoLabel;
  if (from.op == Operator::kActivity) {
    const auto [at, added] = label_of_.try_emplace(from.activity, label_count());
    if (added) labels_.push_back(from.activity);
    label = at->second;
  }
  const uint32_t first = static_cast<uint32_t>(children_.size());
  const uint32_t count = static_cast<uint32_t>(from.children.size());
  nodes_.push_back({from.op, label, parent, index, first, count});
  children_.resize(first + count);
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t child = Add(from.children[i], n, i);
    children_[first + i] = child;
  }
  return n;
}

uint32_t Tree::FindLabel(absl::string_view activity) const {
  const auto found = label_of_.find(activity);
  return found == label_of_.end() ? kNoLabel : found->second;
}

}  // namespace plumbline::analytics::conformance
