// SPDX-License-Identifier: Apache-2.0
//
// Where the time of steps goes: waiting, working, blocked; late; done again.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_STEP_TIMES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_STEP_TIMES_H_

#include <cstdint>
#include <vector>

#include "absl/numeric/int128.h"
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
  double planned_seconds = 0;
};

// Waiting, working and blocked together.
double TotalSeconds(const StepTime& step);

// Takes occurrences one by one, in the order of ReadOccurrences. Holds 8 bytes for each time that
// it measured.
class StepTimeBuilder {
 public:
  explicit StepTimeBuilder(size_t activities) : steps_(activities) {}
  // Counts an occurrence that was completed; others are ignored. O(1).
  void Add(const Occurrence& occurrence);
  // Most time (TotalSeconds) first, then by name. Only activities with a
  // completed occurrence. O(n). Once.
  std::vector<StepTime> Finish();

 private:
  struct Step {
    std::vector<int64_t> waiting, working, blocked;
    int64_t count = 0, late_count = 0, due_count = 0, case_count = 0, rework_case_count = 0;
    int64_t last_case = -1, rework_case = -1;  // the case that was counted last
    absl::int128 planned = 0;                  // microseconds
  };
  std::vector<Step> steps_;
};

// The order of StepTimeBuilder::Finish, of steps by name.
void SortByTime(std::vector<StepTime>& steps);

// All of it for a log. O(rows) expected.
std::vector<StepTime> MeasureSteps(const LogSnapshot& log,
                                   const std::vector<std::string>& map_transitions);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_STEP_TIMES_H_
