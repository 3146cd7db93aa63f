// SPDX-License-Identifier: Apache-2.0
//
// For tests: random models, logs played out from them, and what a plain search says of them.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MODEL_TESTING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MODEL_TESTING_H_

#include <cstdint>
#include <map>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/analytics/conformance/automaton.h"
#include "services/analytics/conformance/labelled_log.h"

namespace plumbline::analytics::conformance {

// Everything that is made of a model.
struct Compiled {
  explicit Compiled(const ModelNode& model) : tree(model), net(tree), machine(tree, net) {}
  explicit Compiled(const std::string& text) : Compiled(ParseModel(text).value()) {}
  Compiled(const Compiled&) = delete;
  Tree tree;
  Net net;
  Machine machine;
};

class RandomModels {
 public:
  explicit RandomModels(uint64_t seed) : random_(seed) {}

  int Below(int n) { return static_cast<int>(random_() % static_cast<uint64_t>(n)); }

  // A tree of about so many leaves; every fourth is silent. `repeat`: some activities occur twice.
  ModelNode Model(int leaves, bool repeat) {
    int next = 0;
    ModelNode model = Node(leaves, repeat, next);
    return next == 0 ? Activity("a") : model;
  }

  // Labels below `labels`.
  std::vector<uint32_t> Trace(uint32_t labels, int longest) {
    std::vector<uint32_t> trace(static_cast<size_t>(Below(longest + 1)));
    for (uint32_t& label : trace) label = static_cast<uint32_t>(random_() % labels);
    return trace;
  }

  // A run of the model; one that would become too long goes the shortest way from there.
  std::vector<uint32_t> PlayOut(const Automaton& automaton, size_t longest) {
    std::vector<uint32_t> run;
    for (uint32_t state = 0;;) {
      const bool may_end = automaton.finish(state).possible();
      const auto edges = automaton.edges(state);
      if (edges.empty() || (may_end && (run.size() >= longest || Below(4) == 0))) return run;
      const Automaton::Edge* edge = &edges[static_cast<size_t>(Below(int(edges.size())))];
      for (const Automaton::Edge& other : edges) {
        if (run.size() < longest) break;
        if (automaton.rest(other.to) < automaton.rest(edge->to)) edge = &other;
      }
      run.push_back(edge->label);
      state = edge->to;
    }
  }

 private:
  ModelNode Node(int leaves, bool repeat, int& next) {
    if (leaves <= 1) {
      if (Below(4) == 0) return Silent();
      const int name = repeat && next > 0 && Below(3) == 0 ? Below(next) : next++;
      return Activity(std::string(1, static_cast<char>('a' + name)));
    }
    constexpr Operator kInner[] = {Operator::kSequence, Operator::kChoice, Operator::kParallel,
                                   Operator::kLoop};
    const Operator op = kInner[Below(4)];
    std::vector<ModelNode> children;
    const int count = 2 + Below(std::min(2, leaves - 1));
    for (int i = 0; i < count; ++i) {
      const int share = i + 1 == count ? leaves : 1 + Below(leaves);
      children.push_back(Node(share, repeat, next));
      leaves = std::max(1, leaves - share);
    }
    return Inner(op, std::move(children));
  }

  std::mt19937_64 random_;
};

// Dijkstra over markings of the net and positions in the trace, one transition at a time: slow, and
// written without anything that it checks but the net. `beginning`: to any marking.
inline Cost PlainCost(const Net& net, const std::vector<uint32_t>& trace, bool beginning = false) {
  using Marking = std::map<uint32_t, int>;
  using At = std::pair<Marking, size_t>;
  const Marking end = {{net.sink(), 1}};
  std::priority_queue<std::pair<Cost, At>, std::vector<std::pair<Cost, At>>, std::greater<>> open;
  std::set<At> done;
  open.push({0, {{{net.source(), 1}}, 0}});
  while (!open.empty()) {
    const auto [cost, at] = open.top();
    open.pop();
    if (!done.insert(at).second) continue;
    const auto& [marking, position] = at;
    const bool at_end = position == trace.size();
    if (at_end && (beginning || marking == end)) return cost;
    if (!at_end) open.push({cost + kDeviation, {marking, position + 1}});
    for (const Net::Transition& t : net.transitions()) {
      if (t.gone) continue;
      Marking next = marking;
      bool enabled = true;
      for (const uint32_t place : t.in) {
        const auto found = next.find(place);
        enabled &= found != next.end();
        if (!enabled) break;
        if (--found->second == 0) next.erase(found);
      }
      if (!enabled) continue;
      for (const uint32_t place : t.out) ++next[place];
      open.push({cost + (t.label == kNoLabel ? Cost{1} : kDeviation), {next, position}});
      if (!at_end && t.label == trace[position]) open.push({cost, {next, position + 1}});
    }
  }
  return kImpossible;
}

// A log of these traces, a case each, in the labels of a model.
inline LabelledLog LogOf(const Tree& tree, const std::vector<std::vector<uint32_t>>& traces) {
  LabelledLog log{tree.label_count(), tree.labels(), {}};
  for (const auto& trace : traces) log.variants.push_back({trace, 1});
  for (const LogVariant& variant : log.variants) {
    for (const uint32_t label : variant.activities) {
      while (label >= log.names.size()) log.names.push_back("unknown");
    }
  }
  return log;
}

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MODEL_TESTING_H_
