// SPDX-License-Identifier: Apache-2.0
//
// How long steps took those who did them: from the turn of a task to its end, in open time of the
// run's calendar, without the spans in which it was blocked or the run was paused. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_FORECAST_DURATIONS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_FORECAST_DURATIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "services/onboarding/engine/engine.h"

namespace plumbline::onboarding {

// So many of the last ends of a step are kept for each owner, and for all together.
inline constexpr size_t kDurationsKept = 50;
// From so many on they say something.
inline constexpr size_t kDurationsNeeded = 5;

// In seconds, oldest first.
using Durations = std::vector<int64_t>;

// One end of one task.
struct EndedTask {
  std::string step;   // path
  std::string owner;  // the person, else the role, that had it
  absl::Duration open = absl::ZeroDuration();
};

// The tasks of a run that some entries of its history say were completed, and that still are. What
// was left out is none of them. O(entries * (tasks + impediments)).
std::vector<EndedTask> EndedTasks(const Run& run, const Entries& entries,
                                  const calendar::Calendar& calendar);

// Adds one; the oldest go where there are more than kDurationsKept.
void AddDuration(int64_t seconds, Durations* durations);

struct DurationSummary {
  int count = 0;
  absl::Duration median;  // half of them took so long or less (the lower one of two middle ones)
  absl::Duration p80;     // four of five did
};
// nullopt if there are fewer than kDurationsNeeded. O(n log n).
std::optional<DurationSummary> Summarize(const Durations& durations);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_FORECAST_DURATIONS_H_
