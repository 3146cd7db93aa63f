// SPDX-License-Identifier: Apache-2.0
//
// The life of a run as a whole.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

absl::Status CheckNotClosed(const Run& run) {
  RETURN_IF_ERROR(CheckNotCancelled(run));
  if (!run.finish_time.has_value()) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_ONBOARDING_CLOSED,
                     absl::StrCat("on-boarding '", run.spec.id,
                                  "' is complete: there is nothing left to do"))
      .With("state", "COMPLETED");
}

// `due` moved by the open time between two instants, in whole minutes, upwards: nobody loses any.
absl::Time Moved(absl::Time due, absl::Time from, absl::Time to,
                 const calendar::Calendar& calendar) {
  const absl::Duration open = calendar.Between(from, to);
  if (from >= to || open <= absl::ZeroDuration()) return due;
  return calendar.Add(due, 0, absl::ToInt64Minutes(absl::Ceil(open, absl::Minutes(1))));
}

// Moves the due date of an open task by what its clock would have run since `pause`.
void Reschedule(Run& run, TaskRecord& task, absl::Time pause, const calendar::Calendar& calendar,
                Recorder& recorder) {
  if (!IsOpen(task) || !task.due_time.has_value()) return;
  const flow::StepDetails& step = run.plan->plan.node(task.step).step;
  const absl::Time begin =
      std::max(task.ready_time,
               EarliestTime(step, run.spec.day_one, calendar).value_or(absl::InfinitePast()));
  const absl::Time due = Moved(*task.due_time, std::max(pause, begin), recorder.time(), calendar);
  if (due == *task.due_time) return;
  task.due_time = due;
  recorder.AppendTask(EntryKind::kTaskRescheduled, task).due_time = due;
}

}  // namespace

absl::StatusOr<Entries> Pause(Run& run, absl::string_view reason, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckNotClosed(run));
  RETURN_IF_ERROR(CheckGoesOn(run));
  run.pause_time = when.occur_time;
  run.pause_reason = std::string(reason);
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.Append(EntryKind::kPaused);
  entry.title = run.plan->title;
  entry.reason = run.pause_reason;
  return recorder.Take();
}

absl::StatusOr<Entries> Resume(Run& run, absl::string_view reason, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckNotClosed(run));
  if (!run.pause_time.has_value()) {
    return base::Error(
               base::Reason::ERROR_REASON_ONBOARDING_STATE,
               absl::StrCat("on-boarding '", run.spec.id, "' is not paused: it goes on already"))
        .With("state", "ACTIVE")
        .With("allowed", "PAUSED");
  }
  const absl::Time pause = *run.pause_time;
  if (run.target_time.has_value()) {
    const absl::Time day_one = calendar.OpeningOfDay(run.spec.day_one, 0);
    run.target_time = Moved(*run.target_time, std::max(pause, day_one), when.occur_time, calendar);
  }
  run.pause_time.reset();
  run.pause_reason.clear();
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.Append(EntryKind::kResumed);
  entry.title = run.plan->title;
  entry.reason = std::string(reason);
  entry.due_time = run.target_time;
  for (TaskRecord& task : run.tasks) Reschedule(run, task, pause, calendar, recorder);
  return recorder.Take();
}

absl::StatusOr<Entries> Cancel(Run& run, absl::string_view reason, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckNotClosed(run));
  run.pause_time.reset();
  run.pause_reason.clear();
  run.cancel_time = when.occur_time;
  run.cancel_reason = std::string(reason);
  run.decisions.clear();
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.Append(EntryKind::kCancelled);
  entry.title = run.plan->title;
  entry.reason = run.cancel_reason;
  for (TaskRecord& task : run.tasks) {
    if (!IsOpen(task)) continue;
    recorder.ResolveAll(task, reason);
    task.state = TaskState::kNotNeeded;
    task.end_time = when.occur_time;
    task.waiver.reset();
    recorder.Withdraw(task);
  }
  return recorder.Take();
}

}  // namespace plumbline::onboarding
