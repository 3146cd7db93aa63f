// SPDX-License-Identifier: Apache-2.0
#include "common/sql/postgres.h"

#include <algorithm>
#include <functional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/sql/errors.h"
#include "common/sql/postgres_connection.h"
#include "common/sql/postgres_pool.h"
#include "common/sql/tracked_transaction.h"
#include "common/sql/under_way.h"

namespace plumbline::sql {
namespace {

using Fate = PostgresConnection::Fate;

constexpr int kMostAttempts = 20;
constexpr char kLock[] = "SELECT pg_advisory_xact_lock(:number)";
// How long the answer to a COMMIT is awaited past the deadline, so as to say honestly what became
// of it.
constexpr absl::Duration kCommitGrace = absl::Seconds(5);

// A random share of 1, 2, 4, ... up to 128 milliseconds.
absl::Duration Pause(int attempt) {
  const absl::Duration longest = absl::Milliseconds(1 << std::min(attempt, 7));
  return longest * (static_cast<double>(std::hash<std::string>()(base::NewUuid()) % 1000) / 1000.0);
}

// The 64 bits that stand for a lock's name within a server.
int64_t LockNumber(absl::string_view schema, absl::string_view name) {
  const std::string hash = base::Sha256Hex(absl::StrCat(schema, ":", name));
  uint64_t number = 0;
  for (char c : hash.substr(0, 16))
    number = number << 4 | static_cast<uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  return static_cast<int64_t>(number);
}

class PostgresTransaction final : public TrackedTransaction {
 public:
  PostgresTransaction(PostgresConnection& connection, absl::string_view schema, bool read)
      : connection_(connection), schema_(schema), read_(read) {}

  absl::StatusOr<int64_t> Position() override {
    ASSIGN_OR_RETURN(Rows rows,
                     Query(read_ ? "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
                                 : "SELECT {position}",
                           absl::Span<const Param>()));
    return rows.Int(0, 0);
  }

 private:
  absl::StatusOr<int64_t> DoExecute(absl::string_view sql,
                                    absl::Span<const Param> params) override {
    return connection_.Execute(sql, params);
  }
  absl::StatusOr<Rows> DoQuery(absl::string_view sql, absl::Span<const Param> params) override {
    return connection_.Query(sql, params);
  }
  absl::Status DoPost(absl::string_view sql, absl::Span<const Param> params) override {
    return connection_.Post(sql, params);
  }
  absl::Status DoLock(absl::string_view name) override {
    if (read_) return base::Internal("SQL: Lock in a read-only transaction");
    return connection_.Query(kLock, {Param{"number", LockNumber(schema_, name)}}).status();
  }
  absl::Status DoPostLock(absl::string_view name) override {
    if (read_) return base::Internal("SQL: Lock in a read-only transaction");
    return connection_.Post(kLock, {Param{"number", LockNumber(schema_, name)}});
  }

  PostgresConnection& connection_;
  absl::string_view schema_;
  bool read_;
};

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(absl::string_view url, const OpenOptions& options)
      : schema_(options.schema), pool_(url, options.schema, options.connections) {}
  ~PostgresDatabase() override {
    closing_.Notify();
    calls_.WaitForNone();
  }

  absl::Status Write(const base::CallContext& context, Body body) override {
    return Repeat(context, body, /*read=*/false);
  }
  absl::Status Read(const base::CallContext& context, Body body) override {
    return Repeat(context, body, /*read=*/true);
  }
  bool exclusive() const override { return false; }

  // Makes the schema if there is none.
  absl::Status MakeSchema() {
    return Write({}, [this](Transaction& transaction) -> absl::Status {
      RETURN_IF_ERROR(
          transaction.Lock("schema"));  // "IF NOT EXISTS" does not keep two from trying at once
      return transaction.Execute(absl::StrCat("CREATE SCHEMA IF NOT EXISTS ", schema_)).status();
    });
  }

