// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/runs/store_sql_index.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/text_or_null.h"
#include "services/onboarding/automation/store_sql.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/impediments/store_sql_filing.h"
#include "services/onboarding/runs/fields.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding {
namespace {

using sql::Transaction;

constexpr char kThisTask[] =
    " WHERE workspace = :workspace AND onboarding = :onboarding AND step = :step AND "
    "round = :round";

std::string CategoryName(Category category) {
  return v1::Impediment::Category_Name(static_cast<v1::Impediment::Category>(category));
}

// The round that a task's id names: "exam~2".
int64_t RoundOf(absl::string_view task) {
  int64_t round = 1;
  const size_t tilde = task.rfind('~');
  if (tilde != absl::string_view::npos && !absl::SimpleAtoi(task.substr(tilde + 1), &round))
    return 0;
  return round;
}

class Index {
 public:
  Index(Transaction& tx, const Run& run) : tx_(tx), run_(run) {}

  absl::Status Follow(const HistoryEntry& entry) {
    switch (entry.kind) {
      case EntryKind::kTaskReady:
      case EntryKind::kTaskReopened:
        return Insert(entry);
      case EntryKind::kTaskStarted:
        return Change(entry, absl::StrCat("UPDATE open_tasks SET state = :state", kThisTask),
                      {{"state", static_cast<int64_t>(TaskState::kInProgress)}});
      case EntryKind::kTaskCompleted:
      case EntryKind::kTaskSkipped:
      case EntryKind::kTaskWithdrawn:
        return Change(entry, absl::StrCat("DELETE FROM open_tasks", kThisTask), {});
      case EntryKind::kTaskRescheduled:
      case EntryKind::kTaskClaimed:
      case EntryKind::kTaskAssigned:
      case EntryKind::kTaskDelegated:
      case EntryKind::kTaskReleased:
      case EntryKind::kTaskSubmitted:
      case EntryKind::kTaskRejected:
      case EntryKind::kWaiverRequested:
      case EntryKind::kWaiverDelegated:
      case EntryKind::kWaiverRejected:
        return Update(entry);
      case EntryKind::kBlocked:
        return Open(entry);
      case EntryKind::kUnblocked:
        RETURN_IF_ERROR(Resolve(entry));
        return Update(entry);  // what its clock stood moves its due date, told or not
      case EntryKind::kResumed:
        return MoveDue();
      case EntryKind::kImpedimentChanged:
        return Recategorize(entry);
      case EntryKind::kTaskCommented:
        return Comment(entry);
      case EntryKind::kStarted:
      case EntryKind::kDecided:
      case EntryKind::kFinished:
      case EntryKind::kAttributesSet:
      case EntryKind::kPaused:
      case EntryKind::kReplanned:
      case EntryKind::kCancelled:
      case EntryKind::kTaskVerified:
      case EntryKind::kTaskSkipPlanned:
      case EntryKind::kWaiverApproved:
      case EntryKind::kAutomationCalled:
      case EntryKind::kAutomationAccepted:
      case EntryKind::kAutomationAnswered:
      case EntryKind::kAutomationFailed:
      // Of a run whose plan changes all rows are written anew.
      case EntryKind::kMigrated:
      case EntryKind::kTaskAdded:
      case EntryKind::kTaskMoved:
      case EntryKind::kTaskDropped:
      case EntryKind::kEscalated:
      case EntryKind::kEscalationAcknowledged:
      case EntryKind::kImpedimentAcknowledged:
      case EntryKind::kMilestoneReached:
      case EntryKind::kMilestoneWithdrawn:
        return absl::OkStatus();
    }
    return base::Internal("a history entry of unknown kind");
  }

  absl::Status InsertTask(const TaskRecord& task) {
    const flow::PlanNode& node = run_.plan->plan.node(task.step);
    const Actor actor = ActorOf(run_, task);
    const std::string waiver = ApproverOf(run_, task);
    return tx_.Post(
        "INSERT INTO open_tasks (workspace, onboarding, step, round, state, resource, path, "
        "role, assignee, waiver, waiver_for, due, ready, stands_for, given) VALUES (:workspace, "
        ":onboarding, :step, :round, :state, :resource, :path, :role, :assignee, :waiver, "
        ":waiver_for, :due, :ready, :stands_for, :given)",
        {{"workspace", run_.spec.workspace},
         {"onboarding", run_.spec.id},
         {"step", static_cast<int64_t>(task.step)},
         {"round", static_cast<int64_t>(task.round)},
         {"state", static_cast<int64_t>(task.state)},
         {"resource", actor.resource()},
         {"path", node.path},
         {"role", actor.role},
         {"assignee", sql::TextOrNull(actor.assignee)},
         {"waiver", sql::TextOrNull(waiver)},
         {"waiver_for", sql::TextOrNull(AskedFor(task))},
         {"due", DueOf(task)},
         {"ready", absl::ToUnixMicros(task.ready_time)},
         {"stands_for", sql::TextOrNull(StoodFor(task))},
         {"given", GivenOf(task)}});
  }

