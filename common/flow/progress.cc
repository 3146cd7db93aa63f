// SPDX-License-Identifier: Apache-2.0
#include "common/flow/progress.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"

namespace plumbline::flow {
namespace {

absl::string_view NameOf(NodeState state) {
  switch (state) {
    case NodeState::kWaiting:
      return "waiting";
    case NodeState::kActive:
      return "active";
    case NodeState::kDone:
      return "done";
    case NodeState::kNotNeeded:
      return "not needed";
  }
  return "unknown";
}

}  // namespace

Progress::Progress(const Plan& plan, Change* change) : plan_(&plan), nodes_(plan.size()) {
  Change ignored;
  Activate(0, change != nullptr ? change : &ignored);
}

bool Progress::Asks(NodeIndex node) const { return nodes_[node].asking; }

std::vector<NodeIndex> Progress::EnabledSteps() const {
  std::vector<NodeIndex> enabled;
  for (NodeIndex i = 0; i < plan_->size(); ++i) {
    const bool step = plan_->node(i).kind == NodeKind::kStep;
    if (step && nodes_[i].state == NodeState::kActive && !Asks(i)) enabled.push_back(i);
  }
  return enabled;
}

std::vector<OpenDecision> Progress::OpenDecisions() const {
  std::vector<OpenDecision> open;
  for (NodeIndex i = 0; i < plan_->size(); ++i) {
    const bool whether = plan_->node(i).optional && !nodes_[i].accepted;
    if (Asks(i)) open.push_back({i, OptionsOf(i), whether});
  }
  return open;
}

std::vector<std::string> Progress::OptionsOf(NodeIndex node) const {
  const PlanNode& planned = plan_->node(node);
  if (planned.optional && !nodes_[node].accepted) return {kDo, kLeaveOut};
  if (planned.kind == NodeKind::kLoop) return {kLeave, kAgain};
  std::vector<std::string> branches;
  for (NodeIndex child : planned.children) branches.emplace_back(IdOf(plan_->node(child)));
  return branches;
}

bool Progress::finished() const {
  return nodes_[0].state == NodeState::kDone || nodes_[0].state == NodeState::kNotNeeded;
}

absl::StatusOr<Change> Progress::EndStep(NodeIndex step) {
  if (step < 0 || step >= plan_->size() || plan_->node(step).kind != NodeKind::kStep) {
    return base::Error(
        base::Reason::ERROR_REASON_TASK_STATE,
        absl::StrCat("node ", step,
                     " is no step of the plan; only a step that is enabled can end"));
  }
  const State& state = nodes_[step];
  if (state.state != NodeState::kActive || state.asking) {
    const absl::string_view name =
        state.asking ? "waiting for a decision whether to do it" : NameOf(state.state);
    return base::Error(base::Reason::ERROR_REASON_TASK_STATE,
                       absl::StrCat("step '", plan_->node(step).path, "' is ", name,
                                    "; only a step that is enabled can end"))
        .With("state", name)
        .With("allowed", "enabled");
  }
  Change change;
  Finish(step, &change);
  change.finished = finished();
  return change;
}

absl::StatusOr<Change> Progress::Decide(NodeIndex node, absl::string_view option) {
  if (node < 0 || node >= plan_->size() || !Asks(node)) {
    const std::string name =
        node < 0 || node >= plan_->size() ? absl::StrCat(node) : plan_->node(node).path;
    const std::string open =
        absl::StrJoin(OpenDecisions(), ",", [this](std::string* out, const OpenDecision& decision) {
          absl::StrAppend(out, plan_->node(decision.node).path);
        });
    return base::Error(base::Reason::ERROR_REASON_DECISION_NOT_OPEN,
                       absl::StrCat("'", name, "' has nothing to decide now; open decisions: ",
                                    open.empty() ? "none" : open))
        .With("open", open);
  }
  const std::vector<std::string> options = OptionsOf(node);
  if (std::find(options.begin(), options.end(), option) == options.end()) {
    return base::FieldError(
        "option",
        absl::StrCat("'", option.substr(0, 63), "' is no answer to the decision '",
                     plan_->node(node).path, "'; choose one of: ", absl::StrJoin(options, ", ")));
  }
  Change change;
  Apply(node, option, &change);
  change.finished = finished();
  return change;
}

// `option` is one of OptionsOf(node).
void Progress::Apply(NodeIndex node, absl::string_view option, Change* change) {
  State& state = nodes_[node];
  const PlanNode& planned = plan_->node(node);
  state.asking = false;
  if (planned.optional && !state.accepted) {
    if (option == kDo) {
      state.accepted = true;
      Begin(node, change);
    } else {
      MarkNotNeeded(node, change);
      Advance(node, change);
    }
  } else if (planned.kind == NodeKind::kChoice) {
    Choose(node, option, change);
  } else if (option == kAgain) {
    Repeat(node, change);
  } else {
    // The redo part is still waiting if it was never done.
    const NodeIndex last = planned.children.back();
    if (nodes_[last].state == NodeState::kWaiting) MarkNotNeeded(last, change);
    Finish(node, change);
  }
}

void Progress::Choose(NodeIndex choice, absl::string_view option, Change* change) {
  for (NodeIndex branch : plan_->node(choice).children) {
    if (IdOf(plan_->node(branch)) == option) {
      Activate(branch, change);
    } else {
      MarkNotNeeded(branch, change);
    }
  }
}

void Progress::Repeat(NodeIndex loop, Change* change) {
  const std::vector<NodeIndex>& parts = plan_->node(loop).children;
  for (NodeIndex part : parts) Reset(part, change);
  Activate(parts.back(), change);
}

// The turn of `node` has come: its parent is active.
void Progress::Activate(NodeIndex node, Change* change) {
  State& state = nodes_[node];
  state.state = NodeState::kActive;
  ++state.round;
  if (plan_->node(node).optional) {
    state.asking = true;
  } else {
    Begin(node, change);
  }
}

void Progress::Begin(NodeIndex node, Change* change) {
  const PlanNode& planned = plan_->node(node);
  switch (planned.kind) {
    case NodeKind::kSequence:
    case NodeKind::kLoop:
      Activate(planned.children[0], change);
      return;
    case NodeKind::kParallel:
      for (NodeIndex child : planned.children) Activate(child, change);
      return;
    case NodeKind::kChoice:
      nodes_[node].asking = true;
      return;
    case NodeKind::kCall:  // a plan has none
      return;
    case NodeKind::kStep:
      change->enabled_steps.push_back(node);
      return;
  }
}

void Progress::Finish(NodeIndex node, Change* change) {
  nodes_[node].state = NodeState::kDone;
  Advance(node, change);
}

// `child` is done or left out: its parent goes on.
void Progress::Advance(NodeIndex child, Change* change) {
  const NodeIndex parent = plan_->node(child).parent;
  if (parent == kNoNode) return;
  const PlanNode& planned = plan_->node(parent);
  const auto ended = [this](NodeIndex i) {
    return nodes_[i].state == NodeState::kDone || nodes_[i].state == NodeState::kNotNeeded;
  };
  switch (planned.kind) {
    case NodeKind::kSequence: {
      const NodeIndex next =
          plan_->node(child).end;  // preorder: the next sibling begins where this one ends
      return next < planned.end ? Activate(next, change) : Finish(parent, change);
    }
    case NodeKind::kParallel:
      if (std::all_of(planned.children.begin(), planned.children.end(), ended))
        Finish(parent, change);
      return;
    case NodeKind::kLoop:
      if (child == planned.children[0]) {
        nodes_[parent].asking = true;
      } else {
        Activate(planned.children[0], change);
      }
      return;
    default:
      return Finish(parent, change);
  }
}

void Progress::MarkNotNeeded(NodeIndex node, Change* change) {
  for (NodeIndex i = node; i < plan_->node(node).end; ++i) {
    nodes_[i].state = NodeState::kNotNeeded;
    if (plan_->node(i).kind == NodeKind::kStep) change->not_needed_steps.push_back(i);
  }
}

void Progress::Reset(NodeIndex node, Change* change) {
  for (NodeIndex i = node; i < plan_->node(node).end; ++i) {
    State& state = nodes_[i];
    if (plan_->node(i).kind == NodeKind::kStep && state.state != NodeState::kWaiting)
      change->reset_steps.push_back(i);
    state = {.round = state.round};
  }
}

}  // namespace plumbline::flow
