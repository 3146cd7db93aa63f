// SPDX-License-Identifier: Apache-2.0
//
// Random edits of a tree, for tests: each is one change of a known kind at a known node.
#ifndef PLUMBLINE_COMMON_FLOW_TEST_EDITS_H_
#define PLUMBLINE_COMMON_FLOW_TEST_EDITS_H_

#include <ostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "common/flow/diff.h"
#include "common/flow/tree.h"

namespace plumbline::flow {

// What an edit is to be reported as.
struct Edit {
  DifferenceKind kind;
  std::string node;  // id after the edit; of a removed node its id
  bool operator==(const Edit&) const = default;
  auto operator<=>(const Edit&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Edit& edit) {
    return out << static_cast<int>(edit.kind) << " of " << edit.node;
  }
};

// Edits one tree again and again. No two edits touch the same node, so that each is to be seen in a
// comparison of the first tree with the last. The tree stays valid.
class Editor {
 public:
  Editor(std::mt19937* random, Node* root) : random_(*random), root_(*root) {}

  // One edit of a random kind, or false when the tree offers no place for it. `compatible_only`: of
  // the kinds that need no migration.
  bool TryEdit(bool compatible_only);

  const std::vector<Edit>& edits() const { return edits_; }

 private:
  struct Place {
    Node* parent;
    size_t slot;
    Node& node() const { return parent->children[slot]; }
  };

  size_t Pick(size_t below) { return random_() % below; }
  bool Touched(const Node& node) const { return touched_.contains(node.id); }
  bool AnyTouched(const Node& subtree) const;
  bool AnyLost(const Node& subtree) const;
  // Nodes that can be taken out of their parent, which remains valid.
  std::vector<Place> Removable();
  std::vector<Node*> All(bool (*wanted)(const Node&));
  bool Done(DifferenceKind kind, const std::string& node);

  bool ChangeField();
  bool ChangeStep();
  bool AddSubtree();
  bool AddRedo();
  bool Reorder(bool compatible_only);
  bool Remove();
  bool Move();
  bool Reidentify();
  bool ChangeKind();

  std::mt19937& random_;
  Node& root_;
  std::set<std::string> touched_;  // ids of nodes that were edited or added
  std::set<std::string> lost_;     // ids of nodes that lost a child
  std::vector<Edit> edits_;
  int next_id_ = 0;
};

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_TEST_EDITS_H_
