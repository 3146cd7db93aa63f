// SPDX-License-Identifier: Apache-2.0
//
// Changes of event logs but for imports.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_WRITER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_WRITER_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "services/analytics/convert.h"
#include "services/analytics/log/event_batch.h"
#include "services/analytics/store.h"

namespace plumbline::analytics {

// A log without events, made at `now`.
LogRecord NewLog(const CreateCommand& command, absl::Time now);

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
};

// Thread-safe. Errors of all methods: those of Store::Write.
class Writer {
 public:
  // Both must outlive it.
  Writer(Store& store, const base::Clock& clock) : store_(store), clock_(clock) {}

  // Returns the answer, serialised. RESOURCE_ALREADY_EXISTS.
  absl::StatusOr<std::string> Create(const base::CallContext& context, const WriteRequest& request,
                                     const CreateCommand& command);
  // RESOURCE_NOT_FOUND.
  absl::Status Delete(const base::CallContext& context, const WriteRequest& request,
                      const LogKey& key);
  // Appends the events that are new. `count` events; `batch(skip)` gives those from number `skip`
  // on. RESOURCE_NOT_FOUND, SEQUENCE_GAP.
  absl::StatusOr<WriteResult> Write(const base::CallContext& context, const WriteCommand& command,
                                    int count, absl::FunctionRef<EventBatch(int skip)> batch);

 private:
  Store& store_;
  const base::Clock& clock_;
};

// The log, or RESOURCE_NOT_FOUND.
absl::StatusOr<LogRecord> FindLog(LogReads& reads, const LogKey& key);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_WRITER_H_
