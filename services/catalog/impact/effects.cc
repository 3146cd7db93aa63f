// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/impact/effects.h"

#include <algorithm>

namespace plumbline::catalog::impact {

using Nodes = absl::Span<const TreeNode>;

void Effects::Evaluate(Nodes nodes, absl::Span<const Outage> outages) {
  states_.assign(nodes.size(), State());
  if (outages.empty()) return;
  size_t next = 0;
  Fold(nodes, outages, 0, &next);
  Spread(nodes, 0);
}

// The rules of the model bound the depth.
void Effects::Fold(Nodes nodes, absl::Span<const Outage> outages, NodeIndex node, size_t* next) {
  State& state = states_[node];
  if (nodes[node].is_leaf()) {
    state.out = state.stuck = outages[(*next)++].level;
    state.culprit = node;
  } else {
    for (NodeIndex child = node + 1; child < nodes[node].end; child = nodes[child].end) {
      const bool within = *next < outages.size() && outages[*next].node < nodes[child].end;
      if (within) Fold(nodes, outages, child, next);
    }
    if (nodes[node].kind == NodeKind::kChoice) {
      FoldChoice(nodes, node);
    } else if (nodes[node].kind == NodeKind::kLoop) {
      FoldLoop(nodes, node);
    } else {
      FoldAll(nodes, node);
    }
  }
  if (nodes[node].optional) state.stuck = std::min(state.stuck, Level::kMaybe);
}

void Effects::Spread(Nodes nodes, NodeIndex node) {
  const State& state = states_[node];
  if (state.stuck == Level::kNo) {  // no outage in it: all of it waits alike
    if (state.waits == Level::kNo) return;
    for (NodeIndex below = node + 1; below < nodes[node].end; ++below) {
      states_[below].waits = state.waits;
      states_[below].cause = state.cause;
    }
    return;
  }
  if (nodes[node].is_leaf()) return;
  if (nodes[node].kind == NodeKind::kSequence) {
    SpreadSequence(nodes, node);
  } else if (nodes[node].kind == NodeKind::kLoop) {
    SpreadLoop(nodes, node);
  } else {
    SpreadBranches(nodes, node);
  }
  for (NodeIndex child = node + 1; child < nodes[node].end; child = nodes[child].end)
    Spread(nodes, child);
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
