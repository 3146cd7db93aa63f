// SPDX-License-Identifier: Apache-2.0
//
// Work that is done in batches: several items of one activity by one performer together or right
// after each other, though they came up one by one (Martin, Swennen, Depaire, Jans, Caris and
// Vanhoof 2017, "Retrieving batch organisation of work insights from event logs"; Klijn and Fahland
// 2019, "Performance mining for batch processing using the performance spectrum").
#ifndef PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_BATCHES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_BATCHES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/organization/work_items.h"

namespace plumbline::analytics {

// How the items of a batch lie in time.
enum class BatchKind {
  kSimultaneous,  // all begin together and end together
  kSequential,    // each begins when those before it have ended, or later
  kConcurrent,    // otherwise: some overlap
};
inline constexpr size_t kBatchKinds = 3;

// One batch.
struct Batch {
  uint32_t activity = 0, performer = 0;
  BatchKind kind = BatchKind::kSimultaneous;
  int64_t begin = 0, end = 0;  // first begin, last end
  int64_t size = 0;            // items
  int64_t case_count = 0;
};

// The batches of one performer at one activity.
struct BatchWork {
  uint32_t activity = 0, performer = 0;
  int64_t item_count = 0;                                 // all, in batches or not
  int64_t batch_count = 0, batched_count = 0;             // batched: items in batches
  std::array<int64_t, kBatchKinds> batches_of_kind = {};  // by BatchKind
  int64_t most_items = 0;                                 // of one batch
  // Of items in batches, in seconds. Gathering: from when an item was ready until the last item of
  // its batch was: what batching costs at the least, since the item could have been done alone.
  // Waiting: from when it was ready until it was begun, gathering included. Turn: of that, from the
  // begin of the batch until its own turn.
  double gathering_seconds = 0, waiting_seconds = 0, turn_seconds = 0;

  double batched_share() const {
    return item_count > 0 ? static_cast<double>(batched_count) / static_cast<double>(item_count)
                          : 0;
  }
  double mean_size() const {
    return batch_count > 0 ? static_cast<double>(batched_count) / static_cast<double>(batch_count)
                           : 0;
  }
};

struct Batches {
  std::vector<BatchWork> work;  // most items in batches first, then by activity and performer
  std::vector<Batch> largest;   // most items first, then the earliest, then by names
  BatchWork all;                // sums; its activity and performer say nothing
};

struct BatchOptions {
  int64_t gap =
      0;  // microseconds, 0 or more, between the end of one item and the begin of the next
  int64_t least = 2;   // cases of a batch, 2 or more
  size_t largest = 0;  // batches to list
  // Only items that were ready when the batch began are of it: they had been collected. An item
  // that was ready at no known time was so at its begin. false: steady work counts as a batch too.
  bool only_collected = true;
};

// Items without a performer are of no batch and are not counted. Errors of `check`. O(items log
// items); holds 64 bytes an item of the busiest performer, 4 an item of all and 300 for each
// performer at an activity.
absl::StatusOr<Batches> FindBatches(const Work& work, const BatchOptions& options, Check check);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_BATCHES_H_
