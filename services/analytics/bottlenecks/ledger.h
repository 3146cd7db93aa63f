// SPDX-License-Identifier: Apache-2.0
//
// What is added up for each step, or role, or utility, case by case. Not for use outside this
// folder, but for sums that are kept (live/).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_LEDGER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_LEDGER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "common/statistics/exact_moments.h"
#include "services/analytics/bottlenecks/bottlenecks.h"

namespace plumbline::analytics::bottlenecks {

// Sums of HeldTime that lose nothing, whatever the order.
struct HeldSums {
  absl::int128 waiting = 0, blocked = 0, planned = 0, working = 0;
  void Add(const HeldTime& time) {
    waiting += time.waiting;
    blocked += time.blocked;
    planned += time.planned;
    working += time.working;
  }
  // Takes it out again where `sign` is -1.
  void Add(const HeldSums& other, int sign = 1) {
    waiting += sign * other.waiting;
    blocked += sign * other.blocked;
    planned += sign * other.planned;
    working += sign * other.working;
  }
  PathTime Seconds() const;
};

// Of one part, over its cases; all of it is whole numbers, so that the order does not matter.
struct PartSums {
  int64_t uses = 0;  // times that something was said of it; 0 = there is no such part
  HeldSums held;
  int64_t held_count = 0;  // stretches of paths
  absl::int128 off_path = 0, open = 0;
  int64_t count = 0, open_count = 0, impediments = 0;
  statistics::ExactMoments cases;  // delay of each that it delayed

  // Takes it out again where `sign` is -1. O(1).
  void Add(const PartSums& other, int sign = 1);
};

// Delay of the occurrences on paths that ended in a period.
struct PeriodSums {
  int64_t count = 0;
  absl::int128 delay = 0;  // microseconds
};

// An occurrence on a path.
struct HeldEnd {
  uint32_t part = 0;
  int64_t end = 0, delay = 0;
};

// All but the name, the share, the queue, the utilisation and the trend. `waiting`: the waits of
// its completed occurrences.
Delayed DelayedOf(const PartSums& sums, const Distribution& waiting);

// Whether trends are told of so many parts that have something in periods.
bool TellsTrends(size_t parts, const Periods& periods);
// Of the whole periods in a log from `first_time` to `last_time`; `sums`: of each period, or empty.
// The trend of nothing where there are too few. O(periods^2).
std::optional<Trend> TrendOf(const std::vector<PeriodSums>& sums, const Periods& periods,
                             const Distribution& waiting, int64_t first_time, int64_t last_time);

class Ledger {
 public:
  // `periods`: of trends; nullptr where ends are listed instead, one by one.
  explicit Ledger(const Periods* periods) : periods_(periods) {}

  // A stretch of the path of the case that is read, that ended at `end`.
  void AddHeld(uint32_t part, const HeldTime& time, int64_t end);
  // There is such a part, whatever is known of it.
  void AddPart(uint32_t part) { At(part); }
  // Delay of an occurrence beside the path.
  void AddOffPath(uint32_t part, int64_t micros) { At(part).sums.off_path += micros; }
  // A completed occurrence, and its wait where that is known.
  void AddCount(uint32_t part) { ++At(part).sums.count; }
  void AddWait(uint32_t part, int64_t micros) { At(part).waits.push_back(micros); }
  void AddOpen(uint32_t part, int64_t micros) {
    PartSums& sums = At(part).sums;
    ++sums.open_count;
    sums.open += micros;
  }
  void AddImpediment(uint32_t part) { ++At(part).sums.impediments; }
  // Makes room for the waits of so many occurrences.
  void Reserve(uint32_t part, size_t waits) {
    if (part >= parts_.size()) parts_.resize(part + 1);
    parts_[part].waits.reserve(waits);
  }
  // The case that was read ends.
  void EndCase();

  // Takes what `other`, a ledger of other cases, has of all parts but their own sums and lists:
  // these go over part by part.
  void MergeWith(const Ledger& other);
  // Of different parts on several threads. Once, after MergeWith.
  void MergePart(uint32_t part, Ledger& other);

  bool Knows(uint32_t part) const { return part < parts_.size() && parts_[part].sums.uses > 0; }
  size_t size() const { return parts_.size(); }
  const PartSums& sums(uint32_t part) const { return parts_[part].sums; }
  const std::vector<int64_t>& waits(uint32_t part) const { return parts_[part].waits; }
  const std::vector<HeldEnd>& ends() const { return ends_; }
  // Whether trends are known: there are not too many parts.
  bool trends() const { return trends_; }
  // All but the name, the queue, the utilisation and the share. Once; of different parts on several
  // threads.
  Delayed Take(uint32_t part, int64_t first_time, int64_t last_time);

 private:
  struct OfPart {
    PartSums sums;
    std::vector<int64_t> waits;
    int64_t of_case = 0;              // delay of the case that is read
    std::vector<PeriodSums> periods;  // as far as it was seen
  };
  OfPart& At(uint32_t part) {
    if (part >= parts_.size()) parts_.resize(part + 1);
    ++parts_[part].sums.uses;
    return parts_[part];
  }
  void AddToPeriod(OfPart& part, int64_t delay, int64_t end);
  size_t PeriodOf(int64_t time) {
    // Cases that come one after the other are mostly of one time.
    if (time < periods_->begin(period_) || time >= periods_->end(period_))
      period_ = periods_->IndexOf(time);
    return period_;
  }

  const Periods* const periods_;
  std::vector<OfPart> parts_;
  std::vector<HeldEnd> ends_;
  std::vector<uint32_t> of_case_;  // parts that delayed the case that is read
  size_t period_ = 0;              // that was asked for last
  size_t told_ = 0;                // parts that have something in periods
  bool trends_ = true;
};

// p-values of the trends of all parts, each with the others in mind.
void AdjustTrends(std::vector<Delayed>* parts);

}  // namespace plumbline::analytics::bottlenecks

#endif  // PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_LEDGER_H_
