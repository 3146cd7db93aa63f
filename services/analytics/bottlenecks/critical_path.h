// SPDX-License-Identifier: Apache-2.0
//
// What held a case: from its end back over the steps that each had to wait for. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_CRITICAL_PATH_H_
#define PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_CRITICAL_PATH_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "services/analytics/flow/case_time.h"
#include "services/analytics/mining/occurrences.h"

namespace plumbline::analytics::bottlenecks {

// An occurrence of a step on the critical path, which it has to itself from `from` to its end.
struct Held {
  size_t occurrence = 0;  // in what CriticalPath was given
  // The end of the one before it on the path; of the first when it was scheduled, else begun.
  int64_t from = 0;
};

// The path of a case, last first. `ended`: its occurrences that have ended, completed or not, in
// the order of ReadOccurrences. It ends with the one that ended last (of those that end together,
// the last of them). Before an occurrence comes the one that ended last when that became ready:
// when it was scheduled, else when it was begun, since then nothing says that it could have been
// before. What overlaps the path is beside it (as in the backward pass of Kelley and Walker 1959,
// over what happened instead of what was planned). Empty where nothing has ended. O(n log n).
std::vector<Held> CriticalPath(std::span<const Occurrence> ended);

// Finds the paths of many cases in the same room.
class PathFinder {
 public:
  // As CriticalPath; holds until the next.
  std::span<const Held> Find(std::span<const Occurrence> ended);

 private:
  std::vector<size_t> order_;
  std::vector<Held> path_;
};

// Where the time of a stretch of the path goes, microseconds by `between`: all of it from `from` to
// the end of the occurrence.
struct HeldTime {
  int64_t waiting = 0;  // not begun, though nothing was in the way
  int64_t blocked = 0;  // reported to be in the way, before or after it was begun
  int64_t planned = 0;  // its earliest time had not come
  int64_t working = 0;

  int64_t delay() const { return waiting + blocked; }
  int64_t all() const { return waiting + blocked + planned + working; }
};
// `blocked`: as OccurrenceSink gives it. O(blocked log blocked).
HeldTime SplitHeld(const Occurrence& occurrence, int64_t from, std::span<const Stretch> blocked,
                   const TimeBetween& between);

// Those parts of `stretches` that lie in [from, to), each moment once, ascending.
std::vector<Stretch> Clipped(std::span<const Stretch> stretches, int64_t from, int64_t to);

}  // namespace plumbline::analytics::bottlenecks

#endif  // PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_CRITICAL_PATH_H_
