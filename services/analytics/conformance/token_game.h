// SPDX-License-Identifier: Apache-2.0
//
// Token replay on the workflow net of a trace that does not fit: tokens that lack are added.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_TOKEN_GAME_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_TOKEN_GAME_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/analytics/conformance/net.h"

namespace plumbline::analytics::conformance {

// Tokens of a replay (van der Aalst 2016, section 8.2).
struct Tokens {
  int64_t produced = 0, consumed = 0, missing = 0, remaining = 0;
  Tokens& operator+=(const Tokens& other);
  bool operator==(const Tokens&) const = default;
};

// Markings by number, and what happens in them, found once. Not thread-safe.
class TokenGame {
 public:
  // How many markings one search for silent moves looks at: 2,000, or fewer where there are many
  // silent moves, so that it tries about 400,000 moves at most. Beyond that it takes the best so
  // far.
  static constexpr size_t kMostMarkings = 2'000, kMostMoves = 400'000;

  // `net` must outlive it.
  TokenGame(const Net& net, uint32_t label_count);

  struct Result {
    uint32_t marking;
    Tokens tokens;  // what this added to the counts
  };
  // The marking with one token on each of these places (repeated: more).
  uint32_t Number(std::span<const uint32_t> places);
  // Fires a transition of this label. Of all markings that silent moves reach it is done in the one
  // that lacks fewest tokens, then by the fewest moves, then the smallest; what lacks is added.
  // O(1) expected where it was asked before, else O(kMostMarkings * places) at most.
  Result Fire(uint32_t marking, uint32_t label);
  // Ends: silent moves towards a single token at the end, by the same rule; then the counts of the
  // token that is taken there, lacks, or is left elsewhere.
  Tokens Finish(uint32_t marking);
  // What was done since the last call, about a tenth of a microsecond each.
  uint64_t TakeWork() { return std::exchange(work_, 0); }
  // How many markings are known, and what happens in them: what memory grows with.
  size_t size() const { return markings_.size() + fired_.size(); }

 private:
  using Marking = std::vector<std::pair<uint32_t, uint32_t>>;  // place, tokens > 0; ascending
  struct Found {
    Marking marking;
    Tokens tokens;        // of the silent moves
    uint32_t transition;  // to be fired
    uint64_t lacking;
  };
  struct Open {
    Marking marking;
    Tokens tokens;
  };

  template <class Lacking>
  Found Search(uint32_t marking, std::span<const uint32_t> silent, const Lacking& lacking);
  std::vector<uint32_t> SilentTowards(const std::vector<uint32_t>& transitions) const;
  bool MayFire(const Marking& marking, uint32_t transition) const;
  // How many tokens it lacks.
  uint64_t Lacks(const Marking& marking, uint32_t transition) const;
  void Move(Marking& marking, uint32_t transition, Tokens& tokens) const;
  uint32_t Number(Marking marking);

  const Net& net_;
  std::vector<std::vector<uint32_t>> of_label_;  // transitions
  std::vector<std::vector<uint32_t>> towards_;   // by label: silent ones that may help
  std::vector<uint32_t> silent_;                 // all
  std::vector<Marking> markings_;
  absl::flat_hash_map<Marking, uint32_t> numbers_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, Result> fired_;
  absl::flat_hash_map<uint32_t, Tokens> finished_;
  uint64_t work_ = 0;
};

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_TOKEN_GAME_H_
