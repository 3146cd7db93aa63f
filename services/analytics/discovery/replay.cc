// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/replay.h"

#include <algorithm>
#include <set>

#include "common/base/status_macros.h"

namespace plumbline::analytics {

TreeReplayer::TreeReplayer(const ModelTree& tree, size_t most_states) : most_states_(most_states) {
  Add(tree);
  for (uint32_t node = 0; node < nodes_.size(); ++node) nodes_[node].initial = Initial(node);
}

uint32_t TreeReplayer::Add(const ModelTree& tree) {
  Node node{.kind = tree.kind, .first_leaf = leaves_};
  if (tree.kind == ModelKind::kActivity) {
    if (leaf_of_.size() <= tree.activity) leaf_of_.resize(tree.activity + 1, kNoLeaf);
    if (leaf_of_[tree.activity] != kNoLeaf) exact_ = false;
    leaf_of_[tree.activity] = leaves_++;
  }
  for (const ModelTree& child : tree.children) node.children.push_back(Add(child));
  node.end_leaf = leaves_;
  const auto nullable = [this](uint32_t child) { return nodes_[child].nullable; };
  if (node.kind == ModelKind::kLoop) {
    node.nullable = nullable(node.children[0]);
    node.redo_nullable = std::any_of(node.children.begin() + 1, node.children.end(), nullable);
  } else if (node.kind == ModelKind::kChoice) {
    node.nullable = std::ranges::any_of(node.children, nullable);
  } else {
    node.nullable =
        node.kind != ModelKind::kActivity && std::ranges::all_of(node.children, nullable);
  }
  nodes_.push_back(std::move(node));
  return static_cast<uint32_t>(nodes_.size() - 1);
}

TreeReplayer::StateId TreeReplayer::Initial(uint32_t number) {
  const Node& node = nodes_[number];
  Key key = {number};
  if (node.kind == ModelKind::kActivity) key.push_back(0);
  if (node.kind == ModelKind::kSequence || node.kind == ModelKind::kLoop) {
    key.insert(key.end(), {0, nodes_[node.children[0]].initial});
  }
  if (node.kind == ModelKind::kParallel) {
    for (const uint32_t child : node.children) key.push_back(nodes_[child].initial);
  }
  return Intern(std::move(key));
}

TreeReplayer::StateId TreeReplayer::Intern(Key key) {
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  if (states_.size() >= most_states_ + nodes_.size()) {
    full_ = true;
    return kDead;
  }
  const auto id = static_cast<StateId>(states_.size());
  accepting_.push_back(Accepts(key));
  states_.push_back(key);
  known_.emplace(std::move(key), id);
  return id;
}

bool TreeReplayer::Accepts(const Key& key) const {
  const Node& node = nodes_[key[0]];
  const auto accepting = [this](StateId state) { return accepting_[state]; };
  switch (node.kind) {
    case ModelKind::kSilent:
      return true;
    case ModelKind::kActivity:
      return key[1] == 1;
    case ModelKind::kChoice:
      return key.size() == 1 ? node.nullable : accepting(key[2]);
    case ModelKind::kSequence:
      return accepting(key[2]) &&
             std::all_of(node.children.begin() + key[1] + 1, node.children.end(),
                         [this](uint32_t child) { return nodes_[child].nullable; });
    case ModelKind::kParallel:
      return std::all_of(key.begin() + 1, key.end(), accepting);
    case ModelKind::kLoop:
      // What is done before it begins again must be followed by its body.
      for (size_t way = 1; way < key.size(); way += 2) {
        if (accepting(key[way + 1]) && (key[way] == 0 || node.nullable)) return true;
      }
      return false;
  }
  return false;
}

uint32_t TreeReplayer::ChildWith(const Node& node, uint32_t leaf) const {
  const auto before = [this](uint32_t value, uint32_t child) {
    return value < nodes_[child].end_leaf;
  };
  const auto found = std::upper_bound(node.children.begin(), node.children.end(), leaf, before);
  return static_cast<uint32_t>(found - node.children.begin());
}

TreeReplayer::StateId TreeReplayer::Step(StateId state, uint32_t leaf) {
  const auto found = steps_.find({state, leaf});
  if (found != steps_.end()) return found->second;
  const Key key = states_[state];  // a copy: states_ grows
  const StateId next = MakeStep(key, leaf);
  if (!full_ && steps_.size() < most_states_) steps_.emplace(std::pair(state, leaf), next);
  return next;
}

// The leaf is below the node of the state.
TreeReplayer::StateId TreeReplayer::MakeStep(const Key& key, uint32_t leaf) {
  const Node& node = nodes_[key[0]];
  if (node.kind == ModelKind::kActivity) return key[1] == 1 ? kDead : Intern({key[0], 1});
  if (node.kind == ModelKind::kSequence) return StepSequence(key, leaf);
  if (node.kind == ModelKind::kLoop) return StepLoop(key, leaf);
  const uint32_t child = ChildWith(node, leaf);
  if (node.kind == ModelKind::kChoice) {
    if (key.size() > 1 && key[1] != child) return kDead;
    const StateId next = Step(key.size() > 1 ? key[2] : nodes_[node.children[child]].initial, leaf);
    return next == kDead ? kDead : Intern({key[0], child, next});
  }
  Key next = key;
  next[child + 1] = Step(key[child + 1], leaf);
  return next[child + 1] == kDead ? kDead : Intern(std::move(next));
}

TreeReplayer::StateId TreeReplayer::StepSequence(const Key& key, uint32_t leaf) {
  const Node& node = nodes_[key[0]];
  const uint32_t child = ChildWith(node, leaf), current = key[1];
  if (child < current) return kDead;
  StateId from = key[2];
  if (child > current) {
    // What is under way must be at its end, and what lies between can do nothing.
    if (!accepting_[from]) return kDead;
    for (uint32_t skipped = current + 1; skipped < child; ++skipped) {
      if (!nodes_[node.children[skipped]].nullable) return kDead;
    }
    from = nodes_[node.children[child]].initial;
  }
  const StateId next = Step(from, leaf);
  return next == kDead ? kDead : Intern({key[0], child, next});
}

// From every way in which the loop can be: on with what is under way, or, where that may be at its
// end, on to the next round, or to what is done before it.
TreeReplayer::StateId TreeReplayer::StepLoop(const Key& key, uint32_t leaf) {
  const Node& node = nodes_[key[0]];
  const uint32_t child = ChildWith(node, leaf);
  std::set<std::pair<uint32_t, StateId>> ways;
  const auto go = [&](StateId from) {
    const StateId next = Step(from, leaf);
    if (next != kDead) ways.insert({child, next});
  };
  bool begins = false;
  for (size_t way = 1; way < key.size(); way += 2) {
    const bool in_body = key[way] == 0, to_body = child == 0;
    if (key[way] == child) go(key[way + 1]);
    // To the other kind of part directly, to the same kind past one of the other that does nothing.
    const bool open = in_body != to_body || (to_body ? node.redo_nullable : node.nullable);
    begins |= open && accepting_[key[way + 1]];
  }
  if (begins) go(nodes_[node.children[child]].initial);
  if (ways.empty()) return kDead;
  Key next = {key[0]};
  for (const auto& [part, state] : ways) next.insert(next.end(), {part, state});
  return Intern(std::move(next));
}

Fit TreeReplayer::Replay(std::span<const uint32_t> trace) {
  if (!exact_) return Fit::kUnknown;
  full_ = false;
  StateId state = nodes_.back().initial;
  for (const uint32_t activity : trace) {
    if (activity >= leaf_of_.size() || leaf_of_[activity] == kNoLeaf) return Fit::kNo;
    state = Step(state, leaf_of_[activity]);
    if (full_) return Fit::kUnknown;
    if (state == kDead) return Fit::kNo;
  }
  return accepting_[state] ? Fit::kYes : Fit::kNo;
}

absl::StatusOr<ReplayCounts> ReplayAll(const ModelTree& tree, const TraceBag& bag,
                                       absl::FunctionRef<absl::Status()> check) {
  constexpr size_t kEventsBetweenChecks = 1 << 14;
  TreeReplayer replayer(tree);
  ReplayCounts counts;
  size_t events = 0;
  for (size_t i = 0; i < bag.size(); ++i) {
    events += bag[i].size() + 1;
    if (events > kEventsBetweenChecks) {
      RETURN_IF_ERROR(check());
      events = 0;
    }
    const Fit fit = replayer.Replay(bag[i]);
    (fit == Fit::kYes  ? counts.fitting
     : fit == Fit::kNo ? counts.unfitting
                       : counts.unknown) += bag.count(i);
  }
  return counts;
}

}  // namespace plumbline::analytics
