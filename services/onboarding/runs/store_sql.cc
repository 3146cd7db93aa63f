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
#include "services/onboarding/runs/store_sql_index.h"
#include "services/onboarding/webhooks/store_sql.h"

namespace plumbline::onboarding {
namespace {

using base::CallContext;
using sql::Transaction;

sql::RequestKey Key(const RequestKey& request) {
  return {request.workspace, request.method, request.request_id, request.body};
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

absl::Status Record(Transaction& tx, const Run& run, const Entries& entries,
                    const std::vector<std::string>& bodies) {
  RETURN_IF_ERROR(InsertHistory(tx, run.spec, entries, bodies));
  return UpdateIndex(tx, run, entries);
}

// `before`: the state that the row has. What most changes leave as it is, is not written: it is in
// indexes.
absl::Status UpdateRun(Transaction& tx, const Run& run, absl::string_view before) {
  const std::string body = Serialize(run);
  const std::string state = StateName(run);
  std::string text = "UPDATE onboardings SET body = :body";
  std::vector<sql::Param> params = {
      {"body", sql::Bytes{body}}, {"workspace", run.spec.workspace}, {"onboarding", run.spec.id}};
  if (state != before) {
    text += ", state = :state, finished = :finished";
    params.push_back({"state", state});
    params.push_back({"finished", int64_t{run.finish_time || run.cancel_time}});
  }
  text += " WHERE workspace = :workspace AND onboarding = :onboarding";
  return tx.Execute(text, absl::MakeConstSpan(params)).status();
}

absl::Status InsertRun(Transaction& tx, const Run& run, const std::string& body) {
  const Spec& spec = run.spec;
  absl::Status status =
      tx.Execute(
            "INSERT INTO onboardings (workspace, onboarding, process, plan, finished, body, state, "
            "person, day_one, start_time) VALUES (:workspace, :onboarding, :process, :plan, 0, "
            ":body, :state, :person, :day_one, :start_time)",
            {{"workspace", spec.workspace},
             {"onboarding", spec.id},
             {"process", ProcessId(*run.plan)},
             {"plan", run.plan->id},
             {"body", sql::Bytes{body}},
             {"state", StateName(run)},
             {"person", spec.person},
             {"day_one", DayNumber(spec.day_one)},
             {"start_time", absl::ToUnixMicros(run.start_time)}})
          .status();
  if (absl::IsAlreadyExists(status))
    return base::AlreadyExists("Onboarding", OnboardingName(spec.workspace, spec.id));
  RETURN_IF_ERROR(status);
  return InsertLabels(tx, spec);
}

}  // namespace

absl::Span<const sql::Migration> Migrations() {
  static const sql::Migration kMigrations[] = {{1, sql::kRequestsSchema},
                                               {2, sql::kLeasesSchema},
                                               {3, kSchema},
                                               {4, kRelaySchema},
                                               {5, kUsesSchema},
                                               {6, kPeopleSchema},
                                               {7, webhooks::kWebhooksSchema},
                                               {8, kListsSchema}};
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
    const std::string state = StateName(run);
    ASSIGN_OR_RETURN(Changed changed, change(run, position));
    if (changed.entries.empty()) return std::move(changed.answer);
    RETURN_IF_ERROR(UpdateRun(tx, run, state));
    RETURN_IF_ERROR(Record(tx, run, changed.entries, Bodies(changed.entries)));
    return std::move(changed.answer);
  };
  ASSIGN_OR_RETURN(std::string answer, sql::Once(database_, context, Key(request), now, effect));
  committed_();
  return answer;
}

}  // namespace plumbline::onboarding
