// SPDX-License-Identifier: Apache-2.0
//
// The time of a simulation: that of the wall clock, or open hours only.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_AXIS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_AXIS_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "services/analytics/mining/process_map.h"

namespace plumbline::analytics::cascade {

// Microseconds since `now`, in which the simulation begins; what was before is below 0.
class Axis {
 public:
  // `between`: empty = wall clock.
  Axis(TimeBetween between, int64_t now) : between_(std::move(between)), now_(now) {}

  int64_t At(int64_t instant) const { return between_ ? between_(now_, instant) : instant - now_; }
  // The first instant that is at `at` >= 0, to the microsecond; two centuries ahead where open
  // hours end before. O(log time) calls of `between`.
  int64_t Instant(int64_t at) const;

  // The same as people date it; nullopt for what is 200 years ahead or more, or after the year
  // 9999: beyond the horizon.
  std::optional<int64_t> Date(int64_t at) const;
  // The horizon, on the axis.
  int64_t Horizon() const;

  int64_t now() const { return now_; }
  const TimeBetween& between() const { return between_; }

 private:
  TimeBetween between_;
  int64_t now_;
};

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_AXIS_H_
