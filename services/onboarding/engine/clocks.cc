// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/clocks.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

// When a task was due before its clock stood, which counts from `from`; as it is where its step has
// no target any more.
absl::Time FirstDue(const Run& run, const TaskRecord& task, absl::Time from,
                    const calendar::Calendar& calendar) {
  return DueTime(run.plan->plan.node(task.step).step, from, calendar).value_or(*task.due_time);
}

// Moves the due date of an open task by what its clock would have run from `from` to `to`: it does
// not run before the task is to be begun.
void GiveBack(const Run& run, TaskRecord& task, absl::Time from, absl::Time to,
              const calendar::Calendar& calendar, Recorder& recorder) {
  if (!IsOpen(task) || !task.due_time.has_value()) return;
  absl::Time begin = recorder.first_times().Of(task.step);
  // Older releases let tasks be due before that: their clocks run from their turn.
  if (*task.due_time < begin) begin = absl::InfinitePast();
  begin = std::max(begin, task.ready_time);
  const absl::Time due = MovedOn(*task.due_time, FirstDue(run, task, begin, calendar),
                                 std::max(from, begin), to, calendar);
  if (due == *task.due_time) return;
  const absl::Time before = *task.due_time;
  task.due_time = due;
  // Times are told to the minute: an entry that shows the same one twice would tell nothing. What
  // short stretches add up to is told once it reaches another minute.
  if (absl::Floor(due - absl::UnixEpoch(), absl::Minutes(1)) ==
      absl::Floor(before - absl::UnixEpoch(), absl::Minutes(1)))
    return;
  HistoryEntry& entry = recorder.AppendTask(EntryKind::kTaskRescheduled, task);
  entry.due_time = due;
  entry.previous_due_time = before;
}

// The open time of all spans together from `from` until before `to`, overlaps once.
absl::Duration OpenTimeOf(std::vector<Span> spans, absl::Time from, absl::Time to,
                          const calendar::Calendar& calendar) {
  std::sort(spans.begin(), spans.end(),
            [](const Span& a, const Span& b) { return a.from < b.from; });
  absl::Duration open = absl::ZeroDuration();
  for (const Span& span : spans) {
    from = std::max(from, span.from);
    const absl::Time end = std::min(span.to, to);
    if (end <= from) continue;
    open += calendar.Between(from, end);
    from = end;
  }
  return open;
}

// Whether a stretch of open time begins then.
bool IsOpening(absl::Time time, const calendar::Calendar& calendar) {
  return calendar.IsOpen(time) && !calendar.IsOpen(time - absl::Nanoseconds(1));
}

absl::Time MovedExactly(absl::Time due, absl::Duration open, const calendar::Calendar& calendar) {
  absl::Duration rest;
  const int64_t minutes = absl::IDivDuration(open, absl::Minutes(1), &rest);
  if (minutes > 0) due = calendar.Add(due, 0, minutes);
  if (rest == absl::ZeroDuration()) return due;
  // Calendars count in minutes: they close at most once within what is left.
  due = calendar.NextOpening(due);
  const absl::Duration passed = calendar.Between(due, due + rest);
  if (passed >= rest) return due + rest;
  return calendar.NextOpening(due + passed) + (rest - passed);
}

}  // namespace

absl::Time MovedBy(absl::Time due, absl::Duration open, const calendar::Calendar& calendar) {
  if (open <= absl::ZeroDuration()) return due;
  const absl::Time moved = MovedExactly(due, open, calendar);
  return IsOpening(due, calendar) ? std::min(calendar.NextOpening(moved), LastInstant()) : moved;
}

absl::Time MovedBy(absl::Time due, absl::Time from, absl::Time to,
                   const calendar::Calendar& calendar) {
  return from < to ? MovedBy(due, calendar.Between(from, to), calendar) : due;
}

absl::Time MovedOn(absl::Time due, absl::Time first, absl::Time from, absl::Time to,
                   const calendar::Calendar& calendar) {
  const absl::Time moved = MovedBy(due, from, to, calendar);
  if (moved == due || !IsOpening(first, calendar)) return moved;
  return std::min(calendar.NextOpening(moved), LastInstant());
}

absl::Time TargetSoFar(const Run& run, absl::Time now, const calendar::Calendar& calendar) {
  const absl::Time target = *run.target_time;
  if (!run.pause_time.has_value()) return target;
  const absl::Time day_one = calendar.OpeningOfDay(run.spec.day_one, 0);
  const auto& planned = run.plan->target;
  const absl::Time first =
      planned.has_value() ? calendar.Add(day_one, planned->days, planned->minutes) : target;
  return MovedOn(target, first, std::max(*run.pause_time, day_one), now, calendar);
}

absl::Time DueSoFar(const Run& run, const TaskRecord& task, absl::Time from, absl::Time now,
                    const calendar::Calendar& calendar) {
  if (!run.pause_time.has_value()) return *task.due_time;
  return MovedOn(*task.due_time, FirstDue(run, task, from, calendar),
                 std::max(*run.pause_time, from), std::min(now, task.blocked_since.value_or(now)),
                 calendar);
}

absl::Duration StoodStill(const Run& run, const TaskRecord& task, absl::Time from,
                          const calendar::Calendar& calendar) {
  std::vector<Span> spans = run.pauses;
  const std::string id = TaskId(*run.plan, task.step, task.round);
  for (const Impediment& one : run.impediments) {
    if (one.task == id && one.resolve_time.has_value())
      spans.push_back({one.open_time, *one.resolve_time});
  }
  const auto until = [](const std::optional<absl::Time>& time) {
    return time.value_or(absl::InfiniteFuture());
  };
  const absl::Time end =
      std::min({until(run.pause_time), until(task.blocked_since), until(task.end_time)});
  return OpenTimeOf(std::move(spans), from, end, calendar);
}

absl::Duration StoodStill(const Run& run, absl::Time from, const calendar::Calendar& calendar,
                          absl::Time to) {
  return OpenTimeOf(run.pauses, from, to, calendar);
}

void EndPause(Run& run, TaskRecord& task, absl::Time pause, const calendar::Calendar& calendar,
              Recorder& recorder) {
  const absl::Time end =
      task.blocked_since.has_value() ? std::max(pause, *task.blocked_since) : recorder.time();
  GiveBack(run, task, pause, end, calendar, recorder);
}

void EndBlock(Run& run, TaskRecord& task, absl::Time blocked_since,
              const calendar::Calendar& calendar, Recorder& recorder) {
  const absl::Time end =
      run.pause_time.has_value() ? std::max(blocked_since, *run.pause_time) : recorder.time();
  // A pause that began before the block gives everything back by itself.
  if (run.pause_time.has_value() && *run.pause_time <= blocked_since) return;
  GiveBack(run, task, blocked_since, end, calendar, recorder);
}

}  // namespace plumbline::onboarding
