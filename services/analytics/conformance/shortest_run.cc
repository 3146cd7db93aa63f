// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/shortest_run.h"

#include <algorithm>

namespace plumbline::analytics::conformance {
namespace {

class Finder {
 public:
  Finder(const Tree& tree, const Net& net) : tree_(tree), net_(net), costs_(tree.size()) {
    for (uint32_t n = tree.size(); n-- > 0;) costs_[n] = CostOf(n);  // children before parents
  }

  ShortestRun Find() {
    ShortestRun run{net_.start_cost().silent + costs_[0] + net_.end_cost().silent, {}};
    Collect(0, run.labels);
    return run;
  }

 private:
  Cost Silent(uint32_t node, Event event) const { return net_.cost(node, event).silent; }

  Cost CostOf(uint32_t node) const {
    const auto children = tree_.children(node);
    const Cost around = Silent(node, Event::kEnter) + Silent(node, Event::kLeave);
    Cost sum = 0;
    switch (tree_.node(node).op) {
      case Operator::kSilent:
        return Silent(node, Event::kLeaf);
      case Operator::kActivity:
        return kDeviation;
      case Operator::kChoice:
        return costs_[Best(node)];
      case Operator::kLoop:
        return around + costs_[children[0]];
      case Operator::kSequence:
      case Operator::kParallel:
        for (const uint32_t child : children) sum += costs_[child];
        return tree_.node(node).op == Operator::kParallel ? around + sum : sum;
    }
    return sum;
  }

  uint32_t Best(uint32_t choice) const {
    const auto children = tree_.children(choice);
    return *std::min_element(children.begin(), children.end(),
                             [&](uint32_t a, uint32_t b) { return costs_[a] < costs_[b]; });
  }

  void Collect(uint32_t node, std::vector<uint32_t>& labels) const {
    switch (tree_.node(node).op) {
      case Operator::kSilent:
        return;
      case Operator::kActivity:
        return labels.push_back(tree_.node(node).label);
      case Operator::kChoice:
        return Collect(Best(node), labels);
      case Operator::kLoop:
        return Collect(tree_.children(node)[0], labels);
      case Operator::kSequence:
      case Operator::kParallel:
        for (const uint32_t child : tree_.children(node)) Collect(child, labels);
    }
  }

  const Tree& tree_;
  const Net& net_;
  std::vector<Cost> costs_;
};

}  // namespace

ShortestRun FindShortestRun(const Tree& tree, const Net& net) { return Finder(tree, net).Find(); }

}  // namespace plumbline::analytics::conformance
