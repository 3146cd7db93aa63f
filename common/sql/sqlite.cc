// SPDX-License-Identifier: Apache-2.0
#include "common/sql/sqlite.h"

#include <limits>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/errors.h"
#include "common/sql/sqlite_connection.h"
#include "common/sql/sqlite_file.h"
#include "common/sql/sqlite_writer.h"
#include "common/sql/tracked_transaction.h"
#include "common/sql/under_way.h"

namespace plumbline::sql {
namespace {

constexpr char kSetUp[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA wal_autocheckpoint = 4000;"
    // What one transaction changes stays in memory until it is committed, in KiB.
    "PRAGMA cache_size = -16384;"
    "PRAGMA journal_size_limit = 67108864;"
    "CREATE TABLE IF NOT EXISTS plumbline_position (one INTEGER PRIMARY KEY CHECK (one = 1), "
    "position INTEGER NOT NULL);"
    "INSERT INTO plumbline_position VALUES (1, 0) ON CONFLICT DO NOTHING";

class ReadTransaction final : public TrackedTransaction {
 public:
  explicit ReadTransaction(SqliteConnection& connection) : connection_(connection) {}

  absl::StatusOr<int64_t> Position() override {
    ASSIGN_OR_RETURN(Rows rows,
                     connection_.Query("SELECT position + 1 FROM plumbline_position", {}));
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
  absl::Status DoLock(absl::string_view) override {
    return base::Internal("SQL: Lock in a read-only transaction");
  }

  SqliteConnection& connection_;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::unique_ptr<SqliteFile> file, std::unique_ptr<SqliteWriter> writer,
                 std::vector<std::unique_ptr<SqliteConnection>> readers)
      : file_(std::move(file)), writer_(std::move(writer)), idle_(std::move(readers)) {}

  // The readers go before the writer's connection, which is the one that checkpoints when it is
  // closed.
  ~SqliteDatabase() override { calls_.WaitForNone(); }

  absl::Status Write(const base::CallContext& context, Body body) override {
    const UnderWay::Call call(calls_);
    return writer_->Write(context, body);
  }

  absl::Status Read(const base::CallContext& context, Body body) override {
    const UnderWay::Call call(calls_);
    ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> connection, CheckOut(context));
    absl::Status result = ReadOn(*connection, context, body);
    absl::MutexLock lock(&mutex_);
    idle_.push_back(std::move(connection));
    return result;
  }

  bool exclusive() const override { return true; }

 private:
  absl::StatusOr<std::unique_ptr<SqliteConnection>> CheckOut(const base::CallContext& context) {
    RETURN_IF_ERROR(CheckNow(context));
    absl::MutexLock lock(&mutex_);
    const auto some = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !idle_.empty(); };
    if (!mutex_.AwaitWithDeadline(absl::Condition(&some), context.deadline))
      return DeadlineExceeded();
    std::unique_ptr<SqliteConnection> connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  static absl::Status ReadOn(SqliteConnection& connection, const base::CallContext& context,
                             Body body) {
    RETURN_IF_ERROR(connection.Execute("BEGIN", {}).status());
    connection.BreakOffWith(&context);
    ReadTransaction transaction(connection);
    absl::Status result = transaction.Finish(body(transaction));
    connection.BreakOffWith(nullptr);
    connection.Execute("ROLLBACK", {}).IgnoreError();
    return result;
  }

  UnderWay calls_;
  std::unique_ptr<SqliteFile> file_;
  std::unique_ptr<SqliteWriter> writer_;
  absl::Mutex mutex_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenSqlite(absl::string_view path,
                                                     const OpenOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<SqliteFile> file, SqliteFile::Claim(path));
  ASSIGN_OR_RETURN(auto connection,
                   SqliteConnection::Open(file->path(), /*read_only=*/false, options.schema));
  RETURN_IF_ERROR(connection->Run(file->temporary() ? "PRAGMA synchronous = OFF"
                                                    : "PRAGMA synchronous = FULL"));
  RETURN_IF_ERROR(connection->Run(kSetUp));
  std::vector<std::unique_ptr<SqliteConnection>> readers;
  for (int i = 0; i < options.connections; ++i) {
    ASSIGN_OR_RETURN(auto reader,
                     SqliteConnection::Open(file->path(), /*read_only=*/true, options.schema));
    reader->set_position(std::numeric_limits<int64_t>::max());  // all that a reader sees is settled
    readers.push_back(std::move(reader));
  }
  ASSIGN_OR_RETURN(auto writer, SqliteWriter::Start(std::move(connection)));
  return std::make_unique<SqliteDatabase>(std::move(file), std::move(writer), std::move(readers));
}

}  // namespace plumbline::sql
