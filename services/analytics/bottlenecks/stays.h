// SPDX-License-Identifier: Apache-2.0
//
// When occurrences waited and were worked at, by whom: for queues and utilisation. Not for use
// outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_STAYS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_STAYS_H_

#include <array>
#include <cstdint>
#include <vector>

#include "services/analytics/bottlenecks/bottlenecks.h"

namespace plumbline::analytics::bottlenecks {

// An occurrence. kNoTime where a time is not known; `begin` also where it has not begun.
struct Stay {
  int64_t ready = kNoTime, begin = kNoTime;  // in the queue from ready until begin
  int64_t start = kNoTime, end = kNoTime;    // worked at, of completed ones
  std::array<uint32_t, kPartCount> part = {};
  uint32_t performer = kNoText;
};

// The queue of each part, by number; empty ones of those that never had one. `parts`: numbers are
// below it. O(stays), and the times by their digits.
std::vector<Queue> QueuesOf(const std::vector<Stay>& stays, size_t kind, size_t parts,
                            int64_t first_time, int64_t last_time);

// How busy the performers of each part are, by number; no performers where that is not known.
// Errors of `keep_on`. O(stays log stays of a performer).
absl::StatusOr<std::vector<Utilisation>> UtilisationsOf(const std::vector<Stay>& stays, size_t kind,
                                                        size_t parts, const TimeBetween& between,
                                                        KeepOn keep_on);

}  // namespace plumbline::analytics::bottlenecks

#endif  // PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_STAYS_H_
