// SPDX-License-Identifier: Apache-2.0
//
// When occurrences waited and were worked at, by whom: for queues and utilisation. Not for use
// outside this folder, but for sums that are kept (live/).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_STAYS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_STAYS_H_

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/int128.h"
#include "services/analytics/bottlenecks/bottlenecks.h"

namespace plumbline::analytics::bottlenecks {

// An occurrence. kNoTime where a time is not known; `begin` also where it has not begun.
struct Stay {
  int64_t ready = kNoTime, begin = kNoTime;  // in the queue from ready until begin
  int64_t start = kNoTime, end = kNoTime;    // worked at, of completed ones
  std::array<uint32_t, kPartCount> part = {};
  uint32_t performer = kNoText;
};

// Of one performer, microseconds.
struct Busy {
  int64_t busy = 0, available = 0;
};

// Who worked at which parts, and how often.
class Performers {
 public:
  // Of so many parts and performers, in a log of so many rows: a table, where that is small.
  void Expect(size_t parts, size_t performers, size_t rows);
  // Takes so many out again where `times` is below 0. O(1) expected.
  void Add(uint32_t part, uint32_t performer, int64_t times) {
    if (!table_.empty()) {
      table_[size_t{part} * width_ + performer] += times;
      return;
    }
    const auto pair = pairs_.try_emplace({part, performer}, 0).first;
    pair->second += times;
    if (pair->second == 0) pairs_.erase(pair);
  }
  // Calls take(part, performer, times) for all that there are.
  template <class Take>
  void ForEach(const Take& take) const {
    for (const auto& [pair, times] : pairs_) take(pair.first, pair.second, times);
    for (size_t i = 0; i < table_.size(); ++i) {
      if (table_[i] != 0)
        take(static_cast<uint32_t>(i / width_), static_cast<uint32_t>(i % width_), table_[i]);
    }
  }
  size_t memory_bytes() const {
    return pairs_.capacity() * (sizeof(decltype(pairs_)::value_type) + 1) +
           table_.capacity() * sizeof(int64_t);
  }

 private:
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, int64_t> pairs_;
  std::vector<int64_t> table_;  // by part, then by performer; empty where it would be large
  size_t width_ = 0;
};

// How busy the performers of each of so many parts are, by number; no performers where that is not
// known. O(performers of all parts).
std::vector<Utilisation> UtilisationsOf(const Performers& performers, size_t parts,
                                        std::span<const Busy> busy);

class Stays {
 public:
  // `kinds`: of parts that are asked for.
  explicit Stays(std::vector<size_t> kinds) : kinds_(std::move(kinds)) {}

  Performers& performers(size_t kind) { return of_kind_[kind].performers; }

  // Makes room for the waits of so many occurrences.
  void Reserve(size_t kind, uint32_t part, size_t waits);

  // O(1) expected. Holds 16 bytes for each wait and kind, and for each piece of work.
  void Add(const Stay& stay);

  // Makes room for parts with numbers below `parts`, and takes who worked at what in `other`, stays
  // of other cases. Its waits go over part by part.
  void MergeWith(Stays& other, const std::array<size_t, kPartCount>& parts);

  // The queue of a part, with the waits of `other`; an empty one of a part that never had one. As
  // MeasureQueue. Once, after MergeWith; of different parts on several threads.
  Queue TakeQueue(size_t kind, uint32_t part, Stays& other, int64_t first_time, int64_t last_time);

  // As UtilisationsOf. Errors of `keep_on`. O(work log work of a performer) the first time.
  absl::StatusOr<std::vector<Utilisation>> Utilisations(size_t kind, size_t parts,
                                                        const TimeBetween& between, KeepOn keep_on);

  // When those of a part joined its queue and left it, in no order.
  std::span<const int64_t> joined(size_t kind, uint32_t part) const {
    return ListOf(of_kind_[kind].joined, part);
  }
  std::span<const int64_t> left(size_t kind, uint32_t part) const {
    return ListOf(of_kind_[kind].left, part);
  }
  const Performers& performers(size_t kind) const { return of_kind_[kind].performers; }
  // By performer.
  const std::vector<std::vector<Stretch>>& work() const { return work_; }

 private:
  struct OfKind {
    std::vector<std::vector<int64_t>> joined, left;  // by part
    Performers performers;
  };
  static std::span<const int64_t> ListOf(const std::vector<std::vector<int64_t>>& lists,
                                         uint32_t part) {
    if (part >= lists.size()) return {};
    return lists[part];
  }
  static Busy BusyOf(std::vector<Stretch>& work, const TimeBetween& between);

  const std::vector<size_t> kinds_;
  std::array<OfKind, kPartCount> of_kind_;
  std::vector<std::vector<Stretch>> work_;  // by performer
  std::vector<Busy> busy_;                  // once it was asked for
};

}  // namespace plumbline::analytics::bottlenecks

#endif  // PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_STAYS_H_
