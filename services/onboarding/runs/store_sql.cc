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
#include "services/onboarding/automation/store_sql.h"
#include "services/onboarding/calendar_feeds/store_sql.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/ladders.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/escalation/schema.h"
#include "services/onboarding/escalation/store_sql_rows.h"
#include "services/onboarding/forecast/store_sql.h"
#include "services/onboarding/impediments/schema.h"
#include "services/onboarding/impediments/store_sql_filing.h"
#include "services/onboarding/people/store_sql.h"
#include "services/onboarding/runs/schema.h"
#include "services/onboarding/runs/store_sql_history.h"
#include "services/onboarding/runs/store_sql_index.h"
#include "services/onboarding/runs/store_sql_plan.h"
#include "services/onboarding/runs/taken.h"
#include "services/onboarding/webhooks/store_sql.h"

namespace plumbline::onboarding {
namespace {

using base::CallContext;
using sql::Transaction;

sql::RequestKey Key(const RequestKey& request) {
  return {request.workspace, request.method, request.request_id, request.body};
}

absl::Status Record(Transaction& tx, const Run& run, const Entries& entries,
                    const std::vector<std::string>& bodies) {
  RETURN_IF_ERROR(InsertHistory(tx, run.spec, entries, bodies));
  const HistoryEntry* const change = PlanChangeOf(entries);
  return change != nullptr ? FollowPlanChange(tx, run, *change) : UpdateIndex(tx, run, entries);
}

// Columns of a row beside its body.
struct Columns {
  explicit Columns(const Run& run)
      : state(StateName(run)), day_one(DayNumber(run.spec.day_one)), risk(RiskOf(run)) {}

