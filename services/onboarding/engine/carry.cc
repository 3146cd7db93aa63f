// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/carry.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace plumbline::onboarding {
namespace {

using flow::kNoNode;
using flow::NodeIndex;
using flow::NodeKind;
using flow::NodeState;

bool IsBelow(const flow::Plan& plan, NodeIndex node, NodeIndex above) {
  return node >= above && node < plan.node(above).end;
}

class Carrier {
 public:
  Carrier(const flow::Plan& before, const FrozenPlan& plan, const NodeMap& map,
          const std::set<NodeIndex>& begun, const flow::AttributeValues& values)
      : before_(before),
        plan_(plan.plan),
        map_(map),
        begun_(begun),
        decider_(plan.plan, plan.conditions, values),
        carried_(plan.plan) {}

  // Puts an action into the queue of its node, if it has a place.
  void Queue(const Action& action, int origin) {
    const NodeIndex node = map_.After(action.node);
    Action moved = action;
    moved.node = node;
    bool fits = node != kNoNode;
    if (fits && action.task.empty()) {
      if (IsSettled(action, node)) return;
      moved.option = OptionOf(action, node);
      fits = !moved.option.empty();
    }
    if (fits) {
      pending_.push_back({std::move(moved), origin, ""});
    } else if (!action.by_condition) {
      carried_.misfits.push_back(
          {.id = action.id(before_), .why = "has no place in the new plan", .can_be_mapped = true});
    }
  }

  void Settle() {
    while (ApplyOnce() || AnswerOnce()) {
    }
    for (const CarriedAction& left : pending_) {
      const Action& action = left.action;
      if (action.by_condition) continue;
      const std::string id =
          action.task.empty() ? before_.node(map_.Before(action.node)).path : action.task;
      carried_.misfits.push_back(NotReached(id, plan_, carried_.progress, action.node));
    }
  }

  Carried Take() { return std::move(carried_); }

 private:
  // "Do it" of what is not optional any more is no question any more.
  bool IsSettled(const Action& action, NodeIndex node) const {
    return action.whether && action.option == flow::kDo && !plan_.node(node).optional;
  }

  // The option as the new plan calls it; "" = there is none.
  std::string OptionOf(const Action& action, NodeIndex node) const {
    const flow::PlanNode& asked = plan_.node(node);
    if (action.whether) return asked.optional ? action.option : "";
    if (asked.kind != before_.node(action.node).kind) return "";
    if (asked.kind == NodeKind::kLoop) return action.option;
    for (const NodeIndex branch : before_.node(action.node).children) {
      if (flow::IdOf(before_.node(branch)) != action.option) continue;
      const NodeIndex moved = BranchOf(branch, asked);
      return moved == kNoNode ? "" : std::string(flow::IdOf(plan_.node(moved)));
    }
    return "";
  }

  // The branch of `choice` that a branch before is now: its partner, or else one that is new and
  // has something of it. kNoNode: none, or it cannot be told which.
  NodeIndex BranchOf(NodeIndex before, const flow::PlanNode& choice) const {
    for (const NodeIndex branch : choice.children)
      if (map_.Before(branch) == before) return branch;
    NodeIndex found = kNoNode;
    for (const NodeIndex branch : choice.children) {
      const NodeIndex was = map_.Before(branch);
      const bool fits = was == kNoNode || IsBelow(before_, was, before);
      if (!fits || !HasAnyOf(branch, before)) continue;
      if (found != kNoNode) return kNoNode;
      found = branch;
    }
    return found;
  }

  // Whether anything below `before` is below `after` now.
  bool HasAnyOf(NodeIndex after, NodeIndex before) const {
    for (NodeIndex node = before; node < before_.node(before).end; ++node)
      if (map_.After(node) != kNoNode && IsBelow(plan_, map_.After(node), after)) return true;
    return false;
  }

  bool Apply(const Action& action) {
    const bool optional = action.task.empty() && plan_.node(action.node).optional;
    if (optional && AsksWhether(plan_, carried_.progress, action.node) != action.whether)
      return false;
    return Do(action, carried_.progress).ok();
  }

