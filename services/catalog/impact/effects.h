// SPDX-License-Identifier: Apache-2.0
//
// What an outage does within one tree.
//
// A run is what happens once all decisions are given: the branch of each choice, which optional
// parts are done, how often each loop is repeated. With some leaves out (they never end), a run
// goes as far as it can. Then, over all runs:
//   stuck:  a node is stuck if no run that begins it ends it (kYes); if some do and some do not, it
//           may be stuck (kMaybe).
//   waits:  a node waits if no run that would come to it comes to it (kYes); if some do not, or
//           come to it less often, it may wait (kMaybe).
// This follows from the tree, since decisions are independent: a sequence or parallel part is as
// stuck as its most stuck child; a choice is stuck if all branches are, and may be if one is or may
// be; a loop is as stuck as its body, and may be if its redo part is; an optional part at most may
// be. A node of a sequence waits for the nodes before it; a branch waits for nothing but what its
// parent waits for; a loop's body may wait for its own repetition.
#ifndef PLUMBLINE_SERVICES_CATALOG_IMPACT_EFFECTS_H_
#define PLUMBLINE_SERVICES_CATALOG_IMPACT_EFFECTS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/catalog/impact/tree.h"

namespace plumbline::catalog::impact {

enum class Level : uint8_t { kNo, kMaybe, kYes };

// A leaf that does not end, or may not end.
struct Outage {
  NodeIndex node = 0;
  Level level = Level::kYes;
};

// Evaluates trees, one after the other, in memory that it keeps. Not thread-safe.
class Effects {
 public:
  // `outages`: leaves of the tree, each at most once, in its order. What the methods below return
  // is of this tree until the next call. O(nodes), most of it one pass of writing: only nodes
  // around outages are looked at one by one.
  void Evaluate(absl::Span<const TreeNode> nodes, absl::Span<const Outage> outages);

  // Whether the leaf itself does not end once it is begun, be it optional or not.
  Level out(NodeIndex leaf) const { return states_[leaf].out; }
  // Whether the node does not end once its turn came.
  Level stuck(NodeIndex node) const { return states_[node].stuck; }
  // Whether its turn does not come.
  Level waits(NodeIndex node) const { return states_[node].waits; }
  // Of a node that waits or may wait: the first leaf, in the order of the tree, that makes it so.
  NodeIndex cause(NodeIndex node) const { return states_[node].cause; }

 private:
  // Together, since a node is read and written whole: a tree of 64 nodes has eight cache lines.
  struct State {
    Level out = Level::kNo, stuck = Level::kNo, waits = Level::kNo;
    NodeIndex culprit = 0;  // of what is stuck: the first leaf that makes it so
    NodeIndex cause = 0;
  };

  // Of a node that has an outage in it; *next is the first of these, and then the one behind it.
  void Fold(absl::Span<const TreeNode> nodes, absl::Span<const Outage> outages, NodeIndex node,
            size_t* next);
  void FoldAll(absl::Span<const TreeNode> nodes, NodeIndex node);
  void FoldChoice(absl::Span<const TreeNode> nodes, NodeIndex node);
  void FoldLoop(absl::Span<const TreeNode> nodes, NodeIndex node);
  // Hands what the node waits for to what is below it.
  void Spread(absl::Span<const TreeNode> nodes, NodeIndex node);
  void SpreadSequence(absl::Span<const TreeNode> nodes, NodeIndex node);
  void SpreadBranches(absl::Span<const TreeNode> nodes, NodeIndex node);
  void SpreadLoop(absl::Span<const TreeNode> nodes, NodeIndex node);

  std::vector<State> states_;
};

}  // namespace plumbline::catalog::impact

#endif  // PLUMBLINE_SERVICES_CATALOG_IMPACT_EFFECTS_H_