  std::string state;
  int64_t day_one;
  int64_t risk;
};

// What a change leaves as it is, is not written: it is in indexes.
absl::Status UpdateRun(Transaction& tx, const Run& run, const std::string& body,
                       const Columns& before) {
  const Columns now(run);
  std::string text = "UPDATE onboardings SET body = :body";
  std::vector<sql::Param> params = {
      {"body", sql::Bytes{body}}, {"workspace", run.spec.workspace}, {"onboarding", run.spec.id}};
  params.push_back({"risk", now.risk});
  if (now.risk != before.risk) text += ", risk = :risk";
  if (now.state != before.state) {
    text += ", risk_from = :risk";
  } else {
    text +=
        ", risk_from = CASE WHEN risk_from > :risk OR (risk_from < :now AND :risk > :now) THEN "
        ":risk ELSE risk_from END";
    params.push_back({"now", absl::ToUnixMicros(run.last_time)});
  }
  if (now.day_one != before.day_one) {
    text += ", day_one = :day_one";
    params.push_back({"day_one", now.day_one});
  }
  if (now.state != before.state) {
    text += ", state = :state, finished = :finished";
    params.push_back({"state", now.state});
    params.push_back({"finished", int64_t{run.finish_time || run.cancel_time}});
  }
  text += " WHERE workspace = :workspace AND onboarding = :onboarding";
  return tx.Post(text, absl::MakeConstSpan(params));
}

// Its id was found free under its lock.
absl::Status InsertRun(Transaction& tx, const Run& run, const std::string& body) {
  const Spec& spec = run.spec;
  RETURN_IF_ERROR(tx.Post(
      "INSERT INTO onboardings (workspace, onboarding, process, plan, finished, body, state, "
      "person, day_one, start_time, risk, risk_from) VALUES (:workspace, :onboarding, :process, "
      ":plan, 0, :body, :state, :person, :day_one, :start_time, :risk, :risk)",
      {{"workspace", spec.workspace},
       {"onboarding", spec.id},
       {"process", ProcessId(*run.plan)},
       {"plan", run.plan->id},
       {"body", sql::Bytes{body}},
       {"state", StateName(run)},
       {"person", spec.person},
       {"day_one", DayNumber(spec.day_one)},
       {"start_time", absl::ToUnixMicros(run.start_time)},
       {"risk", RiskOf(run)}}));
  return InsertLabels(tx, spec);
}

constexpr char kFindRun[] =
    "SELECT 1 FROM onboardings WHERE workspace = :workspace AND onboarding = :onboarding";

// Takes the lock of a run, then asks `query` of it. What is named must outlive it.
sql::Opening OpeningOf(const char* query, absl::string_view workspace,
                       absl::string_view onboarding) {
  return {{LockName(workspace, onboarding)},
          {{query, {{"workspace", workspace}, {"onboarding", onboarding}}}}};
}

// What of a run is compared with what a change made of it.
struct Before {
  explicit Before(const Run& run) : columns(run), ladders(run) {}
  Columns columns;
  LadderChange ladders;
};

}  // namespace

// A run as a change left it, with what is to be written of that.
struct Made {
  Run run;
  Before before;
  Changed changed;
  std::string body;
  std::vector<std::string> bodies;  // of the entries
};

namespace {

absl::StatusOr<Made> Make(Run run, RunStore::Change change) {
  Before before(run);
  ASSIGN_OR_RETURN(Changed changed, change(run));
  std::string body = changed.entries.empty() ? "" : Serialize(run);
  std::vector<std::string> bodies = Bodies(changed.entries);
  return Made{std::move(run), std::move(before), std::move(changed), std::move(body),
              std::move(bodies)};
}

// Writes a run as a change left it, with the entries that tell of that.
absl::Status Store(Transaction& tx, const Made& made) {
  const Entries& entries = made.changed.entries;
  if (entries.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(UpdateRun(tx, made.run, made.body, made.before.columns));
  RETURN_IF_ERROR(Record(tx, made.run, entries, made.bodies));
  return escalation::WriteRows(tx, made.run, entries, made.before.ladders);
}

bool IsRow(const sql::Rows& found, const RecentRow& row) {
  return !found.empty() && found.Text(0, 0) == row.plan && found.Text(0, 1) == row.body;
}

}  // namespace

absl::Span<const sql::Migration> Migrations() {
  static const auto& kEscalationSteps =
      *new std::string(absl::StrCat(kStandInsSchema, ";\n", escalation::kEscalationsSchema));
  static const sql::Migration kMigrations[] = {{1, sql::kRequestsSchema},
                                               {2, sql::kLeasesSchema},
                                               {3, kSchema},
                                               {4, kRelaySchema},
                                               {5, kUsesSchema},
                                               {6, kPeopleSchema},
                                               {7, webhooks::kWebhooksSchema},
                                               {8, kListsSchema},
                                               {9, kImpedimentsSchema},
                                               {10, kEscalationSteps},
                                               {11, automation::kAutomationSchema},
                                               {12, kForecastSchema},
                                               {13, kPastPlansSchema},
                                               {14, kPlanRevisionsSchema},
                                               {15, escalation::kProxiesSchema},
                                               {16, escalation::kByPersonSchema},
                                               {17, escalation::kByProxySchema},
                                               {18, calendar_feeds::kCalendarFeedsSchema},
                                               {19, kRiskFromSchema}};
  return kMigrations;
}

absl::Status SqlStore::StorePlan(Transaction& tx, absl::string_view workspace,
                                 const FrozenPlan& plan) {
  {
    absl::MutexLock lock(&mutex_);
    if (stored_plans_.contains(plan.id)) return absl::OkStatus();
  }
  RETURN_IF_ERROR(InsertRevisions(tx, workspace, plan.id, plan.revisions));
  return tx.Post(
      "INSERT INTO plans (workspace, plan, content) VALUES (:workspace, :plan, :content) "
      "ON CONFLICT (workspace, plan) DO NOTHING",
      {{"workspace", workspace}, {"plan", plan.id}, {"content", sql::Bytes{plan.content}}});
}

absl::Status SqlStore::StoreCalendar(Transaction& tx, absl::string_view workspace,
                                     const CalendarPointer& calendar) {
  if (calendar == nullptr || calendar->id.empty()) return absl::OkStatus();
  {
    absl::MutexLock lock(&mutex_);
    if (stored_calendars_.contains(calendar->id)) return absl::OkStatus();
  }
  return tx.Post(
      "INSERT INTO calendars (workspace, calendar, content) VALUES (:workspace, :calendar, "
      ":content) ON CONFLICT (workspace, calendar) DO NOTHING",
      {{"workspace", workspace},
       {"calendar", calendar->id},
       {"content", sql::Bytes{calendar->content}}});
}

bool SqlStore::Stored(const Run& run) {
  const CalendarPointer& calendar = run.spec.calendar;
  absl::MutexLock lock(&mutex_);
  return stored_plans_.contains(run.plan->id) &&
         (calendar == nullptr || calendar->id.empty() || stored_calendars_.contains(calendar->id));
}

void SqlStore::KnowStored(const Run& run) {
  const CalendarPointer& calendar = run.spec.calendar;
  plans_.Put(run.plan->id, run.plan);
  const bool stored = calendar != nullptr && !calendar->id.empty();
  if (stored) calendars_.Put(calendar);
  absl::MutexLock lock(&mutex_);
  stored_plans_.insert(run.plan->id);
  if (stored) stored_calendars_.insert(calendar->id);
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
  auto effect = [&](Transaction& tx, const sql::Answers& found) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(started.status());
    const Run& run = started->run;
    if (!found[0].empty()) return OnboardingIsTaken(run.spec);
    // Others may be storing the same plan.
    if (!Stored(run)) RETURN_IF_ERROR(tx.Alone());
    RETURN_IF_ERROR(StorePlan(tx, run.spec.workspace, *run.plan));
    RETURN_IF_ERROR(StoreCalendar(tx, run.spec.workspace, run.spec.calendar));
    RETURN_IF_ERROR(InsertRun(tx, run, body));
    RETURN_IF_ERROR(Record(tx, run, started->entries, bodies));
    RETURN_IF_ERROR(escalation::WriteRows(tx, run, started->entries, LadderChange()));
    ASSIGN_OR_RETURN(int64_t position, tx.Position());
    return absl::StrCat(position);
  };
  sql::Opening opening;
  if (started.ok())
    opening = OpeningOf(kFindRun, started->run.spec.workspace, started->run.spec.id);
  ASSIGN_OR_RETURN(std::string answer, sql::OnceAfter(database_, context, Key(request), now,
                                                      std::move(opening), effect, &replayed));
  Receipt receipt{0, replayed};
  if (!absl::SimpleAtoi(answer, &receipt.position)) return base::Internal("a receipt is no number");
  if (replayed) return receipt;
  KnowStored(started->run);
  recent_.Put(started->run.spec.workspace, started->run.spec.id,
              {started->run.plan->id, std::move(body)});
  committed_();
  return receipt;
}

absl::StatusOr<std::string> SqlStore::Write(Transaction& tx, const std::string& workspace,
                                            const Made& made) {
  const Changed& changed = made.changed;
  if (PlanChangeOf(changed.entries) != nullptr) {
    RETURN_IF_ERROR(tx.Alone());
    RETURN_IF_ERROR(StorePlan(tx, workspace, *made.run.plan));
  }
  RETURN_IF_ERROR(Store(tx, made));
  if (changed.rows_are_behind) RETURN_IF_ERROR(RewriteIndex(tx, made.run));
  RETURN_IF_ERROR(ResolveIdleRecords(tx, made.run.spec, changed.entries));
  if (changed.token == nullptr) return changed.answer;
  ASSIGN_OR_RETURN(const int64_t position, tx.Position());
  return absl::StrCat(changed.answer, changed.token(position));
}

absl::StatusOr<std::string> SqlStore::Update(const CallContext& context, const RequestKey& request,
                                             absl::Time now, absl::string_view onboarding,
                                             Change change) {
  const std::string& workspace = request.workspace;
  // On SQLite all others wait while a transaction writes, and in a group its neighbours do: so the
  // change is worked out before it, with the row that was written last as far as is known here.
  const RecentRows::Pointer recent = recent_.Get(workspace, onboarding);
  absl::StatusOr<Made> made = base::Internal("nothing was made");
  bool early = false;
  if (recent != nullptr) {
    absl::StatusOr<Run> run = ParseRecent(workspace, onboarding, *recent);
    if (run.ok()) made = Make(*std::move(run), change);
    early = made.ok();
  }
  Makings* makings = nullptr;
  bool replayed = false;
  auto effect = [&](Transaction& tx, const sql::Answers& found) -> absl::StatusOr<std::string> {
    makings->lacking = false;
    // Others may have changed it; and an error is one of the run as it is.
    early = early && IsRow(found[0], *recent);
    if (!early) {
      // It takes long, and neighbours would wait for it.
      if (makings->may_make) RETURN_IF_ERROR(tx.Alone());
      made = base::Internal("nothing was made");
      ASSIGN_OR_RETURN(Run run, TakeRun(tx, workspace, onboarding, found[0], makings));
      made = Make(std::move(run), change);
      RETURN_IF_ERROR(made.status());
    }
    return Write(tx, workspace, *made);
  };
  std::string answer;
  const auto write = [&](Makings* with) -> absl::Status {
    makings = with;
    ASSIGN_OR_RETURN(
        answer, sql::OnceAfter(database_, context, Key(request), now,
                               OpeningOf(kRunQuery, workspace, onboarding), effect, &replayed));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(WithMakings(context, workspace, {std::string(onboarding)}, write));
  // What changed nothing is no news: whoever is woken by it might do the same again, for ever.
  if (replayed || made->changed.entries.empty()) return answer;
  recent_.Put(workspace, onboarding, {made->run.plan->id, std::move(made->body)});
  committed_();
  return answer;
}

absl::Status SqlStore::UpdateWithin(const CallContext& context, absl::string_view workspace,
                                    absl::Span<const std::string> onboardings,
                                    ChangeWithin change) {
  std::vector<std::pair<std::string, RecentRow>> written;  // by on-boarding
  const auto body = [&](Transaction& tx, Makings* makings) -> absl::Status {
    written.clear();
    makings->lacking = false;
    for (const std::string& onboarding : onboardings)
      RETURN_IF_ERROR(tx.Lock(LockName(workspace, onboarding)));
    for (const std::string& onboarding : onboardings) {
      ASSIGN_OR_RETURN(Run run, LoadRun(tx, workspace, onboarding, makings));
      const auto within = [&](Run& one) -> absl::StatusOr<Changed> {
        ASSIGN_OR_RETURN(Entries entries, change(tx, one));
        return Changed{std::move(entries), ""};
      };
      ASSIGN_OR_RETURN(Made made, Make(std::move(run), within));
      RETURN_IF_ERROR(Store(tx, made));
      if (made.changed.entries.empty()) continue;
      written.push_back({onboarding, {made.run.plan->id, std::move(made.body)}});
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(WithMakings(context, workspace, onboardings, [&](Makings* makings) {
    return database_.Write(context, [&](Transaction& tx) { return body(tx, makings); });
  }));
  for (auto& [onboarding, row] : written) recent_.Put(workspace, onboarding, std::move(row));
  if (!written.empty()) committed_();
  return absl::OkStatus();
}

}  // namespace plumbline::onboarding
