// SPDX-License-Identifier: Apache-2.0
//
// A frozen plan: the tree with all calls replaced by what they call, its nodes numbered, ready to
// be run.
#ifndef PLUMBLINE_COMMON_FLOW_PLAN_H_
#define PLUMBLINE_COMMON_FLOW_PLAN_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/flow/attribute.h"
#include "common/flow/tree.h"

namespace plumbline::flow {

// Index of a node in its plan, in preorder: the root is 0, a parent comes before its children.
using NodeIndex = int32_t;
inline constexpr NodeIndex kNoNode = -1;

// Index of a scope in its plan. The process itself is 0; a caller comes before what it calls.
using ScopeIndex = int32_t;

// The attributes of the process itself, or of one call of a process. A process that is called twice
// has two scopes, each with values of its own. In the plan an attribute is known, as nodes are, by
// `prefix` and its id: "amount" of the process itself, "deal-desk.amount" inside the call
// "deal-desk". Expressions keep the names that people wrote: the ids alone, of their own scope.
struct PlanScope {
  ScopeIndex parent = -1;  // of the caller
  std::string prefix;  // "" or "{path of the call}."; the same for a call that is all of a process
  std::vector<Attribute> attributes;
  std::vector<Argument> arguments;  // what they get from the caller when the call begins
  std::string called;  // as `resolve` was asked for it: "processes/x@3"; "" = the process itself
  NodeIndex root = 0;  // where it begins in the plan
};

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
  // Of the process that the node is written in: `leave_when` speaks about its attributes, and the
  // conditions of the nodes below.
  ScopeIndex scope = 0;
  // Whether this branch of a choice is taken, or else this optional node done; "" = a person
  // decides. It speaks about the scope of the parent: of a call that is the caller's.
  std::string condition;
  std::string leave_when;  // loop
};

// The id of a node within its process: the last part of its path, because ids have no ".". Options
// of choices name branches by it.
absl::string_view IdOf(const PlanNode& node);

// A process as far as a plan needs it.
struct PlanSource {
  PlanSource(Node tree, std::vector<Attribute> its_attributes = {})  // NOLINT: a tree is one
      : root(std::move(tree)), attributes(std::move(its_attributes)) {}
  Node root;
  std::vector<Attribute> attributes;
  std::string process;  // its id, for what errors say; "" = it has none
};

// Immutable once built.
class Plan {
 public:
  // Gives a pinned process ("processes/x@3").
  using Resolve = std::function<absl::StatusOr<PlanSource>(absl::string_view called)>;

  // Expands calls (a call's root takes the path, title and condition of the call; nodes below it
  // get the prefix "{call path}."; an optional call stays optional). Every call brings a scope with
  // the attributes of what it calls. `owner` is the decider where a node names none. Errors:
  // PROCESS_INVALID when the expanded tree breaks kMaxDepth, kMaxNodes or calls itself, with the
  // chain of processes down to where it does, and what `resolve` returns.
  static absl::StatusOr<Plan> Build(const PlanSource& process, absl::string_view owner,
                                    const Resolve& resolve);

  const std::vector<PlanNode>& nodes() const { return nodes_; }
  const PlanNode& node(NodeIndex i) const { return nodes_[i]; }
  NodeIndex size() const { return static_cast<NodeIndex>(nodes_.size()); }
  const std::vector<PlanScope>& scopes() const { return scopes_; }
  // The scope that the condition of a node speaks about.
  ScopeIndex ConditionScope(NodeIndex node) const {
    const NodeIndex parent = nodes_[node].parent;
    return parent == kNoNode ? 0 : nodes_[parent].scope;
  }
  // kNoNode if there is none. O(1).
  NodeIndex Find(absl::string_view path) const;

 private:
  std::vector<PlanNode> nodes_;
  std::vector<PlanScope> scopes_;
  absl::flat_hash_map<std::string, NodeIndex> by_path_;
};

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_PLAN_H_
