// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/projection.h"

#include <algorithm>

namespace plumbline::analytics::conformance {
namespace {

constexpr uint32_t kUnknown = 0xffffffff;
constexpr size_t kCellsOfAStep = 16;     // of a table, to be made
constexpr uint64_t kStepsOfAState = 20;  // what finding its steps costs
constexpr uint32_t kMostLeft = 1'024;    // activities that are counted as left, of one group
constexpr size_t kMostEvents = 1 << 20;  // of a trace of which they are counted

std::vector<bool> Visible(const Tree& tree, const std::vector<uint32_t>& labels) {
  std::vector<bool> visible(tree.label_count());
  for (const uint32_t label : labels) visible[label] = true;
  return visible;
}

// A part of the tree whose leaves are one group, and about how many states it has.
struct Unit {
  double states;
  std::vector<uint32_t> leaves;
};

class Grouper {
 public:
  Grouper(const Tree& tree, double most_states) : tree_(tree), most_(most_states) {}

  // One unit where the node is small, else several.
  std::vector<Unit> Of(uint32_t node) const {
    const Operator op = tree_.node(node).op;
    if (op == Operator::kActivity) return {{2, {node}}};
    if (op == Operator::kSilent) return {{1, {}}};
    const bool product = op == Operator::kParallel;
    std::vector<Unit> done, small;
    for (const uint32_t child : tree_.children(node)) {
      std::vector<Unit> units = Of(child);
      auto& where = units.size() == 1 ? small : done;
      std::move(units.begin(), units.end(), std::back_inserter(where));
    }
    // Small ones first, so that as many as may be share a group.
    std::stable_sort(small.begin(), small.end(),
                     [](const Unit& a, const Unit& b) { return a.states < b.states; });
    Unit open{1, {}};
    for (Unit& unit : small) {
      const double both = product ? open.states * unit.states : open.states + unit.states;
      if (both > most_ && !open.leaves.empty()) {
        done.push_back(std::exchange(open, std::move(unit)));
        continue;
      }
      open.states = both;
      open.leaves.insert(open.leaves.end(), unit.leaves.begin(), unit.leaves.end());
    }
    done.push_back(std::move(open));
    return done;
  }

