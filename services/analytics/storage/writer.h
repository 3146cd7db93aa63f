// SPDX-License-Identifier: Apache-2.0
//
// Changes of event logs but for imports.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_STORAGE_WRITER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_STORAGE_WRITER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "services/analytics/log/event_batch.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/storage/event_id_index.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// A log without events, made at `now`.
LogRecord NewLog(const CreateCommand& command, absl::Time now);

// FIELD_INVALID of `field` if the log of `record` cannot be held in `memory_bytes` any more. Told
// when events come, not only when they are asked for.
absl::Status CheckFits(const LogRecord& record, absl::string_view field, int64_t memory_bytes);

// What batches add to the record of their log.
struct BatchTotals {
  int64_t events = 0;
  int64_t first_time = 0;
  int64_t last_time = 0;
  int64_t unpacked_bytes = 0;
  // `batch` is not empty; `block` is what it became.
  void Add(const EventBatch& batch, absl::string_view block);
  // `blocks`: how many blocks the batches became.
  void AddTo(LogRecord* record, int64_t blocks) const;
};

struct WriteResult {
  int64_t accepted = 0;
  int64_t duplicates = 0;
  int64_t next_sequence = 0;
  int64_t watermark = 0;  // of the log that holds them
};

// Where a producer is in a log.
struct ProducerState {
  int64_t next_sequence = 1;
  int64_t watermark = 0;
};

// Thread-safe. Errors of all methods: those of Store::Write.
class Writer {
 public:
  // All must outlive it. `memory_bytes`: what a log may take, see CheckFits.
  Writer(Store& store, EventIdIndex& ids, const base::Clock& clock, int64_t memory_bytes)
      : store_(store), ids_(ids), clock_(clock), memory_bytes_(memory_bytes) {}

  // Returns the answer, serialised. RESOURCE_ALREADY_EXISTS.
  absl::StatusOr<std::string> Create(const base::CallContext& context, const WriteRequest& request,
                                     const CreateCommand& command);
  // RESOURCE_NOT_FOUND; EVENT_LOG_KEPT if a producer keeps the log, unless `allow_refill`.
  absl::Status Delete(const base::CallContext& context, const WriteRequest& request,
                      const LogKey& key, bool allow_refill);
  // Appends the events that are new. `count` events; `batch(skip)` gives those from number `skip`
  // on. RESOURCE_NOT_FOUND, SEQUENCE_GAP, FIELD_INVALID if the log is full; EVENT_LOG_KEPT for the
  // first events of a producer in a log that another keeps, unless it keeps it too or is allowed
  // to.
  absl::StatusOr<WriteResult> Write(const base::CallContext& context, const WriteCommand& command,
                                    int count, absl::FunctionRef<EventBatch(int skip)> batch);
  // Where a producer is that is about to write. RESOURCE_NOT_FOUND; EVENT_LOG_KEPT, of a stream's
  // `open`, unless it `may_join`.
  absl::StatusOr<ProducerState> Find(const base::CallContext& context, const LogKey& key,
                                     absl::string_view producer, bool may_join);
  // Sets how long the log keeps its events, or that it does so for ever; the log as it is then.
  // RESOURCE_NOT_FOUND.
  absl::StatusOr<v1::EventLog> SetRetention(const base::CallContext& context, const LogKey& key,
                                            const std::optional<v1::Retention>& retention);

 private:
  // Reads what the log has of ids, so that the transaction need not.
  absl::Status WarmIds(const base::CallContext& context, const LogKey& key);

  Store& store_;
  EventIdIndex& ids_;
  const base::Clock& clock_;
  const int64_t memory_bytes_;
};

// EVENT_LOG_KEPT for what must not be done to a log that `producer` keeps; `advice` ends the
// sentence that says so.
absl::Status Kept(const LogKey& key, absl::string_view producer, absl::string_view advice);

// The log, or RESOURCE_NOT_FOUND.
absl::StatusOr<LogRecord> FindLog(LogReads& reads, const LogKey& key);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_STORAGE_WRITER_H_
