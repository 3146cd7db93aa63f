// SPDX-License-Identifier: Apache-2.0
//
// Exact replay: after a beginning of a trace, the set of all states that the model may be in. A
// trace is in the model's language exactly where the set never becomes empty and at last holds a
// state that may end (definition of the language of a process tree, by subset construction as it is
// needed).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_STATE_SETS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_STATE_SETS_H_

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/analytics/conformance/machine.h"

namespace plumbline::analytics::conformance {

// A state and the cheapest silent moves to it.
struct StateAt {
  uint32_t state;
  SilentCost cost;
};
// Ascending by state.
struct StateSet : std::vector<StateAt> {
  using std::vector<StateAt>::vector;
  // States were left out on the way here, for there were too many (a name that many parallel
  // branches share): what the set holds is true, what it lacks is not known to be false.
  bool cut = false;
};

// States by number and what follows them, found as they are needed. Not thread-safe.
class StateSets {
 public:
  explicit StateSets(const Machine& machine) : machine_(machine) { Number(machine.initial()); }

  StateSet Initial() const { return {StateAt{0, {0, 0}}}; }
  // The largest set; beyond it the states reached at the least cost are kept.
  static constexpr size_t kMostStates = 1'000;
  // Where `label` may lead from these states. O(set * successors) once they are known, else the
  // cost of Machine::Steps each.
  StateSet After(const StateSet& set, uint32_t label);
  // The state that ends at the least cost, with the cost of ending added; cost impossible where no
  // state may end.
  StateAt Finish(const StateSet& set);
  // The state reached at the least cost; of equal ones that with the smallest words, which does not
  // depend on what was asked before. The set must not be empty.
  StateAt Cheapest(const StateSet& set) const;
  // What is kept of a state takes about so many bytes; and what a set of states takes.
  static constexpr size_t kBytesOfAState = 200;
  static size_t BytesOf(const StateSet& set) {
    constexpr size_t kOfAllocating = 16;
    return sizeof(StateSet) + kOfAllocating + set.capacity() * sizeof(StateAt);
  }
  // Activities that may come next in any state of the set, ascending.
  std::vector<uint32_t> Enabled(const StateSet& set);

  const State& state(uint32_t number) const { return states_[number]; }
  // What was done since the last call, about a tenth of a microsecond each.
  uint64_t TakeWork() { return std::exchange(work_, 0); }
  // How many states are known: what memory grows with.
  size_t size() const { return states_.size(); }

 private:
  struct Next {
    uint32_t to;
    SilentCost cost;
  };
  void Cut(StateSet& set) const;
  uint32_t Number(const State& state);
  const std::vector<Next>& NextOf(uint32_t state, uint32_t label);
  // Bits by label.
  const std::vector<uint64_t>& EnabledIn(uint32_t state);

  const Machine& machine_;
  std::vector<State> states_;
  absl::flat_hash_map<State, uint32_t> numbers_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, std::vector<Next>> next_;  // state, label
  absl::flat_hash_map<uint32_t, std::vector<uint64_t>> enabled_;
  uint64_t work_ = 0;
};

// The sets after each event of a trace, which the next trace shares as far as it begins alike. It
// has at least the first.
class SetStack {
 public:
  // `sets` must outlive it.
  explicit SetStack(StateSets& sets) : sets_(sets) { Add(sets.Initial()); }

  size_t size() const { return stack_.size(); }
  const StateSet& back() const { return stack_.back(); }
  const StateSet& operator[](size_t i) const { return stack_[i]; }
  // That of one more event.
  void Push(uint32_t label) { Add(sets_.After(stack_.back(), label)); }
  // Takes away what is beyond the first `most` sets.
  void Keep(size_t most) {
    for (; stack_.size() > most; stack_.pop_back()) bytes_ -= StateSets::BytesOf(back());
  }
  size_t bytes() const { return bytes_; }
  // The same in states, as limits count them.
  size_t states() const { return bytes_ / StateSets::kBytesOfAState; }

 private:
  void Add(StateSet set) {
    bytes_ += StateSets::BytesOf(set);
    stack_.push_back(std::move(set));
  }

  StateSets& sets_;
  std::vector<StateSet> stack_;
  size_t bytes_ = 0;
};

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_STATE_SETS_H_
