// SPDX-License-Identifier: Apache-2.0
//
// What waiting at each step costs.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FLOW_STEP_DELAY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FLOW_STEP_DELAY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
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

// Open cases of which no step is known to be ready or begun, as in logs without schedules: how long
// they have waited since their last event, for what is not known. In no step.
struct UnknownWaits {
  int64_t case_count = 0;
  absl::int128 micros = 0;
  void Add(const UnknownWaits& other, int sign = 1) {
    case_count += sign * other.case_count;
    micros += sign * other.micros;
  }
  double seconds() const { return static_cast<double>(micros) / 1e6; }
};

// What the delay of a step is made of: of cases one after another, so that parts of a log add up.
struct StepLists {
  std::vector<int64_t> waiting, blocked;  // microseconds
  StepDelay known;                        // counts only
  absl::int128 open_micros = 0;
  uint32_t last_case = kNoText;  // that was counted
};

// Takes occurrences one by one, in the order of ReadOccurrences. Holds 8 bytes for each time.
class StepDelayBuilder {
 public:
  // `log_end`: up to when what is open counts.
  StepDelayBuilder(size_t activities, int64_t log_end, const TimeBetween& between)
      : steps_(activities), log_end_(log_end), between_(between) {}
  void Add(const Occurrence& occurrence, std::span<const Stretch> blocked);
  // By activity.
  std::vector<StepLists> Take() { return std::move(steps_); }

 private:
  std::vector<StepLists> steps_;
  const int64_t log_end_;
  const TimeBetween& between_;
};

// The step as it is ranked, with what its times are like.
StepDelay DelayOf(uint32_t activity, const StepDelay& counts, const Distribution& waiting,
                  const Distribution& blocked, absl::int128 open_micros);
// Those of which something is known, by number: fills their shares, and puts most delay first, then
// by number. O(steps log steps).
void RankDelays(std::vector<StepDelay>* delays);
// Both of all steps; their times are put in another order.
std::vector<StepDelay> DelaysOf(std::vector<StepLists>& steps);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FLOW_STEP_DELAY_H_
