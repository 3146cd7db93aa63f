// SPDX-License-Identifier: Apache-2.0
//
// Sets of closed intervals of time. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_INTERVALS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_INTERVALS_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/status_macros.h"
#include "common/base/steady_sort.h"

namespace plumbline::analytics {

using Interval = std::pair<int64_t, int64_t>;  // from, to; from <= to

// Those that overlap or touch become one; ascending. Errors of `check`. O(n log n).
inline absl::Status Unite(std::vector<Interval>& intervals,
                          absl::FunctionRef<absl::Status()> check) {
  RETURN_IF_ERROR(base::SortSteadily(intervals, std::less<>(), check));
  size_t kept = 0;
  for (const Interval& next : intervals) {
    if (kept > 0 && next.first <= intervals[kept - 1].second) {
      intervals[kept - 1].second = std::max(intervals[kept - 1].second, next.second);
    } else {
      intervals[kept++] = next;
    }
  }
  intervals.resize(kept);
  return absl::OkStatus();
}

// How many there are at a time, at most: what begins when another ends is there together with it.
// Errors of `check`. O(n log n).
inline absl::StatusOr<int64_t> MostAtATime(std::span<const Interval> intervals,
                                           absl::FunctionRef<absl::Status()> check) {
  std::vector<int64_t> begins, ends;
  begins.reserve(intervals.size());
  ends.reserve(intervals.size());
  for (const auto& [begin, end] : intervals) {
    begins.push_back(begin);
    ends.push_back(end);
  }
  RETURN_IF_ERROR(base::SortSteadily(begins, std::less<>(), check));
  RETURN_IF_ERROR(base::SortSteadily(ends, std::less<>(), check));
  int64_t most = 0;
  size_t ended = 0;
  for (size_t begun = 0; begun < begins.size(); ++begun) {
    while (ends[ended] < begins[begun]) ++ended;
    most = std::max(most, static_cast<int64_t>(begun + 1 - ended));
  }
  return most;
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_INTERVALS_H_
