// SPDX-License-Identifier: Apache-2.0
//
// What is added up for each step, or role, or utility, case by case. Not for use outside this
// folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_LEDGER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_LEDGER_H_

#include <cstdint>
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
  void Add(const HeldSums& other) {
    waiting += other.waiting;
    blocked += other.blocked;
    planned += other.planned;
    working += other.working;
  }
  PathTime Seconds() const;
};

class Ledger {
 public:
  // `periods`: of trends; the first and the last are not whole where that is said.
  explicit Ledger(const Periods& periods) : periods_(periods) {}

  // A stretch of the path of the case that is read, that ended at `end`.
  void AddHeld(uint32_t part, const HeldTime& time, int64_t end);
  // There is such a part, whatever is known of it.
  void AddPart(uint32_t part) { At(part); }
  // Delay of an occurrence beside the path.
  void AddOffPath(uint32_t part, int64_t micros) { At(part).off_path += micros; }
  // A completed occurrence, and its wait where that is known.
  void AddCount(uint32_t part) { ++At(part).count; }
  void AddWait(uint32_t part, int64_t micros) { At(part).waits.push_back(micros); }
  void AddOpen(uint32_t part, int64_t micros) {
    ++At(part).open_count;
    At(part).open += micros;
  }
  void AddImpediment(uint32_t part) { ++At(part).impediments; }
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

  bool Knows(uint32_t part) const { return part < parts_.size() && parts_[part].used; }
  size_t size() const { return parts_.size(); }
  // Whether trends are known: there are not too many parts.
  bool trends() const { return trends_; }
  // All but the name, the queue, the utilisation and the share. Once; of different parts on several
  // threads.
  Delayed Take(uint32_t part, int64_t first_time, int64_t last_time);

 private:
  struct OfPeriod {
    int64_t count = 0;
    double delay = 0;  // microseconds: whole numbers, up to 2^53 of them exact
  };
  struct OfPart {
    bool used = false;
    HeldSums held;
    absl::int128 off_path = 0, open = 0;
    int64_t count = 0, open_count = 0, impediments = 0;
    std::vector<int64_t> waits;
    statistics::ExactMoments cases;  // delay of each that it delayed
    int64_t of_case = 0;             // delay of the case that is read
    std::vector<OfPeriod> periods;   // as far as it was seen
  };
  OfPart& At(uint32_t part) {
    if (part >= parts_.size()) parts_.resize(part + 1);
    parts_[part].used = true;
    return parts_[part];
  }
  size_t PeriodOf(int64_t time) {
    // Cases that come one after the other are mostly of one time.
    if (time < periods_.begin(period_) || time >= periods_.end(period_))
      period_ = periods_.IndexOf(time);
    return period_;
  }
  // Of the periods from `from` to `last_time`.
  std::optional<Trend> TrendOf(const OfPart& part, int64_t from, int64_t last_time) const;

  const Periods& periods_;
  std::vector<OfPart> parts_;
  std::vector<uint32_t> of_case_;  // parts that delayed the case that is read
  size_t period_ = 0;              // that was asked for last
  size_t periods_held_ = 0;
  bool trends_ = true;
};

// p-values of the trends of all parts, each with the others in mind.
void AdjustTrends(std::vector<Delayed>* parts);

}  // namespace plumbline::analytics::bottlenecks

#endif  // PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_LEDGER_H_
