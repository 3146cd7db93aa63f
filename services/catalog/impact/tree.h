// SPDX-License-Identifier: Apache-2.0
//
// A process tree, packed: what the graph keeps of it.
#ifndef PLUMBLINE_SERVICES_CATALOG_IMPACT_TREE_H_
#define PLUMBLINE_SERVICES_CATALOG_IMPACT_TREE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/impact/names.h"

namespace plumbline::catalog::impact {

// Index of a node in its tree, in preorder: the root is 0. Trees that the catalog keeps have at
// most flow::kMaxNodes nodes.
using NodeIndex = uint16_t;

enum class NodeKind : uint8_t { kSequence, kParallel, kChoice, kLoop, kCall, kStep };

// Children follow their parent: the first at its index + 1, each next one at the `end` of the one
// before. A loop has its body and, perhaps, its redo part.
struct TreeNode {
  NodeKind kind = NodeKind::kStep;
  bool optional = false;
  NodeIndex end = 0;  // one past the last node of the subtree
  uint32_t what = 0;  // a step: the Id of its role; a call: its place among Tree::calls

  bool is_leaf() const { return kind == NodeKind::kCall || kind == NodeKind::kStep; }
};

// What a leaf is called.
struct Leaf {
  NodeIndex node = 0;
  uint16_t id_length = 0;
  uint32_t text = 0;  // where its id begins in Tree::text; its title follows
  uint16_t title_length = 0;
};

// A step uses a utility.
struct Use {
  Id utility = kNoId;
  NodeIndex node = 0;
  bool operator<(const Use& other) const {
    return utility != other.utility ? utility < other.utility : node < other.node;
  }
};

struct Call {
  NodeIndex node = 0;
  Id process = kNoId;
  int64_t revision = 0;  // 0 = the draft names none
  Id tag = kNoId;        // that the draft names; kNoId = none
  uint32_t target = 0;   // of the graph: the part that is called; of a call with a revision
};

struct Tree {
  std::vector<TreeNode> nodes;
  std::vector<Call> calls;   // in the order of the tree
  std::vector<Use> uses;     // by utility, then by node; each once
  std::vector<Leaf> leaves;  // in the order of the tree
  std::string text;

  absl::string_view IdOf(const Leaf& leaf) const {
    return absl::string_view(text).substr(leaf.text, leaf.id_length);
  }
  absl::string_view TitleOf(const Leaf& leaf) const {
    return absl::string_view(text).substr(leaf.text + leaf.id_length, leaf.title_length);
  }
  // O(log leaves).
  const Leaf& LeafOf(NodeIndex node) const;
  // Begins to bring what an evaluation reads near, for who will evaluate the tree soon.
  void Prefetch() const;
  int64_t bytes() const;
};

// What trees name. All of it is acquired when a tree is packed, and released with it.
struct Vocabulary {
  Names processes;
  Names utilities;
  Names roles;
  Names tags;  // that drafts call by
};

// Packs a tree that keeps the rules of the model. Of a draft, `outline`: only the leaves that call
// or use something, without structure, titles and roles. O(nodes log nodes).
Tree Pack(const v1::Node& root, bool outline, Vocabulary* vocabulary);

// Releases what Pack acquired.
void Unpack(const Tree& tree, bool outline, Vocabulary* vocabulary);

}  // namespace plumbline::catalog::impact

#endif  // PLUMBLINE_SERVICES_CATALOG_IMPACT_TREE_H_
