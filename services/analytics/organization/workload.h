// SPDX-License-Identifier: Apache-2.0
//
// How much work performers have: items, cases, days, and what they have in hand at a time.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_WORKLOAD_H_
#define PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_WORKLOAD_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/analytics/mining/distribution.h"
#include "services/analytics/mining/periods.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/organization/work_items.h"

namespace plumbline::analytics {

// The work of one performer. An item counts on the day, and in the period, in which it ended.
struct PerformerLoad {
  uint32_t performer = 0;
  int64_t item_count = 0, case_count = 0, activity_count = 0;
  int64_t first_time = 0, last_time = 0;  // first begin, last end
  int64_t active_days = 0;                // days on which it ended an item
  int64_t busiest_day_items = 0;
  Distribution service;  // from start to end, of items that have a start
  // Time in which it had at least one item begun (items at the same time count once), and that
  // from its first begin to its last end; in seconds of the clock or of business time.
  double busy_seconds = 0, available_seconds = 0;
  // Items begun and not ended at the same time, and cases between its first begin and its last end
  // in them; intervals are closed. 0 items where no start is known.
  int64_t most_open_items = 0, most_open_cases = 0;
  double mean_open_cases = 0;  // over the time from its first begin to its last end

  // Share of the available time, 0 to 1.
  double utilisation() const {
    return available_seconds > 0 ? busy_seconds / available_seconds : 0;
  }
  double items_per_active_day() const;
  // By weeks of seven times 24 hours between its first and last time, at least one.
  double items_per_week() const;
};

// A day, week (from Monday) or month of all performers together.
struct LoadPeriod {
  int64_t begin = 0;  // until the begin of the next
  int64_t item_count = 0;
  int64_t performer_count = 0;  // that ended an item in it
  double busy_seconds = 0;      // of all of them, clock time
  double mean_open_cases = 0;   // cases between their first begin and last end, over time
};

struct Workload {
  std::vector<PerformerLoad> performers;  // most items first, then by name
  std::vector<LoadPeriod> periods;  // without gaps, from the first begin of an item to the last end
  int64_t item_count = 0;           // of known performers
};

struct WorkloadOptions {
  absl::TimeZone zone = absl::UTCTimeZone();  // of days and periods
  std::optional<PeriodLength> period;         // absent: no series
  TimeBetween between;  // of busy and available time of performers; empty = wall clock
};

// Errors of Periods::Cover and `check`. O(items log items); holds 88 bytes an item of the busiest
// performer, 4 an item of all and 200 a performer.
absl::StatusOr<Workload> MeasureWorkload(const Work& work, const WorkloadOptions& options,
                                         Check check);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_WORKLOAD_H_
