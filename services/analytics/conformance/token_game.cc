// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/token_game.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"

namespace plumbline::analytics::conformance {
namespace {

using Marking = std::vector<std::pair<uint32_t, uint32_t>>;

uint32_t TokensOn(const Marking& marking, uint32_t place) {
  const auto at = std::lower_bound(marking.begin(), marking.end(), std::make_pair(place, 0u));
  return at != marking.end() && at->first == place ? at->second : 0;
}

void Add(Marking& marking, uint32_t place) {
  const auto at = std::lower_bound(marking.begin(), marking.end(), std::make_pair(place, 0u));
  if (at != marking.end() && at->first == place) {
    ++at->second;
  } else {
    marking.insert(at, {place, 1});
  }
}

// false: there was none.
bool Take(Marking& marking, uint32_t place) {
  const auto at = std::lower_bound(marking.begin(), marking.end(), std::make_pair(place, 0u));
  if (at == marking.end() || at->first != place) return false;
  if (--at->second == 0) marking.erase(at);
  return true;
}

}  // namespace

Tokens& Tokens::operator+=(const Tokens& other) {
  produced += other.produced;
  consumed += other.consumed;
  missing += other.missing;
  remaining += other.remaining;
  return *this;
}

TokenGame::TokenGame(const Net& net, uint32_t label_count)
    : net_(net), of_label_(label_count), towards_(label_count) {
  for (uint32_t t = 0; t < net.transitions().size(); ++t) {
    const Net::Transition& transition = net.transitions()[t];
    if (transition.gone) continue;
    (transition.label == kNoLabel ? silent_ : of_label_[transition.label]).push_back(t);
  }
  for (uint32_t label = 0; label < label_count; ++label) {
    towards_[label] = SilentTowards(of_label_[label]);
  }
}

// Silent transitions from which tokens may come to these, by way of silent ones.
std::vector<uint32_t> TokenGame::SilentTowards(const std::vector<uint32_t>& transitions) const {
  std::vector<bool> wanted(net_.place_count()), taken(net_.transitions().size());
  for (const uint32_t t : transitions) {
    for (const uint32_t place : net_.transitions()[t].in) wanted[place] = true;
  }
  std::vector<uint32_t> towards;
  for (bool changed = true; changed;) {
    changed = false;
    for (const uint32_t t : silent_) {
      const Net::Transition& transition = net_.transitions()[t];
      const auto is_wanted = [&](uint32_t place) { return wanted[place]; };
      if (taken[t] || std::none_of(transition.out.begin(), transition.out.end(), is_wanted)) {
        continue;
      }
      taken[t] = changed = true;
      towards.push_back(t);
      for (const uint32_t place : transition.in) wanted[place] = true;
    }
  }
  std::sort(towards.begin(), towards.end());
  return towards;
}

uint32_t TokenGame::Number(std::span<const uint32_t> places) {
  Marking marking;
  for (const uint32_t place : places) Add(marking, place);
  return Number(std::move(marking));
}

uint32_t TokenGame::Number(Marking marking) {
  const auto [at, added] = numbers_.try_emplace(marking, static_cast<uint32_t>(markings_.size()));
  if (added) markings_.push_back(std::move(marking));
  return at->second;
}

bool TokenGame::MayFire(const Marking& marking, uint32_t transition) const {
  return Lacks(marking, transition) == 0;
}

uint64_t TokenGame::Lacks(const Marking& marking, uint32_t transition) const {
  uint64_t lacks = 0;  // no place is the input of a transition twice
  for (const uint32_t place : net_.transitions()[transition].in) {
    lacks += TokensOn(marking, place) == 0;
  }
  return lacks;
}

void TokenGame::Move(Marking& marking, uint32_t transition, Tokens& tokens) const {
  const Net::Transition& t = net_.transitions()[transition];
  for (const uint32_t place : t.in) tokens.missing += !Take(marking, place);
  for (const uint32_t place : t.out) Add(marking, place);
  tokens.consumed += static_cast<int64_t>(t.in.size());
  tokens.produced += static_cast<int64_t>(t.out.size());
}

// Breadth first over silent moves. `lacking` gives (tokens that lack, transition) in a marking.
template <class Lacking>
TokenGame::Found TokenGame::Search(uint32_t marking, std::span<const uint32_t> silent,
                                   const Lacking& lacking) {
  std::vector<Open> level = {{markings_[marking], {}}}, next;
  absl::flat_hash_set<Marking> seen = {markings_[marking]};
  const auto [lacks, transition] = lacking(markings_[marking]);
  Found best{markings_[marking], {}, transition, lacks};
  const size_t most = std::min(kMostMarkings, kMostMoves / (silent.size() + 1) + 1);
  while (!level.empty() && best.lacking > 0 && seen.size() < most) {
    next.clear();
    for (const Open& from : level) {
      if (seen.size() >= most) break;
      for (const uint32_t t : silent) {
        if (!MayFire(from.marking, t)) continue;
        Open to = from;
        Move(to.marking, t, to.tokens);
        if (seen.insert(to.marking).second) next.push_back(std::move(to));
      }
    }
    const uint64_t before = best.lacking;
    for (const Open& open : next) {
      const auto [lacks_here, t] = lacking(open.marking);
      const bool smaller =
          lacks_here == best.lacking && lacks_here < before && open.marking < best.marking;
      if (lacks_here < best.lacking || smaller) best = {open.marking, open.tokens, t, lacks_here};
    }
    std::swap(level, next);
  }
  work_ += seen.size() * (silent.size() + 10);
  return best;
}

TokenGame::Result TokenGame::Fire(uint32_t marking, uint32_t label) {
  if (const auto found = fired_.find(std::make_pair(marking, label)); found != fired_.end()) {
    return found->second;
  }
  Found found = Search(marking, towards_[label], [&](const Marking& m) {
    std::pair<uint64_t, uint32_t> least{~uint64_t{0}, 0};
    for (const uint32_t t : of_label_[label]) least = std::min(least, {Lacks(m, t), t});
    return least;
  });
  Move(found.marking, found.transition, found.tokens);
  const Result result{Number(std::move(found.marking)), found.tokens};
  fired_.emplace(std::make_pair(marking, label), result);
  return result;
}

Tokens TokenGame::Finish(uint32_t marking) {
  if (const auto found = finished_.find(marking); found != finished_.end()) return found->second;
  const uint32_t sink = net_.sink();
  Found found = Search(marking, silent_, [&](const Marking& m) {
    uint64_t wrong = TokensOn(m, sink) == 0 ? 1 : TokensOn(m, sink) - 1;
    for (const auto& [place, tokens] : m) wrong += place == sink ? 0 : tokens;
    return std::pair<uint64_t, uint32_t>{wrong, 0};
  });
  found.tokens.consumed += 1;
  found.tokens.missing += !Take(found.marking, sink);
  for (const auto& [place, tokens] : found.marking) found.tokens.remaining += tokens;
  finished_.emplace(marking, found.tokens);
  return found.tokens;
}

}  // namespace plumbline::analytics::conformance
