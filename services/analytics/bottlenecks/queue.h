// SPDX-License-Identifier: Apache-2.0
//
// How many wait at a time. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_QUEUE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_QUEUE_H_

#include <cstdint>
#include <vector>

#include "absl/numeric/int128.h"
#include "services/analytics/log/event_batch.h"

namespace plumbline::analytics::bottlenecks {

struct Queue {
  double average = 0;  // over the horizon
  int64_t most = 0;
  int64_t most_at = kNoTime;  // when it was first so long; kNoTime where nobody ever waited
  int64_t at_end = 0;         // at the end of the horizon
};

// All but when it was longest, which is not known yet. `waited`: the sum of the times at which one
// left, less those at which one joined; `at_end` have not left. O(1).
Queue QueueOf(absl::int128 waited, int64_t at_end, int64_t begin, int64_t end);

// Of stretches [joined, left), microseconds, in two lists that need not go together; who has not
// left joins only. The horizon goes from `begin` to `end`, and no time lies outside of it. At one
// moment who leaves goes before who joins. O(n) where the queue is hardly ever as long as at worst,
// else O(n log n).
Queue MeasureQueue(const std::vector<int64_t>& joined, const std::vector<int64_t>& left,
                   int64_t begin, int64_t end);

}  // namespace plumbline::analytics::bottlenecks

#endif  // PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_QUEUE_H_
