// SPDX-License-Identifier: Apache-2.0
//
// What is read of each case: what held it, who waited, who worked at it. Added up over cases in any
// order. Not for use outside this folder, but for sums that are kept (live/).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_FACTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_FACTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "services/analytics/bottlenecks/bottlenecks.h"
#include "services/analytics/bottlenecks/ledger.h"
#include "services/analytics/bottlenecks/row_names.h"
#include "services/analytics/bottlenecks/stays.h"
#include "services/analytics/flow/step_delay.h"
#include "services/analytics/mining/case_ends.h"

namespace plumbline::analytics::bottlenecks {

inline constexpr size_t NumberOf(Part part) { return static_cast<size_t>(part); }

// The attribute that tells roles. FIELD_INVALID of Rank for keys that no event has.
absl::StatusOr<std::string> RoleKeyOf(const LogSnapshot& log, const BottleneckOptions& options);

// What is asked of which log; the same for all cases. All that it is made from must outlive it.
struct Asked {
  Asked(const LogSnapshot& log, const std::vector<std::string>& map_transitions,
        const BottleneckOptions& options, const std::string& role_key);

  bool has_utilities() const { return log.FindAttributeKey(utility_key) != kNoText; }
  uint32_t UtilityOf(const Impediment& impediment) const {
    return utility_names.NumberOf(LastPart(impediment.utility));
  }

  const LogSnapshot& log;
  const std::vector<std::string>& map_transitions;
  const BottleneckOptions& options;
  const CaseEnds ends;
  const int64_t first_time, last_time;
  Names role_names, utility_names;
  const RowNames roles;
  const std::string utility_key;
  const RowNames utilities;
  std::vector<size_t> kinds;  // of parts that something is read of; roles may turn out to have none
};

// Over cases, whatever their parts; all but `unknown` of those that ended.
struct CaseSums {
  HeldSums path;
  absl::int128 lead = 0, held = 0;
  UnknownWaits unknown;  // of those that have not ended

  // Takes it out again where `sign` is -1.
  void Add(const CaseSums& other, int sign = 1);
};

// One pass over some of the cases. Aligned so that those of two threads share no line of the cache.
class alignas(64) Facts {
 public:
  // Both must outlive it. `periods` as of Ledger.
  Facts(const Asked& asked, const Periods* periods);

  // `room`: cases of whose steps there is room for the waits, those of another pass among them.
  // Errors of `keep_on`. O(rows log rows of a case) expected.
  absl::Status Read(CaseRange cases, CaseRange room, KeepOn keep_on);

  // All but what goes over part by part, as of Ledger and Stays.
  void MergeWith(Facts& other);

  // Whether all cases that were read have ended, with nothing of theirs open.
  bool settled() const { return settled_; }
  const CaseSums& sums() const { return sums_; }
  Ledger& ledger(size_t kind) { return ledgers_[kind]; }
  Stays& stays() { return stays_; }
  const Stays& stays() const { return stays_; }

 private:
  struct OfCase {
    std::array<uint32_t, kPartCount> part = {};
    std::vector<Stretch> blocked;
  };

  void Reserve(CaseRange cases);
  void Take(const Occurrence& o);
  void Take(const Impediment& impediment) {
    if (impediment.case_number != case_) GoTo(impediment.case_number);
    impediments_.push_back(impediment);
  }
  void GoTo(uint32_t next);
  void EndCase();
  void AddStay(const Occurrence& o, const std::array<uint32_t, kPartCount>& part);
  void AddOpen(const Occurrence& o, const std::array<uint32_t, kPartCount>& part);
  void AddHeld(const Held& held);
  void AddHeldByUtility(const Held& held, const HeldTime& time);

  const Asked& asked_;
  const LogSnapshot& log_;
  const BottleneckOptions& options_;
  const std::vector<size_t>& kinds_;
  std::array<Ledger, kPartCount> ledgers_;
  Stays stays_;
  CaseSums sums_;
  bool settled_ = true;
  bool any_open_ = false;  // of the case that is read: an occurrence that has not ended

  // The case that is read.
  uint32_t case_ = kNoText;
  std::vector<Stretch> blocked_;  // of the occurrence that comes next
  std::vector<Occurrence> ended_;
  std::vector<OfCase> of_case_;  // of these
  std::vector<Impediment> impediments_;
  PathFinder paths_;
  std::vector<bool> on_path_;  // of ended_
};

}  // namespace plumbline::analytics::bottlenecks

#endif  // PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_FACTS_H_
