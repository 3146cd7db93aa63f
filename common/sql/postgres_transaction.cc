// SPDX-License-Identifier: Apache-2.0
#include "common/sql/postgres_transaction.h"

#include <algorithm>
#include <string>

#include "absl/numeric/bits.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/sql/errors.h"

namespace plumbline::sql {
namespace {

using Fate = PostgresConnection::Fate;

constexpr char kLock[] = "SELECT pg_advisory_xact_lock(:number)";
constexpr char kTryLock[] = "SELECT pg_try_advisory_xact_lock(:number)::int::bigint";
// The rows of a function are made, and so the locks taken, in its order.
constexpr char kTryLocks[] =
    "SELECT pg_try_advisory_xact_lock(number::bigint)::int::bigint FROM "
    "unnest(string_to_array(:numbers, ',')) AS number";
// How long the answer to a COMMIT is awaited past the deadline, so as to say honestly what became
// of it.
constexpr absl::Duration kCommitGrace = absl::Seconds(5);
// A call that has more time than this hardly ever needs it all: for such calls the limit of
// statements is set roughly, so that it need not be set for each.
constexpr int64_t kExactMillis = 5000;
constexpr int kRoughBits = 3;

// The 64 bits that stand for a lock's name within a server.
int64_t LockNumber(absl::string_view schema, absl::string_view name) {
  const std::string hash = base::Sha256Hex(absl::StrCat(schema, ":", name));
  uint64_t number = 0;
  for (char c : hash.substr(0, 16))
    number = number << 4 | static_cast<uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  return static_cast<int64_t>(number);
}

// The server gives up by itself: a client that hangs up is not noticed by a running statement. In
// milliseconds, 0 = never; never before the deadline.
int64_t StatementTimeout(absl::Time deadline) {
  if (deadline == absl::InfiniteFuture()) return 0;
  const int64_t left = std::clamp<int64_t>(
      absl::ToInt64Milliseconds(deadline - base::SystemClock().Now()), 1, INT32_MAX);
  if (left < kExactMillis) return left;
  const int low = absl::bit_width(static_cast<uint64_t>(left)) - kRoughBits;
  return std::min<int64_t>(((left >> low) + 1) << low, INT32_MAX);
}

}  // namespace

absl::StatusOr<int64_t> PostgresTransaction::Position() {
  if (position_.has_value()) return *position_;
  ASSIGN_OR_RETURN(
      Rows rows,
      Query(read_ ? "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint" : kWritePosition,
            absl::Span<const Param>()));
  if (!read_) position_ = rows.Int(0, 0);
  return rows.Int(0, 0);
}

absl::StatusOr<int64_t> PostgresTransaction::DoExecute(absl::string_view sql,
                                                       absl::Span<const Param> params) {
  wrote_ = true;
  return connection_.Execute(sql, params);
}

absl::StatusOr<Rows> PostgresTransaction::DoQuery(absl::string_view sql,
                                                  absl::Span<const Param> params) {
  if (!absl::StartsWith(sql, "SELECT ")) wrote_ = true;  // INSERT ... RETURNING
  return connection_.Query(sql, params);
}

absl::Status PostgresTransaction::DoPost(absl::string_view sql, absl::Span<const Param> params) {
  wrote_ = true;
  return connection_.Post(sql, params);
}

absl::Status PostgresTransaction::DoLock(absl::string_view name) {
  if (read_) return base::Internal("SQL: Lock in a read-only transaction");
  const std::initializer_list<Param> number = {Param{"number", LockNumber(schema_, name)}};
  if (locking_ == Locking::kWait) return connection_.Query(kLock, number).status();
  ASSIGN_OR_RETURN(const Rows rows, connection_.Query(kTryLock, number));
  if (Locked(rows)) return absl::OkStatus();
  return absl::AbortedError("another transaction has the lock");
}

absl::Status PostgresTransaction::DoPostLock(absl::string_view name) {
  if (read_) return base::Internal("SQL: Lock in a read-only transaction");
  return locking_ == Locking::kWait ? PostLockOf(connection_, schema_, name) : DoLock(name);
}

absl::Status PostgresTransaction::Alone() {
  if (locking_ == Locking::kWait) return absl::OkStatus();
  wants_to_be_alone_ = true;
  return absl::AbortedError("this write is to be run in a transaction of its own");
}

absl::Status AskLocksOf(PostgresConnection& connection, absl::string_view schema,
                        const std::vector<absl::string_view>& names) {
  std::string numbers;
  for (const absl::string_view name : names)
    absl::StrAppend(&numbers, numbers.empty() ? "" : ",", LockNumber(schema, name));
  return connection.Ask(kTryLocks, {Param{"numbers", absl::string_view(numbers)}});
}

bool Locked(const Rows& answer, size_t number) { return answer.Int(number, 0) != 0; }

absl::Status PostLockOf(PostgresConnection& connection, absl::string_view schema,
                        absl::string_view name) {
  return connection.Post(kLock, {Param{"number", LockNumber(schema, name)}});
}

absl::Status BeginTransaction(PostgresConnection& connection, absl::Time deadline, bool read) {
  RETURN_IF_ERROR(connection.Post(read ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                                       : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
                                  {}));
  const int64_t limit = StatementTimeout(deadline);
  if (connection.statement_timeout() == limit) return absl::OkStatus();
  // Goes with the transaction if that is rolled back.
  connection.set_statement_timeout(limit);
  if (limit == 0) return connection.Post("RESET statement_timeout", {});  // what the role has
  const std::string text = absl::StrCat(limit);
  return connection.Post("SELECT set_config('statement_timeout', :limit, false)",
                         {Param{"limit", absl::string_view(text)}});
}

absl::Status CommitTransaction(PostgresConnection& connection, absl::Time deadline, bool& again) {
  connection.set_deadline(std::max(deadline, base::SystemClock().Now()) + kCommitGrace);
  absl::StatusOr<std::string> tag = connection.Finish("COMMIT");
  if (tag.ok()) {
    return *tag == "COMMIT"
               ? absl::OkStatus()
               : base::Internal("PostgreSQL: a failed transaction was to be committed");
  }
  again = connection.fate() == Fate::kConflict || connection.fate() == Fate::kStale;
  return connection.fate() == Fate::kLost ? CommitUnknown() : tag.status();
}

void EndReading(PostgresConnection& connection) {
  if (!connection.alive()) return;
  connection.set_deadline(base::SystemClock().Now() + kCommitGrace);
  connection.Run("COMMIT").IgnoreError();
}

void RollBackTransaction(PostgresConnection& connection) {
  const Fate fate = connection.fate();
  if (!connection.alive()) return;
  connection.set_statement_timeout(std::nullopt);
  connection.set_deadline(base::SystemClock().Now() + kCommitGrace);
  connection.Run("ROLLBACK").IgnoreError();
  connection.Answers().IgnoreError();  // that nobody took
  if (fate == Fate::kStale && connection.alive()) connection.Forget().IgnoreError();
}

}  // namespace plumbline::sql
