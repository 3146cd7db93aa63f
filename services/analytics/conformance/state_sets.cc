// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/state_sets.h"

#include <algorithm>
#include <bit>

namespace plumbline::analytics::conformance {
namespace {

constexpr uint64_t kWorkOfAStep = 20;

}  // namespace

uint32_t StateSets::Number(const State& state) {
  const auto [at, added] = numbers_.try_emplace(state, static_cast<uint32_t>(states_.size()));
  if (added) states_.push_back(state);
  return at->second;
}

const std::vector<StateSets::Next>& StateSets::NextOf(uint32_t state, uint32_t label) {
  const auto [at, added] = next_.try_emplace({state, label});
  if (!added) return at->second;
  std::vector<Next> next;
  for (const Step& step : machine_.Steps(State(states_[state]), label)) {
    next.push_back({Number(step.to), step.cost});
  }
  work_ += kWorkOfAStep * (next.size() + 1);
  return at->second = std::move(next);
}

StateSet StateSets::After(const StateSet& set, uint32_t label) {
  StateSet after;
  after.cut = set.cut;
  for (const StateAt& from : set) {
    for (const Next& next : NextOf(from.state, label)) {
      after.push_back({next.to, from.cost + next.cost});
    }
  }
  work_ += set.size() + after.size();
  if (after.size() < 2) return after;
  std::sort(after.begin(), after.end(), [](const StateAt& a, const StateAt& b) {
    return a.state != b.state ? a.state < b.state : a.cost < b.cost;
  });
  const auto same = [](const StateAt& a, const StateAt& b) { return a.state == b.state; };
  after.erase(std::unique(after.begin(), after.end(), same), after.end());
  if (after.size() > kMostStates) Cut(after);
  return after;
}

void StateSets::Cut(StateSet& set) const {
  std::sort(set.begin(), set.end(), [&](const StateAt& a, const StateAt& b) {
    if (a.cost < b.cost || b.cost < a.cost) return a.cost < b.cost;
    return states_[a.state] < states_[b.state];
  });
  set.resize(kMostStates);
  std::sort(set.begin(), set.end(),
            [](const StateAt& a, const StateAt& b) { return a.state < b.state; });
  set.cut = true;
}

StateAt StateSets::Finish(const StateSet& set) {
  StateAt best{0, {}};
  for (const StateAt& at : set) {
    const SilentCost cost = at.cost + machine_.Finish(states_[at.state]);
    if (cost < best.cost) best = {at.state, cost};
  }
  return best;
}

StateAt StateSets::Cheapest(const StateSet& set) const {
  return *std::min_element(set.begin(), set.end(), [&](const StateAt& a, const StateAt& b) {
    if (a.cost < b.cost || b.cost < a.cost) return a.cost < b.cost;
    return states_[a.state] < states_[b.state];
  });
}

const std::vector<uint64_t>& StateSets::EnabledIn(uint32_t state) {
  const auto [at, added] = enabled_.try_emplace(state);
  if (!added) return at->second;
  std::vector<uint64_t>& bits = at->second;
  for (const Step& step : machine_.Steps(states_[state])) {
    if (bits.size() <= step.label / 64) bits.resize(step.label / 64 + 1);
    bits[step.label / 64] |= uint64_t{1} << step.label % 64;
    work_ += kWorkOfAStep;
  }
  return bits;
}

std::vector<uint32_t> StateSets::Enabled(const StateSet& set) {
  std::vector<uint64_t> all;
  for (const StateAt& at : set) {
    const std::vector<uint64_t>& bits = EnabledIn(at.state);
    if (all.size() < bits.size()) all.resize(bits.size());
    for (size_t i = 0; i < bits.size(); ++i) all[i] |= bits[i];
  }
  std::vector<uint32_t> labels;
  for (uint32_t i = 0; i < all.size(); ++i) {
    for (uint64_t bits = all[i]; bits != 0; bits &= bits - 1) {
      labels.push_back(64 * i + static_cast<uint32_t>(std::countr_zero(bits)));
    }
  }
  return labels;
}

}  // namespace plumbline::analytics::conformance
