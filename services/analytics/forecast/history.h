// SPDX-License-Identifier: Apache-2.0
//
// How many cases of a log were finished in each period.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_HISTORY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_HISTORY_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/periods.h"

namespace plumbline::analytics::forecast {

struct HistoryQuestion {
  // A case that has ended (CaseEnds) is finished with its last event, or, if this is set, at
  // CaseEnds::MarkedTime: where ends were told by an activity.
  bool at_mark = false;
  PeriodLength period = PeriodLength::kWeek;
  absl::TimeZone zone = absl::UTCTimeZone();
  size_t most_periods = 0;    // the latest so many; 0 = all
  bool include_last = false;  // the period of the log's last event, which may not be over
};

// From the first period in which a case was finished, or if the first begin of a case lies in that,
// from the one after it: nobody saw the whole of it. Periods without a finished case have 0.
struct CompletionHistory {
  int64_t begin = 0, end = 0;   // microseconds since 1970 UTC; both 0 where there is no period
  std::vector<int64_t> counts;  // ascending in time
  int64_t now = 0;              // the last event of the log: what is to come is counted from there
};

// FIELD_INVALID (field "period") for more periods than Periods has; errors of `keep_on`, which is
// asked now and then. O(rows); holds 24 bytes a case.
absl::StatusOr<CompletionHistory> CompletionsOf(const LogSnapshot& log,
                                                const HistoryQuestion& question,
                                                absl::FunctionRef<absl::Status()> keep_on);

// What it is made from: when cases were finished, in their order; then ascending, with the first
// begin and the last time of the log. O(rows); O(periods log cases).
absl::StatusOr<std::vector<int64_t>> ReadFinishes(const LogSnapshot& log,
                                                  const HistoryQuestion& question,
                                                  absl::FunctionRef<absl::Status()> keep_on);
absl::StatusOr<CompletionHistory> HistoryOf(const std::vector<int64_t>& finishes,
                                            int64_t first_time, int64_t last_time,
                                            const HistoryQuestion& question);

// So many periods after `from`, at the same time of the day; months end on their last day where
// they lack that of `from`. O(1).
int64_t EndAfter(PeriodLength period, const absl::TimeZone& zone, int64_t from, int64_t periods);

}  // namespace plumbline::analytics::forecast

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_HISTORY_H_
