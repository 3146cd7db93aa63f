// SPDX-License-Identifier: Apache-2.0
//
// Which cases ended, and how long those took.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_ENDS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_ENDS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

// A log in which some event says "case_finished" marks the ends of its cases: those in which an
// event says true have ended, all others are open, however few have ended so far (a log of which
// none has says false, so that this is known). A log in which no event says either marks no ends:
// there every case has ended. What WithEnds (completion.h) told goes before both. Immutable.
class CaseEnds {
 public:
  // O(attributes).
  explicit CaseEnds(const LogSnapshot& log);

  // Whether the log marks ends, or they were told.
  bool marked() const { return !times_.empty(); }
  // Cases are numbered as in the log.
  bool HasEnded(size_t case_number) const {
    return times_.empty() || times_[case_number] != kNoTime;
  }
  // The latest time of the events that mark the end of a case, or as told; kNoTime where none does.
  int64_t MarkedTime(size_t case_number) const {
    return times_.empty() ? kNoTime : times_[case_number];
  }

 private:
  std::vector<int64_t> times_;  // by case; empty where the log marks no ends
};

// Durations of the cases that ended, and how many are open.
struct EndedCases {
  std::vector<int64_t> durations;  // see CaseDuration; in their order
  int64_t open_count = 0;
};
// O(cases + attributes), where the log has starts O(rows + attributes).
EndedCases MeasureEndedCases(const Traces& traces);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_ENDS_H_
