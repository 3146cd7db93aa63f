// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_TREE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_TREE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "services/analytics/conformance/model.h"

namespace plumbline::analytics::conformance {

inline constexpr uint32_t kNoLabel = 0xffffffff;  // of what is not an activity of the model
inline constexpr uint32_t kNoNode = 0xffffffff;

// A model laid out flat: nodes in pre-order, activities as numbers in the order of their first
// occurrence ("labels"). Several leaves may have the same label. Immutable.
class Tree {
 public:
  struct Node {
    Operator op;
    uint32_t label;   // kNoLabel where op is not kActivity
    uint32_t parent;  // kNoNode at the root
    uint32_t index;   // which child of its parent
    uint32_t first_child, child_count;
  };

  // `root` must pass CheckModel. O(nodes).
  explicit Tree(const ModelNode& root);

  uint32_t size() const { return static_cast<uint32_t>(nodes_.size()); }
  const Node& node(uint32_t n) const { return nodes_[n]; }
  std::span<const uint32_t> children(uint32_t n) const {
    return {children_.data() + nodes_[n].first_child, nodes_[n].child_count};
  }
  const std::vector<std::string>& labels() const { return labels_; }
  uint32_t label_count() const { return static_cast<uint32_t>(labels_.size()); }
  // The number of an activity, or kNoLabel. O(1) expected.
  uint32_t FindLabel(absl::string_view activity) const;

 private:
  uint32_t Add(const ModelNode& from, uint32_t parent, uint32_t index);

  std::vector<Node> nodes_;
  std::vector<uint32_t> children_;
  std::vector<std::string> labels_;
  absl::flat_hash_map<std::string, uint32_t> label_of_;
};

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_TREE_H_
