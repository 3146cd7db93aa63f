// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/net.h"

#include <algorithm>
#include <utility>

namespace plumbline::analytics::conformance {
namespace {

void Remove(std::vector<uint32_t>& from, uint32_t value) {
  from.erase(std::find(from.begin(), from.end(), value));
}

// Whether the first (or last) thing of the tree is a loop: the places around the tree would have a
// way back through them.
bool IsLoopAt(const Tree& tree, bool last) {
  uint32_t n = 0;
  while (tree.node(n).op != Operator::kLoop) {
    if (tree.node(n).child_count == 0) return false;
    n = last ? tree.children(n).back() : tree.children(n).front();
  }
  return true;
}

}  // namespace

Net::Net(const Tree& tree)
    : entry_(tree.size()), exit_(tree.size()), events_(size_t{4} * tree.size(), kNone) {
  source_ = AddPlace();
  sink_ = AddPlace();
  const Operator op = tree.node(0).op;
  const bool branches = op == Operator::kChoice || op == Operator::kParallel;
  uint32_t entry = source_, exit = sink_;
  if (branches || IsLoopAt(tree, false)) {
    entry = AddPlace();
    start_ = AddTransition(kNoLabel, {source_}, {entry});
  }
  if (branches || IsLoopAt(tree, true)) {
    exit = AddPlace();
    end_ = AddTransition(kNoLabel, {exit}, {sink_});
  }
  Build(tree, 0, entry, exit);
  Fuse();
}

uint32_t Net::AddPlace() {
  places_.emplace_back();
  return place_count() - 1;
}

uint32_t Net::AddTransition(uint32_t label, std::vector<uint32_t> in, std::vector<uint32_t> out) {
  const uint32_t t = static_cast<uint32_t>(transitions_.size());
  for (const uint32_t place : in) places_[place].out.push_back(t);
  for (const uint32_t place : out) places_[place].in.push_back(t);
  transitions_.push_back({label, std::move(in), std::move(out)});
  return t;
}

void Net::Build(const Tree& tree, uint32_t node, uint32_t entry, uint32_t exit) {
  entry_[node] = entry;
  exit_[node] = exit;
  const auto children = tree.children(node);
  switch (tree.node(node).op) {
    case Operator::kSilent:
    case Operator::kActivity:
      events_[4 * node] = AddTransition(tree.node(node).label, {entry}, {exit});
      break;
    case Operator::kSequence:
      for (size_t i = 0; i < children.size(); ++i) {
        const uint32_t next = i + 1 == children.size() ? exit : AddPlace();
        Build(tree, children[i], entry, next);
        entry = next;
      }
      break;
    case Operator::kChoice:
      for (const uint32_t child : children) Build(tree, child, entry, exit);
      break;
    case Operator::kParallel:
      BuildParallel(tree, node);
      break;
    case Operator::kLoop:
      BuildLoop(tree, node);
  }
}

void Net::BuildParallel(const Tree& tree, uint32_t node) {
  std::vector<uint32_t> begins, ends;
  for (const uint32_t child : tree.children(node)) {
    begins.push_back(AddPlace());
    ends.push_back(AddPlace());
    Build(tree, child, begins.back(), ends.back());
  }
  events_[4 * node + 1] = AddTransition(kNoLabel, {entry_[node]}, std::move(begins));
  events_[4 * node + 2] = AddTransition(kNoLabel, std::move(ends), {exit_[node]});
}

void Net::BuildLoop(const Tree& tree, uint32_t node) {
  const auto children = tree.children(node);
  const uint32_t begin = AddPlace(), end = AddPlace(), back = AddPlace();
  Build(tree, children[0], begin, end);
  for (size_t i = 1; i < children.size(); ++i) Build(tree, children[i], end, back);
  events_[4 * node + 1] = AddTransition(kNoLabel, {entry_[node]}, {begin});
  events_[4 * node + 2] = AddTransition(kNoLabel, {end}, {exit_[node]});
  events_[4 * node + 3] = AddTransition(kNoLabel, {back}, {begin});
}

void Net::Fuse() {
  costs_.resize(transitions_.size());
  for (size_t t = 0; t < transitions_.size(); ++t) {
    const bool silent = transitions_[t].label == kNoLabel;
    costs_[t] = {silent ? 1u : 0u, static_cast<uint32_t>(transitions_[t].out.size())};
  }
  for (const auto fuse : {&Net::FuseBefore, &Net::FuseAfter}) {
    for (bool changed = true; changed;) {
      changed = false;
      for (uint32_t t = 0; t < transitions_.size(); ++t) changed |= (this->*fuse)(t);
    }
  }
}

// A silent transition whose only input comes from one transition, and goes nowhere else, is part of
// that one.
bool Net::FuseBefore(uint32_t transition) {
  Transition& t = transitions_[transition];
  if (t.gone || t.label != kNoLabel || t.in.size() != 1) return false;
  const uint32_t place = t.in[0];
  Place& p = places_[place];
  if (p.in.size() != 1 || p.out.size() != 1) return false;
  const uint32_t host = p.in[0];
  if (host == transition) return false;
  std::vector<uint32_t>& out = transitions_[host].out;
  Remove(out, place);
  for (const uint32_t to : t.out) {
    out.push_back(to);
    std::replace(places_[to].in.begin(), places_[to].in.end(), transition, host);
  }
  p.gone = p.before = t.gone = true;
  p.instead = t.out;
  costs_[transition] = {0, static_cast<uint32_t>(t.out.size()) - 1};
  return true;
}

// The same for a silent transition whose only output goes to one transition.
bool Net::FuseAfter(uint32_t transition) {
  Transition& t = transitions_[transition];
  if (t.gone || t.label != kNoLabel || t.out.size() != 1) return false;
  const uint32_t place = t.out[0];
  Place& p = places_[place];
  if (p.in.size() != 1 || p.out.size() != 1) return false;
  const uint32_t host = p.out[0];
  if (host == transition) return false;
  std::vector<uint32_t>& in = transitions_[host].in;
  Remove(in, place);
  for (const uint32_t from : t.in) {
    in.push_back(from);
    std::replace(places_[from].out.begin(), places_[from].out.end(), transition, host);
  }
  p.gone = t.gone = true;
  p.instead = t.in;
  costs_[transition] = {0, 0};
  return true;
}

EventCost Net::CostOf(uint32_t transition) const {
  return transition == kNone ? EventCost{} : costs_[transition];
}

EventCost Net::cost(uint32_t node, Event event) const {
  return CostOf(events_[4 * node + static_cast<uint32_t>(event)]);
}

uint32_t Net::Mark(uint32_t place, std::vector<uint32_t>& marking) const {
  const Place& p = places_[place];
  if (!p.gone) {
    marking.push_back(place);
    return 0;
  }
  uint32_t more = p.before ? static_cast<uint32_t>(p.instead.size()) - 1 : 0;
  for (const uint32_t other : p.instead) more += Mark(other, marking);
  return more;
}

}  // namespace plumbline::analytics::conformance
