// SPDX-License-Identifier: Apache-2.0
//
// What is kept of all steps, or roles, or utilities, for bottlenecks.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_DELAYS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_DELAYS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/numeric/int128.h"
#include "services/analytics/bottlenecks/facts.h"
#include "services/analytics/live/packed_numbers.h"

namespace plumbline::analytics {

// Times at which somebody joins a queue and leaves it, as numbers in the order in which they count:
// at one moment who leaves goes before who joins.
class QueueChanges {
 public:
  void ChangeJoined(int64_t time, int sign) {
    waited_ -= sign * absl::int128(time);
    changes_.Change(time * 2 + 1, sign);
  }
  void ChangeLeft(int64_t time, int sign) {
    waited_ += sign * absl::int128(time);
    changes_.Change(time * 2, sign);
  }
  bool IsDue() const { return changes_.IsDue(); }
  void Fold();
  // As MeasureQueue. As of the last Fold. O(blocks).
  bottlenecks::Queue Measure(int64_t begin, int64_t end) const;
  size_t memory_bytes() const { return changes_.memory_bytes(); }

 private:
  // Of some changes one after the other.
  struct Block {
    int32_t sum = 0;
    int32_t most = 0;  // of who is there more, after one joined; less than any where nobody did
    int64_t most_at = 0;
  };
  static Block Summarise(std::span<const int64_t> changes);

  PackedNumbers<Block> changes_;
  absl::int128 waited_ = 0;  // as of QueueOf
};

// The parts of one kind, by numbers that never change.
class LiveDelays {
 public:
  // Puts in what was read of some cases, or takes it out (`sign` -1). `numbers`: of each part
  // there, its number here. `periods` hold all ends. O(what was read) amortised, and O(log n) for
  // each time.
  void Change(bottlenecks::Ledger& ledger, const bottlenecks::Stays& stays, size_t kind,
              const std::vector<uint32_t>& numbers, const Periods& periods, int sign);
  // Takes in what is pending.
  void Settle();

  size_t size() const { return parts_.size(); }
  // Of those that are used.
  std::vector<uint32_t> Used() const;
  // Whether trends are told, of how many `periods` cover the log.
  bool TellsTrends(const Periods& periods) const;
  // All but the name, the share and the utilisation; of different parts on several threads.
  bottlenecks::Delayed Figures(uint32_t part, const Periods& periods, bool trends,
                               int64_t first_time, int64_t last_time);
  // O(parts).
  size_t memory_bytes() const;

 private:
  struct Nothing {};
  struct OfPeriod {
    int64_t begin = 0;
    bottlenecks::PeriodSums sums;
  };
  struct OfPart {
    bottlenecks::PartSums sums;
    std::vector<OfPeriod> periods;  // in which something ended, ascending
    PackedNumbers<Nothing> waits;
    absl::int128 waited = 0;  // sum of the waits
    QueueChanges queue;

    void Fold();
    void ChangePeriod(int64_t begin, int64_t delay, int sign);
    Distribution Waiting() const;
  };

  std::vector<OfPart> parts_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_DELAYS_H_
