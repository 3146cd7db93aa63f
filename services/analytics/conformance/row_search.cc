// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/row_search.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace plumbline::analytics::conformance {
namespace {

constexpr uint64_t kTellEvery = 5'000;  // steps

}  // namespace

RowSearch::RowSearch(const Automaton& automaton, const LabelledLog& log, Budget& budget,
                     const AlignOptions& options)
    : automaton_(automaton),
      log_(log),
      budget_(budget),
      memory_(*options.memory, options.thread_bytes),
      closed_(automaton.size()),
      next_(automaton.size()),
      before_(automaton.size()) {}

void RowSearch::Run(std::span<const uint32_t> variants, uint32_t bound,
                    std::vector<Alignment>& alignments) {
  bound_ = bound;
  levels_.resize(size_t{bound} + 1);
  rows_.assign(1, {{0, 0}});
  entries_ = 1;
  std::span<const uint32_t> before;
  for (const uint32_t number : variants) {
    const std::span<const uint32_t> activities = log_.variants[number].activities;
    size_t common = CommonLength(before, activities);
    while (rows_.size() > common + 1) Pop();
    bool alive = true;
    // A row that is empty ends the variant; it may be one of those in common.
    while (alive && rows_.size() <= activities.size()) {
      alive = !rows_.back().empty() && Push(activities[rows_.size() - 1]);
    }
    before = activities.first(rows_.size() - 1);
    if (budget_.over()) return;
    if (alive && !rows_.back().empty()) {
      Finish(log_.variants[number], alignments[number]);
    } else if (rows_.back().empty()) {
      alignments[number].least_deviations = bound + 1;
    }
  }
  budget_.Spend(std::exchange(steps_, 0));
}

void RowSearch::Pop() {
  entries_ -= rows_.back().size();
  rows_.pop_back();
}

// false: no memory or no time is left for it.
bool RowSearch::Push(uint32_t label) {
  if (!Close(rows_.back())) return false;
  const Row& row = rows_.back();
  if (label < log_.known) {
    for (const uint32_t state : closed_.set()) {
      if (!MayGoOn()) break;
      const auto edges = automaton_.edges(state, label);
      for (const Automaton::Edge& edge : edges) next_.Lower(edge.to, closed_[state] + edge.silent);
      steps_ += edges.size() + 1;
    }
  }
  for (const Entry& entry : row) {
    if (DeviationsOf(entry.cost) < bound_) next_.Lower(entry.state, entry.cost + kDeviation);
  }
  std::sort(next_.set().begin(), next_.set().end());
  Row result;
  result.reserve(next_.set().size());
  for (const uint32_t state : next_.set()) result.push_back({state, next_[state]});
  next_.Clear();
  entries_ += result.size();
  rows_.push_back(std::move(result));
  steps_ += 10 + bound_;
  if (!MayGoOn()) return false;
  if (HasMemory()) return true;
  Pop();
  return false;
}

bool RowSearch::HasMemory() {
  // What is known of all states, which also are in the lists of the level at hand.
  constexpr size_t kOfAState = 2 * sizeof(Cost) + sizeof(Before) + 6 * sizeof(uint32_t);
  constexpr size_t kOfAllocating = 16;
  return memory_.Has(entries_ * sizeof(Entry) + rows_.size() * (2 * sizeof(Row) + kOfAllocating) +
                     levels_.size() * sizeof(levels_[0]) + automaton_.size() * kOfAState);
}

void RowSearch::Reach(uint32_t state, Cost cost, Before before) {
  if (!closed_.Lower(state, cost)) return;
  before_[state] = before;
  levels_[DeviationsOf(cost)].push_back(state);
}

// false: the budget ended.
bool RowSearch::MayGoOn() {
  return steps_ > kTellEvery ? budget_.Spend(std::exchange(steps_, 0)) : !budget_.over();
}

