// SPDX-License-Identifier: Apache-2.0
//
// What is kept of those who are at work at steps, for how many are at once.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_AT_WORK_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_AT_WORK_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/cascade/doings.h"
#include "services/analytics/cascade/stations.h"
#include "services/analytics/live/packed_numbers.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/simulation/opening.h"

namespace plumbline::analytics {

// A change as a number: twice its time, one more where somebody begins, so that at one time who
// ends comes first.
inline int64_t ChangeAt(int64_t time, bool begins) { return time * 2 + (begins ? 1 : 0); }

// Begins and ends of stretches, in blocks.
class BusyChanges {
 public:
  // Of changes one after the other: how many more there are at last, and at most and at least after
  // one of them.
  struct Block {
    int32_t sum = 0, most = 0, least = 0;
  };
  using Packed = PackedNumbers<Block>;

  void Change(const simulation::Stretch& stretch, int sign) {
    changes_.Change(ChangeAt(stretch.begin, true), sign);
    changes_.Change(ChangeAt(stretch.end, false), sign);
    if (changes_.IsDue()) Fold();
  }
  void Fold() { changes_.Fold(&Summarise); }
  // As of the last Fold.
  const std::vector<Packed::Block>& blocks() const { return changes_.blocks(); }
  size_t memory_bytes() const { return changes_.memory_bytes(); }

 private:
  static Block Summarise(std::span<const int64_t> changes);

  Packed changes_;
};

// When it matters whether all were at work: some stretches of time, and all that lies within the
// same of equal parts of the whole, of which there are more where there are more stretches.
class Wanted {
 public:
  static constexpr size_t kBytesOfAStretch = 64;  // at most

  // Of so many stretches of the time from `begin` to `end`.
  Wanted(int64_t begin, int64_t end, size_t stretches);
  void Add(const simulation::Stretch& stretch);
  // After the last Add, before Any.
  void Sum();
  // Whether some of it lies between two times, both with it.
  bool Any(int64_t begin, int64_t end) const;
  size_t memory_bytes() const { return parts_.capacity() * sizeof(parts_[0]); }

 private:
  size_t PartOf(int64_t time) const;

  int64_t begin_, end_;
  // One more than there are parts, or none; until Sum changes, then how many before.
  std::vector<int32_t> parts_;
};

// Who was at work, as FindAtWork of all stretches would say it for what is wanted, but of those
// that are in blocks only what matters is looked at: all after `from` are there.
struct AtWorkQuestion {
  std::vector<const BusyChanges*> kept;
  int64_t from = 0;            // a number of ChangeAt: of `kept` the changes after it count
  std::vector<int64_t> other;  // changes beside them, ascending
  int64_t servers = 0;         // 0: as many as were at work at most
  const Wanted* wanted = nullptr;
};
// Times are those of the changes. Errors of `keep_on`, asked by how many blocks were looked at.
// O(blocks kept log lists), and blocks of which the changes are looked at.
absl::StatusOr<cascade::AtWork> FindAtWork(const AtWorkQuestion& question, KeepOn keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_AT_WORK_H_
