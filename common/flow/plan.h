// SPDX-License-Identifier: Apache-2.0
//
// A frozen plan: the tree with all calls replaced by what they call, its nodes numbered, ready to
// be run.
#ifndef PLUMBLINE_COMMON_FLOW_PLAN_H_
#define PLUMBLINE_COMMON_FLOW_PLAN_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/flow/tree.h"

namespace plumbline::flow {

// Index of a node in its plan, in preorder: the root is 0, a parent comes before its children.
using NodeIndex = int32_t;
inline constexpr NodeIndex kNoNode = -1;

struct PlanNode {
  NodeKind kind = NodeKind::kStep;  // never kCall
  NodeIndex parent = kNoNode;
  NodeIndex end = 0;  // one past the last node of the subtree
  bool optional = false;
  std::string path;  // ids from calls joined by ".": "exam", "deal-desk.review"; unique in the plan
  std::string title;
  std::string decider;
  StepDetails step;
  std::vector<NodeIndex> children;
};

// Immutable once built.
class Plan {
 public:
  // Gives the root of a pinned process ("processes/x@3").
  using Resolve = std::function<absl::StatusOr<Node>(absl::string_view called)>;

  // Expands calls (a call's root takes the path and title of the call; nodes below it get the
  // prefix "{call path}."; an optional call stays optional). `owner` is the decider where a node
  // names none. Errors: PROCESS_INVALID when the expanded tree breaks kMaxDepth, kMaxNodes or calls
  // itself, and what `resolve` returns.
  static absl::StatusOr<Plan> Build(const Node& root, absl::string_view owner,
                                    const Resolve& resolve);

  const std::vector<PlanNode>& nodes() const { return nodes_; }
  const PlanNode& node(NodeIndex i) const { return nodes_[i]; }
  NodeIndex size() const { return static_cast<NodeIndex>(nodes_.size()); }
  // kNoNode if there is none. O(1).
  NodeIndex Find(absl::string_view path) const;

 private:
  std::vector<PlanNode> nodes_;
  absl::flat_hash_map<std::string, NodeIndex> by_path_;
};

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_PLAN_H_
