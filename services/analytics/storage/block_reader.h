// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_STORAGE_BLOCK_READER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_STORAGE_BLOCK_READER_H_

#include <cstdint>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "services/analytics/log/event_batch.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// A block with its events.
struct ReadBlock {
  int64_t first = 0, number = 0;
  EventBatch batch;
};

// Reads the blocks of a log from a watermark on, in their order, on a thread of its own, so that
// they are unpacked while those before are taken in. At most eight wait. Used by one thread.
class BlockReader {
 public:
  // All must outlive it.
  BlockReader(const base::CallContext& context, Store& store, const base::Clock& clock,
              std::string workspace, std::string uid, int64_t after);
  // Stops reading.
  ~BlockReader();

  // The next blocks; none at the end of the log. Errors of the store, INTERNAL for what is no
  // block, DEADLINE_EXCEEDED, CANCELLED.
  absl::StatusOr<std::vector<ReadBlock>> Next();

 private:
  void Run();
  // Reads some; false at the end.
  absl::StatusOr<bool> ReadSome(int64_t* after);
  // False: nobody wants it any more.
  bool Put(ReadBlock block);

  const base::CallContext& context_;
  Store& store_;
  const base::Clock& clock_;
  const std::string workspace_, uid_;
  const int64_t after_;
  absl::Mutex mutex_;
  std::deque<ReadBlock> blocks_ ABSL_GUARDED_BY(mutex_);
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  bool done_ ABSL_GUARDED_BY(mutex_) = false, stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_STORAGE_BLOCK_READER_H_
