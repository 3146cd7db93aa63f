// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/forecast/durations.h"

#include <algorithm>
#include <utility>

#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

using Stretch = std::pair<absl::Time, absl::Time>;

// When the clock of a task stood still.
std::vector<Stretch> Stands(const Run& run, const std::string& task, absl::Time end) {
  std::vector<Stretch> stands;
  for (const Impediment& impediment : run.impediments) {
    if (impediment.task == task)
      stands.emplace_back(impediment.open_time, impediment.resolve_time.value_or(end));
  }
  for (const Span& pause : run.pauses) stands.emplace_back(pause.from, pause.to);
  std::sort(stands.begin(), stands.end());
  return stands;
}

// The open time from `begin` to `end` without the stretches, what several of them have in common
// once.
absl::Duration Worked(const std::vector<Stretch>& stands, absl::Time begin, absl::Time end,
                      const calendar::Calendar& calendar) {
  absl::Duration open = absl::ZeroDuration();
  absl::Time at = begin;
  for (const auto& [from, to] : stands) {
    if (from > at) open += calendar.Between(at, std::min(from, end));
    at = std::max(at, std::min(to, end));
    if (at >= end) break;
  }
  if (at < end) open += calendar.Between(at, end);
  return std::max(open, absl::ZeroDuration());
}

// From when on the time of a task that ended counts as its length: its turn, but not before the day
// on which work was to begin (`days`: the plan if no step took any time). What was done before that
// day took from when somebody began.
absl::Time BeginOf(const TaskRecord& task, const FirstTimes& days) {
  const absl::Time begin = days.CountFrom(task.step, task.ready_time);
  if (begin < *task.end_time) return begin;
  return task.start_time.value_or(task.ready_time);
}

std::string OwnerOf(const Run& run, const TaskRecord& task) {
  const std::string assignee = AssigneeOf(run, task);
  return assignee.empty() ? run.plan->plan.node(task.step).step.role : assignee;
}

}  // namespace

std::vector<EndedTask> EndedTasks(const Run& run, const Entries& entries,
                                  const calendar::Calendar& calendar) {
  std::vector<EndedTask> ended;
  const FirstTimes days(run, run.spec.day_one, CourseOf(run), calendar,
                        [](flow::NodeIndex) { return absl::ZeroDuration(); });
  for (const HistoryEntry& entry : entries) {
    if (entry.kind != EntryKind::kTaskCompleted) continue;
    const auto view = FindTask(run, entry.task);
    // What was reopened since has not ended, or ended once more.
    if (!view.ok() || view->record == nullptr || view->record->end_time != entry.occur_time)
      continue;
    const TaskRecord& task = *view->record;
    const absl::Duration open = Worked(Stands(run, entry.task, entry.occur_time),
                                       BeginOf(task, days), entry.occur_time, calendar);
    ended.push_back({run.plan->plan.node(task.step).path, OwnerOf(run, task), open});
  }
  return ended;
}

void AddDuration(int64_t seconds, Durations* durations) {
  durations->push_back(seconds);
  if (durations->size() <= kDurationsKept) return;
  durations->erase(durations->begin(),
                   durations->end() - static_cast<std::ptrdiff_t>(kDurationsKept));
}

std::optional<DurationSummary> Summarize(const Durations& durations) {
  if (durations.size() < kDurationsNeeded) return std::nullopt;
  Durations sorted = durations;
  std::sort(sorted.begin(), sorted.end());
  const size_t count = sorted.size();
  return DurationSummary{.count = static_cast<int>(count),
                         .median = absl::Seconds(sorted[(count - 1) / 2]),
                         .p80 = absl::Seconds(sorted[(count * 4 - 1) / 5])};
}

}  // namespace plumbline::onboarding
