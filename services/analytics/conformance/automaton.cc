// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/automaton.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace plumbline::analytics::conformance {
namespace {

// Of edges, with what finding them costs; some 0.2 milliseconds.
constexpr size_t kAskEvery = 2'000;

}  // namespace

std::optional<Automaton> Automaton::Make(const Machine& machine, uint32_t label_count,
                                         const AutomatonLimits& limits,
                                         absl::FunctionRef<bool()> expired,
                                         absl::FunctionRef<bool(size_t)> has_memory) {
  Automaton automaton;
  automaton.label_count_ = label_count;
  if (!automaton.Explore(machine, limits, expired, has_memory)) return std::nullopt;
  if (!automaton.FindRest(expired)) return std::nullopt;
  return automaton;
}

size_t Automaton::BytesWhileMade() const {
  // The lists may have grown to twice what they hold; of an edge, also what FindRest makes of it.
  constexpr size_t kOfAState = 250, kOfAnEdge = 2 * sizeof(Edge) + 40;
  return states_.size() * (kOfAState + 2 * sizeof(uint32_t) * label_count_) +
         edges_.size() * kOfAnEdge;
}

bool Automaton::Explore(const Machine& machine, const AutomatonLimits& limits,
                        absl::FunctionRef<bool()> expired,
                        absl::FunctionRef<bool(size_t)> has_memory) {
  absl::flat_hash_map<State, uint32_t> numbers;
  const auto number_of = [&](State state) {
    const auto [at, added] = numbers.try_emplace(state, static_cast<uint32_t>(states_.size()));
    if (added) states_.push_back(std::move(state));
    return at->second;
  };
  number_of(machine.initial());
  std::vector<Edge> edges;
  size_t work = 0;
  for (uint32_t s = 0; s < states_.size(); ++s) {
    if (work > kAskEvery && expired()) return false;
    if (work > kAskEvery) work = 0;
    edges.clear();
    const State state = states_[s];
    for (Step& step : machine.Steps(state)) {
      edges.push_back(
          {step.label, number_of(std::move(step.to)), step.cost.silent, step.cost.produced});
    }
    work += 10 + edges.size();
    if (states_.size() > limits.states || edges_.size() + edges.size() > limits.edges ||
        states_.size() * label_count_ > limits.edges || !has_memory(BytesWhileMade())) {
      return false;
    }
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
      return std::tie(a.label, a.to, a.silent, a.produced) <
             std::tie(b.label, b.to, b.silent, b.produced);
    });
    const auto same = [](const Edge& a, const Edge& b) {
      return a.label == b.label && a.to == b.to;
    };
    edges.erase(std::unique(edges.begin(), edges.end(), same), edges.end());
    size_t i = 0;
    for (uint32_t label = 0; label < label_count_; ++label) {
      begin_.push_back(static_cast<uint32_t>(edges_.size() + i));
      while (i < edges.size() && edges[i].label == label) ++i;
    }
    edges_.insert(edges_.end(), edges.begin(), edges.end());
    finish_.push_back(machine.Finish(state));
  }
  begin_.push_back(static_cast<uint32_t>(edges_.size()));
  return true;
}

// Dijkstra from the ends against the edges. false: expired.
bool Automaton::FindRest(absl::FunctionRef<bool()> expired) {
  std::vector<uint32_t> begin(size() + 2), from(edges_.size());
  std::vector<Cost> cost(edges_.size());
  for (const Edge& edge : edges_) ++begin[edge.to + 2];
  for (uint32_t s = 0; s < size(); ++s) begin[s + 2] += begin[s + 1];
  for (uint32_t s = 0; s < size(); ++s) {
    for (const Edge& edge : edges(s)) {
      const uint32_t at = begin[edge.to + 1]++;
      from[at] = s;
      cost[at] = kDeviation + edge.silent;
    }
  }
  using Item = std::pair<Cost, uint32_t>;
  std::priority_queue<Item, std::vector<Item>, std::greater<>> queue;
  rest_.assign(size(), kImpossible);
  const auto reach = [&](Cost c, uint32_t s) {
    if (c >= rest_[s]) return;
    rest_[s] = c;
    queue.emplace(c, s);
  };
  for (uint32_t s = 0; s < size(); ++s) {
    if (finish_[s].possible()) reach(finish_[s].silent, s);
  }
  for (size_t work = 0; !queue.empty();) {
    if (work > 10 * kAskEvery) {
      if (expired()) return false;
      work = 0;
    }
    const auto [c, s] = queue.top();
    queue.pop();
    if (c != rest_[s]) continue;
    for (uint32_t i = begin[s]; i < begin[s + 1]; ++i) reach(c + cost[i], from[i]);
    work += begin[s + 1] - begin[s] + 1;
  }
  return true;
}

}  // namespace plumbline::analytics::conformance
