// SPDX-License-Identifier: Apache-2.0
#include "common/sql/postgres_groups.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "common/sql/errors.h"
#include "common/sql/postgres_transaction.h"

namespace plumbline::sql {
namespace {

using Fate = PostgresConnection::Fate;
using Results = std::vector<std::optional<absl::Status>>;

// How long a group waits for a row or a table that another transaction has: PostgreSQL's own locks
// cannot be tried. Ends with the transaction.
constexpr char kBriefLocks[] = "SET LOCAL lock_timeout = '50ms'";

absl::Time FirstDeadline(const std::vector<const OpenedWrite*>& writes) {
  absl::Time first = absl::InfiniteFuture();
  for (const OpenedWrite* write : writes) first = std::min(first, write->context.deadline);
  return first;
}

// The last that has work in the group: a COMMIT that is slow is awaited for whoever has the time.
absl::Time LastDeadline(const std::vector<const OpenedWrite*>& writes, const Results& results) {
  absl::Time last = absl::InfinitePast();
  for (size_t i = 0; i < writes.size(); ++i) {
    if (results[i].has_value() && results[i]->ok())
      last = std::max(last, writes[i]->context.deadline);
  }
  return last;
}

bool AnyLocks(const std::vector<const OpenedWrite*>& writes) {
  return std::any_of(writes.begin(), writes.end(),
                     [](const OpenedWrite* write) { return !write->opening.locks.empty(); });
}

// The locks of all writes; where they are only tried, what came of it is the first answer.
absl::Status AskLocks(PostgresConnection& connection, absl::string_view schema,
                      const std::vector<const OpenedWrite*>& writes, Locking locking) {
  std::vector<absl::string_view> names;
  for (const OpenedWrite* write : writes)
    names.insert(names.end(), write->opening.locks.begin(), write->opening.locks.end());
  if (locking == Locking::kWait) {
    for (const absl::string_view name : names)
      RETURN_IF_ERROR(PostLockOf(connection, schema, name));
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(connection.Post(kBriefLocks, {}));
  return names.empty() ? absl::OkStatus() : AskLocksOf(connection, schema, names);
}

// The questions of each write are asked; what was asked before comes first in the answers.
absl::Status AskQuestions(PostgresConnection& connection,
                          const std::vector<const OpenedWrite*>& writes) {
  for (const OpenedWrite* write : writes) {
    for (const Question& question : write->opening.questions)
      RETURN_IF_ERROR(connection.Ask(question.sql, absl::MakeConstSpan(question.params)));
  }
  return connection.Ask(kWritePosition, {});
}

// What a group begins with, write by write.
struct Opened {
  std::vector<bool> locked;  // whether it got all of its locks
  std::vector<Answers> answers;
  int64_t position = 0;
};

absl::StatusOr<Opened> Open(PostgresConnection& connection, absl::string_view schema,
                            const std::vector<const OpenedWrite*>& writes, Locking locking) {
  RETURN_IF_ERROR(BeginTransaction(connection, FirstDeadline(writes), /*read=*/false));
  RETURN_IF_ERROR(AskLocks(connection, schema, writes, locking));
  RETURN_IF_ERROR(AskQuestions(connection, writes));
  ASSIGN_OR_RETURN(std::vector<Rows> rows, connection.Answers());
  Opened opened;
  auto next = rows.begin();
  const bool tried = locking == Locking::kTry && AnyLocks(writes);
  size_t number = 0;
  for (const OpenedWrite* write : writes) {
    bool locked = true;
    for (size_t i = 0; tried && i < write->opening.locks.size(); ++i)
      locked &= Locked(*next, number++);
    opened.locked.push_back(locked);
  }
  if (tried) ++next;
  for (const OpenedWrite* write : writes) {
    const auto count = static_cast<std::ptrdiff_t>(write->opening.questions.size());
    opened.answers.emplace_back(std::move_iterator(next), std::move_iterator(next + count));
    next += count;
  }
  opened.position = next->Int(0, 0);
  return opened;
}

bool MayRepeat(const PostgresConnection& connection, const absl::Status& status) {
  return connection.fate() != Fate::kFinal && !absl::IsDeadlineExceeded(status);
}

// Runs the bodies of a group. False: the transaction is lost.
bool RunBodies(PostgresConnection& connection, absl::string_view schema,
               const std::vector<const OpenedWrite*>& writes, const Opened& opened,
               Results* results) {
  for (size_t i = 0; i < writes.size(); ++i) {
    if (!opened.locked[i]) continue;
    // Only now: whoever hangs up after his body ran takes nobody's work with him.
    if (absl::Status gone = CheckNow(writes[i]->context); !gone.ok()) {
      (*results)[i] = std::move(gone);
      continue;
    }
    PostgresTransaction transaction(connection, schema, /*read=*/false, Locking::kTry);
    transaction.set_position(opened.position);
    absl::Status status = transaction.Finish(writes[i]->body(transaction, opened.answers[i]));
    if (!transaction.failure().ok()) return false;
    // Whoever found out that there is nothing to do has left nothing behind.
    if (transaction.wrote() && (!status.ok() || transaction.wants_to_be_alone())) return false;
    if (!transaction.wants_to_be_alone()) (*results)[i] = std::move(status);
  }
  return true;
}

bool AnyOk(const Results& results) {
  return std::any_of(results.begin(), results.end(),
                     [](const auto& result) { return result.has_value() && result->ok(); });
}

}  // namespace

absl::Status RunAlone(PostgresConnection& connection, absl::string_view schema,
                      const OpenedWrite& write, bool* again) {
  *again = false;
  const absl::StatusOr<Opened> opened = Open(connection, schema, {&write}, Locking::kWait);
  if (!opened.ok()) {
    *again = MayRepeat(connection, opened.status());
    RollBackTransaction(connection);
    return opened.status();
  }
  PostgresTransaction transaction(connection, schema, /*read=*/false);
  transaction.set_position(opened->position);
  absl::Status status = transaction.Finish(write.body(transaction, opened->answers[0]));
  // Whatever the body made of it: a transaction that could not run is run again.
  if (!transaction.failure().ok()) *again = MayRepeat(connection, transaction.failure());
  if (status.ok()) status = CheckNow(write.context);
  if (status.ok()) status = CommitTransaction(connection, write.context.deadline, *again);
  if (!status.ok()) RollBackTransaction(connection);
  return status;
}

Results RunGroup(PostgresConnection& connection, absl::string_view schema,
                 const std::vector<const OpenedWrite*>& writes) {
  const Results lost(writes.size());
  Results results(writes.size());
  const absl::StatusOr<Opened> opened = Open(connection, schema, writes, Locking::kTry);
  if (!opened.ok() || !RunBodies(connection, schema, writes, *opened, &results)) {
    RollBackTransaction(connection);
    return lost;
  }
  if (!AnyOk(results)) {
    RollBackTransaction(connection);
    return results;
  }
  bool again;
  const absl::Status committed =
      CommitTransaction(connection, LastDeadline(writes, results), again);
  if (committed.ok()) return results;
  const bool unknown = connection.fate() == Fate::kLost;
  RollBackTransaction(connection);
  if (!unknown) return lost;
  for (auto& result : results)
    if (result.has_value() && result->ok()) result = CommitUnknown();
  return results;
}

std::optional<absl::Status> PostgresGroups::Write(const OpenedWrite& write) {
  Job job{write};
  absl::MutexLock lock(&mutex_);
  waiting_.push_back(&job);
  while (job.state != State::kDone) {
    if (job.state == State::kTaken) {
      job.changed.Wait(&mutex_);  // it has begun: its answer is what becomes of it
    } else if (Expired(job, &job.result)) {
      waiting_.remove(&job);
      WakeLeaders();  // this one may have been woken to lead
      job.state = State::kDone;
    } else if (counts_.under_way < most_at_once_ && Free(job)) {
      Lead(job);
    } else {
      job.changed.WaitWithDeadline(&mutex_, write.context.deadline - kLeastTime);
    }
  }
  ++(job.result.has_value() ? counts_.grouped : counts_.alone);
  return std::move(job.result);
}

PostgresGroups::Counts PostgresGroups::counts() const {
  absl::MutexLock lock(&mutex_);
  Counts counts = counts_;
  counts.waiting = static_cast<int>(waiting_.size());
  return counts;
}

bool PostgresGroups::Free(const Job& job) const {
  const std::vector<std::string>& wanted = job.write.opening.locks;
  return std::none_of(wanted.begin(), wanted.end(),
                      [&](const std::string& name) { return locks_.contains(name); });
}

bool PostgresGroups::Expired(const Job& job, std::optional<absl::Status>* result) const {
  const absl::Time now = base::SystemClock().Now();
  if (absl::Status gone = job.write.context.Check(now); !gone.ok()) {
    *result = std::move(gone);
    return true;
  }
  return job.write.context.deadline - now < kLeastTime;
}

std::vector<PostgresGroups::Job*> PostgresGroups::TakeGroup(Job& first) {
  std::vector<Job*> group;
  const auto take = [&](Job* job) {
    locks_.insert(job->write.opening.locks.begin(), job->write.opening.locks.end());
    job->state = State::kTaken;
    group.push_back(job);
  };
  waiting_.remove(&first);
  take(&first);
  for (auto next = waiting_.begin(); next != waiting_.end() && group.size() < kLargestGroup;) {
    Job* job = *next;
    if (Expired(*job, &job->result)) {
      job->state = State::kDone;
      job->changed.Signal();
      next = waiting_.erase(next);
    } else if (Free(*job)) {
      take(job);
      next = waiting_.erase(next);
    } else {
      ++next;
    }
  }
  return group;
}

void PostgresGroups::Lead(Job& job) {
  const std::vector<Job*> group = TakeGroup(job);
  ++counts_.under_way;
  ++counts_.groups;
  mutex_.Unlock();
  Results results = Run(group);
  mutex_.Lock();
  --counts_.under_way;
  for (size_t i = 0; i < group.size(); ++i) {
    for (const std::string& name : group[i]->write.opening.locks) locks_.erase(name);
    group[i]->result = std::move(results[i]);
    group[i]->state = State::kDone;
    group[i]->changed.Signal();  // once the mutex is free the job may be gone
  }
  WakeLeaders();
}

void PostgresGroups::WakeLeaders() {
  int leaders = most_at_once_ - counts_.under_way;
  for (auto next = waiting_.begin(); next != waiting_.end() && leaders > 0; ++next) {
    if (!Free(**next)) continue;
    (*next)->changed.Signal();
    --leaders;
  }
}

Results PostgresGroups::Run(const std::vector<Job*>& group) {
  std::vector<const OpenedWrite*> writes;
  for (const Job* job : group) writes.push_back(&job->write);
  absl::StatusOr<std::unique_ptr<PostgresConnection>> connection =
      pool_.Take(FirstDeadline(writes));
  if (!connection.ok()) {
    // A database that is away is so for all of them; who has more time than the first tries alone.
    return absl::IsDeadlineExceeded(connection.status())
               ? Results(group.size())
               : Results(group.size(), connection.status());
  }
  Results results = RunGroup(**connection, schema_, writes);
  pool_.Return(*std::move(connection));
  return results;
}

}  // namespace plumbline::sql
