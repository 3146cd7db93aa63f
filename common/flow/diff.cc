// SPDX-License-Identifier: Apache-2.0
#include "common/flow/diff.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/flow/diff_fields.h"
#include "common/flow/match.h"
#include "common/flow/validate.h"

namespace plumbline::flow {
namespace {

// Which of `values`, all different, form a longest increasing subsequence (Fredman 1975). The
// others are the fewest that must move to make the rest be in order. O(n log n).
std::vector<bool> InOrder(const std::vector<int>& values) {
  std::vector<size_t> ends;  // of the subsequences of each length, the smallest last value
  std::vector<size_t> previous(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const auto it = std::lower_bound(ends.begin(), ends.end(), values[i],
                                     [&](size_t end, int v) { return values[end] < v; });
    previous[i] = it == ends.begin() ? i : *(it - 1);
    if (it == ends.end()) {
      ends.push_back(i);
    } else {
      *it = i;
    }
  }
  std::vector<bool> kept(values.size());
  if (ends.empty()) return kept;
  for (size_t i = ends.back();; i = previous[i]) {
    kept[i] = true;
    if (previous[i] == i) return kept;
  }
}

bool HasConditions(const Node& choice) {
  return std::any_of(choice.children.begin(), choice.children.end(),
                     [](const Node& branch) { return !branch.condition.empty(); });
}

class Differ {
 public:
  Differ(const ProcessContent& before, const ProcessContent& after, CalledVerdict called)
      : before_process_(before),
        after_process_(after),
        called_(called),
        before_(Flatten(before.root)),
        after_(Flatten(after.root)),
        matching_(MatchTrees(before_, after_)),
        reordered_(after_.size()) {}

  ProcessDiff Run() {
    CompareProcessFields(before_process_, after_process_,
                         [this](Difference difference) { Add(std::move(difference)); });
    for (size_t i = 0; i < after_.size(); ++i) FindReordered(after_[i]);
    for (int i = 0; i < static_cast<int>(after_.size()); ++i) CompareAfter(i);
    for (int i = 0; i < static_cast<int>(before_.size()); ++i) {
      if (matching_.after_of[i] == kUnmatched) AddRemoved(i);
    }
    return std::move(diff_);
  }

 private:
  void Add(Difference difference) {
    diff_.verdict = std::max(diff_.verdict, difference.verdict);
    diff_.differences.push_back(std::move(difference));
  }

  // Adds a difference of a node; its path is below the node's.
  void Add(const FlatTree& tree, int node, Difference difference) {
    const Node& of = *tree[node].node;
    difference.node = of.id;
    difference.title = of.title.empty() ? std::string(KindWord(of.kind)) : of.title;
    difference.path = difference.path.empty()
                          ? PathOf(tree, node)
                          : absl::StrCat(PathOf(tree, node), ".", difference.path);
    Add(std::move(difference));
  }

  static std::string PathOf(const FlatTree& tree, int node) {
    if (tree[node].parent < 0) return "root";
    const int parent = tree[node].parent;
    return absl::StrCat(PathOf(tree, parent), ".",
                        ChildField(*tree[parent].node, static_cast<size_t>(tree[node].slot)));
  }

  // Where a node stands: its parent, and of a loop which part.
  static std::string PlaceOf(const FlatTree& tree, int node) {
    if (tree[node].parent < 0) return "the root";
    const Node& parent = *tree[tree[node].parent].node;
    if (parent.kind != NodeKind::kLoop) return parent.id;
    return absl::StrCat(parent.id, tree[node].slot == 0 ? ".body" : ".redo");
  }

  // Notes the children of `parent` that stood among its children before, and elsewhere among them.
  void FindReordered(const FlatNode& parent) {
    if (parent.node->kind == NodeKind::kLoop) return;
    std::vector<int> stayed, slots;
    for (int child : parent.children) {
      const int was = matching_.before_of[child];
      if (was == kUnmatched || before_[was].parent < 0) continue;
      if (matching_.after_of[before_[was].parent] != after_[child].parent) continue;
      if (before_[before_[was].parent].node->kind == NodeKind::kLoop) continue;
      stayed.push_back(child);
      slots.push_back(before_[was].slot);
    }
    const std::vector<bool> in_order = InOrder(slots);
    for (size_t i = 0; i < stayed.size(); ++i) reordered_[stayed[i]] = !in_order[i];
  }

