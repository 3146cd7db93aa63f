// SPDX-License-Identifier: Apache-2.0
//
// What the rules of engine.h are made of: appending to a run's history, and letting a run follow
// its progress. Not for use outside the engine.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_RECORDER_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_RECORDER_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/calendar/calendar.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/frozen_calendar.h"

namespace plumbline::onboarding {

// One change of one run. Used once, by one thread.
class Recorder {
 public:
  Recorder(Run& run, const Occurrence& when, const calendar::Calendar& calendar)
      : run_(run), when_(when), calendar_(calendar) {}

  // Appends an entry with its number, times and actor.
  HistoryEntry& Append(EntryKind kind);
  // Appends an entry about a task.
  HistoryEntry& AppendTask(EntryKind kind, const TaskRecord& task);
  // Appends an entry about an impediment of a task.
  HistoryEntry& AppendImpediment(EntryKind kind, const TaskRecord& task,
                                 const Impediment& impediment);
  // Resolves an open impediment of `task`.
  void Resolve(TaskRecord& task, Impediment& impediment, absl::string_view resolution);
  // Resolves all that are open on `task`.
  void ResolveAll(TaskRecord& task, absl::string_view resolution);
  // Takes the turn of an open task back; the caller removes its record. `becomes`: its state then;
  // "" = the plan does not have it any more.
  void Withdraw(const TaskRecord& task, absl::string_view becomes = Name(TaskState::kPending));
  // Ends the step of a task in the progress, and follows. `task` may not be used afterwards: new
  // tasks move the records.
  absl::Status EndStep(flow::NodeIndex step);
  // The progress of the run changed: tasks become ready, decisions open and are answered by
  // conditions where these can, the run may be finished. `answered` is the node of the decision
  // that was answered, if one was: what it asks now is a new question.
  absl::Status Follow(const flow::Change& change, flow::NodeIndex answered = flow::kNoNode);

  // From when on tasks count by the run as it is now. Kept until Follow(): of what they hang on
  // (first_times.h) nothing else may change after they were asked for.
  const FirstTimes& first_times();
  // When a task whose turn comes now should be done.
  std::optional<absl::Time> DueNow(flow::NodeIndex step) {
    return first_times().DueTime(step, when_.occur_time);
  }

  bool empty() const { return entries_.empty(); }
  absl::Time time() const { return when_.occur_time; }

  // What was appended, and, where that moves the end of the run far enough, that it does. Last.
  Entries Take();

 private:
  void MakeReady(flow::NodeIndex step);
  absl::Status Apply(const flow::Change& change, flow::NodeIndex answered);
  // Forgets of steps that are not needed in their round that they were to be left out in it.
  void DropPlannedSkips(const flow::Change& change);
  // Ends those of `steps`, which are ready, that were to be left out, as told by who said so.
  absl::Status LeaveOut(const std::vector<flow::NodeIndex>& steps);
  void ReadDecisions(flow::NodeIndex answered);
  // Answers what is asked and known: by conditions, and of a step that was to be left out that it
  // is.
  absl::Status Decide();
  absl::Status DecideByConditions();
  // A step about which is asked whether it is to be done, and that was to be left out.
  std::optional<flow::NodeIndex> PlannedOut() const;
  void TellOutlook();

  Run& run_;
  const Occurrence& when_;
  const calendar::Calendar& calendar_;
  std::optional<FirstTimes> first_times_;  // absent until it is asked for, and where it may differ
  Entries entries_;
};

// FIELD_INVALID if `time` is where a calendar leads that is never open again.
absl::Status CheckOpens(const Spec& spec, absl::Time time);

// ONBOARDING_CLOSED if the run is over.
absl::Status CheckNotClosed(const Run& run);

// The record of a task in one of the states `allowed`. RESOURCE_NOT_FOUND, TASK_STATE.
absl::StatusOr<TaskRecord*> TaskInState(Run& run, absl::string_view task,
                                        std::initializer_list<TaskState> allowed);
// The same for READY and IN_PROGRESS.
absl::StatusOr<TaskRecord*> WorkableTask(Run& run, absl::string_view task);

// ONBOARDING_CLOSED if the run was cancelled.
absl::Status CheckNotCancelled(const Run& run);
// Also ONBOARDING_STATE if it is paused: work cannot go on.
absl::Status CheckGoesOn(const Run& run);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_RECORDER_H_
