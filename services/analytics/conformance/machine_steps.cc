// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "services/analytics/conformance/machine.h"
#include "services/analytics/conformance/machine_fields.h"

namespace plumbline::analytics::conformance {

SilentCost Machine::End(State& state, uint32_t node) const {
  SilentCost cost = kFree;
  for (uint32_t parent; (parent = tree_.node(node).parent) != kNoNode;) {
    const Tree::Node& p = tree_.node(parent);
    const auto children = tree_.children(parent);
    const uint32_t index = tree_.node(node).index;
    uint32_t next = kNoNode;  // what is next in the parent; kNoNode: it ends too
    if (p.op == Operator::kParallel) {
      for (const uint32_t child : children) {
        if (!IsFinished(state, child)) return cost;
      }
    }
    ClearBelow(state, parent);
    if (p.op == Operator::kSequence) {
      Set(state, parent, index + 1);
      if (index + 1 < p.child_count) next = children[index + 1];
    } else if (p.op == Operator::kChoice) {
      Set(state, parent, p.child_count + 1);
    } else if (p.op == Operator::kParallel) {
      Set(state, parent, kJoined);
      cost = cost + Cost(parent, Event::kLeave);
    } else if (index == 0) {
      Set(state, parent, kAfterBody);
      return cost;
    } else {
      Set(state, parent, kInBody);
      cost = cost + Cost(parent, Event::kBack);
      next = children[0];
    }
    if (next != kNoNode && !IsFinished(state, next)) return cost;
    node = next == kNoNode ? parent : next;
  }
  return cost;
}

// Collects what may come next.
class Machine::Walk {
 public:
  Walk(const Machine& machine, uint32_t label) : m_(machine), label_(label) {}

  // In `state`, reached at `cost`, everything outside `node` stands as it will.
  void In(uint32_t node, const State& state, SilentCost cost) {
    if (!cost.possible() || m_.IsFinished(state, node)) return;
    const Tree::Node& n = m_.tree_.node(node);
    const auto children = m_.tree_.children(node);
    const uint32_t value = m_.Get(state, node);
    switch (n.op) {
      case Operator::kSilent:
        return;
      case Operator::kActivity:
        if (label_ == kNoLabel || label_ == n.label) Leaf(node, state, cost);
        return;
      case Operator::kSequence:
        return Sequence(node, state, cost);
      case Operator::kChoice:
        if (value > 0) return In(children[value - 1], state, cost);
        for (uint32_t i = 0; i < n.child_count; ++i) Enter(node, 1 + i, children[i], state, cost);
        return;
      case Operator::kParallel:
        if (value == 0) cost = cost + m_.Cost(node, Event::kEnter);
        for (const uint32_t child : children) {
          State to = state;
          m_.Set(to, node, kUnderWay);
          In(child, to, cost);
        }
        return;
      case Operator::kLoop:
        return Loop(node, state, cost);
    }
  }

  std::vector<Step> Take() { return std::move(steps_); }

 private:
  void Leaf(uint32_t node, const State& state, SilentCost cost) {
    State to = state;
    m_.Set(to, node, 1);
    cost = cost + m_.Cost(node, Event::kLeaf) + m_.End(to, node);
    steps_.push_back({m_.tree_.node(node).label, std::move(to), cost});
  }

  void Enter(uint32_t node, uint32_t value, uint32_t child, const State& state, SilentCost cost) {
    if (!cost.possible()) return;
    State to = state;
    m_.ClearBelow(to, node);
    m_.Set(to, node, value);
    In(child, to, cost);
  }

  void Sequence(uint32_t node, const State& state, SilentCost cost) {
    const auto children = m_.tree_.children(node);
    const uint32_t at = m_.Get(state, node);
    In(children[at], state, cost);
    cost = cost + m_.FinishNode(state, children[at]);
    for (uint32_t i = at + 1; i < children.size() && cost.possible(); ++i) {
      Enter(node, i, children[i], state, cost);
      cost = cost + m_.skip_[children[i]];
    }
  }

  void Loop(uint32_t node, const State& state, SilentCost cost) {
    const auto children = m_.tree_.children(node);
    const uint32_t value = m_.Get(state, node);
    SilentCost after = kFree;  // from here to after the body
    if (value == 0) {
      cost = cost + m_.Cost(node, Event::kEnter);
      Enter(node, kInBody, children[0], state, cost);
      after = m_.skip_[children[0]];
    } else if (value == kInBody) {
      In(children[0], state, cost);
      after = m_.FinishNode(state, children[0]);
    } else if (value > kAfterBody) {
      const uint32_t child = children[value - 2];
      In(child, state, cost);
      cost = cost + m_.FinishNode(state, child) + m_.Cost(node, Event::kBack);
      Enter(node, kInBody, children[0], state, cost);
      after = m_.skip_[children[0]];
    }
    cost = cost + after;
    for (uint32_t i = 1; i < children.size(); ++i) {
      Enter(node, 2 + i, children[i], state, cost);
    }
    if (value == kInBody || value == kAfterBody) {
      Enter(node, kInBody, children[0], state, cost + m_.LeastWayBack(node));
    }
  }

  const Machine& m_;
  const uint32_t label_;  // kNoLabel: all
  std::vector<Step> steps_;
};

std::vector<Step> Machine::Steps(const State& state, uint32_t label) const {
  SilentCost cost = kFree;
  if (state == initial()) {
    const EventCost start = net_.start_cost();
    cost = {start.silent, start.produced};
  }
  Walk walk(*this, label);
  walk.In(0, state, cost);
  return walk.Take();
}

}  // namespace plumbline::analytics::conformance