  void CompareAfter(int node) {
    const int was = matching_.before_of[node];
    if (was == kUnmatched) return AddAdded(node);
    ComparePlaces(was, node);
    CompareNodeFields(*before_[was].node, *after_[node].node, called_,
                      [&](Difference difference) { Add(after_, node, std::move(difference)); });
  }

  void AddAdded(int node) {
    const int parent = after_[node].parent;
    if (parent >= 0 && matching_.before_of[parent] == kUnmatched) return;  // comes with its parent
    Add(after_, node,
        {.kind = DifferenceKind::kAdded,
         .verdict = Verdict::kCompatible,
         .after = PlaceOf(after_, node),
         .nodes = CountUnmatched(after_, matching_.before_of, node),
         .why = "instances that are not past it will do it, the others go on without it"});
  }

  void AddRemoved(int node) {
    const int parent = before_[node].parent;
    if (parent >= 0 && matching_.after_of[parent] == kUnmatched) return;  // goes with its parent
    Add(before_, node,
        {.kind = DifferenceKind::kRemoved,
         .verdict = Verdict::kNeedsMigration,
         .before = PlaceOf(before_, node),
         .nodes = CountUnmatched(before_, matching_.after_of, node),
         .why = "an instance may be at work on it"});
  }

  // Nodes below and with `node` down to those that have a partner.
  static int CountUnmatched(const FlatTree& tree, const std::vector<int>& partner, int node) {
    int count = 0;
    for (int i = node; i < tree[node].end;) {
      const bool unmatched = partner[i] == kUnmatched;
      count += unmatched;
      i = unmatched ? i + 1 : tree[i].end;
    }
    return count;
  }

  void ComparePlaces(int was, int is) {
    const int parent_was = before_[was].parent;
    const int parent_is = after_[is].parent;
    const bool same_parent = parent_was < 0 || parent_is < 0
                                 ? parent_was == parent_is
                                 : matching_.after_of[parent_was] == parent_is;
    if (!same_parent || ChangedPartOfLoop(was, is)) {
      Add(after_, is,
          {.kind = DifferenceKind::kMoved,
           .verdict = Verdict::kNeedsMigration,
           .before = PlaceOf(before_, was),
           .after = PlaceOf(after_, is),
           .why = "where an instance stands says nothing about the new place"});
    } else if (reordered_[is]) {
      AddReordered(was, is);
    }
  }

  bool ChangedPartOfLoop(int was, int is) const {
    if (after_[is].parent < 0) return false;
    return before_[before_[was].parent].node->kind == NodeKind::kLoop &&
           after_[after_[is].parent].node->kind == NodeKind::kLoop &&
           before_[was].slot != after_[is].slot;
  }

  void AddReordered(int was, int is) {
    Difference difference = {.kind = DifferenceKind::kReordered,
                             .verdict = Verdict::kCosmetic,
                             .before = absl::StrCat(before_[was].slot + 1),
                             .after = absl::StrCat(after_[is].slot + 1),
                             .why = "the order in which they are listed means nothing to a run"};
    const Node& parent = *after_[after_[is].parent].node;
    if (parent.kind == NodeKind::kSequence) {
      difference.verdict = Verdict::kNeedsMigration;
      difference.why = "an instance between the two places would skip it or do it twice";
    } else if (parent.kind == NodeKind::kChoice && HasConditions(parent)) {
      difference.verdict = Verdict::kCompatible;
      difference.why = "of conditions that hold, the first decides; decisions made stand";
    }
    Add(after_, is, std::move(difference));
  }

  const ProcessContent& before_process_;
  const ProcessContent& after_process_;
  const CalledVerdict called_;
  const FlatTree before_;
  const FlatTree after_;
  const Matching matching_;
  std::vector<bool> reordered_;  // by index after
  ProcessDiff diff_;
};

}  // namespace

ProcessDiff Diff(const ProcessContent& before, const ProcessContent& after, CalledVerdict called) {
  return Differ(before, after, called).Run();
}

ProcessDiff Diff(const ProcessContent& before, const ProcessContent& after) {
  return Diff(before, after,
              [](absl::string_view, absl::string_view) { return Verdict::kNeedsMigration; });
}

}  // namespace plumbline::flow
