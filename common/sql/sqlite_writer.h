// SPDX-License-Identifier: Apache-2.0
//
// The thread that writes to an embedded database.
#ifndef PLUMBLINE_COMMON_SQL_SQLITE_WRITER_H_
#define PLUMBLINE_COMMON_SQL_SQLITE_WRITER_H_

#include <list>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "common/base/call_context.h"
#include "common/sql/database.h"
#include "common/sql/sqlite_connection.h"

namespace plumbline::sql {

// Thread-safe.
class SqliteWriter {
 public:
  // `connection` has the table plumbline_position.
  static absl::StatusOr<std::unique_ptr<SqliteWriter>> Start(
      std::unique_ptr<SqliteConnection> connection);
  // Runs what waits, then ends.
  ~SqliteWriter();
  SqliteWriter(const SqliteWriter&) = delete;
  SqliteWriter& operator=(const SqliteWriter&) = delete;

  // As Database::Write.
  absl::Status Write(const base::CallContext& context, Database::Body body);

 private:
  // A transaction that waits or runs; lives on the stack of its caller.
  struct Job {
    const base::CallContext& context;
    Database::Body body;
    absl::Status result;
    absl::Notification done;
  };

  SqliteWriter(std::unique_ptr<SqliteConnection> connection, int64_t position);
  void Loop();
  Job* Next();
  void RunGroup(Job* first);
  absl::Status RunOne(Job& job);
  absl::Status Commit();

  std::unique_ptr<SqliteConnection> connection_;  // of the thread
  int64_t position_;                              // of the thread
  absl::Mutex mutex_;
  std::list<Job*> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_SQLITE_WRITER_H_
