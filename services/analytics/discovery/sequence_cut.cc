// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "services/analytics/discovery/cut_finder.h"

namespace plumbline::analytics {
namespace {

// What i reaches by one edge or more, i itself only if there is a way back.
BitMatrix Reachable(const FollowGraph& graph) {
  BitMatrix reach(graph.n);
  std::vector<size_t> waiting;
  Bits unseen(graph.n);
  for (size_t first = 0; first < graph.n; ++first) {
    for (size_t i = 0; i < graph.n; ++i) unseen.Set(i);
    waiting.assign(1, first);
    while (!waiting.empty()) {
      Bits found = unseen;
      found &= graph.successors[waiting.back()];
      waiting.pop_back();
      reach.SetAll(first, found);
      ForEachBit(found, [&](size_t j) {
        unseen.Reset(j);
        waiting.push_back(j);
      });
    }
  }
  return reach;
}

// Whether every activity reaches every other: then there is no sequence, which is found out in two
// walks.
bool StronglyConnected(const FollowGraph& graph) {
  for (const BitMatrix* edges : {&graph.successors, &graph.predecessors}) {
    const auto neighbours = [edges](size_t i, const Bits& unseen) {
      Bits found = unseen;
      return found &= (*edges)[i];
    };
    const Components components = FindComponents(graph.n, Bits(graph.n), neighbours);
    if (components.count > 1) return false;
  }
  return true;
}

// Groups in the order of the sequence: a group reaches all groups after it.
Components OrderedGroups(const FollowGraph& graph) {
  const BitMatrix reach = Reachable(graph);
  const auto neighbours = [&](size_t i, const Bits& unseen) {
    Bits found(graph.n);
    ForEachBit(unseen, [&](size_t j) {
      if (reach.Has(i, j) == reach.Has(j, i)) found.Set(j);
    });
    return found;
  };
  Components groups = FindComponents(graph.n, Bits(graph.n), neighbours);
  // Any of its activities tells how much a group reaches: all of them reach the groups after it.
  std::vector<std::pair<size_t, uint16_t>> reached(groups.count);
  for (size_t i = 0; i < graph.n; ++i) {
    size_t others = 0;
    ForEachBit(reach[i], [&](size_t j) { others += groups.of[j] != groups.of[i] ? 1 : 0; });
    reached[groups.of[i]] = {graph.n - others, groups.of[i]};
  }
  std::sort(reached.begin(), reached.end());
  std::vector<uint16_t> place(groups.count);
  for (size_t p = 0; p < groups.count; ++p) place[reached[p].second] = static_cast<uint16_t>(p);
  for (uint16_t& group : groups.of) group = place[group];
  return groups;
}

// Joins groups of a sequence to those that can be skipped.
class Strict {
 public:
  Strict(const FollowGraph& graph, const Components& groups)
      : count_(static_cast<ptrdiff_t>(groups.count)),
        edges_(groups.count),
        place_(groups.count),
        has_start_(groups.count),
        has_end_(groups.count),
        first_into_(groups.count, count_),
        last_from_(groups.count, -1) {
    std::iota(place_.begin(), place_.end(), 0);
    for (size_t i = 0; i < graph.n; ++i) {
      const size_t from = groups.of[i];
      ForEachBit(graph.successors[i], [&](size_t j) { AddEdge(from, groups.of[j]); });
      if (graph.starts[i]) has_start_[from] = true;
      if (graph.ends[i]) has_end_[from] = true;
    }
    for (size_t g = 0; g < groups.count; ++g) {
      if (has_start_[g]) first_into_[g] = -1;
      if (has_end_[g]) last_from_[g] = count_;
    }
  }

  // Where each group is in the end.
  std::vector<ptrdiff_t> Join() {
    for (ptrdiff_t p = 0; p < count_; ++p) {
      if (!Skippable(p)) continue;
      for (ptrdiff_t q = p - 1; q >= 0 && last_from_[static_cast<size_t>(q)] <= p; --q) Move(q, p);
      for (ptrdiff_t q = p + 1; q < count_ && first_into_[static_cast<size_t>(q)] >= p; ++q) {
        Move(q, p);
      }
    }
    return place_;
  }

 private:
  void AddEdge(size_t from, size_t to) {
    edges_.Set(from, to);
    first_into_[to] = std::min(first_into_[to], static_cast<ptrdiff_t>(from));
    last_from_[from] = std::max(last_from_[from], static_cast<ptrdiff_t>(to));
  }

  void Move(ptrdiff_t from, ptrdiff_t to) { std::replace(place_.begin(), place_.end(), from, to); }

  // Whether a trace may leave out what is at p now.
  bool Skippable(ptrdiff_t p) const {
    Bits after(place_.size());
    for (size_t g = 0; g < place_.size(); ++g) {
      if (place_[g] > p) after.Set(g);
    }
    for (size_t g = 0; g < place_.size(); ++g) {
      if (place_[g] > p && has_start_[g]) return true;
      if (place_[g] < p && (has_end_[g] || Meet(edges_[g], after))) return true;
    }
    return false;
  }

  const ptrdiff_t count_;
  BitMatrix edges_;
  std::vector<ptrdiff_t> place_;
  std::vector<bool> has_start_, has_end_;
  // The first group with an edge into a group, and the last with an edge from it; beyond all groups
  // where a trace may begin or end in it.
  std::vector<ptrdiff_t> first_into_, last_from_;
};

}  // namespace

std::optional<Cut> FindSequenceCut(const FollowGraph& graph) {
  if (StronglyConnected(graph)) return std::nullopt;
  const Components groups = OrderedGroups(graph);
  if (groups.count < 2) return std::nullopt;
  const std::vector<ptrdiff_t> place = Strict(graph, groups).Join();
  // Places are numbered anew without the empty ones.
  std::vector<uint16_t> number(groups.count, kNoGroup);
  for (const ptrdiff_t p : place) number[static_cast<size_t>(p)] = 0;
  Cut cut{ModelKind::kSequence, groups.of, 0};
  for (uint16_t& n : number) {
    if (n != kNoGroup) n = static_cast<uint16_t>(cut.groups++);
  }
  if (cut.groups < 2) return std::nullopt;
  for (uint16_t& group : cut.group_of) group = number[static_cast<size_t>(place[group])];
  return cut;
}

}  // namespace plumbline::analytics
