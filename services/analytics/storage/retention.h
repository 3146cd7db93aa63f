// SPDX-License-Identifier: Apache-2.0
//
// Deleting what logs keep no longer.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_STORAGE_RETENTION_H_
#define PLUMBLINE_SERVICES_ANALYTICS_STORAGE_RETENTION_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "services/analytics/memory/log_memory.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// Used by one thread at a time. Right on several replicas at once: a log is changed by one of them.
class Retention {
 public:
  // All must outlive it.
  Retention(Store& store, LogMemory& memory, const base::Clock& clock)
      : store_(store), memory_(memory), clock_(clock) {}

  // Deletes what is too old at `now` in all logs that say so, and returns how many events that
  // were. Again at the same time, it finds nothing. A log whose oldest event is young is not read;
  // one that has old events in cases that stay is read once an hour. Errors of the store: logs
  // before were done, and the next call goes on.
  absl::StatusOr<int64_t> RunOnce(const base::CallContext& context, absl::Time now);

 private:
  absl::StatusOr<int64_t> Keep(const base::CallContext& context, const LogKey& key, absl::Time now);

  Store& store_;
  LogMemory& memory_;
  const base::Clock& clock_;
  // Logs that were read and had nothing to delete, by uid: not before this time again, unless the
  // retention changed.
  struct Rest {
    absl::Time until;
    std::string retention;
  };
  absl::flat_hash_map<std::string, Rest> rests_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_STORAGE_RETENTION_H_
