// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/automation/store_sql.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "common/sql/lease.h"
#include "services/onboarding/engine/automation.h"
#include "services/onboarding/engine/late_news.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding::automation {

// `version` is the number of the entry of the history that the run had come to when the row was
// written: who found it before that does not touch what was written since, though it may be due at
// the same time.
const char kAutomationSchema[] = R"sql(
CREATE TABLE automation_due (
  workspace TEXT NOT NULL,
  onboarding TEXT NOT NULL,
  task TEXT NOT NULL,
  webhook TEXT NOT NULL,
  due_micros BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (workspace, onboarding, task)
);
CREATE INDEX automation_due_by_time ON automation_due (due_micros))sql";

namespace {

using sql::Transaction;

constexpr char kLease[] = "onboarding-automation";

// What concerns every task of a run.
bool ConcernsAll(const HistoryEntry& entry) {
  switch (entry.kind) {
    case EntryKind::kPaused:
    case EntryKind::kResumed:
    case EntryKind::kCancelled:
    case EntryKind::kMigrated:
    case EntryKind::kTaskAdded:
    case EntryKind::kTaskMoved:
      return true;
    case EntryKind::kReplanned:
      return entry.day_one.has_value();  // from which the earliest days count
    default:
      return false;
  }
}

bool Concerns(const Run& run, const HistoryEntry& entry) {
  if (ConcernsAll(entry)) return true;
  if (entry.step.empty()) return false;
  const flow::NodeIndex step = run.plan->plan.Find(entry.step);
  return step != flow::kNoNode && run.plan->plan.node(step).step.automation.has_value();
}

// Writes the rows of a run anew; nothing is due before `earliest`.
absl::Status WriteDue(Transaction& tx, const Run& run, absl::Time earliest) {
  const Spec& spec = run.spec;
  RETURN_IF_ERROR(tx.Execute("DELETE FROM automation_due WHERE workspace = :workspace AND "
                             "onboarding = :onboarding",
                             {{"workspace", spec.workspace}, {"onboarding", spec.id}})
                      .status());
  if (!run.plan->automated) return absl::OkStatus();
  for (const TaskRecord& task : run.tasks) {
    const std::optional<AutomationStep> next = NextAutomationStep(run, task);
    if (!next.has_value()) continue;
    RETURN_IF_ERROR(
        tx.Execute("INSERT INTO automation_due (workspace, onboarding, task, webhook, due_micros, "
                   "version) VALUES (:workspace, :onboarding, :task, :webhook, :due, :version)",
                   {{"workspace", spec.workspace},
                    {"onboarding", spec.id},
                    {"task", TaskId(*run.plan, task.step, task.round)},
                    {"webhook", run.plan->plan.node(task.step).step.automation->webhook},
                    {"due", absl::ToUnixMicros(std::max(next->due, earliest))},
                    {"version", run.last_sequence}})
            .status());
  }
  return absl::OkStatus();
}

class SqlDueStore final : public DueStore {
 public:
  explicit SqlDueStore(sql::Database& database) : database_(database) {}

  absl::StatusOr<std::vector<DueTask>> FindDue(const base::CallContext& context, absl::Time now,
                                               int limit) override {
    std::vector<DueTask> found;
    RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
      found.clear();
      ASSIGN_OR_RETURN(
          const sql::Rows rows,
          tx.Query("SELECT workspace, onboarding, task, webhook, due_micros, version FROM "
                   "automation_due WHERE due_micros <= :now ORDER BY due_micros LIMIT :limit",
                   {{"now", absl::ToUnixMicros(now)}, {"limit", int64_t{limit}}}));
      for (size_t i = 0; i < rows.size(); ++i) {
        found.push_back({rows.Text(i, 0), rows.Text(i, 1), rows.Text(i, 2), rows.Text(i, 3),
                         absl::FromUnixMicros(rows.Int(i, 4)), rows.Int(i, 5)});
      }
      return absl::OkStatus();
    }));
    return found;
  }

  absl::Status Postpone(const base::CallContext& context, const DueTask& task,
                        std::optional<absl::Time> next) override {
    std::string text = next.has_value() ? "UPDATE automation_due SET due_micros = :next"
                                        : "DELETE FROM automation_due";
    text +=
        " WHERE workspace = :workspace AND onboarding = :onboarding AND task = :task AND "
        "due_micros = :due AND version = :version";
    std::vector<sql::Param> params = {{"workspace", task.workspace},
                                      {"onboarding", task.onboarding},
                                      {"task", task.task},
                                      {"due", absl::ToUnixMicros(task.due)},
                                      {"version", task.version}};
    if (next.has_value()) params.push_back({"next", absl::ToUnixMicros(*next)});
    return database_.Write(context, [&](Transaction& tx) {
      return tx.Execute(text, absl::MakeConstSpan(params)).status();
    });
  }

  absl::StatusOr<bool> TakeLease(const base::CallContext& context, absl::string_view holder,
                                 absl::Time now, absl::Duration term) override {
    return sql::TakeLease(database_, context, kLease, holder, now, term);
  }

 private:
  sql::Database& database_;
};

}  // namespace

absl::Status FollowDue(Transaction& tx, const Run& run, const Entries& entries) {
  if (!run.plan->automated || entries.empty()) return absl::OkStatus();
  const bool concerned = std::any_of(entries.begin(), entries.end(),
                                     [&](const HistoryEntry& one) { return Concerns(run, one); });
  // Of a program that is called somebody waits: who tells of now has told all.
  const bool late = IsLateNews(entries.back().occur_time, entries.back().record_time);
  if (!concerned && !late) return absl::OkStatus();
  return WriteDue(tx, run, late ? RestsUntil(run) : absl::InfinitePast());
}

absl::Status RewriteDue(Transaction& tx, const Run& run) {
  return WriteDue(tx, run, absl::InfinitePast());
}

std::unique_ptr<DueStore> NewDueStore(sql::Database& database) {
  return std::make_unique<SqlDueStore>(database);
}

}  // namespace plumbline::onboarding::automation
