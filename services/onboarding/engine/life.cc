// SPDX-License-Identifier: Apache-2.0
//
// The life of a run as a whole.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/changes.h"
#include "services/onboarding/engine/clocks.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {

absl::Status CheckNotClosed(const Run& run) {
  RETURN_IF_ERROR(CheckNotCancelled(run));
  if (!run.finish_time.has_value()) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_ONBOARDING_CLOSED,
                     absl::StrCat("on-boarding '", run.spec.id,
                                  "' is complete: there is nothing left to do"))
      .With("state", "COMPLETED");
}

absl::StatusOr<Entries> Pause(Run& run, absl::string_view reason, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckNotClosed(run));
  RETURN_IF_ERROR(CheckGoesOn(run));
  const RunFacts before = FactsOf(run, calendar);
  run.pause_time = when.occur_time;
  run.pause_reason = std::string(reason);
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.Append(EntryKind::kPaused);
  entry.title = run.plan->title;
  entry.reason = run.pause_reason;
  Tell(entry, before, FactsOf(run, calendar));
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
  const RunFacts before = FactsOf(run, calendar);
  const absl::Time pause = *run.pause_time;
  if (run.target_time.has_value()) run.target_time = TargetSoFar(run, when.occur_time, calendar);
  run.pauses.push_back({pause, when.occur_time});
  run.pause_time.reset();
  run.pause_reason.clear();
  run.resume_time = when.occur_time;
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.Append(EntryKind::kResumed);
  entry.title = run.plan->title;
  entry.reason = std::string(reason);
  entry.due_time = run.target_time;
  Tell(entry, before, FactsOf(run, calendar));
  for (TaskRecord& task : run.tasks) {
    EndPause(run, task, pause, calendar, recorder);
    if (task.call.has_value()) task.call->answer_by += when.occur_time - pause;
  }
  return recorder.Take();
}

absl::StatusOr<Entries> Cancel(Run& run, absl::string_view reason, const Occurrence& when) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckNotClosed(run));
  const char* const before = StateName(run);
  if (run.pause_time.has_value()) run.pauses.push_back({*run.pause_time, when.occur_time});
  run.pause_time.reset();
  run.pause_reason.clear();
  run.cancel_time = when.occur_time;
  run.cancel_reason = std::string(reason);
  run.decisions.clear();
  Recorder recorder(run, when, calendar);
  HistoryEntry& entry = recorder.Append(EntryKind::kCancelled);
  entry.title = run.plan->title;
  entry.reason = run.cancel_reason;
  Tell(entry, "state", before, StateName(run));
  for (TaskRecord& task : run.tasks) {
    if (!IsOpen(task)) continue;
    recorder.ResolveAll(task, reason);
    const TaskFacts was = FactsOf(run, task);
    task.state = TaskState::kNotNeeded;
    task.end_time = when.occur_time;
    task.waiver.reset();
    Tell(recorder.AppendTask(EntryKind::kTaskWithdrawn, task), was, FactsOf(run, task));
  }
  return recorder.Take();
}

}  // namespace plumbline::onboarding
