// SPDX-License-Identifier: Apache-2.0
//
// How many cases there are at a time. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FLOW_WORK_IN_PROGRESS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FLOW_WORK_IN_PROGRESS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "services/analytics/mining/periods.h"
#include "services/analytics/mining/process_map.h"

namespace plumbline::analytics {

// When a case is there: from `begin` to `end`, both included.
struct CaseSpan {
  int64_t begin = 0;
  int64_t end = 0;
  bool ended = true;  // false: it is still there at the end of what is looked at
};

// What is looked at. A case that begins or ends at `end` belongs to it only if `closed`.
struct Horizon {
  int64_t begin = 0;
  int64_t end = 0;
  bool closed = true;
  bool Holds(int64_t time) const { return time >= begin && (closed ? time <= end : time < end); }
};

// A period, as far as it lies in the horizon.
struct FlowPeriod {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t arrivals = 0;
  int64_t departures = 0;
  int64_t cumulative_arrivals = 0;  // those that were there at the begin of the horizon included
  int64_t cumulative_departures = 0;
  int64_t open_at_end = 0;
  int64_t most = 0;
  std::optional<double> average;  // absent where it has no (open) time
};

struct WorkInProgress {
  int64_t arrivals = 0;
  int64_t departures = 0;
  int64_t at_begin = 0;           // that began before
  int64_t at_end = 0;             // that had not ended then
  int64_t most = 0;               // at one moment; what arrives then comes before what leaves
  std::optional<double> average;  // by time; absent where the horizon has none
  int64_t measured_micros = 0;    // time of the horizon
  std::vector<FlowPeriod> periods;
};

// When cases came and went.
struct Comings {
  std::vector<int64_t> arrivals, departures;  // in the horizon, ascending
  int64_t there = 0;                          // that began before it and were there at its begin
};
// O(n log n).
Comings ComingsOf(const std::vector<CaseSpan>& cases, const Horizon& horizon);

// `periods` cover the horizon. Sums are exact. O(n + periods).
WorkInProgress MeasureWorkInProgress(const Comings& comings, const Horizon& horizon,
                                     const Periods& periods, const TimeBetween& between);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FLOW_WORK_IN_PROGRESS_H_
