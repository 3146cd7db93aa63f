// SPDX-License-Identifier: Apache-2.0
#include "common/sql/postgres_groups.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "common/sql/errors.h"
#include "common/sql/postgres_transaction.h"

namespace plumbline::sql {
namespace {

using Fate = PostgresConnection::Fate;
using Results = std::vector<std::optional<absl::Status>>;

// Bounds how long the first of a group waits for the others.
constexpr size_t kLargestGroup = 32;
// A call with less time runs alone: the group would be cut off with it.
constexpr absl::Duration kLeastTime = absl::Seconds(1);

absl::Time FirstDeadline(const std::vector<const OpenedWrite*>& writes) {
  absl::Time first = absl::InfiniteFuture();
  for (const OpenedWrite* write : writes) first = std::min(first, write->context.deadline);
  return first;
}

// Two groups take what both want in the same order. Kinds count from the last, which all have.
absl::Status PostLocks(PostgresConnection& connection, absl::string_view schema,
                       const std::vector<const OpenedWrite*>& writes) {
  std::set<std::pair<int, absl::string_view>> locks;
  for (const OpenedWrite* write : writes) {
    int kind = -static_cast<int>(write->opening.locks.size());
    for (const std::string& name : write->opening.locks) locks.emplace(kind++, name);
  }
  for (const auto& [kind, name] : locks) RETURN_IF_ERROR(PostLockOf(connection, schema, name));
  return absl::OkStatus();
}

// Begins the transaction. The answers of each write; the position is that of the transaction.
absl::StatusOr<std::vector<Answers>> Open(PostgresConnection& connection, absl::string_view schema,
                                          const std::vector<const OpenedWrite*>& writes,
                                          int64_t* position) {
  RETURN_IF_ERROR(BeginTransaction(connection, FirstDeadline(writes), /*read=*/false));
  RETURN_IF_ERROR(PostLocks(connection, schema, writes));
  for (const OpenedWrite* write : writes) {
    for (const Question& question : write->opening.questions)
      RETURN_IF_ERROR(connection.Ask(question.sql, absl::MakeConstSpan(question.params)));
  }
  RETURN_IF_ERROR(connection.Ask(kWritePosition, {}));
  ASSIGN_OR_RETURN(std::vector<Rows> rows, connection.Answers());
  std::vector<Answers> answers;
  auto next = rows.begin();
  for (const OpenedWrite* write : writes) {
    const auto count = static_cast<std::ptrdiff_t>(write->opening.questions.size());
    answers.emplace_back(std::move_iterator(next), std::move_iterator(next + count));
    next += count;
  }
  *position = next->Int(0, 0);
  return answers;
}

// Runs the bodies. False: the transaction is lost.
bool RunBodies(PostgresConnection& connection, absl::string_view schema,
               const std::vector<const OpenedWrite*>& writes, const std::vector<Answers>& answers,
               int64_t position, Results& results) {
  for (size_t i = 0; i < writes.size(); ++i) {
    PostgresTransaction transaction(connection, schema, /*read=*/false);
    transaction.set_position(position);
    absl::Status status = transaction.Finish(writes[i]->body(transaction, answers[i]));
    if (status.ok()) status = CheckNow(writes[i]->context);
    results[i] = status;
    // Whoever found out that there is nothing to do has left nothing behind.
    if (!transaction.failure().ok() || (!status.ok() && transaction.wrote())) return false;
  }
  return true;
}

bool MayRepeat(const PostgresConnection& connection, const absl::Status& status) {
  return connection.fate() != Fate::kFinal && !absl::IsDeadlineExceeded(status);
}

// Of a group that failed: one that is alone knows why.
Results Failed(size_t count, const absl::Status& status) {
  Results results(count);
  if (count == 1) results[0] = status;
  return results;
}

}  // namespace

Results RunGroup(PostgresConnection& connection, absl::string_view schema,
                 const std::vector<const OpenedWrite*>& writes, bool* again) {
  *again = false;
  int64_t position = 0;
  const absl::StatusOr<std::vector<Answers>> answers = Open(connection, schema, writes, &position);
  if (!answers.ok()) {
    *again = MayRepeat(connection, answers.status());
    RollBackTransaction(connection);
    return Failed(writes.size(), answers.status());
  }
  Results results(writes.size());
  if (!RunBodies(connection, schema, writes, *answers, position, results)) {
    // Whatever the body made of it: a transaction that could not run is run again.
    *again = MayRepeat(connection, *results[0]);
    RollBackTransaction(connection);
    return Failed(writes.size(), *results[0]);
  }
  const bool any =
      std::any_of(results.begin(), results.end(), [](const auto& result) { return result->ok(); });
  if (!any) {
    RollBackTransaction(connection);
    return results;
  }
  const absl::Status committed = CommitTransaction(connection, FirstDeadline(writes), *again);
  if (committed.ok()) return results;
  const bool unknown = connection.fate() == Fate::kLost;
  RollBackTransaction(connection);
  if (!unknown) return Failed(writes.size(), committed);
  for (auto& result : results)
    if (result->ok()) result = CommitUnknown();
  return results;
}

std::optional<absl::Status> PostgresGroups::Write(const OpenedWrite& write) {
  const absl::Time deadline = write.context.deadline;
  if (deadline - base::SystemClock().Now() < kLeastTime) return std::nullopt;
  Job job{write};
  absl::MutexLock lock(&mutex_);
  if (leaders_ < most_at_once_) {
    ++leaders_;
    job.leads = true;
  }
  const auto place = waiting_.insert(waiting_.end(), &job);
  while (!job.done) {
    if (job.leads) {
      job.leads = false;
      Lead();
    } else if (job.taken) {
      job.changed.Wait(&mutex_);  // it has begun: its answer is what becomes of it
    } else if (job.changed.WaitWithDeadline(&mutex_, deadline) && !job.taken && !job.leads) {
      waiting_.erase(place);
      return DeadlineExceeded();
    }
  }
  return std::move(job.result);
}

void PostgresGroups::Lead() {
  const std::vector<Job*> group = TakeGroup();
  mutex_.Unlock();
  Results results = Run(group);
  mutex_.Lock();
  for (size_t i = 0; i < group.size(); ++i) {
    group[i]->result = std::move(results[i]);
    group[i]->done = true;
    group[i]->changed.Signal();  // once the lock is free the job may be gone
  }
  // Whoever waits longest leads the next one.
  if (waiting_.empty()) {
    --leaders_;
  } else {
    waiting_.front()->leads = true;
    waiting_.front()->changed.Signal();
  }
}

std::vector<PostgresGroups::Job*> PostgresGroups::TakeGroup() {
  std::vector<Job*> group;
  std::set<absl::string_view> locks;
  for (auto next = waiting_.begin(); next != waiting_.end() && group.size() < kLargestGroup;) {
    const std::vector<std::string>& wanted = (*next)->write.opening.locks;
    const bool free = std::none_of(wanted.begin(), wanted.end(),
                                   [&](const std::string& name) { return locks.contains(name); });
    if (!free) {
      ++next;
      continue;
    }
    locks.insert(wanted.begin(), wanted.end());
    (*next)->taken = true;
    group.push_back(*next);
    next = waiting_.erase(next);
  }
  return group;
}

Results PostgresGroups::Run(const std::vector<Job*>& group) {
  std::vector<const OpenedWrite*> writes;
  for (const Job* job : group) writes.push_back(&job->write);
  absl::StatusOr<std::unique_ptr<PostgresConnection>> connection =
      pool_.Take(FirstDeadline(writes));
  if (!connection.ok()) return Results(group.size());
  bool again;
  Results results = RunGroup(**connection, schema_, writes, &again);
  pool_.Return(*std::move(connection));
  // Alone it is tried as often as any.
  if (again) return Results(group.size());
  return results;
}

}  // namespace plumbline::sql
