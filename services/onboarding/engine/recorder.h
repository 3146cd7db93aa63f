// SPDX-License-Identifier: Apache-2.0
//
// What the rules of engine.h are made of: appending to a run's history, and letting a run follow
// its progress. Not for use outside the engine.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_RECORDER_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_RECORDER_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "common/calendar/calendar.h"
#include "services/onboarding/engine/engine.h"

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
  // Resolves an open impediment of `task`.
  void Resolve(TaskRecord& task, Impediment& impediment, absl::string_view resolution);
  // The progress of the run changed: tasks become ready, decisions open and are answered by
  // conditions where these can, the run may be finished. `answered` is the node of the decision
  // that was answered, if one was: what it asks now is a new question.
  absl::Status Follow(const flow::Change& change, flow::NodeIndex answered = flow::kNoNode);

  Entries Take() { return std::move(entries_); }

 private:
  void MakeReady(flow::NodeIndex step);
  void Apply(const flow::Change& change, flow::NodeIndex answered);
  absl::Status DecideByConditions();

  Run& run_;
  const Occurrence& when_;
  const calendar::Calendar& calendar_;
  Entries entries_;
};

// The calendar of a run; its zone was checked when it was started.
absl::StatusOr<calendar::Calendar> CalendarOf(const Spec& spec);

// The record of a task in one of the states `a` and `b`. RESOURCE_NOT_FOUND, TASK_STATE.
absl::StatusOr<TaskRecord*> TaskInState(Run& run, absl::string_view task, TaskState a, TaskState b);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_RECORDER_H_
