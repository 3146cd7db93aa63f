// SPDX-License-Identifier: Apache-2.0
#include "common/flow/foresee.h"

#include <algorithm>
#include <set>
#include <utility>

namespace plumbline::flow {
namespace {

bool IsBelow(const Plan& plan, NodeIndex node, NodeIndex above) {
  return node >= above && node < plan.node(above).end;
}

class Foreseer {
 public:
  Foreseer(const Plan& plan, const Conditions& conditions, const AttributeValues& values,
           const Progress& progress)
      : plan_(plan),
        conditions_(conditions),
        progress_(progress),
        decider_(plan, conditions, values) {
    for (NodeIndex i = 0; i < plan.size(); ++i) {
      const bool yields =
          plan.node(i).kind == NodeKind::kStep && !plan.node(i).step.outputs.empty();
      if (yields && IsToCome(i)) yielding_.push_back(i);
    }
  }

  std::vector<Foreseen> Make() {
    for (NodeIndex i = 0; i < plan_.size(); ++i) {
      const PlanNode& node = plan_.node(i);
      if (node.optional && progress_.state(i) == NodeState::kWaiting) Ask(i, /*whether=*/true);
      if (node.kind == NodeKind::kChoice && IsUndecided(node)) Ask(i, /*whether=*/false);
    }
    return std::move(foreseen_);
  }

 private:
  bool IsToCome(NodeIndex node) const {
    const NodeState state = progress_.state(node);
    return state == NodeState::kWaiting || state == NodeState::kActive;
  }

  bool IsUndecided(const PlanNode& choice) const {
    return std::all_of(choice.children.begin(), choice.children.end(), [this](NodeIndex branch) {
      return progress_.state(branch) == NodeState::kWaiting;
    });
  }

  void Ask(NodeIndex node, bool whether) {
    Ruling ruling = decider_.Ask({.node = node, .options = {}, .whether = whether});
    if (ruling.option.empty() || !IsSettled(node, whether)) return;
    foreseen_.push_back({node, whether, std::move(ruling.option), std::move(ruling.reason)});
    const std::vector<bool> left_out = LeftOutBy({foreseen_.back()}, plan_);
    yielding_.erase(
        std::remove_if(yielding_.begin(), yielding_.end(),
                       [&](NodeIndex step) { return left_out[static_cast<size_t>(step)]; }),
        yielding_.end());
  }

  // Whether no step before the node changes what its conditions speak about.
  bool IsSettled(NodeIndex node, bool whether) const {
    if (yielding_.empty()) return true;
    const std::set<AttributePlace> asked = conditions_.AttributesOf(plan_, node, whether);
    return std::none_of(yielding_.begin(), yielding_.end(), [&](NodeIndex step) {
      const PlanNode& one = plan_.node(step);
      return MayComeBefore(step, node) &&
             std::any_of(one.step.outputs.begin(), one.step.outputs.end(),
                         [&](const std::string& id) {
                           return asked.contains({one.scope, id});
                         });
    });
  }

  // Whether a step that is to come may end before the turn of another node.
  bool MayComeBefore(NodeIndex step, NodeIndex node) const {
    NodeIndex common = step;
    while (!IsBelow(plan_, node, common)) common = plan_.node(common).parent;
    if (common == node) return false;
    switch (plan_.node(common).kind) {
      case NodeKind::kChoice:
        return false;
      case NodeKind::kSequence:
        return step < node;
      case NodeKind::kLoop:
        // Its redo part comes before the body only where the loop goes round once more.
        return step < node || progress_.round(plan_.node(common).children.back()) > 0;
      default:
        return true;
    }
  }

  const Plan& plan_;
  const Conditions& conditions_;
  const Progress& progress_;
  const Decider decider_;
  std::vector<NodeIndex> yielding_;  // steps with outputs that may be done yet
  std::vector<Foreseen> foreseen_;
};

}  // namespace

std::vector<Foreseen> Foresee(const Plan& plan, const Conditions& conditions,
                              const AttributeValues& values, const Progress& progress) {
  if (conditions.empty()) return {};
  return Foreseer(plan, conditions, values, progress).Make();
}

std::vector<bool> LeftOutBy(const std::vector<Foreseen>& foreseen, const Plan& plan) {
  std::vector<bool> left_out;
  if (foreseen.empty()) return left_out;
  left_out.resize(static_cast<size_t>(plan.size()), false);
  const auto mark = [&](NodeIndex top) {
    std::fill(left_out.begin() + top, left_out.begin() + plan.node(top).end, true);
  };
  for (const Foreseen& one : foreseen) {
    if (one.whether) {
      if (one.option == kLeaveOut) mark(one.node);
      continue;
    }
    for (const NodeIndex branch : plan.node(one.node).children)
      if (IdOf(plan.node(branch)) != one.option) mark(branch);
  }
  return left_out;
}

}  // namespace plumbline::flow
