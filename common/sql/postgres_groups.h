// SPDX-License-Identifier: Apache-2.0
//
// Write transactions of different callers that are committed together.
#ifndef PLUMBLINE_COMMON_SQL_POSTGRES_GROUPS_H_
#define PLUMBLINE_COMMON_SQL_POSTGRES_GROUPS_H_

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
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

// Runs the write in a transaction of its own, which waits for its locks in their order. `again`:
// nothing of it remains, and another attempt may succeed.
absl::Status RunAlone(PostgresConnection& connection, absl::string_view schema,
                      const OpenedWrite& write, bool* again);

// Runs the writes, which share no lock, in one transaction: all locks are taken before the
// transaction gets its position, so that positions are in the order of what each lock protects;
// then all questions are asked; then the bodies run. A group waits for no named lock, here or in a
// body: whoever does not get his at once is left out. A row or a table that another transaction has
// is awaited for a moment (50 ms), then the group is given up. Returns the result of each; nullopt:
// nothing of it remains, and it is to be run alone. That are all of them where one failed after it
// wrote, or the transaction did.
std::vector<std::optional<absl::Status>> RunGroup(PostgresConnection& connection,
                                                  absl::string_view schema,
                                                  const std::vector<const OpenedWrite*>& writes);

// While some groups are under way, calls that come gather for the next. Thread-safe.
class PostgresGroups {
 public:
  // Bounds how long the first of a group waits for the others.
  static constexpr size_t kLargestGroup = 32;
  // A call with less time is run alone. What a group does before its COMMIT ends by the first
  // deadline of its calls; those that have more time are then run alone.
  static constexpr absl::Duration kLeastTime = absl::Seconds(1);

  PostgresGroups(PostgresPool& pool, absl::string_view schema, int most_at_once)
      : pool_(pool), schema_(schema), most_at_once_(most_at_once) {}

  // Waits until the write was run in a group. nullopt: it was not, and is to be run alone.
  std::optional<absl::Status> Write(const OpenedWrite& write);

  // What happened so far; `under_way` is 0 when nobody calls.
  struct Counts {
    int64_t groups = 0;
    int64_t grouped = 0;  // writes whose result is that of their group
    int64_t alone = 0;    // writes that were handed back
    int under_way = 0;    // groups
    int waiting = 0;      // writes
  };
  Counts counts() const;

 private:
  enum class State { kWaiting, kTaken, kDone };
  // A write that waits or runs; lives on the stack of its caller.
  struct Job {
    const OpenedWrite& write;
    State state = State::kWaiting;
    std::optional<absl::Status> result;
    absl::CondVar changed;
  };

  // Whether no group under way has one of the locks of the job.
  bool Free(const Job& job) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What is to become of a job that waits, if its caller has too little time left for a group.
  // False: it goes on waiting.
  bool Expired(const Job& job, std::optional<absl::Status>* result) const;
  // `first`, and of those that wait as many as can go with it.
  std::vector<Job*> TakeGroup(Job& first) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Runs a group that begins with the job.
  void Lead(Job& job) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // As many of those that wait as may lead a group look whether they still have to.
  void WakeLeaders() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<std::optional<absl::Status>> Run(const std::vector<Job*>& group);

  PostgresPool& pool_;
  const std::string schema_;
  const int most_at_once_;
  mutable absl::Mutex mutex_;
  Counts counts_ ABSL_GUARDED_BY(mutex_);
  std::list<Job*> waiting_ ABSL_GUARDED_BY(mutex_);
  // Of the groups under way; the names belong to their jobs.
  absl::flat_hash_set<absl::string_view> locks_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_POSTGRES_GROUPS_H_