 private:
  absl::Status Repeat(const base::CallContext& context, Body body, bool read) {
    const UnderWay::Call call(calls_);
    for (int attempt = 0;; ++attempt) {
      RETURN_IF_ERROR(CheckNow(context));
      ASSIGN_OR_RETURN(std::unique_ptr<PostgresConnection> connection,
                       pool_.Take(context.deadline));
      bool again = false;
      absl::Status status = RunOnce(*connection, context, body, read, again);
      pool_.Return(std::move(connection));
      if (!again || attempt + 1 >= kMostAttempts) return status;
      if (closing_.WaitForNotificationWithTimeout(Pause(attempt))) return ShuttingDown();
    }
  }

  // One attempt. `again`: nothing of it remains, and another may succeed.
  absl::Status RunOnce(PostgresConnection& connection, const base::CallContext& context, Body body,
                       bool read, bool& again) {
    absl::Status begun = Begin(connection, context, read);
    if (!begun.ok()) {
      again = connection.fate() == Fate::kLost && !absl::IsDeadlineExceeded(begun);
      return begun;
    }
    PostgresTransaction transaction(connection, schema_, read);
    absl::Status status = transaction.Finish(body(transaction));
    if (!transaction.failure().ok()) {
      // Whatever the body made of it: a transaction that could not run is run again.
      again = connection.fate() != Fate::kFinal && !absl::IsDeadlineExceeded(transaction.failure());
    }
    if (status.ok() && !read) {
      status = CheckNow(context);
      if (status.ok()) status = Commit(connection, context, again);
      if (status.ok()) return status;
    }
    RollBack(connection);
    return status;
  }

  // Does nothing where the transaction is over.
  static void RollBack(PostgresConnection& connection) {
    const Fate fate = connection.fate();
    if (!connection.alive()) return;
    connection.set_deadline(base::SystemClock().Now() + kCommitGrace);
    connection.Run("ROLLBACK").IgnoreError();
    if (fate == Fate::kStale && connection.alive()) connection.Forget().IgnoreError();
  }

  // Sends what was posted, and the end. `again`: nothing of it remains.
  absl::Status Commit(PostgresConnection& connection, const base::CallContext& context,
                      bool& again) {
    connection.set_deadline(std::max(context.deadline, base::SystemClock().Now()) + kCommitGrace);
    absl::StatusOr<std::string> tag = connection.Finish("COMMIT");
    if (tag.ok()) {
      return *tag == "COMMIT"
                 ? absl::OkStatus()
                 : base::Internal("PostgreSQL: a failed transaction was to be committed");
    }
    again = connection.fate() == Fate::kConflict || connection.fate() == Fate::kStale;
    return connection.fate() == Fate::kLost ? CommitUnknown() : tag.status();
  }

  // Sent with the first statement, whose error its error is.
  static absl::Status Begin(PostgresConnection& connection, const base::CallContext& context,
                            bool read) {
    RETURN_IF_ERROR(connection.Post(read ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                                         : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
                                    {}));
    if (context.deadline == absl::InfiniteFuture()) return absl::OkStatus();
    // The server gives up by itself: a client that hangs up is not noticed by a running statement.
    const int64_t left = absl::ToInt64Milliseconds(context.deadline - base::SystemClock().Now());
    const std::string limit = absl::StrCat(std::clamp<int64_t>(left, 1, INT32_MAX));
    return connection.Post("SELECT set_config('statement_timeout', :limit, true)",
                           {Param{"limit", absl::string_view(limit)}});
  }

  const std::string schema_;
  PostgresPool pool_;
  absl::Notification closing_;
  UnderWay calls_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenPostgres(absl::string_view url,
                                                       const OpenOptions& options) {
  auto database = std::make_unique<PostgresDatabase>(url, options);
  RETURN_IF_ERROR(database->MakeSchema());
  return database;
}

}  // namespace plumbline::sql
