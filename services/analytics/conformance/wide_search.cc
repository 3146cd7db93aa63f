// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/wide_search.h"

#include <algorithm>
#include <utility>

namespace plumbline::analytics::conformance {
namespace {

constexpr double kStatesOfAProjection = 1'000;
constexpr uint64_t kStepsOfANode = 10;  // what reaching it costs, in edges of a listed model
constexpr size_t kBytesOfANode = 120;   // with its place in the maps and the queue
// For the choice among alignments with as few deviations: some milliseconds.
constexpr uint64_t kStepsForTies = 200'000;

}  // namespace

WideSearch::WideSearch(const Tree& tree, const Net& net, const Machine& machine, Budget& budget,
                       const AlignOptions& options)
    : tree_(tree),
      net_(net),
      machine_(machine),
      budget_(budget),
      most_bytes_(options.thread_bytes),
      memory_(*options.memory, options.thread_bytes) {
  Forget();
}

void WideSearch::Forget() {
  states_.clear();
  numbers_.clear();
  edges_.clear();
  expanded_.clear();
  projected_.clear();
  edge_count_ = 0;
  projections_.clear();
  for (const std::vector<uint32_t>& labels : GroupLabels(tree_, kStatesOfAProjection)) {
    projections_.emplace_back(tree_, net_, labels, budget_);
  }
  Number(machine_.initial());
}

uint32_t WideSearch::Number(const State& state) {
  const auto [at, added] = numbers_.try_emplace(state, static_cast<uint32_t>(states_.size()));
  if (!added) return at->second;
  states_.push_back(state);
  edges_.emplace_back();
  expanded_.push_back(false);
  for (Projection& projection : projections_) projected_.push_back(projection.Number(state));
  return at->second;
}

const std::vector<WideSearch::Edge>& WideSearch::EdgesOf(uint32_t state) {
  if (expanded_[state]) return edges_[state];
  std::vector<Edge> edges;
  std::vector<Step> steps = machine_.Steps(State(states_[state]));
  // By what the states are, not by when they were met: alignments must not depend on that.
  std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
    return std::tie(a.label, a.to, a.cost.silent) < std::tie(b.label, b.to, b.cost.silent);
  });
  for (const Step& step : steps) edges.push_back({step.label, Number(step.to), step.cost.silent});
  edge_count_ += edges.size();
  expanded_[state] = true;
  return edges_[state] = std::move(edges);
}

Cost WideSearch::Bound(uint32_t state, uint32_t position) {
  Cost bound = 0;
  const size_t count = projections_.size();
  for (size_t i = 0; i < count; ++i) {
    bound += projections_[i].Bound(projected_[state * count + i], position);
  }
  return bound;
}

void WideSearch::Reach(uint32_t state, uint32_t position, Cost cost, uint32_t before, Move move) {
  steps_ += kStepsOfANode;
  const uint64_t key = uint64_t{state} << 32 | position;
  const auto [at, added] = node_of_.try_emplace(key, static_cast<uint32_t>(nodes_.size()));
  const uint32_t number = at->second;
  if (added) {
    nodes_.push_back({state, position, before, move, cost});
  } else {
    Node& node = nodes_[number];
    if (node.done || cost >= node.cost) return;
    node.before = before;
    node.move = move;
    node.cost = cost;
  }
  open_.emplace(cost + Bound(state, position), kNewest - number);
}

void WideSearch::Expand(uint32_t number) {
  nodes_[number].done = true;
  const Node node = nodes_[number];
  const bool at_end = node.position == trace_.size();
  if (at_end) {
    const bool anywhere = goal_ == Goal::kBeginning;
    const SilentCost finish = anywhere ? SilentCost{0, 0} : machine_.Finish(states_[node.state]);
    const Cost cost = node.cost + (goal_ == Goal::kRun ? finish.silent : 0);
    if (finish.possible() && cost < best_end_) {
      best_end_ = cost;
      best_node_ = number;
    }
    if (anywhere) return;
  }
  // What is to be tried first comes last: that both agree, then that something was skipped, then
  // that the event is too many. So of two that changed places the later one is out of place, as in
  // a search over listed states.
  std::vector<Edge> edges = EdgesOf(node.state);
  std::reverse(edges.begin(), edges.end());
  if (!at_end) {
    Reach(node.state, node.position + 1, node.cost + kDeviation, number,
          {MoveKind::kLog, trace_[node.position]});
  }
  const Cost skipped = at_end && goal_ == Goal::kNearEnd ? 1 : kDeviation;
  for (const Edge& edge : edges) {
    Reach(edge.to, node.position, node.cost + skipped + SilentOf(edge), number,
          {MoveKind::kModel, edge.label});
  }
  for (const Edge& edge : edges) {
    if (at_end || edge.label != trace_[node.position]) continue;
    Reach(edge.to, node.position + 1, node.cost + SilentOf(edge), number,
          {MoveKind::kBoth, edge.label});
  }
}

