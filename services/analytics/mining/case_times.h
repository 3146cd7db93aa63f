// SPDX-License-Identifier: Apache-2.0
//
// When cases were.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_TIMES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_TIMES_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {

// The first begin of a case: its first event's start, or its time where it has none. O(1): in the
// canonical order that is the first row.
inline int64_t CaseStart(const LogSnapshot& log, size_t case_number) {
  const uint32_t row = log.case_begin[case_number];
  return !log.start.empty() && log.start[row] != kNoTime ? log.start[row] : log.time[row];
}

// The latest time of its events. O(1) where the log has no starts, else O(rows of the case).
inline int64_t CaseEnd(const LogSnapshot& log, size_t case_number) {
  const auto begin = log.time.begin() + log.case_begin[case_number];
  const auto end = log.time.begin() + log.case_begin[case_number + 1];
  return log.start.empty() ? *(end - 1) : *std::max_element(begin, end);
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_TIMES_H_
