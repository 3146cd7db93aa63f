// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/waits.h"

#include <algorithm>
#include <utility>

namespace plumbline::onboarding {
namespace {

using flow::NodeIndex;
using flow::NodeKind;
using flow::NodeState;

// The last steps of what was done; what comes next waits for all of them.
using Ends = std::vector<NodeIndex>;

class Walk {
 public:
  Walk(const flow::Plan& plan, const Course& course)
      : plan_(plan), course_(course), waits_(static_cast<size_t>(plan.size())) {
    if (course.progress != nullptr) open_ = course.progress->OpenDecisions();
  }

  std::vector<std::optional<Wait>> Make() {
    Forward(0, {}, /*may_be_left_out=*/false);
    return std::move(waits_);
  }

 private:
  // `before`: the last steps of what stands before the node. Returns the last steps once it is
  // done. The depth is that of the plan, at most flow::kMaxDepth.
  Ends Forward(NodeIndex index, const Ends& before, bool may_be_left_out) {
    if (!course_.Counts(index)) return before;
    const flow::PlanNode& node = plan_.node(index);
    may_be_left_out |= node.optional && !IsToBeDone(index);
    if (node.kind == NodeKind::kStep) {
      waits_[index] = Wait{before, may_be_left_out};
      return {index};
    }
    if (node.kind == NodeKind::kLoop) {
      const Ends turn =
          IsRepeated(node) ? Forward(node.children[1], before, may_be_left_out) : before;
      return Forward(node.children[0], turn, may_be_left_out);
    }
    Ends ends = node.kind == NodeKind::kSequence ? before : Ends();
    for (const NodeIndex child : node.children) {
      if (!course_.Counts(child)) continue;
      if (node.kind == NodeKind::kSequence) {
        ends = Forward(child, ends, may_be_left_out);
        continue;
      }
      const bool open = node.kind == NodeKind::kChoice && !IsChosen(index);
      const Ends of_child = Forward(child, before, may_be_left_out || open);
      ends.insert(ends.end(), of_child.begin(), of_child.end());
    }
    // Where nothing is done, what comes next waits for what stands before.
    return ends.empty() ? before : ends;
  }

  NodeState state(NodeIndex node) const {
    return course_.progress == nullptr ? NodeState::kWaiting : course_.progress->state(node);
  }

  // Whether what is done again stands before the body of a loop now.
  bool IsRepeated(const flow::PlanNode& loop) const {
    return loop.children.size() > 1 && (state(loop.children[1]) == NodeState::kActive ||
                                        state(loop.children[1]) == NodeState::kDone);
  }

  bool IsForeseen(NodeIndex node, bool whether) const {
    return std::any_of(
        course_.foreseen.begin(), course_.foreseen.end(),
        [&](const flow::Foreseen& one) { return one.node == node && one.whether == whether; });
  }

  // Whether it is decided or foreseen that an optional node, which is not left out, is done.
  bool IsToBeDone(NodeIndex node) const {
    if (IsForeseen(node, /*whether=*/true)) return true;
    if (state(node) == NodeState::kWaiting) return false;
    return std::none_of(open_.begin(), open_.end(), [&](const flow::OpenDecision& one) {
      return one.node == node && one.whether;
    });
  }

  // Whether the branch of a choice is decided or foreseen.
  bool IsChosen(NodeIndex choice) const {
    if (IsForeseen(choice, /*whether=*/false)) return true;
    const std::vector<NodeIndex>& branches = plan_.node(choice).children;
    return std::any_of(branches.begin(), branches.end(),
                       [this](NodeIndex branch) { return state(branch) != NodeState::kWaiting; });
  }

  const flow::Plan& plan_;
  const Course& course_;
  std::vector<flow::OpenDecision> open_;
  std::vector<std::optional<Wait>> waits_;
};

}  // namespace

std::vector<std::optional<Wait>> WaitsOf(const flow::Plan& plan, const Course& course) {
  return Walk(plan, course).Make();
}

}  // namespace plumbline::onboarding
