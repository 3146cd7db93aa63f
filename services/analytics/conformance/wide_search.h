// SPDX-License-Identifier: Apache-2.0
//
// Alignments with models that have too many states to list: A* (Hart, Nilsson and Raphael 1968)
// over the states that are met, one variant at a time, with the lower bound of projection.h.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_WIDE_SEARCH_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_WIDE_SEARCH_H_

#include <cstdint>
#include <memory>
#include <queue>
#include <span>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/analytics/conformance/align.h"
#include "services/analytics/conformance/budget.h"
#include "services/analytics/conformance/projection.h"

namespace plumbline::analytics::conformance {

// Not thread-safe: one for each thread.
class WideSearch {
 public:
  WideSearch(const Tree& tree, const Net& net, const Machine& machine, Budget& budget,
             const AlignOptions& options);

  // Aligns a trace of labels of the model, or the beginning of one, within so many steps and the
  // memory, or raises least_deviations to what is proven by then. Which alignment is found does not
  // depend on what was aligned before; whether these steps suffice may, since bounds that are known
  // take none. false: the memory does not suffice, so that more steps would not help.
  // `first`: the trace was not tried with fewer steps before. Only then one with the fewest silent
  // moves is looked for, with the same few steps at most whatever `most_steps`.
  bool Run(std::span<const uint32_t> trace, bool beginning, uint64_t most_steps,
           Alignment& alignment, bool first = true);

 private:
  struct Edge {
    uint32_t label, to, silent;
  };
  struct Node {
    uint32_t state, position;
    uint32_t before;  // number of a node; itself at the start
    Move move;        // from there
    Cost cost;
    bool done = false;
  };
  // Cost with the bound; its node, as kNewest - number. Of nodes that promise as much the one that
  // was met last comes first (one that is reached again at less cost keeps its number), so that the
  // search goes straight to an end: of activities that were skipped in any order it tries one.
  using Item = std::tuple<Cost, uint32_t>;
  static constexpr uint32_t kNewest = 0xffffffff;

  void Forget();
  uint32_t Number(const State& state);
  const std::vector<Edge>& EdgesOf(uint32_t state);
  // As Run, whose result it does not lower; `alignment` is unchanged unless one was found. `again`:
  // the last goal was kRun of the same trace, this is kAnyRun, for which the same bounds hold.
  bool Find(std::span<const uint32_t> trace, Goal goal, uint64_t most_steps, Alignment& alignment,
            bool again = false);
  // What an edge costs without its activity.
  Cost SilentOf(const Edge& edge) const {
    return goal_ == Goal::kNearEnd || goal_ == Goal::kAnyRun ? 0 : edge.silent;
  }
  Cost Bound(uint32_t state, uint32_t position);
  void Reach(uint32_t state, uint32_t position, Cost cost, uint32_t before, Move move);
  void Expand(uint32_t node);
  bool IsOver(uint64_t most_steps);
  bool HasMemory();
  // Whether the node was reached by an activity that is left after a beginning.
  bool IsLeft(const Node& node) const;
  std::vector<Move> Trace(uint32_t node) const;
  // Silent moves of the way to the node.
  Cost SilentTo(uint32_t node) const;

  const Tree& tree_;
  const Net& net_;
  const Machine& machine_;
  Budget& budget_;
  const size_t most_bytes_;
  MemoryShare memory_;
  std::vector<Projection> projections_;

  // States, kept from one trace to the next.
  std::vector<State> states_;
  absl::flat_hash_map<State, uint32_t> numbers_;
  std::vector<std::vector<Edge>> edges_;  // by state; empty and not `expanded_`: not known
  std::vector<bool> expanded_;
  std::vector<uint32_t> projected_;  // by state and projection
  size_t edge_count_ = 0;

  // Of one trace.
  std::span<const uint32_t> trace_;
  Goal goal_ = Goal::kRun;
  std::vector<Node> nodes_;
  absl::flat_hash_map<uint64_t, uint32_t> node_of_;  // by state and position
  std::priority_queue<Item, std::vector<Item>, std::greater<>> open_;
  Cost best_end_ = kImpossible;
  uint32_t best_node_ = 0;
  uint64_t steps_ = 0, told_ = 0;  // spent, and of these told to the budget
  uint64_t bound_steps_ = 0;       // spent by the projections, which told it themselves
};

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_WIDE_SEARCH_H_
