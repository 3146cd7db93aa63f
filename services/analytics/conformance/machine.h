// SPDX-License-Identifier: Apache-2.0
//
// A process tree as a state machine over its activities: what may come next, at what silent cost.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MACHINE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MACHINE_H_

#include <cstdint>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "services/analytics/conformance/net.h"
#include "services/analytics/conformance/tree.h"

namespace plumbline::analytics::conformance {

// Where a run of the tree stands, right after an activity (or before the first). Every node has a
// field of bits; nodes that are never active together share theirs. Silent moves are not states:
// those without alternative are made at once, all others only when the activity that needs them
// comes, so that what may still be skipped, repeated or joined multiplies no states. Two states
// are equal exactly where their words are.
using State = absl::InlinedVector<uint64_t, 2>;

// Silent moves, as the net counts them (see EventCost).
struct SilentCost {
  uint32_t silent = kNever;
  uint32_t produced = 0;
  static constexpr uint32_t kNever = 0x7fffffff;  // impossible
  bool possible() const { return silent < kNever; }
};
SilentCost operator+(SilentCost a, SilentCost b);
bool operator<(SilentCost a, SilentCost b);

// One activity, with the silent moves that it needs.
struct Step {
  uint32_t label;
  State to;
  SilentCost cost;  // the tokens of the activity itself included
};

// Immutable, thread-safe. Keeps references to tree and net.
class Machine {
 public:
  // O(nodes).
  Machine(const Tree& tree, const Net& net) : Machine(tree, net, {}) {}
  // The tree in which all other labels than these are silent and nothing silent costs anything; by
  // label, empty = all are visible and silent moves cost what they do.
  Machine(const Tree& tree, const Net& net, std::vector<bool> visible);

  State initial() const { return State(words_, 0); }
  // Every activity that may come next, each with every state that it may lead to at the least
  // silent cost of that state. Two ways to the same state may both be listed. O(leaves * depth *
  // words), times the loops that may be gone round.
  std::vector<Step> Steps(const State& state) const { return Steps(state, kNoLabel); }
  // Those of one activity.
  std::vector<Step> Steps(const State& state, uint32_t label) const;
  // Silent moves to the end of the tree; impossible where an activity is still to come.
  SilentCost Finish(const State& state) const;
  // The state of this machine that corresponds to one of the machine of the whole tree: what is
  // below nodes without a visible label is forgotten. O(nodes under way * words).
  State Project(const State& whole) const;
  // Tokens of the net in this state, ascending by place; returns how many tokens were made for them
  // that Steps will count only later.
  uint32_t Marking(const State& state, std::vector<uint32_t>& places) const;

 private:
  struct Field {
    uint32_t word = 0, shift = 0, width = 0;
    uint32_t begin = 0, end = 0;  // bits of everything below the node
  };
  class Walk;

  bool Hide(uint32_t node, const std::vector<bool>& visible);
  uint32_t Lay(uint32_t node, uint32_t bit);
  uint32_t Get(const State& state, uint32_t node) const;
  void Set(State& state, uint32_t node, uint32_t value) const;
  void Clear(State& state, uint32_t begin, uint32_t end) const;
  void ClearBelow(State& state, uint32_t node) const {
    Clear(state, fields_[node].begin, fields_[node].end);
  }
  void ProjectNode(State& state, uint32_t node) const;
  bool IsFinished(const State& state, uint32_t node) const;
  SilentCost Cost(uint32_t node, Event event) const;
  SilentCost SkipOf(uint32_t node) const;
  SilentCost LeastWayBack(uint32_t node) const;
  SilentCost FinishNode(const State& state, uint32_t node) const;
  SilentCost FinishLoop(const State& state, uint32_t node) const;
  // Ends a node and what ends with it; returns what that costs.
  SilentCost End(State& state, uint32_t node) const;
  uint32_t Mark(const State& state, uint32_t node, std::vector<uint32_t>& places) const;

  const Tree& tree_;
  const Net& net_;
  const bool projected_;
  uint32_t words_ = 0;
  std::vector<Field> fields_;
  std::vector<bool> hidden_;      // no label below is visible: as if done at all times
  std::vector<SilentCost> skip_;  // from before a node to after it
};

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MACHINE_H_
