// SPDX-License-Identifier: Apache-2.0
//
// What is known of a step before it is known whether it becomes a finding. Internal to this
// folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_FINDING_STEPS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_FINDING_STEPS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/distribution.h"

namespace plumbline::analytics {

inline double SecondsOf(absl::int128 micros) { return static_cast<double>(micros) / 1e6; }

// The work on a step beyond its median.
struct Excess {
  double seconds = 0;
  int64_t case_count = 0;
};

// What findings are made of, of one step.
struct StepFigures {
  // The waits of first occurrences that a finding counts: all, or only those behind the activity
  // that comes before nearly all of it.
  Distribution waits;
  uint32_t previous = kNoText;
  int64_t wait_case_count = 0;   // of waits that are not 0
  int64_t other_wait_count = 0;  // waits that are not 0 behind other activities
  Distribution working;          // of first occurrences
  Excess excess;
  double rework_waiting = 0, rework_working = 0;  // seconds
  int64_t cases = 0, repeats = 0, rework_cases = 0;
  int64_t late = 0, due = 0;
  int64_t embedded = 0;  // of first occurrences, those whose waiting does not count
  bool blocked = false;
};

// Of all steps, by activity, in the order of their names.
struct FindingFigures {
  std::vector<StepFigures> steps;
  double waiting_seconds = 0, working_seconds = 0;  // of all occurrences
};

// The activity that comes before nearly all of the waiting for a step (microseconds by the activity
// before), or kNoText.
uint32_t MainPredecessor(const std::map<uint32_t, absl::int128>& by_previous);

// `seconds` of `micros` in `count` times that are longer than `median`, beyond it.
Excess BeyondMedian(absl::int128 micros, int64_t count, double median);

// What the table of steps holds beside the waits that a finding counts: {"12 repeats", ...}.
std::vector<std::string> NotCounted(const StepFigures& step);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_FINDING_STEPS_H_
