// SPDX-License-Identifier: Apache-2.0
//
// What a review reads of each case, whatever the period.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CASE_FACTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CASE_FACTS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "services/analytics/flow/case_time.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/mining/occurrences.h"
#include "services/analytics/report/case_plans.h"

namespace plumbline::analytics::review {

struct FactOptions {
  std::optional<int64_t> target;  // of a case from its begin, microseconds of the wall clock
  TimeBetween between;            // empty = wall clock
  bool told = false;              // which cases have ended was told, be it that all have
};

struct CaseFact {
  int64_t begin = 0;
  int64_t end = kNoTime;   // its last event; kNoTime: open
  int64_t done = kNoTime;  // what says that it ended, which may come before
  int64_t due = kNoTime;
  int64_t lead = 0;  // of one that ended, from begin to end, by `between`
  int32_t defects = 0;
  uint32_t rows : 28 = 0;
  uint32_t has_steps : 1 = 0;  // came to a step, so that it could have had a defect
  uint32_t tells_defects : 1 = 0;
  uint32_t has_starts : 1 = 0;
  uint32_t has_open : 1 = 0;  // an occurrence or an impediment of it goes on
};

// An occurrence whose waiting counts, with the stretches in which it was blocked.
using TakeWait = absl::FunctionRef<void(const Occurrence&, std::span<const Stretch>)>;
// Its waiting by `between`, microseconds.
inline int64_t WaitingOf(const Occurrence& o, std::span<const Stretch> blocked,
                         const TimeBetween& between) {
  return between ? MeasureStep(o, blocked, between).waiting : o.waiting;
}

// Reads the cases of a log; its parts by several threads at a time. All must outlive it.
class CaseFactReader {
 public:
  // O(cases + attributes).
  CaseFactReader(const LogSnapshot& log, const std::vector<std::string>& map_transitions,
                 const FactOptions& options);
  // Whether it is known which cases have ended.
  bool marked() const { return ends_.marked() || options_.told; }
  // Fills (*facts)[c] for the cases c of the range; `facts` has one for each case of the log, as
  // new. Errors of `keep_on`. O(rows of the cases + attributes) expected.
  absl::Status Read(CaseRange cases, std::vector<CaseFact>* facts, TakeWait take_wait,
                    KeepOn keep_on) const;
  // The same without what its steps tell.
  CaseFact TimesOf(uint32_t case_number) const;

 private:
  const LogSnapshot& log_;
  const std::vector<std::string>& map_transitions_;
  const FactOptions& options_;
  const CaseEnds ends_;
  const std::vector<CasePlan> plans_;
  const int64_t last_time_;
};

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_CASE_FACTS_H_
