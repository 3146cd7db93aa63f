// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/runs/store_sql.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/lease.h"
#include "common/sql/requests.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/people/store_sql.h"
#include "services/onboarding/runs/schema.h"

namespace plumbline::onboarding {
namespace {

using base::CallContext;
using sql::Transaction;

sql::RequestKey Key(const RequestKey& request) {
  return {request.workspace, request.method, request.request_id, request.body};
}

std::string LockName(absl::string_view workspace, absl::string_view onboarding) {
  return absl::StrCat("onboarding:", workspace, "/", onboarding);
}

std::vector<std::string> Bodies(const Entries& entries) {
  std::vector<std::string> bodies;
  bodies.reserve(entries.size());
  for (const HistoryEntry& entry : entries) bodies.push_back(ToProto(entry).SerializeAsString());
  return bodies;
}

absl::Status InsertHistory(Transaction& tx, const Spec& spec, const Entries& entries,
                           const std::vector<std::string>& bodies) {
  for (size_t i = 0; i < entries.size(); ++i) {
    RETURN_IF_ERROR(
        tx.Execute("INSERT INTO history (position, workspace, onboarding, sequence, body) "
                   "VALUES ({position}, :workspace, :onboarding, :sequence, :body)",
                   {{"workspace", spec.workspace},
                    {"onboarding", spec.id},
                    {"sequence", entries[i].sequence},
                    {"body", sql::Bytes{bodies[i]}}})
            .status());
  }
  return absl::OkStatus();
}

// The index tables follow from the history: a task is open from KIND_TASK_READY to its end, an
// impediment from KIND_BLOCKED to KIND_UNBLOCKED.
class Index {
 public:
  Index(Transaction& tx, const Run& run) : tx_(tx), run_(run) {}

  absl::Status Follow(const HistoryEntry& entry) {
    switch (entry.kind) {
      case EntryKind::kTaskReady:
        return Task(
            entry,
            "INSERT INTO open_tasks (workspace, onboarding, step, round, state, resource) "
            "VALUES (:workspace, :onboarding, :step, :round, :state, :resource)",
            {{"state", static_cast<int64_t>(TaskState::kReady)}, {"resource", entry.resource}});
      case EntryKind::kTaskStarted:
        return Task(entry,
                    "UPDATE open_tasks SET state = :state WHERE workspace = :workspace AND "
                    "onboarding = :onboarding AND step = :step AND round = :round",
                    {{"state", static_cast<int64_t>(TaskState::kInProgress)}});
      case EntryKind::kTaskCompleted:
      case EntryKind::kTaskSkipped:
        return Task(entry,
                    "DELETE FROM open_tasks WHERE workspace = :workspace AND "
                    "onboarding = :onboarding AND step = :step AND round = :round",
                    {});
      case EntryKind::kBlocked:
        return Impediment(
            entry,
            "INSERT INTO impediments (workspace, onboarding, impediment, open_micros, resolved) "
            "VALUES (:workspace, :onboarding, :impediment, :open, 0)",
            {{"open", absl::ToUnixMicros(entry.occur_time)}});
      case EntryKind::kUnblocked:
        return Impediment(entry,
                          "UPDATE impediments SET resolved = 1 WHERE workspace = :workspace AND "
                          "onboarding = :onboarding AND impediment = :impediment",
                          {});
      case EntryKind::kStarted:
      case EntryKind::kDecided:
      case EntryKind::kFinished:
      case EntryKind::kAttributesSet:
        return absl::OkStatus();
    }
    return base::Internal("a history entry of unknown kind");
  }

 private:
  absl::Status Task(const HistoryEntry& entry, absl::string_view statement,
                    std::vector<sql::Param> params) {
    ASSIGN_OR_RETURN(TaskView view, FindTask(run_, entry.task));
    params.push_back({"workspace", run_.spec.workspace});
    params.push_back({"onboarding", run_.spec.id});
    params.push_back({"step", static_cast<int64_t>(view.step)});
    params.push_back({"round", static_cast<int64_t>(view.round)});
    return tx_.Execute(statement, absl::MakeConstSpan(params)).status();
  }

  absl::Status Impediment(const HistoryEntry& entry, absl::string_view statement,
                          std::vector<sql::Param> params) {
    params.push_back({"workspace", run_.spec.workspace});
    params.push_back({"onboarding", run_.spec.id});
    params.push_back({"impediment", entry.impediment});
    return tx_.Execute(statement, absl::MakeConstSpan(params)).status();
  }

