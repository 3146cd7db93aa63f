// SPDX-License-Identifier: Apache-2.0
//
// What waiting at each step costs.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FLOW_STEP_DELAY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FLOW_STEP_DELAY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "services/analytics/flow/case_time.h"
#include "services/analytics/mining/distribution.h"

namespace plumbline::analytics {

struct StepDelay {
  uint32_t activity = 0;  // number in LogSnapshot::activities
  int64_t count = 0;      // occurrences that were completed
  int64_t case_count = 0;
  Distribution waiting;  // of those of which it is known when they were ready
  Distribution blocked;  // of those that were blocked
  double delay_seconds = 0;
  double share = 0;  // of the delay of all steps
  // Occurrences that had not ended at the end of the log, though they were ready before, and how
  // long these waited, blocked time included, so far. In no other figure.
  int64_t open_count = 0;
  double open_delay_seconds = 0;
};

// Takes occurrences one by one, in the order of ReadOccurrences. Holds 8 bytes for each time.
class StepDelayBuilder {
 public:
  // `log_end`: up to when what is open counts.
  StepDelayBuilder(size_t activities, int64_t log_end, const TimeBetween& between)
      : steps_(activities), log_end_(log_end), between_(between) {}
  void Add(const Occurrence& occurrence, std::span<const Stretch> blocked);
  // Most delay first, then by number; only activities of which something is known. Once.
  std::vector<StepDelay> Finish();

 private:
  struct Step {
    std::vector<int64_t> waiting, blocked;
    StepDelay known;
    int64_t last_case = -1;
    int64_t open_micros = 0;
  };
  std::vector<Step> steps_;
  const int64_t log_end_;
  const TimeBetween& between_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FLOW_STEP_DELAY_H_
