// SPDX-License-Identifier: Apache-2.0
//
// Which cases of a log have ended, and of which of these it is learned.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_CASES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_CASES_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_pieces.h"

namespace plumbline::analytics::cascade {

// The latest so many ended cases are learned from: what was long ago was another process.
inline constexpr size_t kMostRuns = 10'000;

struct Cases {
  enum Kind : uint8_t { kOlder, kRun, kOpen };
  std::vector<Kind> kinds;  // by case of the log; kOlder: ended before those that are learned from
  std::vector<int64_t> begins;       // by case, microseconds
  std::vector<int64_t> day_ones;     // by case: of its plan, else its begin
  std::vector<uint32_t> runs, open;  // numbers of cases, ascending
  // Since when all that came is known: the first begin where all ended cases are runs, else the
  // first end of one.
  int64_t since = 0;
  // The first begin of a run.
  int64_t first_begin = 0;
};

// When a case began: its first event's start, or its time where that is before. O(1).
int64_t BeginOf(const LogSnapshot& log, uint32_t case_number);
// FIELD_INVALID (field "selection.completion") unless ends are marked: none is open.
absl::Status CheckMarked(const CaseEnds& ends);

// By CaseEnds. FIELD_INVALID (field "selection.completion") where the log marks no ends and none
// were told: none is open. O(rows).
absl::StatusOr<Cases> SortCases(const LogSnapshot& log, KeepOn keep_on);

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_CASES_H_
