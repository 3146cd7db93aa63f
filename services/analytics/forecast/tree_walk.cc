// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/tree_walk.h"

#include <algorithm>

namespace plumbline::analytics::forecast {

using conformance::Operator;

TreeWalk::TreeWalk(const conformance::Tree& tree)
    : tree_(tree), least_(tree.size()), leaves_(tree.label_count()), states_(tree.size()) {
  for (uint32_t n = tree.size(); n-- > 0;) {
    const auto children = tree.children(n);
    switch (tree.node(n).op) {
      case Operator::kSilent:
        break;
      case Operator::kActivity:
        least_[n] = 1;
        break;
      case Operator::kLoop:
        least_[n] = least_[children[0]];
        break;
      case Operator::kChoice:
        least_[n] = kNever;
        for (const uint32_t child : children) least_[n] = std::min(least_[n], least_[child]);
        break;
      default:
        for (const uint32_t child : children) least_[n] += least_[child];
    }
  }
  for (uint32_t n = 0; n < tree.size(); ++n) {
    if (tree.node(n).op == Operator::kActivity) leaves_[tree.node(n).label].push_back(n);
  }
}

void TreeWalk::Begin(int64_t time) {
  passages_.clear();
  Enter(0, time);
}

TreeWalk::Taken TreeWalk::Take(uint32_t label, int64_t time, std::span<const uint32_t> later) {
  uint32_t cost = kNever;
  const uint32_t leaf = Cheapest(label, &cost);
  if (cost >= kNever) return Taken::kNo;
  if (cost == 0) {
    Fire(0, leaf, time, /*open=*/false);
    return Taken::kYes;
  }
  const std::vector<State> before = states_;
  const size_t size = passages_.size();
  Fire(0, leaf, time, /*open=*/false);
  const bool later_done = std::any_of(passages_.begin() + static_cast<std::ptrdiff_t>(size),
                                      passages_.end(), [&](const Passage& passage) {
                                        return passage.kind == Passage::Kind::kSkipped &&
                                               later[tree_.node(passage.node).label] > 0;
                                      });
  if (!later_done) return Taken::kYes;
  states_ = before;
  passages_.resize(size);
  return Taken::kNo;
}

void TreeWalk::Open(uint32_t label) {
  uint32_t cost = kNever;
  const uint32_t leaf = Cheapest(label, &cost);
  if (cost == 0) Fire(0, leaf, 0, /*open=*/true);
}

uint32_t TreeWalk::Cheapest(uint32_t label, uint32_t* cost) const {
  uint32_t best = 0;
  *cost = kNever;
  for (const uint32_t leaf : leaves_[label]) {
    const uint32_t own = Cost(0, leaf);
    if (own < *cost) {
      *cost = own;
      best = leaf;
    }
  }
  return best;
}

uint32_t TreeWalk::ChildWith(uint32_t node, uint32_t leaf) const {
  const auto children = tree_.children(node);
  return static_cast<uint32_t>(std::upper_bound(children.begin(), children.end(), leaf) -
                               children.begin()) -
         1;
}

uint32_t TreeWalk::LeastBack(uint32_t node) const {
  const auto children = tree_.children(node);
  uint32_t best = 1;
  for (uint32_t k = 2; k < children.size(); ++k) {
    if (least_[children[k]] < least_[children[best]]) best = k;
  }
  return best;
}

void TreeWalk::Enter(uint32_t node, int64_t time) {
  states_[node] = {Phase::kFresh, 0, time, time};
  const auto children = tree_.children(node);
  switch (tree_.node(node).op) {
    case Operator::kSilent:
      states_[node].phase = Phase::kDone;
      return;
    case Operator::kActivity:
      return;
    case Operator::kSequence:
    case Operator::kLoop:
      Enter(children[0], time);
      break;
    case Operator::kParallel:
    case Operator::kChoice:
      for (const uint32_t child : children) Enter(child, time);
      break;
  }
  Settle(node);
}

void TreeWalk::Settle(uint32_t node) {
  const auto children = tree_.children(node);
  State& state = states_[node];
  switch (tree_.node(node).op) {
    case Operator::kSequence:
      while (states_[children[state.place]].phase == Phase::kDone) {
        state.end = states_[children[state.place]].end;
        if (state.place + 1 == children.size()) {
          state.phase = Phase::kDone;
          return;
        }
        Enter(children[++state.place], state.end);
      }
      return;
    case Operator::kParallel:
      return SettleParallel(node);
    case Operator::kChoice: {
      const State& chosen = states_[children[state.place]];
      if (state.phase != Phase::kUnderWay || chosen.phase != Phase::kDone) return;
      state.phase = Phase::kDone;
      state.end = chosen.end;
      return;
    }
    case Operator::kLoop: {
      const State& back = states_[children[state.place]];
      if (state.place == 0 || back.phase != Phase::kDone) return;
      state.place = 0;
      Enter(children[0], back.end);
      return;
    }
    default:
      return;
  }
}

void TreeWalk::SettleParallel(uint32_t node) {
  int64_t end = states_[node].begin;
  for (const uint32_t child : tree_.children(node)) {
    if (states_[child].phase != Phase::kDone) return;
    end = std::max(end, states_[child].end);
  }
  states_[node].phase = Phase::kDone;
  states_[node].end = end;
}

uint32_t TreeWalk::Rest(uint32_t node) const {
  const State& state = states_[node];
  if (state.phase == Phase::kDone) return 0;
  const auto children = tree_.children(node);
  switch (tree_.node(node).op) {
    case Operator::kSilent:
      return 0;
    case Operator::kActivity:
      return 1;
    case Operator::kSequence:
      return RestOfSequence(node, state.place, static_cast<uint32_t>(children.size()));
    case Operator::kChoice:
      return state.phase == Phase::kUnderWay ? Rest(children[state.place]) : least_[node];
    case Operator::kLoop:
      return Rest(children[state.place]) + (state.place > 0 ? least_[children[0]] : 0);
    case Operator::kParallel:
      break;
  }
  uint32_t sum = 0;
  for (const uint32_t child : children) sum += Rest(child);
  return sum;
}

uint32_t TreeWalk::RestOfSequence(uint32_t node, uint32_t from, uint32_t to) const {
  const auto children = tree_.children(node);
  uint32_t sum = from < to ? Rest(children[from]) : 0;
  for (uint32_t i = from + 1; i < to; ++i) sum += least_[children[i]];
  return sum;
}

uint32_t TreeWalk::Cost(uint32_t node, uint32_t leaf) const {
  const State& state = states_[node];
  if (state.phase == Phase::kDone) return kNever;
  if (node == leaf) return 0;
  const auto children = tree_.children(node);
  const uint32_t place = ChildWith(node, leaf);
  switch (tree_.node(node).op) {
    case Operator::kSequence:
      if (place < state.place) return kNever;
      if (place == state.place) return Cost(children[place], leaf);
      return RestOfSequence(node, state.place, place) + FreshCost(children[place], leaf);
    case Operator::kChoice:
      if (state.phase == Phase::kFresh) return FreshCost(children[place], leaf);
      return place == state.place ? Cost(children[place], leaf) : kNever;
    case Operator::kLoop: {
      bool stays = false;
      return LoopCost(node, leaf, &stays);
    }
    default:
      return Cost(children[place], leaf);
  }
}

uint32_t TreeWalk::FreshCost(uint32_t node, uint32_t leaf) const {
  if (node == leaf) return 0;
  const auto children = tree_.children(node);
  const uint32_t place = ChildWith(node, leaf);
  uint32_t cost = FreshCost(children[place], leaf);
  if (tree_.node(node).op == Operator::kLoop && place > 0) cost += least_[children[0]];
  if (tree_.node(node).op == Operator::kSequence) {
    for (uint32_t i = 0; i < place; ++i) cost += least_[children[i]];
  }
  return cost;
}

uint32_t TreeWalk::LoopCost(uint32_t node, uint32_t leaf, bool* stays) const {
  const auto children = tree_.children(node);
  const uint32_t at = states_[node].place, place = ChildWith(node, leaf);
  uint32_t around = Rest(children[at]) + FreshCost(children[place], leaf);
  if (place == 0 && at == 0) around += least_[children[LeastBack(node)]];
  if (place > 0 && at > 0) around += least_[children[0]];
  const uint32_t stay = place == at ? Cost(children[place], leaf) : kNever;
  *stays = stay <= around;
  return std::min(stay, around);
}

void TreeWalk::Fire(uint32_t node, uint32_t leaf, int64_t time, bool open) {
  State& state = states_[node];
  if (node == leaf) {
    state.phase = open ? Phase::kUnderWay : Phase::kDone;
    if (open) return;
    state.end = std::max(time, state.begin);
    passages_.push_back({Passage::Kind::kDone, node, 0, state.begin, state.end});
    return;
  }
  const auto children = tree_.children(node);
  const uint32_t place = ChildWith(node, leaf);
  switch (tree_.node(node).op) {
    case Operator::kSequence:
      while (state.place < place) {
        Complete(children[state.place]);
        Settle(node);
      }
      Fire(children[place], leaf, time, open);
      break;
    case Operator::kChoice:
      if (state.phase == Phase::kFresh) {
        passages_.push_back({Passage::Kind::kChose, node, place, state.begin, state.begin});
        state.phase = Phase::kUnderWay;
        state.place = place;
      }
      Fire(children[place], leaf, time, open);
      break;
    case Operator::kLoop:
      FireLoop(node, leaf, time, open);
      break;
    default:
      Fire(children[place], leaf, time, open);
  }
  Settle(node);
}

void TreeWalk::FireLoop(uint32_t node, uint32_t leaf, int64_t time, bool open) {
  const auto children = tree_.children(node);
  const uint32_t place = ChildWith(node, leaf);
  bool stays = false;
  LoopCost(node, leaf, &stays);
  if (!stays) {
    FinishRound(node);
    if (place > 0) {
      if (states_[node].place > 0 || states_[children[0]].phase != Phase::kDone) FinishRound(node);
      GoBack(node, place);
    } else if (states_[children[0]].phase == Phase::kDone) {
      GoBack(node, LeastBack(node));
      FinishRound(node);
    }
  }
  Fire(children[place], leaf, time, open);
}

// In the body: ends it. On the way back: ends that, and the body can begin.
void TreeWalk::FinishRound(uint32_t node) {
  Complete(tree_.children(node)[states_[node].place]);
  Settle(node);
}

// After the body, by this way.
void TreeWalk::GoBack(uint32_t node, uint32_t way) {
  const int64_t end = states_[tree_.children(node)[0]].end;
  passages_.push_back({Passage::Kind::kAgain, node, way, end, end});
  states_[node].place = way;
  Enter(tree_.children(node)[way], end);
}

int64_t TreeWalk::Complete(uint32_t node) {
  State& state = states_[node];
  if (state.phase == Phase::kDone) return state.end;
  const auto children = tree_.children(node);
  switch (tree_.node(node).op) {
    case Operator::kSilent:
      break;
    case Operator::kActivity:
      passages_.push_back({Passage::Kind::kSkipped, node, 0, state.begin, state.begin});
      state.end = state.begin;
      break;
    case Operator::kSequence:
      while (state.phase != Phase::kDone) {
        Complete(children[state.place]);
        Settle(node);
      }
      break;
    case Operator::kParallel:
      state.end = state.begin;
      for (const uint32_t child : children) state.end = std::max(state.end, Complete(child));
      break;
    case Operator::kChoice:
      if (state.phase == Phase::kFresh) {
        state.place = static_cast<uint32_t>(
            std::min_element(children.begin(), children.end(),
                             [&](uint32_t a, uint32_t b) { return least_[a] < least_[b]; }) -
            children.begin());
        passages_.push_back({Passage::Kind::kChose, node, state.place, state.begin, state.begin});
      }
      state.end = Complete(children[state.place]);
      break;
    case Operator::kLoop:
      state.end = CompleteLoop(node);
      break;
  }
  state.phase = Phase::kDone;
  return state.end;
}

int64_t TreeWalk::CompleteLoop(uint32_t node) {
  if (states_[node].place > 0) FinishRound(node);
  const int64_t end = Complete(tree_.children(node)[0]);
  passages_.push_back({Passage::Kind::kLeft, node, 0, end, end});
  return end;
}

}  // namespace plumbline::analytics::forecast
