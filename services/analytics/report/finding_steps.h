// SPDX-License-Identifier: Apache-2.0
//
// What is gathered of a step before it is known whether it becomes a finding. Internal to this
// folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_FINDING_STEPS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_FINDING_STEPS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {

inline double SecondsOf(int64_t micros) { return static_cast<double>(micros) / 1e6; }

// A wait of a first occurrence.
struct Wait {
  uint32_t previous;  // kNoText where the step was scheduled
  int64_t micros;
};

struct StepRecord {
  std::vector<Wait> waits;
  std::vector<int64_t> working;                   // of first occurrences
  double rework_waiting = 0, rework_working = 0;  // seconds
  int64_t cases = 0, repeats = 0, rework_cases = 0;
  int64_t late = 0, due = 0;
  int64_t embedded = 0;  // of first occurrences, those whose waiting does not count
  bool blocked = false;  // ever
  int64_t last_case = -1, last_rework_case = -1;
};

// The waits that a finding about a step counts: all, or only those behind the activity that comes
// before nearly all of it.
struct CountedWaits {
  uint32_t previous = kNoText;
  std::vector<int64_t> waits;
  int64_t case_count = 0;  // of waits that are not 0
  int64_t others = 0;      // waits that are not 0 behind other activities
};

// The work on a step beyond its median.
struct Excess {
  double seconds = 0;
  int64_t case_count = 0;
};

// Of the first occurrences; see CountedWaits. O(waits).
CountedWaits WaitsOf(const StepRecord& step);

// `median` of the working time, in seconds. O(n).
Excess BeyondMedian(const StepRecord& step, double median);

// What the table of steps holds beside the waits that a finding counts: {"12 repeats", ...}.
std::vector<std::string> NotCounted(const StepRecord& step, const CountedWaits& counted);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_FINDING_STEPS_H_
