// SPDX-License-Identifier: Apache-2.0
//
// What is kept of those who work at steps, for how busy they are.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_WORK_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_WORK_H_

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "services/analytics/bottlenecks/facts.h"
#include "services/analytics/live/packed_numbers.h"
#include "services/analytics/mining/case_pieces.h"

namespace plumbline::analytics {

// The stretches in which one works at something, which may overlap, as their begins and ends in the
// order in which they count: at one moment what begins goes before what ends.
class WorkChanges {
 public:
  void Change(const Stretch& stretch, int sign) {
    changes_.Change(stretch.first * 2, sign);
    changes_.Change(stretch.second * 2 + 1, sign);
  }
  bool IsDue() const { return changes_.IsDue(); }
  void Fold(const TimeBetween& between);
  // As of the last Fold: each moment once, and all from the first begin to the last end. O(blocks).
  bottlenecks::Busy Measure(const TimeBetween& between) const;
  size_t memory_bytes() const { return changes_.memory_bytes(); }

 private:
  // Of some changes one after the other. Only where as few as `least` go on can nothing go on.
  struct Block {
    int32_t sum = 0;
    int32_t least = 0;  // of what goes on more, after a change
    int64_t idle = 0;   // how long it was the least, between changes of the block
  };
  static Block Summarise(std::span<const int64_t> changes, const TimeBetween& between);

  PackedNumbers<Block> changes_;
};

class LiveWork {
 public:
  explicit LiveWork(TimeBetween between) : between_(std::move(between)) {}

  // Puts in what was read of some cases, or takes it out (`sign` -1). `performers`: of each that is
  // named there, the number here. Amortised O(log n) for each stretch.
  void Change(const bottlenecks::Stays& stays, const std::vector<uint32_t>& performers, int sign);
  // Who worked at which parts of a kind. `parts`: of each part there, the number here.
  void ChangePerformers(const bottlenecks::Stays& stays, size_t kind,
                        const std::vector<uint32_t>& parts, const std::vector<uint32_t>& performers,
                        int sign);
  // Takes in what is pending. Errors of `keep_on`.
  absl::Status Settle(KeepOn keep_on);

  // Of all performers, as of the last Settle. O(blocks of all).
  std::vector<bottlenecks::Busy> Measure() const;
  const bottlenecks::Performers& performers(size_t kind) const { return of_kind_[kind]; }
  // O(performers).
  size_t memory_bytes() const;

 private:
  const TimeBetween between_;
  std::vector<WorkChanges> work_;  // by performer
  std::array<bottlenecks::Performers, bottlenecks::kPartCount> of_kind_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_WORK_H_
