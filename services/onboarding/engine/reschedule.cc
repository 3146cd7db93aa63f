// SPDX-License-Identifier: Apache-2.0
//
// Day one moves: what is open or to come, and counts from it, moves with it.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/changes.h"
#include "services/onboarding/engine/clocks.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/milestones.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/replan.h"
#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

struct Moved {
  TaskRecord* task;
  absl::Time before;
};

// The open tasks whose due dates hang on day one get new ones: by the plan, and by how long their
// clocks stood since they count from then. What had moved them before says nothing of that: it may
// have gone on while they did not count.
std::vector<Moved> MoveDueDates(Run& run, absl::CivilDay from, absl::CivilDay to,
                                const calendar::Calendar& calendar) {
  std::vector<Moved> moved;
  const FirstTimes first_before(run, from, CourseOf(run), calendar);
  const FirstTimes first_after(run, to, CourseOf(run), calendar);
  for (TaskRecord& task : run.tasks) {
    if (!IsOpen(task) || !task.due_time.has_value()) continue;
    const auto before = first_before.DueTime(task.step, task.ready_time);
    const auto after = first_after.DueTime(task.step, task.ready_time);
    if (!before.has_value() || !after.has_value() || *before == *after) continue;
    // Older releases let tasks be due before that: they do not hang on day one.
    if (*task.due_time < *before) continue;
    const absl::Time begin = first_after.CountFrom(task.step, task.ready_time);
    const absl::Time due = MovedBy(*after, StoodStill(run, task, begin, calendar), calendar);
    if (due == *task.due_time) continue;
    moved.push_back({&task, *task.due_time});
    task.due_time = due;
  }
  return moved;
}

void MoveTarget(Run& run, absl::CivilDay to, const calendar::Calendar& calendar) {
  const auto& target = run.plan->target;
  if (!run.target_time.has_value() || !target.has_value()) return;
  const absl::Time opening = calendar.OpeningOfDay(to, 0);
  run.target_time = MovedBy(calendar.Add(opening, target->days, target->minutes),
                            StoodStill(run, opening, calendar), calendar);
}

// A start takes any day, for what began long ago can be told here afterwards. What is moved to
// years before it began, at once or little by little, has a wrong year. `first`: its day one then.
absl::Status CheckNotLongBefore(const Run& run, absl::CivilDay day_one, absl::CivilDay first,
                                const calendar::Calendar& calendar) {
  const absl::CivilDay start = absl::ToCivilDay(run.start_time, calendar.zone());
  const absl::CivilDay began = std::min(start, first);
  const absl::CivilDay earliest = began - kDaysBeforeDayOne;
  // What older releases let it be moved to can be mended step by step.
  if (day_one >= std::min(earliest, run.spec.day_one)) return absl::OkStatus();
  return base::FieldError(
      "day_one",
      absl::StrCat(
          "'", absl::FormatCivilTime(day_one), "' is more than ", kDaysBeforeDayOne,
          " days before ",
          start <= first ? "the on-boarding was started" : "the day one it was started with", " (",
          absl::FormatCivilTime(began), "); give ", absl::FormatCivilTime(earliest),
          " or later. If it did begin then, cancel it and start another one: a start "
          "takes days of the past"));
}

}  // namespace

std::optional<absl::CivilDay> FirstDayOne(const Entries& history,
                                          const calendar::Calendar& calendar) {
  if (history.empty() || history.front().kind != EntryKind::kStarted) return std::nullopt;
  const HistoryEntry& started = history.front();
  for (const FieldChange& change : started.changes) {
    absl::CivilDay day;
    if (change.field == "day_one" && absl::ParseCivilTime(change.after, &day)) return day;
  }
  // Older releases said when it opens alone.
  if (!started.earliest_time.has_value()) return std::nullopt;
  return absl::ToCivilDay(*started.earliest_time, calendar.zone());
}

absl::StatusOr<Entries> Reschedule(Run& run, absl::CivilDay day_one, absl::string_view reason,
                                   const Occurrence& when, std::optional<absl::CivilDay> first) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckNotClosed(run));
  const absl::CivilDay before = run.spec.day_one;
  if (before == day_one) return Entries();
  RETURN_IF_ERROR(CheckNotLongBefore(run, day_one, first.value_or(before), calendar));
  Spec spec = run.spec;
  spec.day_one = day_one;
  const absl::Time opening = calendar.OpeningOfDay(day_one, 0);
  RETURN_IF_ERROR(CheckOpens(spec, opening));
  const RunFacts facts = FactsOf(run, calendar);
  run.spec.day_one = day_one;
  MoveTarget(run, day_one, calendar);
  const std::vector<Moved> moved = MoveDueDates(run, before, day_one, calendar);
  const std::optional<Outlook> had = run.outlook;
  const LivePlan live = SetOutlook(run, FirstTimes(run, calendar), calendar, when.occur_time);
  const absl::Time told = had.has_value() ? had->told : live.finish;
  run.outlook->told = live.finish;
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.Append(EntryKind::kReplanned);
  entry.title = run.plan->title;
  entry.day_one = day_one;
  entry.previous_day_one = before;
  entry.reason = std::string(reason);
  entry.due_time = live.finish;
  entry.previous_due_time = told;
  entry.earliest_time = opening;
  Tell(entry, facts, FactsOf(run, calendar));
  for (const Moved& one : moved) {
    HistoryEntry& of_task = recorder.AppendTask(EntryKind::kTaskRescheduled, *one.task);
    of_task.due_time = one.task->due_time;
    of_task.previous_due_time = one.before;
  }
  return recorder.Take();
}

}  // namespace plumbline::onboarding
