// SPDX-License-Identifier: Apache-2.0
//
// Taking events out of a log. Blocks never change, so all that stays is written again, under a uid
// of its own where nobody sees it, and takes the place of what was in one transaction: who reads
// sees the one or the other, and a process that dies leaves garbage that is swept. What came in
// between is written again in that transaction. Then the old blocks are removed at once.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_STORAGE_REWRITE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_STORAGE_REWRITE_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "services/analytics/log/event_batch.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// What is done to a log. Used by one thread at a time.
class Rewriting {
 public:
  virtual ~Rewriting() = default;
  // The log is read from its beginning, perhaps once more.
  virtual void Begin() = 0;
  // The rest, which came meanwhile, is edited and checked in a transaction: from here perhaps
  // again.
  virtual void BeginTail() = 0;
  // What stays of a batch. ABORTED if it tells that what was said of those before is wrong.
  virtual absl::StatusOr<EventBatch> Edit(const EventBatch& batch) = 0;
  // A batch as it was read back from where it was written. Errors end the rewriting.
  virtual absl::Status Check(const EventBatch& written) = 0;
  // The record of the log as it becomes, with its counts, in the transaction that ends it. What it
  // returns is the answer.
  virtual absl::StatusOr<std::string> Commit(LogRecord* record, int64_t blocks) = 0;
};

// Gives every batch of a log to `each`, in the order of arrival, up to the record's last block.
// ABORTED if blocks were merged meanwhile so that there is no going on.
absl::Status ReadLog(const base::CallContext& context, Store& store, const base::Clock& clock,
                     const LogKey& key, const LogRecord& record,
                     absl::FunctionRef<absl::Status(const EventBatch&)> each);

// Rewrites the log as it is in `record`, and what came since. The answer of Commit, or that of the
// request that was the same. ABORTED if the log was replaced or merged meanwhile, or more came than
// a transaction takes: then try again.
absl::StatusOr<std::string> RewriteLog(const base::CallContext& context, Store& store,
                                       const base::Clock& clock, const LogKey& key,
                                       const LogRecord& record, const WriteRequest& request,
                                       Rewriting& rewriting);

// Removes the blocks of all logs and imports that were given up.
absl::Status SweepNow(const base::CallContext& context, Store& store);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_STORAGE_REWRITE_H_