 private:
  const Tree& tree_;
  const double most_;
};

}  // namespace

std::vector<std::vector<uint32_t>> GroupLabels(const Tree& tree, double most_states) {
  std::vector<bool> taken(tree.label_count());
  std::vector<std::vector<uint32_t>> groups;
  for (const Unit& unit : Grouper(tree, most_states).Of(0)) {
    std::vector<uint32_t> labels;
    for (const uint32_t leaf : unit.leaves) {
      const uint32_t label = tree.node(leaf).label;
      if (taken[label]) continue;  // a label is in one group only, so that none counts twice
      taken[label] = true;
      labels.push_back(label);
    }
    if (!labels.empty()) groups.push_back(std::move(labels));
  }
  return groups;
}

Projection::Projection(const Tree& tree, const Net& net, const std::vector<uint32_t>& labels,
                       Budget& budget)
    : visible_(Visible(tree, labels)), machine_(tree, net, visible_), budget_(budget) {}

uint32_t Projection::Number(const State& whole) { return off_ ? 0 : Add(machine_.Project(whole)); }

uint32_t Projection::Add(State state) {
  const auto [found, added] = numbers_.try_emplace(state, static_cast<uint32_t>(size()));
  if (!added) return found->second;
  const uint32_t first = found->second;
  states_.push_back(std::move(state));
  for (uint32_t s = first; s < states_.size(); ++s) {
    if (states_.size() > kMostStates || !budget_.Spend(kStepsOfAState)) {
      off_ = true;
      return 0;
    }
    steps_.emplace_back();
    from_.emplace_back();
    may_end_.push_back(machine_.Finish(states_[s]).possible());
    for (Step& step : machine_.Steps(State(states_[s]))) {
      const auto [at, is_new] =
          numbers_.try_emplace(step.to, static_cast<uint32_t>(states_.size()));
      if (is_new) states_.push_back(std::move(step.to));
      steps_[s].push_back({step.label, at->second});
    }
  }
  table_.resize(states_.size());
  for (uint32_t s = first; s < states_.size(); ++s) {
    for (const To& to : steps_[s]) from_[to.state].push_back(s);
  }
  return first;
}

void Projection::Begin(std::span<const uint32_t> trace, Goal goal) {
  goal_ = goal == Goal::kNearEnd && trace.size() > kMostEvents ? Goal::kBeginning : goal;
  unit_ = goal_ == Goal::kNearEnd ? kMostLeft : 1;
  trace_.clear();
  shown_before_.assign(1, 0);
  for (std::vector<uint32_t>& row : table_) row.clear();
  if (!Spend(table_.size() + 1)) return;
  for (size_t i = 0; i < trace.size(); i += Budget::kAskEvery) {
    const size_t end = std::min<size_t>(trace.size(), i + Budget::kAskEvery);
    for (const uint32_t label : trace.subspan(i, end - i)) {
      if (visible_[label]) trace_.push_back(label);
      shown_before_.push_back(static_cast<uint32_t>(trace_.size()));
    }
    if (!Spend(end - i)) return;
  }
}

bool Projection::Spend(uint64_t steps) {
  work_ += steps;
  return budget_.Spend(steps);
}

Cost Projection::Bound(uint32_t state, size_t position) {
  if (off_) return 0;
  if (table_[state].empty()) Compute(state);
  if (table_[state].empty()) return 0;  // the budget is over
  const uint32_t bound = table_[state][shown_before_[position]];
  return bound == kUnknown ? 0 : bound / unit_ * kDeviation + bound % unit_;
}

// Of the state and all that it may lead to, as far as they are not known: no known state leads to
// an unknown one.
void Projection::Compute(uint32_t state) {
  std::vector<uint32_t> batch;
  const auto add = [&](uint32_t s) {
    if (!table_[s].empty()) return true;
    if (!Spend(1 + trace_.size() / kCellsOfAStep)) return false;
    table_[s].assign(trace_.size() + 1, kUnknown);
    batch.push_back(s);
    return true;
  };
  if (!add(state)) return;
  for (size_t i = 0; i < batch.size(); ++i) {
    for (const To& to : steps_[batch[i]]) {
      if (!add(to.state)) return;
    }
  }
  uint64_t told = work_;
  for (size_t position = trace_.size() + 1; position-- > 0;) {
    FillColumn(batch, position);
    if (!budget_.Spend(work_ - std::exchange(told, work_))) return;
  }
}

void Projection::FillColumn(std::span<const uint32_t> batch, size_t position) {
  const bool at_end = position == trace_.size();
  const bool anywhere = goal_ == Goal::kBeginning;
  // What a move of the model costs: after the last event it is a deviation, or one that is left.
  const uint32_t move = at_end ? 1 : unit_;
  const uint32_t most = at_end && goal_ == Goal::kNearEnd ? kMostLeft - 1 : kUnknown;
  for (std::vector<uint32_t>& level : levels_) level.clear();
  const auto reach = [&](uint32_t state, uint32_t cost) {
    cost = std::min(cost, most);
    if (cost >= table_[state][position]) return;
    table_[state][position] = cost;
    const size_t level = cost / move;
    if (levels_.size() <= level) levels_.resize(level + 1);
    levels_[level].push_back(state);
  };
  for (const uint32_t s : batch) {
    if (at_end && (anywhere || may_end_[s])) reach(s, 0);
    if (!at_end && table_[s][position + 1] != kUnknown) reach(s, table_[s][position + 1] + move);
    for (const To& to : steps_[s]) {
      if (!at_end && to.label == trace_[position] && table_[to.state][position + 1] != kUnknown) {
        reach(s, table_[to.state][position + 1]);
      }
      // Of a state that was known before; those of the batch follow below.
      if (table_[to.state][position] != kUnknown) reach(s, table_[to.state][position] + move);
    }
    work_ += steps_[s].size() + 1;
  }
  // Costs of one level differ by what is left, which no move between them changes.
  for (uint32_t level = 0; level < levels_.size(); ++level) {
    for (size_t i = 0; i < levels_[level].size(); ++i) {
      const uint32_t s = levels_[level][i], cost = table_[s][position];
      if (cost / move != level) continue;
      for (const uint32_t from : from_[s]) {
        if (table_[from].empty()) continue;
        reach(from, cost + move);
        ++work_;
      }
    }
  }
}

}  // namespace plumbline::analytics::conformance