bool WideSearch::IsOver(uint64_t most_steps) {
  for (Projection& projection : projections_) bound_steps_ += projection.TakeSteps();
  if (steps_ - told_ > 2'500 && !budget_.Spend(steps_ - std::exchange(told_, steps_))) return true;
  // What bounds cost depends on the traces before, and the choice must not.
  const bool choice = goal_ == Goal::kNearEnd || goal_ == Goal::kRun;
  const uint64_t bounds = choice ? 0 : bound_steps_;
  return budget_.over() || steps_ + bounds > most_steps;
}

bool WideSearch::HasMemory() {
  size_t bytes = nodes_.size() * kBytesOfANode + edge_count_ * sizeof(Edge) + states_.size() * 200;
  bytes += open_.size() * 2 * sizeof(Item);
  for (const Projection& p : projections_) bytes += p.size() * (trace_.size() + 100) * 4;
  return memory_.Has(bytes);
}

bool WideSearch::Run(std::span<const uint32_t> trace, bool beginning, uint64_t most_steps,
                     Alignment& alignment, bool first) {
  // Silent moves come to light at the end of a block only, and each of the orders in which
  // activities of it were skipped may have the fewest: all of them are not tried.
  if (!beginning) {
    if (first) {
      const bool fits = Find(trace, Goal::kRun, std::min(most_steps, 2 * kStepsForTies), alignment);
      if (!fits || alignment.optimal || budget_.over()) return fits;
    }
    return Find(trace, Goal::kAnyRun, most_steps, alignment, /*again=*/first);
  }
  const bool fits = Find(trace, Goal::kBeginning, most_steps, alignment);
  if (!alignment.optimal) return fits;
  // How few the deviations are is proven; which are told is worth a little work.
  Alignment nearest;
  Find(trace, Goal::kNearEnd, kStepsForTies, nearest);
  if (nearest.optimal) alignment = std::move(nearest);
  return true;
}

bool WideSearch::Find(std::span<const uint32_t> trace, Goal goal, uint64_t most_steps,
                      Alignment& alignment, bool again) {
  if (states_.size() * 200 + edge_count_ * sizeof(Edge) > most_bytes_ / 4) {
    Forget();
    again = false;
  }
  // What earlier traces left behind must not matter.
  const bool fresh = states_.size() == 1;
  const auto without_memory = [&] {
    if (fresh) return false;
    Forget();
    return Find(trace, goal, most_steps, alignment);
  };
  trace_ = trace;
  goal_ = goal;
  nodes_.clear();
  node_of_.clear();
  open_ = {};
  best_end_ = kImpossible;
  steps_ = told_ = bound_steps_ = 0;
  budget_.Spend(kStepsOfANode);
  if (!HasMemory()) return without_memory();
  for (Projection& projection : projections_) {
    if (!again) projection.Begin(trace, goal);
  }
  if (IsOver(most_steps)) return true;
  Reach(0, 0, 0, 0, {MoveKind::kBoth, kNoLabel});
  while (!open_.empty()) {
    const auto [cost, from_newest] = open_.top();
    const uint32_t number = kNewest - from_newest;
    if (cost >= best_end_) break;
    alignment.least_deviations = std::max(alignment.least_deviations, DeviationsOf(cost));
    if (IsOver(most_steps)) return true;
    if (!HasMemory()) return without_memory();
    open_.pop();
    if (!nodes_[number].done) Expand(number);
  }
  budget_.Spend(steps_ - told_);
  const uint32_t deviations = DeviationsOf(best_end_);
  Cost cost = best_end_;
  if (goal != Goal::kRun) cost = deviations * kDeviation + SilentTo(best_node_);
  if (goal == Goal::kAnyRun) cost += machine_.Finish(states_[nodes_[best_node_].state]).silent;
  alignment = {cost, true, deviations, Trace(best_node_)};
  return true;
}

bool WideSearch::IsLeft(const Node& node) const {
  return goal_ == Goal::kNearEnd && node.move.kind == MoveKind::kModel &&
         nodes_[node.before].position == trace_.size();
}

Cost WideSearch::SilentTo(uint32_t number) const {
  Cost silent = 0;
  for (; nodes_[number].before != number; number = nodes_[number].before) {
    const Node& node = nodes_[number];
    if (node.move.kind == MoveKind::kLog || IsLeft(node)) continue;
    uint32_t least = SilentCost::kNever;
    for (const Edge& edge : edges_[nodes_[node.before].state]) {
      if (edge.to == node.state && edge.label == node.move.label)
        least = std::min(least, edge.silent);
    }
    silent += least;
  }
  return silent;
}

std::vector<Move> WideSearch::Trace(uint32_t node) const {
  std::vector<Move> moves;
  for (; nodes_[node].before != node; node = nodes_[node].before) {
    if (!IsLeft(nodes_[node])) moves.push_back(nodes_[node].move);
  }
  std::reverse(moves.begin(), moves.end());
  // Where in the case something was skipped is told as late as may be without another run.
  const auto agrees = [](const Move& move) { return move.kind == MoveKind::kBoth; };
  for (auto at = moves.begin(); at != moves.end();) {
    const auto end = std::find_if(at, moves.end(), agrees);
    std::stable_partition(at, end, [](const Move& m) { return m.kind == MoveKind::kLog; });
    at = end == moves.end() ? end : end + 1;
  }
  return moves;
}

}  // namespace plumbline::analytics::conformance
