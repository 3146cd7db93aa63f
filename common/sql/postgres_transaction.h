// SPDX-License-Identifier: Apache-2.0
//
// The beginning, the statements and the end of a transaction on PostgreSQL.
#ifndef PLUMBLINE_COMMON_SQL_POSTGRES_TRANSACTION_H_
#define PLUMBLINE_COMMON_SQL_POSTGRES_TRANSACTION_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/base/call_context.h"
#include "common/sql/postgres_connection.h"
#include "common/sql/tracked_transaction.h"

namespace plumbline::sql {

// What Lock does where another has the lock: waits for it, or fails at once.
enum class Locking { kWait, kTry };

class PostgresTransaction final : public TrackedTransaction {
 public:
  PostgresTransaction(PostgresConnection& connection, absl::string_view schema, bool read,
                      Locking locking = Locking::kWait)
      : connection_(connection), schema_(schema), read_(read), locking_(locking) {}

  absl::StatusOr<int64_t> Position() override;
  absl::Status Alone() override;
  void set_position(int64_t position) { position_ = position; }

  // Whether it may have changed something.
  bool wrote() const { return wrote_; }
  // Whether Alone was called and refused.
  bool wants_to_be_alone() const { return wants_to_be_alone_; }

 private:
  absl::StatusOr<int64_t> DoExecute(absl::string_view sql, absl::Span<const Param> params) override;
  absl::StatusOr<Rows> DoQuery(absl::string_view sql, absl::Span<const Param> params) override;
  absl::Status DoPost(absl::string_view sql, absl::Span<const Param> params) override;
  absl::Status DoLock(absl::string_view name) override;
  absl::Status DoPostLock(absl::string_view name) override;

  PostgresConnection& connection_;
  absl::string_view schema_;
  const bool read_;
  const Locking locking_;
  bool wrote_ = false;
  bool wants_to_be_alone_ = false;
  std::optional<int64_t> position_;
};

inline constexpr char kWritePosition[] = "SELECT {position}";

// Sent with the first statement, whose error its error is.
absl::Status BeginTransaction(PostgresConnection& connection, absl::Time deadline, bool read);

absl::Status PostLockOf(PostgresConnection& connection, absl::string_view schema,
                        absl::string_view name);
// Asks for locks, one after the other in their order, without waiting, all in one statement; row i
// of its answer tells Locked whether number i was got.
absl::Status AskLocksOf(PostgresConnection& connection, absl::string_view schema,
                        const std::vector<absl::string_view>& names);
bool Locked(const Rows& answer, size_t number = 0);

// Sends what was posted, and the end, whose answer it awaits a little past the deadline. `again`:
// nothing of the transaction remains, and another may succeed.
absl::Status CommitTransaction(PostgresConnection& connection, absl::Time deadline, bool& again);

// Ends a transaction that only read.
void EndReading(PostgresConnection& connection);

// Does nothing where the transaction is over.
void RollBackTransaction(PostgresConnection& connection);

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_POSTGRES_TRANSACTION_H_
