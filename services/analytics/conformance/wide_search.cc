// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/wide_search.h"

#include <algorithm>
#include <utility>

namespace plumbline::analytics::conformance {
namespace {

constexpr double kStatesOfAProjection = 1'000;
constexpr uint64_t kStepsOfANode = 10;  // what reaching it costs, in edges of a listed model
constexpr size_t kBytesOfANode = 120;   // with its place in the maps and the queue

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

uint32_t WideSearch::Bound(uint32_t state, uint32_t position) {
  uint32_t bound = 0;
  const size_t count = projections_.size();
  for (size_t i = 0; i < count; ++i) {
    bound += projections_[i].Deviations(projected_[state * count + i], position);
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
  const uint32_t left = static_cast<uint32_t>(trace_.size()) - position;
  open_.emplace(cost + Bound(state, position) * kDeviation, left, number);
}

void WideSearch::Expand(uint32_t number) {
  nodes_[number].done = true;
  const Node node = nodes_[number];
  const bool at_end = node.position == trace_.size();
  if (at_end) {
    const SilentCost finish = beginning_ ? SilentCost{0, 0} : machine_.Finish(states_[node.state]);
    if (finish.possible() && node.cost + finish.silent < best_end_) {
      best_end_ = node.cost + finish.silent;
      best_node_ = number;
    }
  }
  const std::vector<Edge> edges = EdgesOf(node.state);
  for (const Edge& edge : edges) {
    if (at_end || edge.label != trace_[node.position]) continue;
    Reach(edge.to, node.position + 1, node.cost + edge.silent, number,
          {MoveKind::kBoth, edge.label});
  }
  if (!at_end) {
    Reach(node.state, node.position + 1, node.cost + kDeviation, number,
          {MoveKind::kLog, trace_[node.position]});
  }
  for (const Edge& edge : edges) {
    Reach(edge.to, node.position, node.cost + kDeviation + edge.silent, number,
          {MoveKind::kModel, edge.label});
  }
}

bool WideSearch::IsOver(uint64_t most_steps) {
  for (Projection& projection : projections_) bound_steps_ += projection.TakeSteps();
  if (steps_ - told_ > 2'500 && !budget_.Spend(steps_ - std::exchange(told_, steps_))) return true;
  return budget_.over() || steps_ + bound_steps_ > most_steps;
}

bool WideSearch::HasMemory() {
  size_t bytes = nodes_.size() * kBytesOfANode + edge_count_ * sizeof(Edge) + states_.size() * 200;
  bytes += open_.size() * 2 * sizeof(Item);
  for (const Projection& p : projections_) bytes += p.size() * (trace_.size() + 100) * 4;
  return memory_.Has(bytes);
}

bool WideSearch::Run(std::span<const uint32_t> trace, bool beginning, uint64_t most_steps,
                     Alignment& alignment) {
  if (states_.size() * 200 + edge_count_ * sizeof(Edge) > most_bytes_ / 4) Forget();
  // What earlier traces left behind must not matter.
  const bool fresh = states_.size() == 1;
  const auto without_memory = [&] {
    if (fresh) return false;
    Forget();
    return Run(trace, beginning, most_steps, alignment);
  };
  trace_ = trace;
  beginning_ = beginning;
  nodes_.clear();
  node_of_.clear();
  open_ = {};
  best_end_ = kImpossible;
  steps_ = told_ = bound_steps_ = 0;
  budget_.Spend(kStepsOfANode);
  if (!HasMemory()) return without_memory();
  for (Projection& projection : projections_) projection.Begin(trace, beginning);
  if (IsOver(most_steps)) return true;
  Reach(0, 0, 0, 0, {MoveKind::kBoth, kNoLabel});
  while (!open_.empty()) {
    const auto [cost, left, number] = open_.top();
    if (cost >= best_end_) break;
    alignment.least_deviations = std::max(alignment.least_deviations, DeviationsOf(cost));
    if (IsOver(most_steps)) return true;
    if (!HasMemory()) return without_memory();
    open_.pop();
    if (!nodes_[number].done) Expand(number);
  }
  budget_.Spend(steps_ - told_);
  alignment = {best_end_, true, DeviationsOf(best_end_), Trace(best_node_)};
  return true;
}

std::vector<Move> WideSearch::Trace(uint32_t node) const {
  std::vector<Move> moves;
  for (; nodes_[node].before != node; node = nodes_[node].before) {
    moves.push_back(nodes_[node].move);
  }
  std::reverse(moves.begin(), moves.end());
  return moves;
}

}  // namespace plumbline::analytics::conformance
