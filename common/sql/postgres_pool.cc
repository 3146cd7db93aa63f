// SPDX-License-Identifier: Apache-2.0
#include "common/sql/postgres_pool.h"

#include <algorithm>

#include "common/base/clock.h"
#include "common/sql/errors.h"

namespace plumbline::sql {
namespace {

// A server that does not take a connection within this time is called unavailable, however patient
// the caller.
constexpr absl::Duration kConnectPatience = absl::Seconds(5);

}  // namespace

absl::StatusOr<std::unique_ptr<PostgresConnection>> PostgresPool::Take(absl::Time deadline) {
  {
    absl::MutexLock lock(&mutex_);
    const auto free = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return taken_ < size_; };
    if (!mutex_.AwaitWithDeadline(absl::Condition(&free), deadline)) return DeadlineExceeded();
    ++taken_;
    if (!idle_.empty()) {
      std::unique_ptr<PostgresConnection> connection = std::move(idle_.back());
      idle_.pop_back();
      connection->set_deadline(deadline);
      return connection;
    }
  }
  const absl::Time patience = base::SystemClock().Now() + kConnectPatience;
  auto connection = PostgresConnection::Connect(url_, schema_, std::min(deadline, patience));
  if (connection.ok()) {
    (*connection)->set_deadline(deadline);
    return connection;
  }
  Return(nullptr);
  // Out of the five seconds, but not out of the caller's time.
  if (absl::IsDeadlineExceeded(connection.status()) && patience < deadline) return Unavailable();
  return connection;
}

void PostgresPool::Return(std::unique_ptr<PostgresConnection> connection) {
  std::vector<std::unique_ptr<PostgresConnection>> closed;  // outside of the lock
  absl::MutexLock lock(&mutex_);
  --taken_;
  if (connection == nullptr) return;
  if (connection->alive() && connection->idle()) {
    idle_.push_back(std::move(connection));
  } else {
    closed.swap(idle_);
    closed.push_back(std::move(connection));
  }
}

}  // namespace plumbline::sql
