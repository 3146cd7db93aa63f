// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/escalation.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/changes.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/ladders.h"
#include "services/onboarding/engine/plan_rules.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

// Whether `step` is what the ladders of the run have next.
bool IsNext(const Run& run, const TaskRecord& task, const EscalationStep& step,
            const calendar::Calendar& calendar) {
  for (const NextLevel& next : NextLevels(run, calendar)) {
    if (next.task == &task && next.rule->id == step.rule && next.since == step.since)
      return next.level == step.level;
  }
  return false;
}

absl::StatusOr<TaskRecord*> RecordOf(Run& run, absl::string_view task) {
  ASSIGN_OR_RETURN(const TaskView view, FindTask(run, task));
  if (view.record == nullptr) return base::NotFound("Task", TaskName(run.spec, task));
  return &run.tasks[static_cast<size_t>(view.record - run.tasks.data())];
}

HistoryEntry& Append(Recorder& recorder, EntryKind kind, const TaskRecord& task,
                     EscalationStep step, absl::string_view reason) {
  HistoryEntry& entry = recorder.AppendTask(kind, task);
  entry.escalation = std::move(step);
  entry.reason = std::string(reason);
  entry.due_time = task.due_time;
  return entry;
}

absl::Status IsOverError(const Run& run, const LadderKey& key) {
  return base::Error(
             base::Reason::ERROR_REASON_ESCALATION_STATE,
             absl::StrCat("the escalation of task '", key.task, "' by rule '", key.rule,
                          "' is OVER: what it was about is no more, and nobody needs to see to it"))
      .With("state", "OVER")
      .With("allowed", "OPEN")
      .Precondition("ESCALATION_STATE", TaskName(run.spec, key.task), "must be OPEN");
}

}  // namespace

absl::StatusOr<Entries> Escalate(Run& run, const Telling& telling, const Occurrence& when) {
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
  ASSIGN_OR_RETURN(TaskRecord * task, RecordOf(run, telling.task));
  const EscalationStep& step = telling.step;
  if (!IsNext(run, *task, step, calendar)) return Entries();
  bool known = false;
  int before = 0;
  for (Ladder& ladder : task->ladders) {
    if (ladder.rule != step.rule || ladder.since != step.since) continue;
    before = std::exchange(ladder.level, step.level);
    known = true;
  }
  if (!known) task->ladders.push_back({step.rule, step.since, step.level});
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = Append(recorder, EntryKind::kEscalated, *task, step, telling.note);
  Tell(entry, "level", absl::StrCat(before), absl::StrCat(step.level));
  return recorder.Take();
}

absl::StatusOr<Entries> AcknowledgeEscalation(Run& run, const LadderKey& key,
                                              absl::string_view note, const Occurrence& when) {
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
  ASSIGN_OR_RETURN(TaskRecord * task, RecordOf(run, key.task));
  for (Ladder& ladder : task->ladders) {
    if (ladder.rule != key.rule || ladder.since != key.since) continue;
    if (ladder.over) return IsOverError(run, key);
    if (ladder.acknowledged) return Entries();
    ladder.acknowledged = true;
    const PlanRule* const rule = FindRule(run.plan->escalations, key.rule);
    const auto trigger = rule == nullptr ? flow::EscalationTrigger::kUnset : rule->trigger;
    Recorder recorder(run, when, calendar);
    Append(recorder, EntryKind::kEscalationAcknowledged, *task,
           {key.rule, trigger, ladder.level, {}, key.since, std::nullopt}, note);
    return recorder.Take();
  }
  return base::NotFound("Escalation",
                        absl::StrCat(TaskName(run.spec, key.task), " by rule '", key.rule, "'"));
}

}  // namespace plumbline::onboarding