// Adds to a row what moves of the model alone reach. They cost a deviation each, so states are
// final in the order of their deviations. false: the budget ended.
bool RowSearch::Close(const Row& row) {
  closed_.Clear();
  for (std::vector<uint32_t>& level : levels_) level.clear();
  for (const Entry& entry : row) Reach(entry.state, entry.cost, {entry.state, kNoLabel});
  for (uint32_t deviations = 0; deviations < bound_; ++deviations) {
    std::vector<uint32_t>& level = levels_[deviations];
    std::sort(level.begin(), level.end());
    level.erase(std::unique(level.begin(), level.end()), level.end());
    for (const uint32_t state : level) {
      const Cost cost = closed_[state];
      if (DeviationsOf(cost) != deviations) continue;
      if (!MayGoOn()) return false;
      const auto edges = automaton_.edges(state);
      for (const Automaton::Edge& edge : edges) {
        Reach(edge.to, cost + kDeviation + edge.silent, {state, edge.label});
      }
      steps_ += edges.size();
    }
  }
  return true;
}

// Where a beginning ends best: with the fewest deviations, then where the fewest activities are
// still to come. So where it left a step out it is told so, not that what it did next was too
// early. From every state there is a way to the end.
RowSearch::Entry RowSearch::EndOfBeginning() const {
  const auto order = [&](const Entry& entry) {
    return std::tuple(DeviationsOf(entry.cost), DeviationsOf(automaton_.rest(entry.state)),
                      SilentOf(entry.cost), entry.state);
  };
  const Row& row = rows_.back();
  return *std::min_element(row.begin(), row.end(),
                           [&](const Entry& a, const Entry& b) { return order(a) < order(b); });
}

// The last row stands: the cheapest way on from it to the end of the model, which a beginning does
// not need.
void RowSearch::Finish(const LogVariant& variant, Alignment& alignment) {
  Entry last{0, 0};
  Cost best = kImpossible;
  if (variant.beginning) {
    last = EndOfBeginning();
    best = last.cost;
  }
  for (const Entry& entry : rows_.back()) {
    if (variant.beginning) break;
    const Cost cost = entry.cost + automaton_.rest(entry.state);
    if (cost >= best) continue;
    best = cost;
    last = entry;
  }
  if (DeviationsOf(best) > bound_) {
    alignment.least_deviations = bound_ + 1;
    return;
  }
  alignment.least_deviations = DeviationsOf(best);
  if (!Trace(variant.activities, last, alignment.moves)) return;
  if (!variant.beginning) TraceRest(last.state, alignment.moves);
  alignment.cost = best;
  alignment.optimal = true;
}

bool RowSearch::Trace(std::span<const uint32_t> activities, Entry last, std::vector<Move>& moves) {
  moves.clear();
  Entry at = last;
  for (size_t row = activities.size(); row > 0; --row) {
    at = TraceEvent(row - 1, activities[row - 1], at, moves);
    if (!MayGoOn()) return false;
  }
  std::reverse(moves.begin(), moves.end());
  return true;
}

void RowSearch::TraceRest(uint32_t state, std::vector<Move>& moves) const {
  for (;;) {
    const Cost rest = automaton_.rest(state);
    if (DeviationsOf(rest) == 0) return;
    for (const Automaton::Edge& edge : automaton_.edges(state)) {
      if (kDeviation + edge.silent + automaton_.rest(edge.to) != rest) continue;
      moves.push_back({MoveKind::kModel, edge.label});
      state = edge.to;
      break;
    }
  }
}

// Which entry of `row` the one of the next row came from; adds the moves between, last first. Of
// several ways it takes a move of the log, so that of two equal events the second is too many.
RowSearch::Entry RowSearch::TraceEvent(size_t row, uint32_t label, Entry at,
                                       std::vector<Move>& backwards) {
  const auto same =
      std::lower_bound(rows_[row].begin(), rows_[row].end(), at.state,
                       [](const Entry& entry, uint32_t state) { return entry.state < state; });
  if (same != rows_[row].end() && same->state == at.state && same->cost + kDeviation == at.cost) {
    backwards.push_back({MoveKind::kLog, label});
    return *same;
  }
  if (!Close(rows_[row])) return at;
  std::sort(closed_.set().begin(), closed_.set().end());
  for (const uint32_t from : closed_.set()) {
    for (const Automaton::Edge& edge : automaton_.edges(from, label)) {
      if (edge.to != at.state || closed_[from] + edge.silent != at.cost) continue;
      backwards.push_back({MoveKind::kBoth, label});
      uint32_t state = from;
      for (; before_[state].state != state; state = before_[state].state) {
        backwards.push_back({MoveKind::kModel, before_[state].label});
      }
      return {state, closed_[state]};
    }
  }
  return at;  // not reached: an entry comes from somewhere
}

}  // namespace plumbline::analytics::conformance
