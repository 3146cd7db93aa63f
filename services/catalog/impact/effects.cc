// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/impact/effects.h"

#include <algorithm>

namespace plumbline::catalog::impact {

using Nodes = absl::Span<const TreeNode>;

void Effects::Evaluate(Nodes nodes, absl::Span<const Outage> outages) {
  states_.assign(nodes.size(), State());
  for (const Outage& outage : outages) states_[outage.node].out = outage.level;
  for (size_t i = nodes.size(); i-- > 0;) {
    const auto node = static_cast<NodeIndex>(i);
    switch (nodes[i].kind) {
      case NodeKind::kSequence:
      case NodeKind::kParallel:
        FoldAll(nodes, node);
        break;
      case NodeKind::kChoice:
        FoldChoice(nodes, node);
        break;
      case NodeKind::kLoop:
        FoldLoop(nodes, node);
        break;
      default:
        states_[i].stuck = states_[i].out;
        states_[i].culprit = node;
    }
    if (nodes[i].optional) states_[i].stuck = std::min(states_[i].stuck, Level::kMaybe);
  }
  for (size_t i = 0; i < nodes.size(); ++i) {
    const auto node = static_cast<NodeIndex>(i);
    if (nodes[i].kind == NodeKind::kSequence) SpreadSequence(nodes, node);
    if (nodes[i].kind == NodeKind::kParallel || nodes[i].kind == NodeKind::kChoice)
      SpreadBranches(nodes, node);
    if (nodes[i].kind == NodeKind::kLoop) SpreadLoop(nodes, node);
  }
}

void Effects::FoldAll(Nodes nodes, NodeIndex node) {
  State& state = states_[node];
  for (NodeIndex child = node + 1; child < nodes[node].end; child = nodes[child].end) {
    if (states_[child].stuck <= state.stuck) continue;
    state.stuck = states_[child].stuck;
    state.culprit = states_[child].culprit;
  }
}

void Effects::FoldChoice(Nodes nodes, NodeIndex node) {
  State& state = states_[node];
  bool all = true, any = false;
  for (NodeIndex child = node + 1; child < nodes[node].end; child = nodes[child].end) {
    all = all && states_[child].stuck == Level::kYes;
    if (states_[child].stuck == Level::kNo || any) continue;
    any = true;
    state.culprit = states_[child].culprit;
  }
  state.stuck = all ? Level::kYes : any ? Level::kMaybe : Level::kNo;
}

void Effects::FoldLoop(Nodes nodes, NodeIndex node) {
  State& state = states_[node];
  const NodeIndex body = node + 1;
  const NodeIndex redo = nodes[body].end;
  state.stuck = states_[body].stuck;
  state.culprit = states_[body].culprit;
  if (redo < nodes[node].end && state.stuck == Level::kNo && states_[redo].stuck != Level::kNo) {
    state.stuck = Level::kMaybe;
    state.culprit = states_[redo].culprit;
  }
}

void Effects::SpreadSequence(Nodes nodes, NodeIndex node) {
  Level level = states_[node].waits;
  NodeIndex cause = states_[node].cause;
  for (NodeIndex child = node + 1; child < nodes[node].end; child = nodes[child].end) {
    State& state = states_[child];
    state.waits = level;
    state.cause = cause;
    if (state.stuck <= level) continue;
    level = state.stuck;
    cause = state.culprit;
  }
}

void Effects::SpreadBranches(Nodes nodes, NodeIndex node) {
  for (NodeIndex child = node + 1; child < nodes[node].end; child = nodes[child].end) {
    states_[child].waits = states_[node].waits;
    states_[child].cause = states_[node].cause;
  }
}

void Effects::SpreadLoop(Nodes nodes, NodeIndex node) {
  const State& state = states_[node];
  const NodeIndex body = node + 1;
  const NodeIndex redo = nodes[body].end;
  const bool has_redo = redo < nodes[node].end;
  const bool body_stuck = states_[body].stuck != Level::kNo;
  // Both may not come again; the body comes once, before either is stuck.
  const bool again = body_stuck || (has_redo && states_[redo].stuck != Level::kNo);
  const auto spread = [&](NodeIndex child, Level level, NodeIndex cause) {
    if (level == Level::kNo && again) {
      level = Level::kMaybe;
      cause = states_[body_stuck ? body : redo].culprit;
    }
    states_[child].waits = level;
    states_[child].cause = cause;
  };
  spread(body, state.waits, state.cause);
  if (!has_redo) return;
  if (states_[body].stuck > state.waits) {
    spread(redo, states_[body].stuck, states_[body].culprit);
  } else {
    spread(redo, state.waits, state.cause);
  }
}

}  // namespace plumbline::catalog::impact
