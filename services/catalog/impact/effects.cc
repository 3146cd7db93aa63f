// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/impact/effects.h"

#include <algorithm>

namespace plumbline::catalog::impact {

using Nodes = absl::Span<const TreeNode>;

void Effects::Evaluate(Nodes nodes, absl::Span<const Outage> outages) {
  const size_t size = nodes.size();
  out_.assign(size, Level::kNo);
  stuck_.resize(size);
  waits_.resize(size);
  culprit_.resize(size);
  cause_.resize(size);
  for (const Outage& outage : outages) out_[outage.node] = outage.level;
  for (size_t i = size; i-- > 0;) {
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
        stuck_[i] = out_[i];
        culprit_[i] = node;
    }
    if (nodes[i].optional) stuck_[i] = std::min(stuck_[i], Level::kMaybe);
  }
  if (size > 0) waits_[0] = Level::kNo;
  for (size_t i = 0; i < size; ++i) {
    const auto node = static_cast<NodeIndex>(i);
    if (nodes[i].kind == NodeKind::kSequence) SpreadSequence(nodes, node);
    if (nodes[i].kind == NodeKind::kParallel || nodes[i].kind == NodeKind::kChoice)
      SpreadBranches(nodes, node);
    if (nodes[i].kind == NodeKind::kLoop) SpreadLoop(nodes, node);
  }
}

void Effects::FoldAll(Nodes nodes, NodeIndex node) {
  Level level = Level::kNo;
  for (NodeIndex child = node + 1; child < nodes[node].end; child = nodes[child].end) {
    if (stuck_[child] <= level) continue;
    level = stuck_[child];
    culprit_[node] = culprit_[child];
  }
  stuck_[node] = level;
}

void Effects::FoldChoice(Nodes nodes, NodeIndex node) {
  bool all = true, any = false;
  for (NodeIndex child = node + 1; child < nodes[node].end; child = nodes[child].end) {
    all = all && stuck_[child] == Level::kYes;
    if (stuck_[child] == Level::kNo || any) continue;
    any = true;
    culprit_[node] = culprit_[child];
  }
  stuck_[node] = all ? Level::kYes : any ? Level::kMaybe : Level::kNo;
}

void Effects::FoldLoop(Nodes nodes, NodeIndex node) {
  const NodeIndex body = node + 1;
  const NodeIndex redo = nodes[body].end;
  stuck_[node] = stuck_[body];
  culprit_[node] = culprit_[body];
  if (redo < nodes[node].end && stuck_[node] == Level::kNo && stuck_[redo] != Level::kNo) {
    stuck_[node] = Level::kMaybe;
    culprit_[node] = culprit_[redo];
  }
}

void Effects::SpreadSequence(Nodes nodes, NodeIndex node) {
  Level level = waits_[node];
  NodeIndex cause = cause_[node];
  for (NodeIndex child = node + 1; child < nodes[node].end; child = nodes[child].end) {
    waits_[child] = level;
    cause_[child] = cause;
    if (stuck_[child] <= level) continue;
    level = stuck_[child];
    cause = culprit_[child];
  }
}

void Effects::SpreadBranches(Nodes nodes, NodeIndex node) {
  for (NodeIndex child = node + 1; child < nodes[node].end; child = nodes[child].end) {
    waits_[child] = waits_[node];
    cause_[child] = cause_[node];
  }
}

void Effects::SpreadLoop(Nodes nodes, NodeIndex node) {
  const NodeIndex body = node + 1;
  const NodeIndex redo = nodes[body].end;
  const bool has_redo = redo < nodes[node].end;
  const bool redo_stuck = has_redo && stuck_[redo] != Level::kNo;
  // Both may not come again; the body comes once, before either is stuck.
  const bool again = stuck_[body] != Level::kNo || redo_stuck;
  const NodeIndex culprit = stuck_[body] != Level::kNo ? culprit_[body]
                            : redo_stuck               ? culprit_[redo]
                                                       : node;
  const auto spread = [&](NodeIndex child, Level level, NodeIndex cause) {
    if (level == Level::kNo && again) {
      level = Level::kMaybe;
      cause = culprit;
    }
    waits_[child] = level;
    cause_[child] = cause;
  };
  spread(body, waits_[node], cause_[node]);
  if (!has_redo) return;
  if (stuck_[body] > waits_[node]) {
    spread(redo, stuck_[body], culprit_[body]);
  } else {
    spread(redo, waits_[node], cause_[node]);
  }
}

}  // namespace plumbline::catalog::impact