  absl::Status InsertImpediment(const Impediment& impediment) {
    const std::string record = RecordId(run_.spec, impediment);
    return tx_.Post(
        "INSERT INTO impediments (workspace, onboarding, impediment, open_micros, resolved, "
        "category, utility, task, record) VALUES (:workspace, :onboarding, :impediment, :open, "
        ":resolved, :category, :utility, :task, :record)",
        {{"workspace", run_.spec.workspace},
         {"onboarding", run_.spec.id},
         {"impediment", impediment.id},
         {"open", absl::ToUnixMicros(impediment.open_time)},
         {"resolved", int64_t{impediment.resolve_time.has_value()}},
         {"category", CategoryName(impediment.category)},
         {"utility", sql::TextOrNull(impediment.utility)},
         {"task", impediment.task},
         {"record", record}});
  }

 private:
  // nullptr where a later entry removed it.
  const TaskRecord* RecordOf(const HistoryEntry& entry) const {
    const flow::NodeIndex step = run_.plan->plan.Find(entry.step);
    const int64_t round = RoundOf(entry.task);
    for (const TaskRecord& task : run_.tasks)
      if (task.step == step && task.round == round) return &task;
    return nullptr;
  }

  static int64_t DueOf(const TaskRecord& task) {
    return task.due_time.has_value() ? absl::ToUnixMicros(*task.due_time) : kNeverDue;
  }

  static bool StandsIn(const TaskRecord& task) { return task.gift && task.gift->stands_in; }
  static bool IsVerified(const TaskRecord& task) {
    return task.state == TaskState::kAwaitingVerification;
  }
  static const std::string& OwnerOf(const Proxy* proxy) {
    static const auto& nobody = *new std::string;
    return proxy == nullptr ? nobody : proxy->owner;
  }
  // Who is away and has it done, or verified, by another.
  const std::string& StoodFor(const TaskRecord& task) const {
    if (IsVerified(task)) return OwnerOf(VerifierProxyOf(run_, task));
    return StandsIn(task) ? task.owner : OwnerOf(nullptr);
  }
  // Who is away and has another asked whether it may be left out.
  const std::string& AskedFor(const TaskRecord& task) const {
    return OwnerOf(ApproverProxyOf(run_, task));
  }
  // When who has it was changed last. What a person has another do stays there; who verifies it is
  // nobody's to change.
  static int64_t GivenOf(const TaskRecord& task) {
    if (IsVerified(task)) return 0;
    if (!task.owner.empty() && !StandsIn(task)) return kNeverDue;
    return task.gift.has_value() ? absl::ToUnixMicros(task.gift->time) : 0;
  }

  absl::Status Insert(const HistoryEntry& entry) {
    const TaskRecord* task = RecordOf(entry);
    return task == nullptr ? base::Internal("a task without a record") : InsertTask(*task);
  }

  absl::Status Update(const HistoryEntry& entry) {
    const TaskRecord* task = RecordOf(entry);
    if (task == nullptr) return absl::OkStatus();
    const Actor actor = ActorOf(run_, *task);
    const std::string waiver = ApproverOf(run_, *task);
    return Change(entry,
                  absl::StrCat("UPDATE open_tasks SET state = :state, resource = :resource, "
                               "role = :role, assignee = :assignee, waiver = :waiver, "
                               "waiver_for = :waiver_for, due = :due, stands_for = :stands_for, "
                               "given = :given",
                               kThisTask),
                  {{"state", static_cast<int64_t>(task->state)},
                   {"resource", actor.resource()},
                   {"role", actor.role},
                   {"assignee", sql::TextOrNull(actor.assignee)},
                   {"waiver", sql::TextOrNull(waiver)},
                   {"waiver_for", sql::TextOrNull(AskedFor(*task))},
                   {"due", DueOf(*task)},
                   {"stands_for", sql::TextOrNull(StoodFor(*task))},
                   {"given", GivenOf(*task)}});
  }

  // Of what is too short to be told by minutes a due date is moved without an entry of the task.
  absl::Status MoveDue() {
    for (const TaskRecord& task : run_.tasks) {
      if (!IsOpen(task) || !task.due_time.has_value()) continue;
      RETURN_IF_ERROR(tx_.Post(absl::StrCat("UPDATE open_tasks SET due = :due", kThisTask),
                               {{"due", DueOf(task)},
                                {"workspace", run_.spec.workspace},
                                {"onboarding", run_.spec.id},
                                {"step", static_cast<int64_t>(task.step)},
                                {"round", static_cast<int64_t>(task.round)}}));
    }
    return absl::OkStatus();
  }

  absl::Status Change(const HistoryEntry& entry, absl::string_view statement,
                      std::vector<sql::Param> params) {
    params.push_back({"workspace", run_.spec.workspace});
    params.push_back({"onboarding", run_.spec.id});
    params.push_back({"step", static_cast<int64_t>(run_.plan->plan.Find(entry.step))});
    params.push_back({"round", RoundOf(entry.task)});
    return tx_.Post(statement, absl::MakeConstSpan(params));
  }

