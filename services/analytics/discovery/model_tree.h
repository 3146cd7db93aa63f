// SPDX-License-Identifier: Apache-2.0
//
// A process tree as discovery and the literature have it (Leemans 2017, section 2.2.6): with silent
// leaves, and loops with several ways to go on. tree_flow.h makes the catalog's tree of it.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_MODEL_TREE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_MODEL_TREE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace plumbline::analytics {

enum class ModelKind { kSilent, kActivity, kSequence, kChoice, kParallel, kLoop };

// A node and what is below it. Silent: nothing happens. A loop does its first child, then either
// leaves, or does one of the others and begins again; it has two children or more. Sequence, choice
// and parallel have one or more.
struct ModelTree {
  ModelKind kind = ModelKind::kSilent;
  uint32_t activity = 0;  // kActivity: a number in the names that the tree goes with
  std::vector<ModelTree> children;
  bool operator==(const ModelTree&) const = default;
};

inline ModelTree SilentStep() { return {}; }
inline ModelTree ActivityStep(uint32_t activity) { return {ModelKind::kActivity, activity, {}}; }
inline ModelTree Inner(ModelKind kind, std::vector<ModelTree> children) {
  return {kind, 0, std::move(children)};
}

// The one form of trees that differ only in what has no meaning: sequences, choices and parallels
// have none of their kind as a child, no sequence or parallel has a silent child, a choice has at
// most one (its first), nothing but a loop has a single child, and where order has no meaning
// (choice, parallel, what a loop may do before it begins again) children are sorted by the smallest
// activity below them, then by kind and content. Recursion as deep as the tree.
// O(nodes log nodes * depth).
ModelTree Normalised(ModelTree tree);

// "->( 'a', X( tau, 'b' ), +( 'c', *( 'd', tau ) ) )": -> sequence, X choice, + parallel, * loop,
// tau silent. "\" and "'" within a name have a "\" before them. O(size).
std::string TextOf(const ModelTree& tree, const std::vector<std::string>& names);

// How many nodes, and how many levels. O(nodes).
size_t NodeCount(const ModelTree& tree);
size_t DepthOf(const ModelTree& tree);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_MODEL_TREE_H_
