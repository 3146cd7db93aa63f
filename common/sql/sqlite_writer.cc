// SPDX-License-Identifier: Apache-2.0
#include "common/sql/sqlite_writer.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/errors.h"
#include "common/sql/tracked_transaction.h"

namespace plumbline::sql {
namespace {

// Bounds how long the first of a group waits for the others.
constexpr int kLargestGroup = 256;

class WriteTransaction final : public TrackedTransaction {
 public:
  WriteTransaction(SqliteConnection& connection, int64_t position)
      : connection_(connection), position_(position) {}

  absl::StatusOr<int64_t> Position() override { return position_; }

 private:
  absl::StatusOr<int64_t> DoExecute(absl::string_view sql,
                                    absl::Span<const Param> params) override {
    return connection_.Execute(sql, params);
  }
  absl::StatusOr<Rows> DoQuery(absl::string_view sql, absl::Span<const Param> params) override {
    return connection_.Query(sql, params);
  }
  absl::Status DoLock(absl::string_view) override { return absl::OkStatus(); }

  SqliteConnection& connection_;
  int64_t position_;
};

// The error of a group for one of its callers: made anew, so that no two threads hold parts of one
// status.
absl::Status OneOf(const absl::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return absl::IsInternal(status) ? base::Internal(status.message()) : Unavailable();
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteWriter>> SqliteWriter::Start(
    std::unique_ptr<SqliteConnection> connection) {
  ASSIGN_OR_RETURN(Rows rows, connection->Query("SELECT position FROM plumbline_position", {}));
  if (rows.size() != 1)
    return base::Internal("SQLite: the table plumbline_position does not have one row");
  return std::unique_ptr<SqliteWriter>(new SqliteWriter(std::move(connection), rows.Int(0, 0)));
}

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteConnection> connection, int64_t position)
    : connection_(std::move(connection)), position_(position), thread_([this] { Loop(); }) {}

SqliteWriter::~SqliteWriter() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

absl::Status SqliteWriter::Write(const base::CallContext& context, Database::Body body) {
  Job job{context, body};
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return ShuttingDown();
    waiting_.push_back(&job);
  }
  if (!job.done.WaitForNotificationWithDeadline(context.deadline)) {
    absl::MutexLock lock(&mutex_);
    if (auto at = std::find(waiting_.begin(), waiting_.end(), &job); at != waiting_.end()) {
      waiting_.erase(at);
      return DeadlineExceeded();
    }
  }
  job.done.WaitForNotification();  // it has begun: its answer is what becomes of it
  return std::move(job.result);
}

void SqliteWriter::Loop() {
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      const auto work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !waiting_.empty();
      };
      mutex_.Await(absl::Condition(&work));
    }
    Job* first = Next();
    if (first == nullptr) return;
    RunGroup(first);
  }
}

SqliteWriter::Job* SqliteWriter::Next() {
  absl::MutexLock lock(&mutex_);
  if (waiting_.empty()) return nullptr;
  Job* job = waiting_.front();
  waiting_.pop_front();
  return job;
}

void SqliteWriter::RunGroup(Job* first) {
  std::vector<Job*> group;
  absl::Status begun = connection_->Execute("BEGIN IMMEDIATE", {}).status();
  // Those that come while the group runs join it.
  for (Job* job = first; job != nullptr; job = group.size() < kLargestGroup ? Next() : nullptr) {
    group.push_back(job);
    job->result = begun.ok() ? RunOne(*job) : OneOf(begun);
  }
  absl::Status committed = begun.ok() ? Commit() : begun;
  for (Job* job : group) {
    // An error may have come of what a neighbour did, which is undone too.
    if (job->result.ok() || !committed.ok()) job->result = OneOf(committed);
    job->done.Notify();  // the job may be gone after this
  }
}

absl::Status SqliteWriter::RunOne(Job& job) {
  RETURN_IF_ERROR(CheckNow(job.context));
  // An error of the disk ended the transaction of the group.
  if (!connection_->in_transaction()) return Unavailable();
  connection_->set_position(++position_);
  RETURN_IF_ERROR(connection_->Execute("SAVEPOINT one", {}).status());
  WriteTransaction transaction(*connection_, position_);
  absl::Status result = transaction.Finish(job.body(transaction));
  if (!connection_->in_transaction()) return result.ok() ? Unavailable() : result;
  // Left to the COMMIT, it would fail the whole group.
  if (result.ok() && !connection_->may_commit())
    result = base::Internal("SQL: a foreign key is broken");
  if (!result.ok()) RETURN_IF_ERROR(connection_->Execute("ROLLBACK TO one", {}).status());
  RETURN_IF_ERROR(connection_->Execute("RELEASE one", {}).status());
  return result;
}

absl::Status SqliteWriter::Commit() {
  absl::Status status = Unavailable();
  if (connection_->in_transaction()) {
    const Param position{"position", position_};
    status = connection_->Execute("UPDATE plumbline_position SET position = :position", {position})
                 .status();
    // A COMMIT that fails may have reached the disk.
    if (status.ok() && !connection_->Execute("COMMIT", {}).ok()) status = CommitUnknown();
  }
  if (!status.ok() && connection_->in_transaction())
    connection_->Execute("ROLLBACK", {}).IgnoreError();
  return status;
}

}  // namespace plumbline::sql
