// SPDX-License-Identifier: Apache-2.0
//
// Where the time of steps goes: waiting, working, blocked; late; done again.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_STEP_TIMES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_STEP_TIMES_H_

#include <cstdint>
#include <vector>

#include "services/analytics/mining/distribution.h"
#include "services/analytics/mining/occurrences.h"

namespace plumbline::analytics {

// See StepTime in analytics.proto. `activity` is a number in LogSnapshot::activities.
struct StepTime {
  uint32_t activity = 0;
  int64_t count = 0;
  Distribution waiting;
  Distribution working;
  Distribution blocked;
  int64_t late_count = 0;
  int64_t due_count = 0;
  int64_t rework_case_count = 0;
  int64_t case_count = 0;
};

// Most time (waiting, working and blocked together) first, then by name. Only activities with a
// completed occurrence. O(rows) expected.
std::vector<StepTime> MeasureSteps(const LogSnapshot& log,
                                   const std::vector<std::string>& map_transitions);

// The same of occurrences that were read already, in the order of ReadOccurrences.
std::vector<StepTime> MeasureSteps(const std::vector<Occurrence>& occurrences);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_STEP_TIMES_H_
