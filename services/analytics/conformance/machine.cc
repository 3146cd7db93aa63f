// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/machine.h"

#include <algorithm>
#include <bit>

#include "services/analytics/conformance/machine_fields.h"

namespace plumbline::analytics::conformance {
namespace {

uint32_t LargestValue(const Tree::Node& node) {
  switch (node.op) {
    case Operator::kSilent:
      return 0;
    case Operator::kActivity:
      return 1;
    case Operator::kSequence:
      return node.child_count;
    case Operator::kChoice:
      return node.child_count + 1;
    case Operator::kParallel:
      return kJoined;
    case Operator::kLoop:
      return node.child_count + 1;
  }
  return 0;
}

}  // namespace

SilentCost operator+(SilentCost a, SilentCost b) {
  if (!a.possible() || !b.possible()) return {};
  return {a.silent + b.silent, a.produced + b.produced};
}

bool operator<(SilentCost a, SilentCost b) {
  return a.silent != b.silent ? a.silent < b.silent : a.produced < b.produced;
}

Machine::Machine(const Tree& tree, const Net& net, std::vector<bool> visible)
    : tree_(tree),
      net_(net),
      projected_(!visible.empty()),
      fields_(tree.size()),
      hidden_(tree.size()),
      skip_(tree.size()) {
  if (projected_) Hide(0, visible);
  const uint32_t bits = Lay(0, 0);
  words_ = std::max(1u, (bits + 63) / 64);
  for (uint32_t n = tree.size(); n-- > 0;) skip_[n] = SkipOf(n);  // children before parents
}

bool Machine::Hide(uint32_t node, const std::vector<bool>& visible) {
  const Tree::Node& n = tree_.node(node);
  bool hidden = n.label == kNoLabel || !visible[n.label];
  for (const uint32_t child : tree_.children(node)) hidden &= Hide(child, visible);
  hidden_[node] = hidden;
  return hidden;
}

// Gives the node its field at `bit` or after; returns the bit after everything below it.
uint32_t Machine::Lay(uint32_t node, uint32_t bit) {
  Field& field = fields_[node];
  field.width = static_cast<uint32_t>(std::bit_width(LargestValue(tree_.node(node))));
  if (bit % 64 + field.width > 64) bit = (bit + 63) / 64 * 64;
  field.word = bit / 64;
  field.shift = bit % 64;
  const uint32_t begin = bit + field.width;
  uint32_t end = begin;
  const bool together = tree_.node(node).op == Operator::kParallel;
  for (const uint32_t child : tree_.children(node)) {
    end = std::max(end, Lay(child, together ? end : begin));
  }
  fields_[node].begin = begin;
  fields_[node].end = end;
  return end;
}

uint32_t Machine::Get(const State& state, uint32_t node) const {
  const Field& f = fields_[node];
  if (f.width == 0) return 0;
  return static_cast<uint32_t>(state[f.word] >> f.shift & ((uint64_t{1} << f.width) - 1));
}

void Machine::Set(State& state, uint32_t node, uint32_t value) const {
  const Field& f = fields_[node];
  const uint64_t mask = ((uint64_t{1} << f.width) - 1) << f.shift;
  state[f.word] = (state[f.word] & ~mask) | uint64_t{value} << f.shift;
}

void Machine::Clear(State& state, uint32_t begin, uint32_t end) const {
  for (uint32_t bit = begin; bit < end;) {
    const uint32_t in_word = std::min(64 - bit % 64, end - bit);
    const uint64_t mask = in_word == 64 ? ~uint64_t{0} : (uint64_t{1} << in_word) - 1;
    state[bit / 64] &= ~(mask << bit % 64);
    bit += in_word;
  }
}

bool Machine::IsFinished(const State& state, uint32_t node) const {
  if (hidden_[node]) return true;
  const uint32_t value = Get(state, node);
  switch (tree_.node(node).op) {
    case Operator::kActivity:
      return value == 1;
    case Operator::kSequence:
      return value == tree_.node(node).child_count;
    case Operator::kChoice:
      return value == tree_.node(node).child_count + 1;
    case Operator::kParallel:
      return value == kJoined;
    case Operator::kSilent:
    case Operator::kLoop:
      break;
  }
  return false;
}

SilentCost Machine::Cost(uint32_t node, Event event) const {
  if (projected_) return kFree;
  const EventCost cost = net_.cost(node, event);
  return {cost.silent, cost.produced};
}

SilentCost Machine::SkipOf(uint32_t node) const {
  const auto children = tree_.children(node);
  SilentCost sum = kFree;
  if (hidden_[node]) return kFree;
  switch (tree_.node(node).op) {
    case Operator::kSilent:
      return Cost(node, Event::kLeaf);
    case Operator::kActivity:
      return {};
    case Operator::kChoice:
      sum = {};
      for (const uint32_t child : children) sum = std::min(sum, skip_[child]);
      return sum;
    case Operator::kSequence:
    case Operator::kParallel:
      for (const uint32_t child : children) sum = sum + skip_[child];
      if (tree_.node(node).op == Operator::kSequence) return sum;
      return Cost(node, Event::kEnter) + sum + Cost(node, Event::kLeave);
    case Operator::kLoop:
      return Cost(node, Event::kEnter) + skip_[children[0]] + Cost(node, Event::kLeave);
  }
  return {};
}

// Of a loop: silently from after its body to before it.
SilentCost Machine::LeastWayBack(uint32_t node) const {
  SilentCost least;
  for (const uint32_t child : tree_.children(node).subspan(1)) {
    least = std::min(least, skip_[child]);
  }
  return least + Cost(node, Event::kBack);
}

SilentCost Machine::FinishNode(const State& state, uint32_t node) const {
  if (IsFinished(state, node)) return kFree;
  const auto children = tree_.children(node);
  const uint32_t value = Get(state, node);
  SilentCost sum = kFree;
  switch (tree_.node(node).op) {
    case Operator::kSilent:
    case Operator::kActivity:
      return skip_[node];
    case Operator::kSequence:
      sum = FinishNode(state, children[value]);
      for (const uint32_t child : children.subspan(value + 1)) sum = sum + skip_[child];
      return sum;
    case Operator::kChoice:
      return value == 0 ? skip_[node] : FinishNode(state, children[value - 1]);
    case Operator::kParallel:
      if (value == 0) return skip_[node];
      for (const uint32_t child : children) sum = sum + FinishNode(state, child);
      return sum + Cost(node, Event::kLeave);
    case Operator::kLoop:
      return FinishLoop(state, node);
  }
  return {};
}

SilentCost Machine::FinishLoop(const State& state, uint32_t node) const {
  const auto children = tree_.children(node);
  const uint32_t value = Get(state, node);
  const SilentCost leave = Cost(node, Event::kLeave);
  if (value == 0) return skip_[node];
  if (value == kInBody) return FinishNode(state, children[0]) + leave;
  if (value == kAfterBody) return leave;
  return FinishNode(state, children[value - 2]) + Cost(node, Event::kBack) + skip_[children[0]] +
         leave;
}

SilentCost Machine::Finish(const State& state) const {
  SilentCost cost = FinishNode(state, 0);
  const EventCost start = net_.start_cost(), end = net_.end_cost();
  if (state == initial()) cost = cost + SilentCost{start.silent, start.produced};
  return cost + SilentCost{end.silent, end.produced};
}

State Machine::Project(const State& whole) const {
  State state = whole;
  ProjectNode(state, 0);
  return state;
}

void Machine::ProjectNode(State& state, uint32_t node) const {
  if (hidden_[node]) {
    if (fields_[node].width > 0) Set(state, node, 0);
    return ClearBelow(state, node);
  }
  const auto children = tree_.children(node);
  const uint32_t value = Get(state, node);
  switch (tree_.node(node).op) {
    case Operator::kSilent:
    case Operator::kActivity:
      return;
    case Operator::kSequence:
      if (value < children.size()) ProjectNode(state, children[value]);
      return;
    case Operator::kChoice:
      if (value > 0 && value <= children.size()) ProjectNode(state, children[value - 1]);
      return;
    case Operator::kParallel:
      for (const uint32_t child : children) ProjectNode(state, child);
      return;
    case Operator::kLoop:
      if (value == kInBody) ProjectNode(state, children[0]);
      if (value > kAfterBody) ProjectNode(state, children[value - 2]);
  }
}

uint32_t Machine::Mark(const State& state, uint32_t node, std::vector<uint32_t>& places) const {
  if (IsFinished(state, node)) return net_.Mark(net_.exit(node), places);
  const auto children = tree_.children(node);
  const uint32_t value = Get(state, node);
  const Operator op = tree_.node(node).op;
  if (op == Operator::kSequence) return Mark(state, children[value], places);
  if (value == 0) return net_.Mark(net_.entry(node), places);
  if (op == Operator::kChoice) return Mark(state, children[value - 1], places);
  if (op == Operator::kLoop) {
    if (value == kInBody) return Mark(state, children[0], places);
    if (value == kAfterBody) return net_.Mark(net_.exit(children[0]), places);
    return Mark(state, children[value - 2], places);
  }
  uint32_t more = 0;
  for (const uint32_t child : children) more += Mark(state, child, places);
  return more;
}

uint32_t Machine::Marking(const State& state, std::vector<uint32_t>& places) const {
  places.clear();
  uint32_t more = 0;
  if (state == initial()) {
    more = net_.Mark(net_.source(), places);
  } else {
    more = Mark(state, 0, places);
  }
  std::sort(places.begin(), places.end());
  return more;
}

}  // namespace plumbline::analytics::conformance
