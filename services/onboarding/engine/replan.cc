// SPDX-License-Identifier: Apache-2.0
//
// What a change makes of the end of the run, and telling it where it moves far enough.
#include "services/onboarding/engine/replan.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/onboarding/engine/ladders.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/outlook_by_targets.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/engine/time_text.h"

namespace plumbline::onboarding {
namespace {

// Whether the end of the run, or from when on it is at risk, may be another one after such an
// entry.
bool MovesEnd(EntryKind kind) {
  switch (kind) {
    case EntryKind::kAttributesSet:
    case EntryKind::kStarted:
    case EntryKind::kTaskReady:
    case EntryKind::kTaskCompleted:
    case EntryKind::kTaskSkipped:
    case EntryKind::kBlocked:
    case EntryKind::kUnblocked:
    case EntryKind::kDecided:
    case EntryKind::kFinished:
    case EntryKind::kPaused:
    case EntryKind::kResumed:
    case EntryKind::kCancelled:
    case EntryKind::kTaskRescheduled:
    case EntryKind::kTaskWithdrawn:
    case EntryKind::kTaskReopened:
    case EntryKind::kTaskRejected:
    case EntryKind::kMigrated:
    case EntryKind::kTaskAdded:
    case EntryKind::kTaskMoved:
    case EntryKind::kTaskDropped:
    case EntryKind::kTaskSkipPlanned:
      return true;
    default:
      return false;
  }
}

// Values move the end of a run only by its conditions.
bool Moves(const Run& run, const Entries& entries) {
  return std::any_of(entries.begin(), entries.end(), [&](const HistoryEntry& entry) {
    return MovesEnd(entry.kind) &&
           (entry.kind != EntryKind::kAttributesSet || !run.plan->conditions.empty());
  });
}

const TaskRecord* FindRecord(const Run& run, const std::string& id) {
  for (const TaskRecord& task : run.tasks)
    if (TaskId(*run.plan, task.step, task.round) == id) return &task;
  return nullptr;
}

// By how much open time a task that ended did so later than it was due; negative: earlier.
absl::Duration Lateness(const Run& run, const HistoryEntry& entry,
                        const calendar::Calendar& calendar) {
  const TaskRecord* task = FindRecord(run, entry.task);
  if (task == nullptr || !task->due_time.has_value()) return absl::ZeroDuration();
  return calendar.Between(*task->due_time, entry.occur_time);
}

// Whether most of a move of the end is due to something else than how late a task ended.
bool IsElse(absl::Duration moved, absl::Duration late) {
  return absl::AbsDuration(moved - late) > absl::AbsDuration(late);
}

// What a task that ended says about when it should have, or where its outputs moved the end, that.
std::string EndText(const Run& run, const HistoryEntry& entry, absl::Duration moved,
                    const calendar::Calendar& calendar) {
  const bool yields = !entry.attributes.empty() && !run.plan->conditions.empty();
  if (yields && IsElse(moved, Lateness(run, entry, calendar)))
    return absl::StrCat("conditions choose otherwise by what '", entry.task, "' yielded");
  const TaskRecord* task = FindRecord(run, entry.task);
  if (task == nullptr || !task->due_time.has_value() || entry.occur_time == *task->due_time)
    return absl::StrCat("'", entry.task, "' ended");
  const bool late = entry.occur_time > *task->due_time;
  const std::string by = OpenTimeText(std::min(entry.occur_time, *task->due_time),
                                      std::max(entry.occur_time, *task->due_time), calendar);
  return absl::StrCat("'", entry.task, "' ended ", by, late ? " after" : " before", " it was due");
}

// Why the end is another one, by what was told first.
std::string CauseText(const Run& run, const HistoryEntry& entry, absl::Duration moved,
                      const calendar::Calendar& calendar) {
  const std::string task = absl::StrCat("'", entry.task, "' ");
  switch (entry.kind) {
    case EntryKind::kTaskCompleted:
      return EndText(run, entry, moved, calendar);
    case EntryKind::kAttributesSet:
      return "its conditions choose otherwise now that values were set";
    case EntryKind::kTaskSkipped:
      return task + "was left out";
    case EntryKind::kUnblocked:
      return task + "was blocked until now";
    case EntryKind::kDecided:
      return absl::StrCat("'", entry.decision, "' was decided: ", entry.option);
    case EntryKind::kResumed:
      return "it was paused until now";
    case EntryKind::kTaskReopened:
      return task + "was reopened";
    case EntryKind::kTaskRejected:
      return task + "was rejected";
    case EntryKind::kTaskSkipPlanned:
      return task + (entry.option == flow::kDo ? "is to be done after all" : "is to be left out");
    case EntryKind::kTaskRescheduled:
      return task + "has another due date";
    case EntryKind::kTaskAdded:
      return task + "was added to its plan";
    case EntryKind::kTaskMoved:
      return task + "has another place in its plan";
    case EntryKind::kMigrated:
    case EntryKind::kTaskDropped:
      return "its plan is another one";
    default:
      return "what is left to do goes on from now";
  }
}

// The first of some entries that can move the end: a waiver that is approved does not, but what it
// leaves out does. Where a task ended, or values were set, and a branch was decided by that, it is
// the one to which most of the move is due. `moved`: the open time by which the end is another one.
const HistoryEntry& CauseOf(const Run& run, const Entries& entries, absl::Duration moved,
                            const calendar::Calendar& calendar) {
  const auto cause = std::find_if(entries.begin(), entries.end(), [](const HistoryEntry& entry) {
    return MovesEnd(entry.kind) && entry.kind != EntryKind::kTaskReady;
  });
  if (cause == entries.end()) return entries.front();
  if (cause->kind != EntryKind::kTaskCompleted && cause->kind != EntryKind::kAttributesSet)
    return *cause;
  const auto decided = std::find_if(cause, entries.end(), [](const HistoryEntry& entry) {
    return entry.kind == EntryKind::kDecided;
  });
  if (decided == entries.end()) return *cause;
  const bool by_values = cause->kind == EntryKind::kAttributesSet;
  return by_values || IsElse(moved, Lateness(run, *cause, calendar)) ? *decided : *cause;
}

// An open task on which the end hangs and that is late already; nullptr if there is none.
const TaskRecord* LateTask(const Run& run, const LivePlan& live, absl::Time now) {
  for (const TaskRecord& task : run.tasks) {
    const bool late = IsOpen(task) && task.due_time.has_value() && *task.due_time < now;
    if (late && live.spans[task.step].has_value() && live.spans[task.step]->critical) return &task;
  }
  return nullptr;
}

// Whether a change moved the end of a run further than `late` did in the time that passed since it
// was looked at: as of then, it was not late yet, or not by so much. While its clock stood it was
// late by no more.
bool IsByChange(const Run& run, const Outlook& before, const HistoryEntry& cause,
                const TaskRecord& late, absl::Time finish, const FirstTimes& first,
                const calendar::Calendar& calendar) {
  const bool stood =
      cause.kind == EntryKind::kUnblocked && cause.task == TaskId(*run.plan, late.step, late.round);
  if (stood || cause.kind == EntryKind::kResumed) return true;
  const absl::Time then = LivePlanByTargets(run, first, calendar, before.as_of).finish;
  return calendar.Between(before.finish, then) > calendar.Between(then, finish);
}

// Steps to come that should begin later than they were planned.
int Followers(const Run& run, const LivePlan& live, const FirstTimes& first) {
  const std::vector<std::optional<PlannedSpan>>& planned = first.planned();
  int later = 0;
  for (flow::NodeIndex i = 0; i < run.plan->plan.size(); ++i) {
    const bool to_come = run.plan->plan.node(i).kind == flow::NodeKind::kStep &&
                         run.progress.state(i) == flow::NodeState::kWaiting &&
                         !run.planned_skips.contains(i);
    if (!to_come || !live.spans[i].has_value() || !planned[i].has_value()) continue;
    later += live.spans[i]->start > planned[i]->start;
  }
  return later;
}

std::string CountText(int followers) {
  if (followers == 0) return "";
  return followers == 1 ? "; 1 step begins later than planned"
                        : absl::StrCat("; ", followers, " steps begin later than planned");
}

// Whether it is the work that goes on, as it should: what ends early is good news of which nobody
// has to know. A decision, or another plan, is.
bool IsProgress(EntryKind kind) {
  return kind == EntryKind::kTaskCompleted || kind == EntryKind::kTaskVerified ||
         kind == EntryKind::kAutomationAnswered;
}

// A working day or more later, or earlier by more than progress; beyond the target where it was not
// before, or within it again.
bool IsWorthTelling(const Run& run, absl::Time told, absl::Time finish, EntryKind first,
                    const calendar::Calendar& calendar) {
  if (run.finish_time.has_value() || run.pause_time.has_value()) return false;
  // By how much an impediment delays is known when it is resolved.
  if (first == EntryKind::kBlocked) return false;
  const bool by_a_day = MovedByADay(told, finish, calendar);
  if (by_a_day && (finish > told || !IsProgress(first))) return true;
  if (!run.target_time.has_value()) return false;
  const bool was_beyond = IsBeyond(told, *run.target_time, calendar);
  const bool is_beyond = IsBeyond(finish, *run.target_time, calendar);
  return is_beyond ? !was_beyond : was_beyond && by_a_day;
}

}  // namespace

std::string MoveText(absl::Time from, absl::Time to, const calendar::Calendar& calendar) {
  return absl::StrCat("the finish moves from ", TimeText(from, calendar), " to ",
                      TimeText(to, calendar));
}

LivePlan SetOutlook(Run& run, const FirstTimes& first, const calendar::Calendar& calendar,
                    absl::Time now) {
  LivePlan live = LivePlanByTargets(run, first, calendar, now);
  const absl::Time told = run.outlook.has_value() ? run.outlook->told : live.finish;
  std::optional<absl::Time> risk = live.risk_time;
  // What is at risk still is so since it was first.
  if (risk.has_value() && *risk <= now && run.outlook.has_value() && run.outlook->risk_time)
    risk = std::min(*risk, *run.outlook->risk_time);
  run.outlook = Outlook{live.finish, told, risk, now};
  if (run.finish_time.has_value()) run.outlook->told = live.finish;
  return live;
}

void Recorder::TellOutlook() {
  if (run_.cancel_time.has_value()) {
    run_.outlook.reset();
    return;
  }
  const std::optional<Outlook> before = run_.outlook;
  const LivePlan live = SetOutlook(run_, first_times(), calendar_, when_.occur_time);
  const absl::Time told = run_.outlook->told;
  if (live.finish == told) return;
  const absl::Duration moved = calendar_.Between(told, live.finish);
  const HistoryEntry& first = CauseOf(run_, entries_, moved, calendar_);
  if (!IsWorthTelling(run_, told, live.finish, first.kind, calendar_)) return;
  const TaskRecord* late = live.finish > told ? LateTask(run_, live, when_.occur_time) : nullptr;
  if (late != nullptr && before.has_value() &&
      IsByChange(run_, *before, first, *late, live.finish, first_times(), calendar_))
    late = nullptr;
  std::string cause =
      late != nullptr
          ? absl::StrCat("'", TaskId(*run_.plan, late->step, late->round), "' was due on ",
                         TimeText(*late->due_time, calendar_), " and is not done")
          : CauseText(run_, first, moved, calendar_);
  std::string reason = absl::StrCat(MoveText(told, live.finish, calendar_), ", because ", cause,
                                    CountText(Followers(run_, live, first_times())));
  HistoryEntry& entry = Append(EntryKind::kReplanned);
  entry.title = run_.plan->title;
  entry.reason = std::move(reason);
  entry.due_time = live.finish;
  entry.previous_due_time = told;
  run_.outlook->told = live.finish;
}

Entries Recorder::Take() {
  if (Moves(run_, entries_)) TellOutlook();
  const auto first = [this]() -> const FirstTimes& { return first_times(); };
  FollowLadders(run_, calendar_, first);
  return std::move(entries_);
}

}  // namespace plumbline::onboarding
