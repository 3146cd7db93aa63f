// SPDX-License-Identifier: Apache-2.0
//
// Lower bounds for models with too many states to list. Hiding all but some activities of a tree
// (and of a trace) leaves a small model, whose optimal alignments cost no more than those of the
// whole, since any alignment of the whole is one of what is left. Models that show different
// activities share no deviation, so that their costs add up (an additive pattern database, Felner,
// Korf and Hanan 2004, over projections of the tree). For a parallel node whose branches are one
// group each, the sum is exact.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_PROJECTION_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_PROJECTION_H_

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/analytics/conformance/automaton.h"
#include "services/analytics/conformance/budget.h"
#include "services/analytics/conformance/machine.h"

namespace plumbline::analytics::conformance {

// Splits the labels of a tree into groups such that the tree that shows only one group has about
// `most_states` states at most. O(nodes).
std::vector<std::vector<uint32_t>> GroupLabels(const Tree& tree, double most_states);

// What an alignment explains the trace by.
enum class Goal {
  kRun,        // a run of the model
  kAnyRun,     // the same, silent moves not counted
  kBeginning,  // the beginning of a run: after the last event every state may be the end
  // The same, and of those with the fewest deviations one from whose end the fewest activities are
  // left: they are counted in the place of silent moves (Cost).
  kNearEnd,
};

// One group: for every state and position of a trace, the fewest deviations to the end. Not
// thread-safe.
class Projection {
 public:
  // `budget` must outlive it.
  Projection(const Tree& tree, const Net& net, const std::vector<uint32_t>& labels, Budget& budget);

  // The number of the state that a state of the whole tree becomes. Steps are found when a state is
  // seen first.
  uint32_t Number(const State& whole);
  // From here on Bound answers for this trace, unless the budget is over then. Spends a step for
  // each of its events.
  void Begin(std::span<const uint32_t> trace, Goal goal);
  // Fewest deviations in the shown activities from `state` with the events from `position` on, and
  // for kNearEnd the fewest activities that are left then; may be too low once the budget is spent.
  Cost Bound(uint32_t state, size_t position);
  size_t size() const { return steps_.size(); }
  // It has too many states, and always answers 0.
  bool off() const { return off_; }
  // How much was spent since the last call.
  uint64_t TakeSteps() { return std::exchange(work_, 0); }

 private:
  struct To {
    uint32_t label, state;
  };
  // More states than GroupLabels reckoned with (a name in many branches): it bounds nothing then.
  static constexpr size_t kMostStates = 20'000;
  uint32_t Add(State state);
  bool Spend(uint64_t steps);
  void Compute(uint32_t state);
  void FillColumn(std::span<const uint32_t> batch, size_t position);

  std::vector<bool> visible_;
  Machine machine_;
  absl::flat_hash_map<State, uint32_t> numbers_;
  std::vector<State> states_;
  std::vector<std::vector<To>> steps_;
  std::vector<std::vector<uint32_t>> from_;  // the same against their direction
  std::vector<bool> may_end_;

  std::vector<uint32_t> trace_;  // the shown activities
  Goal goal_ = Goal::kRun;
  // Of a deviation in the table; what is less are activities that are left.
  uint32_t unit_ = 1;
  std::vector<uint32_t> shown_before_;        // by position in the whole trace
  std::vector<std::vector<uint32_t>> table_;  // by state, then by shown position; empty: not known
  std::vector<std::vector<uint32_t>> levels_;
  Budget& budget_;
  bool off_ = false;
  uint64_t work_ = 0;
};

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_PROJECTION_H_
