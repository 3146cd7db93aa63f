// SPDX-License-Identifier: Apache-2.0
//
// Who does a task. People who have the role of a step share its tasks; one of them claims each, or
// gets it, and may have another do it.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/changes.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/escalation.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/proxies.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

absl::StatusOr<TaskRecord*> TaskToGive(Run& run, absl::string_view task) {
  RETURN_IF_ERROR(CheckNotCancelled(run));
  return WorkableTask(run, task);
}

const std::string& RoleOf(const Run& run, const TaskRecord& task) {
  return run.plan->plan.node(task.step).step.role;
}

// Gives the task to `assignee` ("": to its role), and tells.
absl::StatusOr<Entries> Give(Run& run, TaskRecord& task, EntryKind kind, std::string assignee,
                             std::string owner, absl::string_view reason, const Occurrence& when,
                             bool stands_in = false) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  const TaskFacts before = FactsOf(run, task);
  task.assignee = std::move(assignee);
  task.owner = std::move(owner);
  task.gift = Gift{when.occur_time, stands_in};
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.AppendTask(kind, task);
  entry.reason = std::string(reason);
  entry.owner = task.owner;
  entry.stands_in = stands_in;
  Tell(entry, before, FactsOf(run, task));
  return recorder.Take();
}

}  // namespace

absl::StatusOr<Entries> ClaimTask(Run& run, absl::string_view task, bool take_over,
                                  const Occurrence& when) {
  ASSIGN_OR_RETURN(TaskRecord * record, TaskToGive(run, task));
  const std::string has = AssigneeOf(run, *record);
  if (has == when.actor) return Entries();
  if (!has.empty() && record->owner != when.actor && !take_over) {
    return base::Error(base::Reason::ERROR_REASON_TASK_CLAIMED,
                       absl::StrCat("'", has, "' has task '", task,
                                    "'; let it be released or assigned, or claim it with "
                                    "`take_over`"))
        .With("assignee", has)
        .Precondition("TASK_CLAIMED", TaskName(run.spec, task), "must be nobody's");
  }
  return Give(run, *record, EntryKind::kTaskClaimed, when.actor, "", "", when);
}

absl::StatusOr<Entries> AssignTask(Run& run, absl::string_view task, absl::string_view assignee,
                                   absl::string_view reason, const Occurrence& when) {
  ASSIGN_OR_RETURN(TaskRecord * record, TaskToGive(run, task));
  const std::string has = AssigneeOf(run, *record);
  if (has == assignee && record->owner.empty()) return Entries();
  if (!has.empty() && has != assignee && reason.empty()) {
    return base::FieldError(
        "reason", absl::StrCat("is empty, and '", has, "' has the task; say why it goes to '",
                               assignee, "', up to 1000 characters"));
  }
  return Give(run, *record, EntryKind::kTaskAssigned, std::string(assignee), "", reason, when);
}

absl::StatusOr<Entries> DelegateTask(Run& run, absl::string_view task, absl::string_view delegate,
                                     absl::string_view reason, const Occurrence& when) {
  ASSIGN_OR_RETURN(TaskRecord * record, TaskToGive(run, task));
  const std::string has = AssigneeOf(run, *record);
  std::string owner = !record->owner.empty() ? record->owner
                      : !has.empty()         ? has
                                             : RoleOf(run, *record);
  if (delegate == owner) {
    return base::FieldError("delegate", absl::StrCat("'", delegate,
                                                     "' is who answers for the task; name another "
                                                     "person, or release the task"));
  }
  if (delegate == has) return Entries();
  return Give(run, *record, EntryKind::kTaskDelegated, std::string(delegate), std::move(owner),
              reason, when);
}

absl::StatusOr<Entries> ReleaseTask(Run& run, absl::string_view task, absl::string_view reason,
                                    const Occurrence& when) {
  ASSIGN_OR_RETURN(TaskRecord * record, TaskToGive(run, task));
  if (AssigneeOf(run, *record).empty()) {
    return base::Error(base::Reason::ERROR_REASON_TASK_STATE,
                       absl::StrCat("nobody has task '", task, "': whoever has the role '",
                                    RoleOf(run, *record), "' can claim it"))
        .With("state", "UNASSIGNED")
        .With("allowed", "ASSIGNED")
        .Precondition("TASK_STATE", TaskName(run.spec, task), "must have an assignee");
  }
  std::string next = record->owner == RoleOf(run, *record) ? "" : record->owner;
  return Give(run, *record, EntryKind::kTaskReleased, std::move(next), "", reason, when);
}

absl::StatusOr<Entries> StandIn(Run& run, absl::string_view task, absl::string_view away,
                                absl::string_view substitute, absl::string_view reason,
                                const Occurrence& when) {
  if (AwaitsVerification(run, task))
    return StandInToVerify(run, task, away, substitute, reason, when);
  ASSIGN_OR_RETURN(TaskRecord * record, TaskToGive(run, task));
  const bool stands_in = record->gift.has_value() && record->gift->stands_in;
  const std::string has = AssigneeOf(run, *record);
  if (has.empty() || has == substitute) return Entries();
  if (!record->owner.empty() && (!stands_in || HasBegunForAnother(*record))) return Entries();
  std::string owner = stands_in ? record->owner : has;
  if (owner != away || owner == substitute) return Entries();
  return Give(run, *record, EntryKind::kTaskDelegated, std::string(substitute), std::move(owner),
              reason, when, /*stands_in=*/true);
}

bool HasBegunForAnother(const TaskRecord& task) {
  // What was begun before it was handed over was not begun by who stands in.
  return task.gift.has_value() && task.start_time.has_value() &&
         *task.start_time >= task.gift->time;
}

absl::StatusOr<Entries> EndStandIn(Run& run, absl::string_view task, absl::string_view back,
                                   absl::string_view reason, const Occurrence& when) {
  if (AwaitsVerification(run, task)) return StandInToVerify(run, task, back, "", reason, when);
  ASSIGN_OR_RETURN(TaskRecord * record, TaskToGive(run, task));
  const bool stands_in = record->gift.has_value() && record->gift->stands_in;
  if (!stands_in || record->owner != back || HasBegunForAnother(*record)) return Entries();
  std::string owner = record->owner;
  ASSIGN_OR_RETURN(Entries entries, Give(run, *record, EntryKind::kTaskReleased, std::move(owner),
                                         "", reason, when));
  // Nobody chose to give it to them: when they are away longer, it goes once more.
  record->gift.reset();
  entries.front().stands_in = true;
  return entries;
}

}  // namespace plumbline::onboarding