  // Tells every node what it can be told now. Whether that was anything.
  bool ApplyOnce() {
    std::set<NodeIndex> waiting;
    std::vector<CarriedAction> left;
    for (CarriedAction& next : pending_) {
      const NodeIndex node = next.action.node;
      if (waiting.contains(node) || !Apply(next.action)) {
        waiting.insert(node);
        left.push_back(std::move(next));
      } else {
        carried_.actions.push_back(std::move(next));
      }
    }
    const bool any = left.size() < pending_.size();
    pending_ = std::move(left);
    return any;
  }

  // Nodes that wait for their turn though something was done of them.
  std::vector<NodeIndex> Wanted() const {
    std::vector<NodeIndex> wanted;
    for (const CarriedAction& left : pending_) wanted.push_back(left.action.node);
    const std::vector<NodeIndex> enabled = carried_.progress.EnabledSteps();
    for (const NodeIndex step : begun_)
      if (!std::binary_search(enabled.begin(), enabled.end(), step)) wanted.push_back(step);
    return wanted;
  }

  bool AnswerOnce() {
    const std::vector<NodeIndex> wanted = Wanted();
    if (wanted.empty()) return false;
    for (const flow::OpenDecision& open : carried_.progress.OpenDecisions()) {
      std::optional<CarriedAction> answer = Answer(open, wanted);
      if (!answer.has_value() || !Do(answer->action, carried_.progress).ok()) continue;
      carried_.actions.push_back(*std::move(answer));
      return true;
    }
    return false;
  }

  std::optional<CarriedAction> Answer(const flow::OpenDecision& open,
                                      const std::vector<NodeIndex>& wanted) const {
    CarriedAction answer;
    answer.action.node = open.node;
    answer.action.whether = open.whether;
    const NodeIndex before = map_.Before(open.node);
    const bool was_optional = before != kNoNode && before_.node(before).optional;
    const bool needed = std::any_of(wanted.begin(), wanted.end(), [&](NodeIndex node) {
      return IsBelow(plan_, node, open.node);
    });
    if (open.whether && needed && !was_optional) {
      answer.action.option = flow::kDo;
      answer.reason = "it has begun";
      return answer;
    }
    const bool told = std::any_of(pending_.begin(), pending_.end(),
                                  [&](const auto& left) { return left.action.node == open.node; });
    flow::Ruling ruling = decider_.Ask(open);
    // Whether a loop goes round once more is decided when the run goes on.
    if (told || ruling.option.empty() || ruling.option == flow::kAgain) return std::nullopt;
    answer.action.option = std::move(ruling.option);
    answer.action.by_condition = true;
    answer.reason = std::move(ruling.reason);
    return answer;
  }

  const flow::Plan& before_;
  const flow::Plan& plan_;
  const NodeMap& map_;
  const std::set<NodeIndex>& begun_;
  const flow::Decider decider_;
  Carried carried_;
  std::vector<CarriedAction> pending_;
};

}  // namespace

Misfit NotReached(const std::string& id, const flow::Plan& plan, const flow::Progress& progress,
                  flow::NodeIndex node) {
  NodeIndex at = node;
  while (plan.node(at).parent != kNoNode &&
         progress.state(plan.node(at).parent) != NodeState::kActive)
    at = plan.node(at).parent;
  const NodeIndex parent = plan.node(at).parent;
  if (progress.state(at) == NodeState::kNotNeeded)
    return {id, "is on a part of the new plan that is not needed", "decide otherwise first"};
  if (progress.state(at) == NodeState::kWaiting && parent != kNoNode) {
    for (const NodeIndex sibling : plan.node(parent).children) {
      if (progress.state(sibling) != NodeState::kActive) continue;
      return {id,
              absl::StrCat("comes in the new plan only after '", plan.node(sibling).path,
                           "', which is not done"),
              "let that be done first"};
    }
  }
  return {id, "is not to be done, or done again, at this point of the new plan", ""};
}

Carried Carry(const flow::Plan& before, const std::vector<Action>& done, const FrozenPlan& plan,
              const NodeMap& map, const std::set<std::string>& dropped,
              const std::set<flow::NodeIndex>& begun, const flow::AttributeValues& values) {
  Carrier carrier(before, plan, map, begun, values);
  for (size_t i = 0; i < done.size(); ++i) {
    if (!dropped.contains(done[i].id(before))) carrier.Queue(done[i], static_cast<int>(i));
  }
  carrier.Settle();
  return carrier.Take();
}

}  // namespace plumbline::onboarding
