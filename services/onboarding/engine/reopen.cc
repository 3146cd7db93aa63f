// SPDX-License-Identifier: Apache-2.0
//
// Second thoughts. A task is reopened by folding the actions of a run once more without the one
// that ended it (deeds.h). What a person did after it and that does not fit any more had begun by
// it; what conditions decided and does not fit any more is forgotten, and they decide anew.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/accounts.h"
#include "services/onboarding/engine/changes.h"
#include "services/onboarding/engine/deeds.h"
#include "services/onboarding/engine/endings.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

// The open tasks that `progress` does not enable, but for `reopened`.
std::vector<const TaskRecord*> Stranded(const Run& run, const flow::Progress& progress,
                                        const TaskRecord* reopened) {
  const std::vector<flow::NodeIndex> enabled = progress.EnabledSteps();
  std::vector<const TaskRecord*> stranded;
  for (const TaskRecord& task : run.tasks) {
    if (&task == reopened || !IsOpen(task)) continue;
    // The step that is reopened may have become ready in its next round.
    if (task.step == reopened->step ||
        !std::binary_search(enabled.begin(), enabled.end(), task.step))
      stranded.push_back(&task);
  }
  return stranded;
}

// What came after a task and keeps it from being reopened.
struct Follower {
  std::string id;
  bool decision = false;  // that was made, which nothing takes back; else a task
};

absl::Status FollowersBegun(const Run& run, absl::string_view task,
                            const std::vector<Follower>& begun) {
  const bool decided =
      std::any_of(begun.begin(), begun.end(), [](const Follower& one) { return one.decision; });
  const std::string names = absl::StrJoin(begun, ", ", [](std::string* out, const Follower& one) {
    absl::StrAppend(out, one.decision ? absl::StrCat("decision '", one.id, "'") : one.id);
  });
  base::Error error(
      base::Reason::ERROR_REASON_FOLLOWERS_BEGUN,
      absl::StrCat("task '", task,
                   "' cannot be reopened, for what came after it has begun: ", names, "; ",
                   decided ? "a decision that was made stays, so add the work that is left as a "
                             "task, or report"
                           : "reopen that first, or report",
                   " what is wrong as an impediment of the work that goes on"));
  error.With("begun", absl::StrJoin(begun, ",", [](std::string* out, const Follower& one) {
               absl::StrAppend(out, one.id);
             }));
  for (const Follower& one : begun)
    error.Precondition("FOLLOWER", TaskName(run.spec, one.id), "must not have begun");
  return error;
}

// What keeps the fold from being the run's progress.
std::vector<Follower> Begun(const Run& run, const Fold& fold,
                            const std::vector<const TaskRecord*>& stranded) {
  std::vector<Follower> begun;
  for (const Action& action : fold.unfit)
    begun.push_back({action.id(run.plan->plan), action.task.empty()});
  for (const TaskRecord* task : stranded) {
    const std::string id = TaskId(*run.plan, task->step, task->round);
    if (HasBegun(run, *task, id)) begun.push_back({id});
  }
  return begun;
}

// Since when the first of them waited.
std::optional<absl::Time> WaitedSince(const std::vector<const TaskRecord*>& stranded) {
  std::optional<absl::Time> since;
  for (const TaskRecord* task : stranded)
    since = std::min(since.value_or(task->ready_time), task->ready_time);
  return since;
}

void Reset(TaskRecord& task, const std::vector<const TaskRecord*>& stranded, Recorder& recorder) {
  KeepPhases(task, WaitedSince(stranded), recorder.time());
  task.state = TaskState::kReady;
  task.ready_time = recorder.time();
  task.start_time.reset();
  task.end_time.reset();
  task.due_time = recorder.DueNow(task.step);
  task.ticked.clear();
  task.defects.clear();
  task.outputs.clear();
  task.completer.clear();
  task.call.reset();
}

// Removes tasks whose turn was taken back.
void Withdraw(Run& run, const std::vector<const TaskRecord*>& stranded, Recorder& recorder) {
  for (const TaskRecord* task : stranded) recorder.Withdraw(*task);
  std::vector<TaskRecord> kept;
  for (TaskRecord& task : run.tasks) {
    if (std::find(stranded.begin(), stranded.end(), &task) == stranded.end())
      kept.push_back(std::move(task));
  }
  run.tasks = std::move(kept);
}

}  // namespace

absl::StatusOr<Entries> ReopenTask(Run& run, const Entries& history, absl::string_view task,
                                   absl::string_view reason, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckGoesOn(run));
  ASSIGN_OR_RETURN(const TaskView view, FindTask(run, task));
  if (view.state == TaskState::kPending && run.planned_skips.erase(view.step) > 0) {
    Recorder recorder(run, when, calendar);
    TellPlannedSkip(view, flow::kLeaveOut, flow::kDo, reason, recorder);
    return recorder.Take();
  }
  ASSIGN_OR_RETURN(TaskRecord * record,
                   TaskInState(run, task, {TaskState::kDone, TaskState::kSkipped}));
  ASSIGN_OR_RETURN(const Fold done, FoldHistory(run, history));
  const size_t end = EndOf(done.actions, task);
  if (end == done.actions.size()) return base::Internal("a task that nothing ended");
  Fold fold = Without(run.plan->plan, done.actions, end);
  const std::vector<const TaskRecord*> stranded = Stranded(run, fold.progress, record);
  if (const std::vector<Follower> begun = Begun(run, fold, stranded); !begun.empty())
    return FollowersBegun(run, task, begun);
  const char* const state = StateName(run);
  const TaskFacts before = FactsOf(run, *record);
  run.progress = std::move(fold.progress);
  run.finish_time.reset();
  // Of a round that a loop would have begun.
  const bool was_planned_out = run.planned_skips.erase(record->step) > 0;
  Recorder recorder(run, when, calendar);
  Reset(*record, stranded, recorder);
  HistoryEntry& entry = recorder.AppendTask(EntryKind::kTaskReopened, *record);
  entry.reason = std::string(reason);
  entry.due_time = record->due_time;
  Tell(entry, before, FactsOf(run, *record));
  Tell(entry, "onboarding.state", state, StateName(run));
  if (was_planned_out) Tell(entry, "option", flow::kLeaveOut, flow::kDo);
  Withdraw(run, stranded, recorder);
  RETURN_IF_ERROR(recorder.Follow({}));
  return recorder.Take();
}

absl::StatusOr<Entries> CommentTask(Run& run, absl::string_view task, absl::string_view text,
                                    const std::vector<Link>& links, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  ASSIGN_OR_RETURN(const TaskView view, FindTask(run, task));
  TaskRecord stand_in;  // for a task whose turn did not come
  stand_in.step = view.step;
  stand_in.round = view.round;
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.AppendTask(EntryKind::kTaskCommented,
                                            view.record != nullptr ? *view.record : stand_in);
  entry.reason = std::string(text);
  entry.links = links;
  return recorder.Take();
}

}  // namespace plumbline::onboarding
