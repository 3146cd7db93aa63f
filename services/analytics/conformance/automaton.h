// SPDX-License-Identifier: Apache-2.0
//
// All states of a model and the steps between them, where they are few enough to be listed.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_AUTOMATON_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_AUTOMATON_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "services/analytics/conformance/machine.h"

namespace plumbline::analytics::conformance {

// What an alignment costs: deviations first, silent moves second. As one number, so that sums and
// comparisons are plain: deviations * 2^32 + silent moves.
using Cost = uint64_t;
inline constexpr Cost kImpossible = ~Cost{0};
inline constexpr Cost kDeviation = Cost{1} << 32;
inline constexpr uint32_t DeviationsOf(Cost cost) { return static_cast<uint32_t>(cost >> 32); }
inline constexpr uint32_t SilentOf(Cost cost) { return static_cast<uint32_t>(cost); }

struct AutomatonLimits {
  size_t states = 20'000;
  size_t edges = 5'000'000;
};

class Automaton {
 public:
  struct Edge {
    uint32_t label;
    uint32_t to;
    uint32_t silent;    // moves before (and at once after) the activity
    uint32_t produced;  // tokens
  };

  // nullopt where the limits or the memory do not suffice, or `expired`, asked now and then, says
  // true. State 0 is the initial one; the others are numbered in the order in which they are first
  // reached, breadth first. O(edges * cost of a step).
  static std::optional<Automaton> Make(
      const Machine& machine, uint32_t label_count, const AutomatonLimits& limits,
      absl::FunctionRef<bool()> expired = [] { return false; },
      absl::FunctionRef<bool(size_t bytes)> has_memory = [](size_t) { return true; });

  uint32_t size() const { return static_cast<uint32_t>(finish_.size()); }
  size_t edge_count() const { return edges_.size(); }
  // Ascending by label, then by target; of equal ones the cheapest only.
  std::span<const Edge> edges(uint32_t state) const {
    return Between(uint64_t{state} * label_count_, label_count_);
  }
  // Those of one activity.
  std::span<const Edge> edges(uint32_t state, uint32_t label) const {
    return Between(uint64_t{state} * label_count_ + label, 1);
  }
  // Silent moves to the end.
  const SilentCost& finish(uint32_t state) const { return finish_[state]; }
  // Cost of the best way to the end, its activities counted as deviations. Never impossible.
  Cost rest(uint32_t state) const { return rest_[state]; }
  const State& state(uint32_t number) const { return states_[number]; }

 private:
  std::span<const Edge> Between(uint64_t slot, uint64_t count) const {
    return {edges_.data() + begin_[slot], begin_[slot + count] - begin_[slot]};
  }
  bool Explore(const Machine& machine, const AutomatonLimits& limits,
               absl::FunctionRef<bool()> expired, absl::FunctionRef<bool(size_t)> has_memory);
  // While it is made, near enough.
  size_t BytesWhileMade() const;
  bool FindRest(absl::FunctionRef<bool()> expired);

  uint32_t label_count_ = 0;
  std::vector<State> states_;
  std::vector<Edge> edges_;
  std::vector<uint32_t> begin_;  // of the edges of (state, label); one more at the end
  std::vector<SilentCost> finish_;
  std::vector<Cost> rest_;
};

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_AUTOMATON_H_
