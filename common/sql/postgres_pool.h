// SPDX-License-Identifier: Apache-2.0
//
// The connections of a PostgreSQL database.
#ifndef PLUMBLINE_COMMON_SQL_POSTGRES_POOL_H_
#define PLUMBLINE_COMMON_SQL_POSTGRES_POOL_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/sql/postgres_connection.h"

namespace plumbline::sql {

// Thread-safe. Outlives the connections that it gave out.
class PostgresPool {
 public:
  PostgresPool(absl::string_view url, absl::string_view schema, int size)
      : url_(url), schema_(schema), size_(size) {}

  // Waits for a free connection; connects if none is open. DEADLINE_EXCEEDED,
  // DEPENDENCY_UNAVAILABLE. Every success is followed by one Return.
  absl::StatusOr<std::unique_ptr<PostgresConnection>> Take(absl::Time deadline);
  // nullptr or a connection that is not idle: its place becomes free. If it was lost, so are the
  // idle ones, most likely: they are closed, or each of them would fail a transaction.
  void Return(std::unique_ptr<PostgresConnection> connection);

 private:
  const std::string url_;
  const std::string schema_;
  const int size_;
  absl::Mutex mutex_;
  int taken_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::unique_ptr<PostgresConnection>> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_POSTGRES_POOL_H_
