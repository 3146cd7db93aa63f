// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/impact/analysis.h"

#include <algorithm>
#include <array>

namespace plumbline::catalog::impact {
namespace {

// Brings near what will be looked at soon in a list of parts of which `at` is looked at now: the
// way to memory takes longer than the look.
void LookAhead(const Graph& graph, const std::vector<PartIndex>& parts, size_t at, bool trees) {
  constexpr size_t kParts = 12, kTrees = 4, kCacheLine = 64;
  if (at + kParts < parts.size()) {
    const char* const part = reinterpret_cast<const char*>(&graph.part(parts[at + kParts]));
    __builtin_prefetch(part);
    __builtin_prefetch(part + kCacheLine);
  }
  if (at + kTrees >= parts.size()) return;
  const Part& part = graph.part(parts[at + kTrees]);
  __builtin_prefetch(part.callers.data());
  __builtin_prefetch(part.tree.calls.data());
  if (trees) part.tree.Prefetch();
}

StepClass ClassOf(Level out, Level waits) {
  constexpr std::array<StepClass, 9> kClasses = {
      StepClass::kUntouched, StepClass::kMayWait, StepClass::kWaits,   // not out
      StepClass::kMayWait,   StepClass::kMayWait, StepClass::kWaits,   // perhaps out
      StepClass::kStops,     StepClass::kStops,   StepClass::kStops};  // out
  return kClasses[static_cast<size_t>(out) * 3 + static_cast<size_t>(waits)];
}

bool IsStep(const Tree& tree, NodeIndex node, absl::string_view id) {
  return tree.nodes[node].kind == NodeKind::kStep && tree.IdOf(tree.LeafOf(node)) == id;
}

bool HasStep(const Tree& tree, absl::string_view id) {
  for (NodeIndex node = 0; node < tree.nodes.size(); ++node) {
    if (IsStep(tree, node, id)) return true;
  }
  return false;
}

// Live parts of the subject's process: all, or its revision.
std::vector<PartIndex> LiveParts(const Graph& graph, const Subject& subject) {
  std::vector<PartIndex> live;
  const Id process = graph.vocabulary().processes.Find(subject.id);
  if (process == kNoId) return live;
  for (PartIndex part : graph.PartsOf(process)) {
    const bool meant = subject.revision == 0 || graph.part(part).revision == subject.revision;
    if (meant && graph.part(part).is_live()) live.push_back(part);
  }
  return live;
}

}  // namespace

std::vector<PartIndex> LivePartsWithStep(const Graph& graph, const Subject& subject) {
  std::vector<PartIndex> parts;
  for (PartIndex part : LiveParts(graph, subject)) {
    if (HasStep(graph.part(part).tree, subject.step)) parts.push_back(part);
  }
  return parts;
}

Analysis::Analysis(const Graph& graph, const Subject& subject)
    : graph_(graph),
      subject_(subject),
      utility_(subject.kind == Subject::Kind::kUtility
                   ? graph.vocabulary().utilities.Find(subject.id)
                   : kNoId),
      effects_(graph.size()),
      pending_(graph.size(), 0),
      roles_(graph.vocabulary().roles.size()) {}

void Analysis::Run() {
  StrikeAll();
  Climb();
  if (OrderCalledFirst()) {
    // Until nothing changes: levels only rise, so the end is the least solution.
    for (bool again = true; again;) {
      again = false;
      for (PartIndex part : affected_) again = Settle(part) || again;
    }
  }
  for (size_t i = 0; i < affected_.size(); ++i) {
    LookAhead(graph_, affected_, i, /*trees=*/true);
    Settle(affected_[i]);
    NoteWaitingCalls(affected_[i], evaluation_);
    CountSteps(affected_[i], evaluation_);
  }
  for (const WaitingCall& call : waiting_calls_) Wait(call.called, call.level);
  FindDepths();
  for (PartIndex part : reached_) {
    if (effects_[part].called != Level::kNo) called_.push_back(part);
  }
  for (size_t i = 0; i < called_.size(); ++i) {
    LookAhead(graph_, called_, i, /*trees=*/true);
    if (effects_[called_[i]].affected) {
      CountMoreWaiting(called_[i]);
    } else {
      CountWaiting(called_[i]);
    }
  }
}

void Analysis::Strike(PartIndex part) {
  if (!graph_.part(part).is_live()) return;
  effects_[part] = {.depth = 1, .struck = true, .affected = true};
  affected_.push_back(part);
}

void Analysis::StrikeAll() {
  if (subject_.kind == Subject::Kind::kUtility) {
    if (utility_ == kNoId) return;
    const std::vector<PartIndex>& users = graph_.UsersOf(utility_);
    for (size_t i = 0; i < users.size(); ++i) {
      LookAhead(graph_, users, i, /*trees=*/false);
      Strike(users[i]);
    }
  } else if (subject_.kind == Subject::Kind::kProcess) {
    for (PartIndex part : LiveParts(graph_, subject_)) Strike(part);
  } else {
    for (PartIndex part : LivePartsWithStep(graph_, subject_)) Strike(part);
  }
}

// Breadth first, so that depths are the least ones. Whoever calls what is affected is affected: the
// call at least may stop, and with it the root.
void Analysis::Climb() {
  for (size_t next = 0; next < affected_.size(); ++next) {
    LookAhead(graph_, affected_, next, /*trees=*/false);
    const PartIndex part = affected_[next];
    for (PartIndex caller : graph_.part(part).callers) {
      PartEffect& effect = effects_[caller];
      ++pending_[caller];
      if (effect.affected || !graph_.part(caller).is_live()) continue;
      effect.affected = true;
      effect.depth = effects_[part].depth + 1;
      affected_.push_back(caller);
    }
  }
}

// Kahn 1962. Published revisions call no cycle; should one be there, its parts come last.
bool Analysis::OrderCalledFirst() {
  std::vector<PartIndex> order;
  order.reserve(affected_.size());
  for (PartIndex part : affected_) {
    if (pending_[part] == 0) order.push_back(part);
  }
  for (size_t next = 0; next < order.size(); ++next) {
    LookAhead(graph_, order, next, /*trees=*/false);
    for (PartIndex caller : graph_.part(order[next]).callers) {
      if (effects_[caller].affected && --pending_[caller] == 0) order.push_back(caller);
    }
  }
  const bool round = order.size() < affected_.size();
  for (PartIndex part : affected_) {
    if (pending_[part] > 0) order.push_back(part);
  }
  affected_ = std::move(order);
  return round;
}

void Analysis::CollectOutages(PartIndex index) {
  const Tree& tree = graph_.part(index).tree;
  const PartEffect& effect = effects_[index];
  outages_.clear();
  if (IsWhole(index)) {
    for (NodeIndex node = 0; node < tree.nodes.size(); ++node) {
      if (tree.nodes[node].is_leaf()) outages_.push_back({node, Level::kYes});
    }
    return;
  }
  if (effect.struck && subject_.kind == Subject::Kind::kUtility) {
    auto use = std::lower_bound(tree.uses.begin(), tree.uses.end(), Use{utility_, 0});
    for (; use != tree.uses.end() && use->utility == utility_; ++use)
      outages_.push_back({use->node, Level::kYes});
  } else if (effect.struck) {
    for (NodeIndex node = 0; node < tree.nodes.size(); ++node) {
      if (IsStep(tree, node, subject_.step)) outages_.push_back({node, Level::kYes});
    }
  }
  const auto used = static_cast<ptrdiff_t>(outages_.size());
  for (const Call& call : tree.calls) {
    if (call.target != kNoPart && effects_[call.target].ends != Level::kNo)
      outages_.push_back({call.node, effects_[call.target].ends});
  }
  std::inplace_merge(outages_.begin(), outages_.begin() + used, outages_.end(),
                     [](const Outage& a, const Outage& b) { return a.node < b.node; });
}

const Effects& Analysis::Evaluate(PartIndex part) {
  CollectOutages(part);
  evaluation_.Evaluate(graph_.part(part).tree.nodes, outages_);
  return evaluation_;
}

bool Analysis::Settle(PartIndex part) {
  const Level before = effects_[part].ends;
  const Effects& evaluation = Evaluate(part);
  effects_[part].ends = IsWhole(part) ? Level::kYes : evaluation.stuck(0);
  return effects_[part].ends != before;
}

void Analysis::NoteWaitingCalls(PartIndex part, const Effects& evaluation) {
  for (const Call& call : graph_.part(part).tree.calls) {
    const Level level = IsWhole(part) ? Level::kYes : evaluation.waits(call.node);
    if (call.target != kNoPart && level != Level::kNo)
      waiting_calls_.push_back({part, call.target, level});
  }
}

// Where a part waits, all that it calls waits with it.
void Analysis::Wait(PartIndex part, Level level) {
  std::vector<PartIndex> stack = {part};
  while (!stack.empty()) {
    const PartIndex next = stack.back();
    stack.pop_back();
    if (effects_[next].called >= level) continue;
    effects_[next].called = level;
    for (const Call& call : graph_.part(next).tree.calls) {
      if (call.target != kNoPart) stack.push_back(call.target);
    }
  }
}

// Of the parts that only wait where they are called: one more than the least of those that wait for
// them. Breadth first from sources of different depths, so with a list for each depth.
void Analysis::FindDepths() {
  std::vector<std::vector<PartIndex>> at;
  const auto reach = [&](PartIndex part, int32_t depth) {
    PartEffect& effect = effects_[part];
    if (effect.affected || (effect.depth > 0 && effect.depth <= depth)) return;
    effect.depth = depth;
    if (at.size() <= static_cast<size_t>(depth)) at.resize(depth + 1);
    at[depth].push_back(part);
  };
  const auto reach_called = [&](PartIndex part) {
    for (const Call& call : graph_.part(part).tree.calls) {
      if (call.target != kNoPart) reach(call.target, effects_[part].depth + 1);
    }
  };
  for (const WaitingCall& call : waiting_calls_)
    reach(call.called, effects_[call.caller].depth + 1);
  for (PartIndex part : affected_) {
    if (effects_[part].called != Level::kNo) reach_called(part);
  }
  reached_ = affected_;
  for (size_t depth = 0; depth < at.size(); ++depth) {
    for (size_t i = 0; i < at[depth].size(); ++i) {
      const PartIndex part = at[depth][i];
      if (effects_[part].depth != static_cast<int32_t>(depth)) continue;  // it was nearer
      reached_.push_back(part);
      reach_called(part);
    }
  }
}

// Every step of every affected part comes through here, so it has no branches.
inline void Analysis::AddStep(PartIndex part, Id role, StepClass step) {
  RoleEffect& effect = roles_[role];
  const bool counts = step != StepClass::kUntouched;
  ++effect.steps[step];
  effect.parts += static_cast<int32_t>(counts) & static_cast<int32_t>(effect.last_part != part);
  effect.last_part = counts ? part : effect.last_part;
}

StepCount Analysis::Steps() const {
  StepCount all;
  for (const RoleEffect& role : roles_) {
    for (size_t i = 0; i < all.of.size(); ++i) all.of[i] += role.steps.of[i];
  }
  return all;
}

void Analysis::CountSteps(PartIndex part, const Effects& evaluation) {
  const std::vector<TreeNode>& nodes = graph_.part(part).tree.nodes;
  for (NodeIndex node = 0; node < nodes.size(); ++node) {
    if (nodes[node].kind == NodeKind::kStep)
      AddStep(part, nodes[node].what, ClassOf(evaluation.out(node), evaluation.waits(node)));
  }
}

void Analysis::CountWaiting(PartIndex part) {
  const StepClass called = ClassOf(Level::kNo, effects_[part].called);
  for (const TreeNode& node : graph_.part(part).tree.nodes) {
    if (node.kind == NodeKind::kStep) AddStep(part, node.what, called);
  }
}

// Of a part whose own steps are counted already.
void Analysis::CountMoreWaiting(PartIndex part) {
  const std::vector<TreeNode>& nodes = graph_.part(part).tree.nodes;
  const Level called = effects_[part].called;
  const Effects& evaluation = Evaluate(part);
  const auto class_of = [&](NodeIndex node) {
    return ClassOf(evaluation.out(node), evaluation.waits(node));
  };
  for (NodeIndex node = 0; node < nodes.size(); ++node) {
    if (nodes[node].kind == NodeKind::kStep && class_of(node) != StepClass::kUntouched)
      roles_[nodes[node].what].last_part = part;
  }
  for (NodeIndex node = 0; node < nodes.size(); ++node) {
    if (nodes[node].kind != NodeKind::kStep || evaluation.out(node) != Level::kNo) continue;
    if (evaluation.waits(node) >= called) continue;
    --roles_[nodes[node].what].steps[class_of(node)];
    AddStep(part, nodes[node].what, ClassOf(Level::kNo, called));
  }
}

}  // namespace plumbline::catalog::impact
