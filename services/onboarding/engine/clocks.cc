// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/clocks.h"

#include <algorithm>

#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

// Moves the due date of an open task by what its clock would have run from `from` to `to`: it does
// not run before the task is to be begun.
void GiveBack(TaskRecord& task, absl::Time from, absl::Time to, const calendar::Calendar& calendar,
              Recorder& recorder) {
  if (!IsOpen(task) || !task.due_time.has_value()) return;
  absl::Time begin = recorder.first_times().Of(task.step);
  // Older releases let tasks be due before that: their clocks run from their turn.
  if (*task.due_time < begin) begin = absl::InfinitePast();
  begin = std::max(begin, task.ready_time);
  const absl::Time due = MovedBy(*task.due_time, std::max(from, begin), to, calendar);
  if (due == *task.due_time) return;
  const absl::Time before = *task.due_time;
  task.due_time = due;
  HistoryEntry& entry = recorder.AppendTask(EntryKind::kTaskRescheduled, task);
  entry.due_time = due;
  entry.previous_due_time = before;
}

}  // namespace

absl::Time MovedBy(absl::Time due, absl::Time from, absl::Time to,
                   const calendar::Calendar& calendar) {
  const absl::Duration open = calendar.Between(from, to);
  if (from >= to || open <= absl::ZeroDuration()) return due;
  return calendar.Add(due, 0, absl::ToInt64Minutes(absl::Ceil(open, absl::Minutes(1))));
}

void EndPause(Run& run, TaskRecord& task, absl::Time pause, const calendar::Calendar& calendar,
              Recorder& recorder) {
  const absl::Time end =
      task.blocked_since.has_value() ? std::max(pause, *task.blocked_since) : recorder.time();
  GiveBack(task, pause, end, calendar, recorder);
}

void EndBlock(Run& run, TaskRecord& task, absl::Time blocked_since,
              const calendar::Calendar& calendar, Recorder& recorder) {
  const absl::Time end =
      run.pause_time.has_value() ? std::max(blocked_since, *run.pause_time) : recorder.time();
  // A pause that began before the block gives everything back by itself.
  if (run.pause_time.has_value() && *run.pause_time <= blocked_since) return;
  GiveBack(task, blocked_since, end, calendar, recorder);
}

}  // namespace plumbline::onboarding
