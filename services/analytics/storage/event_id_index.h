// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_STORAGE_EVENT_ID_INDEX_H_
#define PLUMBLINE_SERVICES_ANALYTICS_STORAGE_EVENT_ID_INDEX_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/analytics/log/event_batch.h"
#include "services/analytics/log/event_ids.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// The event ids of logs, for those who write events that have some. Made from the blocks when it is
// asked first, and kept current by those that came since, so that it is right on every replica,
// after a restart, and after events were taken out. Thread-safe.
class EventIdIndex {
 public:
  // Brings the ids of a log up to its record's last block; within a transaction that wrote none of
  // its own. O(blocks since).
  absl::Status CatchUp(LogReads& reads, absl::string_view workspace, const LogRecord& record);
  // For each row of `batch` whether it is new: it has no id, or one that neither the log nor a row
  // before has. After CatchUp.
  std::vector<bool> NewRows(const LogRecord& record, const EventBatch& batch);
  // A copy of the ids of a log, after CatchUp.
  std::shared_ptr<EventIds> Copy(const LogRecord& record);

 private:
  struct Entry {
    EventIds ids;
    int64_t watermark = 0;
    int64_t last_use = 0;
  };
  Entry& EntryOf(const std::string& uid) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  int64_t uses_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Whether an event of the batch has an id.
bool HasEventIds(const EventBatch& batch);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_STORAGE_EVENT_ID_INDEX_H_
