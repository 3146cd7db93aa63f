// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/remainder.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "services/analytics/flow/case_time.h"
#include "services/analytics/forecast/time_trees.h"

namespace plumbline::analytics::forecast {
namespace {

using conformance::Operator;
using Phase = TreeWalk::Phase;

constexpr double kMicros = 1e6;
// Sums of chances miss 1 by less.
constexpr double kCertain = 1 - 1e-12;
// That so much was passed without a trace is too rare to matter.
constexpr double kNegligible = 1e-6;

// The share of times that are longer.
double ShareAbove(const std::vector<double>& times, double elapsed) {
  if (elapsed <= 0) return 1;
  const auto longer =
      std::count_if(times.begin(), times.end(), [&](double time) { return time > elapsed; });
  return static_cast<double>(longer) / static_cast<double>(times.size());
}

}  // namespace

TimeTree Remainder::Tree() {
  Left left = Of({0, false}, walk_.state(0).begin);
  double likelihood = 1;
  std::vector<Branch> branches;
  branches.push_back({left.pass, 1, NoTime()});
  branches.push_back({1 - left.pass, left.likelihood, std::move(left.tree)});
  return Weigh(std::move(branches), &likelihood);
}

std::vector<double> Remainder::WeightsOf(const std::vector<Branch>& branches, double* likelihood) {
  double prior = 0, posterior = 0;
  for (const Branch& branch : branches) {
    prior += branch.prior;
    posterior += branch.prior * branch.likelihood;
  }
  *likelihood = prior > 0 ? posterior / prior : 1;
  std::vector<double> weights;
  for (const Branch& branch : branches) {
    // Where nothing of it is in the experience, all are as likely as they were.
    weights.push_back(branch.prior * (posterior > 0 ? branch.likelihood : 1));
  }
  return weights;
}

TimeTree Remainder::Weigh(std::vector<Branch> branches, double* likelihood) {
  const std::vector<double> weights = WeightsOf(branches, likelihood);
  std::vector<Weighed> weighed;
  for (size_t i = 0; i < branches.size(); ++i)
    weighed.push_back({weights[i], std::move(branches[i].tree)});
  return Mixed(std::move(weighed));
}

TimeTree Remainder::Enter(std::vector<Branch> places, std::vector<TimeTree> fresh,
                          double* likelihood) {
  const std::vector<double> weights = WeightsOf(places, likelihood);
  const auto possible =
      std::count_if(weights.begin(), weights.end(), [](double weight) { return weight > 0; });
  if (possible == 0) return NoTime();
  const auto first = static_cast<std::ptrdiff_t>(
      std::find_if(weights.begin(), weights.end(), [](double weight) { return weight > 0; }) -
      weights.begin());
  std::vector<TimeTree> parts;
  if (possible == 1) {
    parts.push_back(std::move(places[static_cast<size_t>(first)].tree));
    std::move(fresh.begin() + first, fresh.end(), std::back_inserter(parts));
    return InOrder(std::move(parts));
  }
  for (Branch& place : places) parts.push_back(std::move(place.tree));
  std::move(fresh.begin(), fresh.end(), std::back_inserter(parts));
  return {.kind = TimeTree::Kind::kEntry, .children = std::move(parts), .weights = weights};
}

TreeWalk::State Remainder::StateOf(const Place& place, int64_t time) const {
  if (!place.fresh) return walk_.state(place.node);
  return {Phase::kFresh, 0, time, time};
}

Remainder::Left Remainder::Of(const Place& place, int64_t time) {
  const TreeWalk::State state = StateOf(place, time);
  if (state.phase == Phase::kDone) return {1, state.end, 1, NoTime()};
  const auto children = walk_.tree().children(place.node);
  switch (walk_.tree().node(place.node).op) {
    case Operator::kSilent:
      return {1, state.begin, 1, NoTime()};
    case Operator::kActivity:
      return OfLeaf(place.node, state);
    case Operator::kChoice:
      if (state.phase == Phase::kUnderWay) return Of({children[state.place], false}, state.begin);
      return OfChoice(place.node, state);
    case Operator::kParallel:
      return OfParallel(place.node, place.fresh, state);
    case Operator::kLoop:
      return OfLoop(place.node, place.fresh, state);
    case Operator::kSequence:
      break;
  }
  std::vector<Place> row;
  for (uint32_t i = state.place; i < children.size(); ++i)
    row.push_back({children[i], place.fresh || i > state.place});
  return InRow(row, state.begin);
}

Remainder::Left Remainder::OfLeaf(uint32_t leaf, const TreeWalk::State& state) {
  const double elapsed = static_cast<double>(Measure(between_, state.begin, now_)) / kMicros;
  std::optional<int64_t>& pending = pending_[walk_.tree().node(leaf).label];
  pending = std::min(pending.value_or(state.begin), state.begin);
  Left left;
  left.pass = state.phase == Phase::kUnderWay ? 0 : plan_.SkipShare(leaf);
  left.passed_at = state.begin;
  left.likelihood = ShareAbove(plan_.TimesOf(leaf), elapsed);
  left.tree = plan_.Step(leaf, std::max(0.0, elapsed));
  return left;
}

Remainder::Left Remainder::OfChoice(uint32_t node, const TreeWalk::State& state) {
  const auto children = walk_.tree().children(node);
  const std::vector<double> weights = plan_.Weights(node);
  Left left{.passed_at = state.begin};
  std::vector<Branch> branches;
  double all = 0;
  for (size_t i = 0; i < children.size(); ++i) {
    if (weights[i] == 0) continue;
    Left branch = Of({children[i], true}, state.begin);
    all += weights[i];
    left.pass += weights[i] * branch.pass;
    left.passed_at = std::max(left.passed_at, branch.passed_at);
    branches.push_back({weights[i] * (1 - branch.pass), branch.likelihood, std::move(branch.tree)});
  }
  left.pass /= all;
  left.tree = Weigh(std::move(branches), &left.likelihood);
  return left;
}

Remainder::Left Remainder::OfParallel(uint32_t node, bool fresh, const TreeWalk::State& state) {
  Left left{.pass = 1, .passed_at = state.begin};
  std::vector<Left> undecided;
  std::vector<TimeTree> parts;
  for (const uint32_t child : walk_.tree().children(node)) {
    Left part = Of({child, fresh}, state.begin);
    left.pass *= part.pass;
    left.passed_at = std::max(left.passed_at, part.passed_at);
    if (part.pass >= kCertain) continue;
    if (part.pass > 0) {
      undecided.push_back(std::move(part));
      continue;
    }
    left.likelihood *= part.likelihood;
    parts.push_back(std::move(part.tree));
  }
  // If nothing but one child can be left, it is left where the node is. Of several, each may be;
  // that none is then is among what can come, and not said by `pass`.
  const bool one = parts.empty() && undecided.size() == 1;
  if (!one && !undecided.empty()) left.pass = 0;
  for (Left& part : undecided) {
    if (one) {
      left.likelihood *= part.likelihood;
      parts.push_back(std::move(part.tree));
      continue;
    }
    double likelihood = 1;
    std::vector<Branch> branches;
    branches.push_back({part.pass, 1, NoTime()});
    branches.push_back({1 - part.pass, part.likelihood, std::move(part.tree)});
    parts.push_back(Weigh(std::move(branches), &likelihood));
    left.likelihood *= likelihood;
  }
  left.tree = Beside(std::move(parts));
  return left;
}

Remainder::Left Remainder::OfLoop(uint32_t node, bool fresh, const TreeWalk::State& state) {
  const auto children = walk_.tree().children(node);
  const Place here{children[state.place], fresh};
  if (state.place == 0 && !fresh && walk_.state(children[0]).phase == Phase::kDone)
    return AfterBody(node, walk_.state(children[0]).end);
  std::vector<Place> row{here};
  if (state.place > 0) row.push_back({children[0], true});
  Left left = InRow(row, state.begin);
  // Going round at once, without a trace, is left out: too rare to matter.
  left.pass *= 1 - plan_.Again(node);
  std::vector<TimeTree> parts;
  parts.push_back(std::move(left.tree));
  parts.push_back(plan_.LoopTail(node));
  left.tree = InOrder(std::move(parts));
  return left;
}

Remainder::Left Remainder::AfterBody(uint32_t loop, int64_t time) {
  const auto children = walk_.tree().children(loop);
  const double again = plan_.Again(loop);
  if (again == 0) return {1, time, 1, NoTime()};
  const std::vector<double> weights = plan_.Weights(loop);
  std::vector<Branch> branches;
  for (size_t k = 1; k < children.size(); ++k) {
    if (weights[k - 1] == 0) continue;
    const Place row[] = {{children[k], true}, {children[0], true}};
    Left round = InRow(row, time);
    branches.push_back({weights[k - 1], round.likelihood, std::move(round.tree)});
  }
  Left left{.pass = 1 - again, .passed_at = time};
  std::vector<TimeTree> parts;
  parts.push_back(Weigh(std::move(branches), &left.likelihood));
  parts.push_back(plan_.LoopTail(loop));
  left.tree = InOrder(std::move(parts));
  return left;
}

Remainder::Left Remainder::InRow(std::span<const Place> row, int64_t time) {
  Left left{.pass = 1, .passed_at = time};
  std::vector<Branch> places;
  for (size_t i = 0; i < row.size() && left.pass > 0; ++i) {
    Left own = Of(row[i], left.passed_at);
    const double prior = own.pass < kCertain ? left.pass * (1 - own.pass) : 0;
    places.push_back({prior, own.likelihood, std::move(own.tree)});
    left.pass *= own.pass;
    if (left.pass < kNegligible) left.pass = 0;
    left.passed_at = own.passed_at;
  }
  std::vector<TimeTree> fresh;
  for (size_t j = 1; j < row.size(); ++j) fresh.push_back(plan_.Fresh(row[j].node));
  left.tree = Enter(std::move(places), std::move(fresh), &left.likelihood);
  return left;
}

}  // namespace plumbline::analytics::forecast