  absl::Status Open(const HistoryEntry& entry) {
    for (const Impediment& impediment : run_.impediments) {
      if (impediment.id != entry.impediment) continue;
      RETURN_IF_ERROR(InsertImpediment(impediment));
      if (!impediment.record.empty()) return absl::OkStatus();
      return FileOwnRecord(tx_, run_, impediment, entry.actor);
    }
    return base::Internal("an impediment that its run does not have");
  }

  absl::Status Recategorize(const HistoryEntry& entry) {
    const std::string category = CategoryName(entry.category.value_or(Category::kOther));
    return tx_.Post(
        "UPDATE impediments SET category = :category WHERE workspace = :workspace AND "
        "onboarding = :onboarding AND impediment = :impediment",
        {{"category", category},
         {"workspace", run_.spec.workspace},
         {"onboarding", run_.spec.id},
         {"impediment", entry.impediment}});
  }

  absl::Status Resolve(const HistoryEntry& entry) {
    return tx_.Post(
        "UPDATE impediments SET resolved = 1 WHERE workspace = :workspace AND "
        "onboarding = :onboarding AND impediment = :impediment",
        {{"workspace", run_.spec.workspace},
         {"onboarding", run_.spec.id},
         {"impediment", entry.impediment}});
  }

  absl::Status Comment(const HistoryEntry& entry) {
    return tx_.Post(
        "INSERT INTO comments (workspace, onboarding, task, sequence) "
        "VALUES (:workspace, :onboarding, :task, :sequence)",
        {{"workspace", run_.spec.workspace},
         {"onboarding", run_.spec.id},
         {"task", entry.task},
         {"sequence", entry.sequence}});
  }

  Transaction& tx_;
  const Run& run_;
};

absl::Status DeleteRows(Transaction& tx, const Spec& spec) {
  for (const char* table : {"open_tasks", "impediments", "onboarding_labels"}) {
    RETURN_IF_ERROR(tx.Post(absl::StrCat("DELETE FROM ", table,
                                         " WHERE workspace = :workspace AND "
                                         "onboarding = :onboarding"),
                            {{"workspace", spec.workspace}, {"onboarding", spec.id}}));
  }
  return absl::OkStatus();
}

}  // namespace

std::string StateName(const Run& run) {
  if (run.cancel_time) return "STATE_CANCELLED";
  if (run.pause_time) return "STATE_PAUSED";
  return run.finish_time ? "STATE_COMPLETED" : "STATE_ACTIVE";
}

std::string LockName(absl::string_view workspace, absl::string_view onboarding) {
  return absl::StrCat("onboarding:", workspace, "/", onboarding);
}

int64_t DayNumber(absl::CivilDay day) { return day - absl::CivilDay(1970, 1, 1); }

int64_t RiskOf(const Run& run) {
  std::optional<absl::Time> risk;
  if (run.outlook.has_value()) {
    risk = run.outlook->risk_time;
  } else if (!run.cancel_time.has_value() && !run.finish_time.has_value()) {
    const absl::StatusOr<calendar::Calendar> calendar = CalendarOf(run.spec);
    if (calendar.ok()) risk = LivePlanOf(run, *calendar, run.last_time).risk_time;
  }
  return risk.has_value() ? absl::ToUnixMicros(*risk) : kNeverDue;
}

absl::Status UpdateIndex(Transaction& tx, const Run& run, const Entries& entries) {
  Index index(tx, run);
  for (const HistoryEntry& entry : entries) RETURN_IF_ERROR(index.Follow(entry));
  return automation::FollowDue(tx, run, entries);
}

absl::Status InsertLabels(Transaction& tx, const Spec& spec) {
  for (const auto& [label, value] : spec.labels) {
    RETURN_IF_ERROR(
        tx.Post("INSERT INTO onboarding_labels (workspace, onboarding, label, value) "
                "VALUES (:workspace, :onboarding, :label, :value)",
                {{"workspace", spec.workspace},
                 {"onboarding", spec.id},
                 {"label", label},
                 {"value", value}}));
  }
  return absl::OkStatus();
}

absl::Status RewriteIndex(Transaction& tx, const Run& run) {
  RETURN_IF_ERROR(DeleteRows(tx, run.spec));
  RETURN_IF_ERROR(InsertLabels(tx, run.spec));
  Index index(tx, run);
  for (const TaskRecord& task : run.tasks)
    if (IsOpen(task)) RETURN_IF_ERROR(index.InsertTask(task));
  for (const Impediment& impediment : run.impediments)
    RETURN_IF_ERROR(index.InsertImpediment(impediment));
  RETURN_IF_ERROR(automation::RewriteDue(tx, run));
  return tx.Post(
      "UPDATE onboardings SET state = :state, person = :person, day_one = :day_one, "
      "start_time = :start_time, risk = :risk, risk_from = :risk WHERE workspace = :workspace AND "
      "onboarding = :onboarding",
      {{"state", StateName(run)},
       {"person", run.spec.person},
       {"day_one", DayNumber(run.spec.day_one)},
       {"start_time", absl::ToUnixMicros(run.start_time)},
       {"risk", RiskOf(run)},
       {"workspace", run.spec.workspace},
       {"onboarding", run.spec.id}});
}

}  // namespace plumbline::onboarding
