// SPDX-License-Identifier: Apache-2.0
#include "common/flow/match.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace plumbline::flow {
namespace {

void Append(const Node& node, int parent, int slot, FlatTree* tree) {
  const int index = static_cast<int>(tree->size());
  tree->push_back({.node = &node, .parent = parent, .slot = slot});
  if (parent >= 0) (*tree)[parent].children.push_back(index);
  for (size_t i = 0; i < node.children.size(); ++i) {
    Append(node.children[i], index, static_cast<int>(i), tree);
  }
  (*tree)[index].end = static_cast<int>(tree->size());
}

// Whether two nodes are equal but for their ids and what is below them.
bool EqualWithoutId(const Node& a, const Node& b) {
  return a.kind == b.kind && a.title == b.title && a.optional == b.optional &&
         a.decider == b.decider && a.called == b.called && a.step == b.step &&
         a.condition == b.condition && a.leave_when == b.leave_when && a.arguments == b.arguments &&
         a.children.size() == b.children.size();
}

// By index: equal for subtrees that are equal but for ids, and else hardly ever.
std::vector<size_t> Fingerprints(const FlatTree& tree) {
  std::vector<size_t> prints(tree.size());
  for (size_t i = tree.size(); i-- > 0;) {
    const Node& node = *tree[i].node;
    size_t print = absl::HashOf(static_cast<int>(node.kind), node.title, node.optional,
                                node.decider, node.called, node.step.role, node.step.instructions);
    for (int child : tree[i].children) print = absl::HashOf(print, prints[child]);
    prints[i] = print;
  }
  return prints;
}

class Matcher {
 public:
  Matcher(const FlatTree& before, const FlatTree& after) : before_(before), after_(after) {
    matching_.after_of.assign(before.size(), kUnmatched);
    matching_.before_of.assign(after.size(), kUnmatched);
  }

  void ById() {
    absl::flat_hash_map<absl::string_view, int> ids;
    ids.reserve(before_.size());
    for (size_t i = 0; i < before_.size(); ++i) ids.emplace(before_[i].node->id, i);
    for (size_t i = 0; i < after_.size(); ++i) {
      const auto it = ids.find(after_[i].node->id);
      if (it != ids.end() && FreeBefore(it->second)) Pair(it->second, static_cast<int>(i));
    }
  }

  void ByEqualSubtrees() {
    // Of each fingerprint the free nodes of both trees; only a pair of two is unambiguous.
    absl::flat_hash_map<size_t, std::pair<std::vector<int>, std::vector<int>>> alike;
    const std::vector<size_t> prints_before = Fingerprints(before_);
    const std::vector<size_t> prints_after = Fingerprints(after_);
    for (size_t i = 0; i < before_.size(); ++i)
      if (FreeBefore(i)) alike[prints_before[i]].first.push_back(static_cast<int>(i));
    for (size_t i = 0; i < after_.size(); ++i) {
      if (!FreeAfter(i)) continue;
      const auto it = alike.find(prints_after[i]);
      if (it != alike.end()) it->second.second.push_back(static_cast<int>(i));
    }
    for (size_t i = 0; i < before_.size(); ++i) {
      if (!FreeBefore(i)) continue;
      const auto& [befores, afters] = alike[prints_before[i]];
      if (befores.size() == 1 && afters.size() == 1) PairSubtrees(befores[0], afters[0]);
    }
  }

  void ByChildren() {
    for (int i = static_cast<int>(before_.size()) - 1; i >= 0; --i) {
      if (!FreeBefore(i) || before_[i].children.empty()) continue;
      const int candidate = ParentOfMost(i);
      if (candidate != kUnmatched && FreeAfter(candidate) &&
          before_[i].node->kind == after_[candidate].node->kind) {
        Pair(i, candidate);
      }
    }
  }

  void Roots() {
    if (FreeBefore(0) && FreeAfter(0)) Pair(0, 0);
  }

  void ByTitleBelowMatchedParents() {
    for (size_t i = 0; i < after_.size(); ++i) {
      if (FreeAfter(i)) continue;
      PairChildrenByTitle(matching_.before_of[i], static_cast<int>(i));
    }
  }

  Matching Take() { return std::move(matching_); }

 private:
  bool FreeBefore(size_t i) const { return matching_.after_of[i] == kUnmatched; }
  bool FreeAfter(size_t i) const { return matching_.before_of[i] == kUnmatched; }

  void Pair(int before, int after) {
    matching_.after_of[before] = after;
    matching_.before_of[after] = before;
  }

  // Pairs two subtrees node by node, if they are equal but for ids and nothing of one is matched to
  // something outside the other.
  void PairSubtrees(int before, int after) {
    const int size = before_[before].end - before;
    if (size != after_[after].end - after) return;
    for (int i = 0; i < size; ++i) {
      if (!EqualWithoutId(*before_[before + i].node, *after_[after + i].node)) return;
      const int partner = matching_.after_of[before + i];
      if (partner != after + i && (partner != kUnmatched || !FreeAfter(after + i))) return;
    }
    for (int i = 0; i < size; ++i) Pair(before + i, after + i);
  }

  // The node after that holds more than half of the children of `parent`, and they are more than
  // half of its own.
  int ParentOfMost(int parent) const {
    const std::vector<int>& children = before_[parent].children;
    absl::flat_hash_map<int, size_t> shared;
    for (int child : children) {
      const int partner = matching_.after_of[child];
      if (partner == kUnmatched || after_[partner].parent < 0) continue;
      const int candidate = after_[partner].parent;
      const size_t common = ++shared[candidate];
      if (2 * common > std::max(children.size(), after_[candidate].children.size()))
        return candidate;
    }
    return kUnmatched;
  }

  void PairChildrenByTitle(int before, int after) {
    using Key = std::pair<NodeKind, absl::string_view>;
    absl::flat_hash_map<Key, std::pair<std::vector<int>, std::vector<int>>> alike;
    for (int child : before_[before].children) {
      const Node& node = *before_[child].node;
      if (FreeBefore(child) && !node.title.empty())
        alike[{node.kind, node.title}].first.push_back(child);
    }
    if (alike.empty()) return;
    for (int child : after_[after].children) {
      const Node& node = *after_[child].node;
      if (FreeAfter(child) && !node.title.empty())
        alike[{node.kind, node.title}].second.push_back(child);
    }
    for (const auto& [key, nodes] : alike) {
      if (nodes.first.size() == 1 && nodes.second.size() == 1)
        Pair(nodes.first[0], nodes.second[0]);
    }
  }

  const FlatTree& before_;
  const FlatTree& after_;
  Matching matching_;
};

}  // namespace

FlatTree Flatten(const Node& root) {
  FlatTree tree;
  Append(root, -1, 0, &tree);
  return tree;
}

Matching MatchTrees(const FlatTree& before, const FlatTree& after) {
  Matcher matcher(before, after);
  matcher.ById();
  matcher.ByEqualSubtrees();
  matcher.ByChildren();
  matcher.Roots();
  matcher.ByTitleBelowMatchedParents();
  return matcher.Take();
}

}  // namespace plumbline::flow
