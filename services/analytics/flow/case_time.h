// SPDX-License-Identifier: Apache-2.0
//
// Where the time of one case, or of one occurrence of a step, goes. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FLOW_CASE_TIME_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FLOW_CASE_TIME_H_

#include <cstdint>
#include <span>
#include <vector>

#include "services/analytics/mining/occurrences.h"
#include "services/analytics/mining/process_map.h"

namespace plumbline::analytics {

// `between`, or where that is empty the wall clock.
inline int64_t Measure(const TimeBetween& between, int64_t from, int64_t to) {
  return between ? between(from, to) : to - from;
}

// What somebody does for a case in a stretch of time. Where several hold, the first counts.
enum class Doing { kWorking, kBlocked, kReady, kPlanned };

struct DoingStretch {
  int64_t begin = 0;
  int64_t end = 0;
  Doing doing = Doing::kWorking;
};

// Microseconds; each moment of a case counts once.
struct CaseTime {
  int64_t lead = 0;     // from its begin to its end
  int64_t touch = 0;    // some step of it was worked on, and not blocked
  int64_t blocked = 0;  // none was, but one was blocked
  int64_t planned = 0;  // nor that, nor was one ready: one waited for its day, by plan
  int64_t wait = 0;     // all else
};

// Of a case from `begin` to `end`; what of `stretches` lies outside does not count. O(n log n).
CaseTime SplitCase(int64_t begin, int64_t end, std::span<const DoingStretch> stretches,
                   const TimeBetween& between);

// What an occurrence says of its case: when it was worked on, blocked, ready and planned. `blocked`
// as OccurrenceSink gives it. Only of one that has ended.
void AddStretches(const Occurrence& occurrence, std::span<const Stretch> blocked,
                  std::vector<DoingStretch>* stretches);

// Occurrence.waiting, working and blocked, by `between`. O(blocked).
struct StepTimes {
  int64_t waiting = 0;
  int64_t working = 0;
  int64_t blocked = 0;
};
StepTimes MeasureStep(const Occurrence& occurrence, std::span<const Stretch> blocked,
                      const TimeBetween& between);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FLOW_CASE_TIME_H_
