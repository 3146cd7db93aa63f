// SPDX-License-Identifier: Apache-2.0
//
// Which node of one tree is which node of another.
#ifndef PLUMBLINE_COMMON_FLOW_MATCH_H_
#define PLUMBLINE_COMMON_FLOW_MATCH_H_

#include <vector>

#include "common/flow/tree.h"

namespace plumbline::flow {

// A node of a tree that is laid out flat, in preorder: a parent comes before its children.
struct FlatNode {
  const Node* node = nullptr;
  int parent = -1;  // index; -1 = it is the root
  int slot = 0;     // which child of its parent it is, from 0
  int end = 0;      // one past the last node of its subtree
  std::vector<int> children;
};
using FlatTree = std::vector<FlatNode>;

// The tree must outlive what is returned and keep kMaxDepth. O(nodes).
FlatTree Flatten(const Node& root);

inline constexpr int kUnmatched = -1;

// The partner of each node in the other tree, or kUnmatched. A node has at most one.
struct Matching {
  std::vector<int> after_of;   // by index in the tree before
  std::vector<int> before_of;  // by index in the tree after
};

// Matches by id first. Of what is left, these are the same node under another id, tried in this
// order (the idea of Falleri et al. 2014, "Fine-grained and accurate source code differencing",
// section 3: equal subtrees top-down, then containers bottom-up):
//  1. subtrees that are equal but for ids and have no equal elsewhere in either tree;
//  2. sequences, parallels, choices and loops of one kind that have more than half of their
//     children in common;
//  3. the two roots;
//  4. children of parents that are matched, of one kind and title, if no sibling has them too.
// Ids are unique within a tree. O(nodes).
Matching MatchTrees(const FlatTree& before, const FlatTree& after);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_MATCH_H_
