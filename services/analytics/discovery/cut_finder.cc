// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/cut_finder.h"

#include <algorithm>
#include <utility>

namespace plumbline::analytics {
namespace {

// A group of a parallel cut on its way to its place.
struct Branch {
  std::vector<size_t> activities;  // ascending
  bool starts = false, ends = false;

  void Take(const Branch& other) {
    activities.insert(activities.end(), other.activities.begin(), other.activities.end());
    starts |= other.starts;
    ends |= other.ends;
  }
};

std::vector<Branch> BranchesOf(const FollowGraph& graph, const Components& components) {
  std::vector<Branch> branches(components.count);
  for (size_t i = 0; i < graph.n; ++i) {
    Branch& branch = branches[components.of[i]];
    branch.activities.push_back(i);
    branch.starts |= graph.starts[i];
    branch.ends |= graph.ends[i];
  }
  std::stable_sort(branches.begin(), branches.end(), [](const Branch& a, const Branch& b) {
    return a.activities.size() < b.activities.size();
  });
  return branches;
}

}  // namespace

std::optional<Cut> FindChoiceCut(const FollowGraph& graph) {
  const auto neighbours = [&graph](size_t i, const Bits& unseen) {
    Bits found(graph.n);
    found |= graph.successors[i];
    found |= graph.predecessors[i];
    return found &= unseen;
  };
  Components components = FindComponents(graph.n, Bits(graph.n), neighbours);
  if (components.count < 2) return std::nullopt;
  return Cut{ModelKind::kChoice, std::move(components.of), components.count};
}

std::optional<Cut> FindParallelCut(const FollowGraph& graph) {
  // Together is what does not follow each other both ways.
  const auto neighbours = [&graph](size_t i, const Bits& unseen) {
    Bits found = unseen, both(graph.n);
    both |= graph.successors[i];
    both &= graph.predecessors[i];
    ForEachBit(both, [&found](size_t j) { found.Reset(j); });
    return found;
  };
  const Components components = FindComponents(graph.n, Bits(graph.n), neighbours);
  if (components.count < 2) return std::nullopt;
  std::vector<Branch> branches;
  Branch before;  // branches that come before the first whole one
  for (Branch& branch : BranchesOf(graph, components)) {
    if (branches.empty() || (branch.starts && branch.ends)) {
      if (branches.empty()) branch.Take(std::exchange(before, {}));
      if (branch.starts && branch.ends) {
        branches.push_back(std::move(branch));
      } else {
        before = std::move(branch);
      }
    } else {
      branches.back().Take(branch);
    }
  }
  if (branches.size() < 2) return std::nullopt;
  Cut cut{ModelKind::kParallel, std::vector<uint16_t>(graph.n), branches.size()};
  for (size_t b = 0; b < branches.size(); ++b) {
    for (const size_t i : branches[b].activities) cut.group_of[i] = static_cast<uint16_t>(b);
  }
  return cut;
}

std::optional<Cut> FindCut(const FollowGraph& graph) {
  if (graph.n < 2) return std::nullopt;
  for (const auto find : {FindChoiceCut, FindSequenceCut, FindParallelCut, FindLoopCut}) {
    if (std::optional<Cut> cut = find(graph)) return cut;
  }
  return std::nullopt;
}

}  // namespace plumbline::analytics
