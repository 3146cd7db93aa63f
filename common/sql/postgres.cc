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
#include "common/sql/postgres_groups.h"
#include "common/sql/postgres_pool.h"
#include "common/sql/postgres_transaction.h"
#include "common/sql/under_way.h"

namespace plumbline::sql {
namespace {

using Fate = PostgresConnection::Fate;

constexpr int kMostAttempts = 20;
// Groups of writes that are under way at once, at most, and how much of the pool they take.
constexpr int kMostGroups = 4;
constexpr int kShareOfGroups = 2;

// A random share of 1, 2, 4, ... up to 128 milliseconds.
absl::Duration Pause(int attempt) {
  const absl::Duration longest = absl::Milliseconds(1 << std::min(attempt, 7));
  return longest * (static_cast<double>(std::hash<std::string>()(base::NewUuid()) % 1000) / 1000.0);
}

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(absl::string_view url, const OpenOptions& options)
      : schema_(options.schema),
        pool_(url, options.schema, options.connections),
        groups_(pool_, options.schema,
                std::clamp(options.connections / kShareOfGroups, 1, kMostGroups)) {}
  ~PostgresDatabase() override {
    closing_.Notify();
    calls_.WaitForNone();
  }

  absl::Status Write(const base::CallContext& context, Body body) override {
    return Repeat(context, [&](PostgresConnection& connection, bool& again) {
      return RunOnce(connection, context, body, /*read=*/false, again);
    });
  }
  absl::Status WriteAfter(const base::CallContext& context, const Opening& opening,
                          OpenedBody body) override {
    const UnderWay::Call call(calls_);
    RETURN_IF_ERROR(CheckNow(context));
    const OpenedWrite write{context, opening, body};
    if (std::optional<absl::Status> result = groups_.Write(write)) return *std::move(result);
    return Repeat(context, [&](PostgresConnection& connection, bool& again) {
      return RunAlone(connection, schema_, write, &again);
    });
  }
  absl::Status Read(const base::CallContext& context, Body body) override {
    return Repeat(context, [&](PostgresConnection& connection, bool& again) {
      return RunOnce(connection, context, body, /*read=*/true, again);
    });
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
  // One attempt. `again`: nothing of it remains, and another may succeed.
  using Attempt = absl::FunctionRef<absl::Status(PostgresConnection&, bool& again)>;

  absl::Status Repeat(const base::CallContext& context, Attempt attempt_once) {
    const UnderWay::Call call(calls_);
    for (int attempt = 0;; ++attempt) {
      RETURN_IF_ERROR(CheckNow(context));
      ASSIGN_OR_RETURN(std::unique_ptr<PostgresConnection> connection,
                       pool_.Take(context.deadline));
      bool again = false;
      absl::Status status = attempt_once(*connection, again);
      pool_.Return(std::move(connection));
      if (!again || attempt + 1 >= kMostAttempts) return status;
      if (closing_.WaitForNotificationWithTimeout(Pause(attempt))) return ShuttingDown();
    }
  }

  absl::Status RunOnce(PostgresConnection& connection, const base::CallContext& context, Body body,
                       bool read, bool& again) {
    absl::Status begun = BeginTransaction(connection, context.deadline, read);
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
    if (status.ok() && read) {
      EndReading(connection);
      return status;
    }
    if (status.ok()) {
      status = CheckNow(context);
      if (status.ok()) status = CommitTransaction(connection, context.deadline, again);
      if (status.ok()) return status;
    }
    RollBackTransaction(connection);
    return status;
  }

  const std::string schema_;
  PostgresPool pool_;
  PostgresGroups groups_;
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
