// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/forecast/durations.h"

#include <algorithm>
#include <utility>

#include "services/onboarding/engine/schedule.h"
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

std::string OwnerOf(const Run& run, const TaskRecord& task) {
  const std::string assignee = AssigneeOf(run, task);
  return assignee.empty() ? run.plan->plan.node(task.step).step.role : assignee;
}

}  // namespace

std::vector<EndedTask> EndedTasks(const Run& run, const Entries& entries,
                                  const calendar::Calendar& calendar) {
  std::vector<EndedTask> ended;
  for (const HistoryEntry& entry : entries) {
    if (entry.kind != EntryKind::kTaskCompleted) continue;
    const auto view = FindTask(run, entry.task);
    // What was reopened since has not ended, or ended once more.
    if (!view.ok() || view->record == nullptr || view->record->end_time != entry.occur_time)
      continue;
    const TaskRecord& task = *view->record;
    const flow::PlanNode& node = run.plan->plan.node(task.step);
    const absl::Time begin = std::max(task.ready_time, FirstTime(node, run.spec.day_one, calendar));
    const absl::Duration open =
        Worked(Stands(run, entry.task, entry.occur_time), std::min(begin, entry.occur_time),
               entry.occur_time, calendar);
    ended.push_back({node.path, OwnerOf(run, task), open});
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