  Transaction& tx_;
  const Run& run_;
};

absl::Status Record(Transaction& tx, const Run& run, const Entries& entries,
                    const std::vector<std::string>& bodies) {
  RETURN_IF_ERROR(InsertHistory(tx, run.spec, entries, bodies));
  Index index(tx, run);
  for (const HistoryEntry& entry : entries) RETURN_IF_ERROR(index.Follow(entry));
  return absl::OkStatus();
}

absl::Status InsertRun(Transaction& tx, const Run& run, const std::string& body) {
  const Spec& spec = run.spec;
  absl::Status status =
      tx.Execute(
            "INSERT INTO onboardings (workspace, onboarding, process, plan, finished, body) "
            "VALUES (:workspace, :onboarding, :process, :plan, 0, :body)",
            {{"workspace", spec.workspace},
             {"onboarding", spec.id},
             {"process", ProcessId(*run.plan)},
             {"plan", run.plan->id},
             {"body", sql::Bytes{body}}})
          .status();
  if (!absl::IsAlreadyExists(status)) return status;
  return base::AlreadyExists("Onboarding", OnboardingName(spec.workspace, spec.id));
}

}  // namespace

absl::Span<const sql::Migration> Migrations() {
  static const sql::Migration kMigrations[] = {{1, sql::kRequestsSchema},
                                               {2, sql::kLeasesSchema},
                                               {3, kSchema},
                                               {4, kRelaySchema},
                                               {5, kUsesSchema},
                                               {6, kPeopleSchema}};
  return kMigrations;
}

absl::Status SqlStore::StorePlan(Transaction& tx, absl::string_view workspace,
                                 const FrozenPlan& plan) {
  {
    absl::MutexLock lock(&mutex_);
    if (stored_plans_.contains(plan.id)) return absl::OkStatus();
  }
  return tx
      .Execute(
          "INSERT INTO plans (workspace, plan, content) VALUES (:workspace, :plan, :content) "
          "ON CONFLICT (workspace, plan) DO NOTHING",
          {{"workspace", workspace}, {"plan", plan.id}, {"content", sql::Bytes{plan.content}}})
      .status();
}

absl::StatusOr<Receipt> SqlStore::Create(const CallContext& context, const RequestKey& request,
                                         absl::Time now, const absl::StatusOr<Started>& started) {
  // Bytes are made here, not in the transaction: SQLite's one writer shall do nothing but write.
  std::string body;
  std::vector<std::string> bodies;
  if (started.ok()) {
    body = Serialize(started->run);
    bodies = Bodies(started->entries);
  }
  bool replayed = false;
  auto effect = [&](Transaction& tx) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(started.status());
    const Run& run = started->run;
    RETURN_IF_ERROR(tx.Lock(LockName(run.spec.workspace, run.spec.id)));
    RETURN_IF_ERROR(StorePlan(tx, run.spec.workspace, *run.plan));
    RETURN_IF_ERROR(InsertRun(tx, run, body));
    RETURN_IF_ERROR(Record(tx, run, started->entries, bodies));
    ASSIGN_OR_RETURN(int64_t position, tx.Position());
    return absl::StrCat(position);
  };
  ASSIGN_OR_RETURN(std::string answer,
                   sql::Once(database_, context, Key(request), now, effect, &replayed));
  Receipt receipt{0, replayed};
  if (!absl::SimpleAtoi(answer, &receipt.position)) return base::Internal("a receipt is no number");
  if (replayed) return receipt;
  plans_.Put(started->run.plan->id, started->run.plan);
  {
    absl::MutexLock lock(&mutex_);
    stored_plans_.insert(started->run.plan->id);
  }
  committed_();
  return receipt;
}

absl::StatusOr<std::string> SqlStore::Update(const CallContext& context, const RequestKey& request,
                                             absl::Time now, absl::string_view onboarding,
                                             Change change) {
  auto effect = [&](Transaction& tx) -> absl::StatusOr<std::string> {
    const std::string& workspace = request.workspace;
    RETURN_IF_ERROR(tx.Lock(LockName(workspace, onboarding)));
    ASSIGN_OR_RETURN(Run run, LoadRun(tx, workspace, onboarding));
    ASSIGN_OR_RETURN(int64_t position, tx.Position());
    ASSIGN_OR_RETURN(Changed changed, change(run, position));
    std::string body = Serialize(run);
    RETURN_IF_ERROR(tx.Execute("UPDATE onboardings SET body = :body, finished = :finished WHERE "
                               "workspace = :workspace AND onboarding = :onboarding",
                               {{"body", sql::Bytes{body}},
                                {"finished", int64_t{run.finish_time.has_value()}},
                                {"workspace", workspace},
                                {"onboarding", onboarding}})
                        .status());
    RETURN_IF_ERROR(Record(tx, run, changed.entries, Bodies(changed.entries)));
    return std::move(changed.answer);
  };
  ASSIGN_OR_RETURN(std::string answer, sql::Once(database_, context, Key(request), now, effect));
  committed_();
  return answer;
}

}  // namespace plumbline::onboarding
