// SPDX-License-Identifier: Apache-2.0
//
// Write transactions of different callers that are committed together.
#ifndef PLUMBLINE_COMMON_SQL_POSTGRES_GROUPS_H_
#define PLUMBLINE_COMMON_SQL_POSTGRES_GROUPS_H_

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/base/call_context.h"
#include "common/sql/database.h"
#include "common/sql/postgres_pool.h"

namespace plumbline::sql {

// A call of WriteAfter.
struct OpenedWrite {
  const base::CallContext& context;
  const Opening& opening;
  Database::OpenedBody body;
};

// Runs the writes, which share no lock, in one transaction: all locks are taken, kind by kind and
// by name, before the transaction gets its position, so that positions are in the order of what
// each lock protects; then all questions are asked; then the bodies run. Returns the result of
// each, or nullopt if one of them, or the transaction, failed in a way that takes the others with
// it: then nothing of any remains. `again` is set for a single write if another attempt may
// succeed; then its result says why this one did not.
std::vector<std::optional<absl::Status>> RunGroup(PostgresConnection& connection,
                                                  absl::string_view schema,
                                                  const std::vector<const OpenedWrite*>& writes,
                                                  bool* again);

// While some groups are under way, calls that come gather for the next. Thread-safe.
class PostgresGroups {
 public:
  PostgresGroups(PostgresPool& pool, absl::string_view schema, int most_at_once)
      : pool_(pool), schema_(schema), most_at_once_(most_at_once) {}

  // Waits until the write was run in a group. nullopt: it was not, and is to be run alone.
  std::optional<absl::Status> Write(const OpenedWrite& write);

 private:
  // A write that waits or runs; lives on the stack of its caller.
  struct Job {
    const OpenedWrite& write;
    std::optional<absl::Status> result;
    bool taken = false;
    bool done = false;
    bool leads = false;  // is to run the next group
    absl::CondVar changed;
  };

  std::vector<Job*> TakeGroup() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<std::optional<absl::Status>> Run(const std::vector<Job*>& group);
  void Lead() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  PostgresPool& pool_;
  const std::string schema_;
  const int most_at_once_;
  absl::Mutex mutex_;
  int leaders_ ABSL_GUARDED_BY(mutex_) = 0;
  std::list<Job*> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_POSTGRES_GROUPS_H_
