// SPDX-License-Identifier: Apache-2.0
//
// What a report of a log holds of its steps while it is made.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_REPORT_ROOM_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_REPORT_ROOM_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "services/analytics/report/step_tables.h"

namespace plumbline::analytics {

// Into so many stretches the cases of a log are cut, of each of which all steps are kept: so many
// that two threads end at about the same time, but fewer where there are many steps, so that their
// records take no more than a few bytes of an event, or are one of each.
inline size_t StretchesOf(size_t events, size_t activities) {
  constexpr size_t kMost = 8, kFewSteps = 1'000, kEventsOfAStep = 64;
  if (activities <= kFewSteps) return kMost;
  return std::clamp<size_t>(events / (kEventsOfAStep * activities), 1, kMost);
}

// Of steps and of pairs of them that wait for one another, by stretch, beside the occurrences; and
// what is shown of them, or drawn in the map.
inline int64_t BytesOfSteps(size_t events, size_t activities) {
  constexpr size_t kOfAPair = 96, kOfAStep = 512;
  const size_t stretches = StretchesOf(events, activities);
  const size_t pairs = std::min(events, activities * std::min(events, activities * stretches));
  return static_cast<int64_t>(activities * (stretches * sizeof(StepRecord) + kOfAStep) +
                              pairs * kOfAPair);
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_REPORT_ROOM_H_
