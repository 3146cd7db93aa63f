// SPDX-License-Identifier: Apache-2.0
//
// The values of the domain: one on-boarding with all that it knows of itself, and the entries of
// its history.
//
// Invariants of a Run:
//  1. `progress` is what its completed and skipped tasks and its decisions, in the order of the
//  history, make of the plan.
//  2. `tasks` holds one record for each round of a step whose turn came, in that order; exactly
//  those that are READY or
//     IN_PROGRESS belong to the enabled steps of `progress`.
//  3. The times of its history never decrease; `last_time` and `last_sequence` are those of the
//  latest entry.
//  4. No decision is open that the conditions of the plan answer by `attributes`, but for loops
//  that they would repeat without anybody's work, or beyond kMaxRounds.
//  5. An open impediment belongs to a task that is READY or IN_PROGRESS; `blocked_since` is set iff
//  one is open.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_RUN_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_RUN_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/flow/decide.h"
#include "common/flow/progress.h"
#include "services/onboarding/engine/frozen_plan.h"

namespace plumbline::onboarding {

// The numbers of these enums are those of onboarding.proto, and are stored.
enum class TaskState { kPending = 1, kReady, kInProgress, kDone, kSkipped, kNotNeeded };
enum class Category {
  kUtilityDown = 1,
  kAccess,
  kEquipment,
  kApproval,
  kPeople,
  kInformation,
  kOther
};
enum class EntryKind {
  kStarted = 1,
  kTaskReady,
  kTaskStarted,
  kTaskCompleted,
  kTaskSkipped,
  kBlocked,
  kUnblocked,
  kDecided,
  kFinished,
  kAttributesSet
};

// "READY", as in onboarding.proto without its prefix.
const char* Name(TaskState state);

// What the caller asked for. See Onboarding in onboarding.proto.
struct Spec {
  std::string workspace;
  std::string id;
  std::string person;
  std::string display_name;
  absl::CivilDay day_one;
  std::string time_zone;
  std::map<std::string, std::string> assignees;
  std::map<std::string, std::string> labels;
  flow::AttributeValues attributes;  // as they were at the start, without defaults
};

// A round of a step whose turn came.
struct TaskRecord {
  flow::NodeIndex step = flow::kNoNode;
  int round = 1;
  TaskState state = TaskState::kReady;
  absl::Time ready_time;
  std::optional<absl::Time> start_time;
  std::optional<absl::Time> end_time;
  std::optional<absl::Time> due_time;
  absl::Duration blocked = absl::ZeroDuration();  // spans that are over, overlaps once
  std::optional<absl::Time> blocked_since;
  std::vector<std::string> ticked;
  std::vector<std::string> defects;
  bool operator==(const TaskRecord&) const = default;
};

struct Impediment {
  std::string id;
  std::string task;  // id of the task
  Category category = Category::kOther;
  std::string utility;
  std::string description;
  absl::Time open_time;
  std::optional<absl::Time> resolve_time;
  std::string resolution;
  bool operator==(const Impediment&) const = default;
};

// A decision that waits for a person.
struct DecisionRecord {
  flow::NodeIndex node = flow::kNoNode;
  absl::Time ready_time;
  bool operator==(const DecisionRecord&) const = default;
};

// See HistoryEntry in onboarding.proto.
struct HistoryEntry {
  int64_t sequence = 0;
  absl::Time occur_time;
  absl::Time record_time;
  std::string actor;
  EntryKind kind = EntryKind::kStarted;
  std::string task;
  std::string step;
  std::string title;
  std::string decision;
  std::string option;
  std::string impediment;
  std::optional<Category> category;
  std::string utility;
  std::string reason;
  std::string resource;
  std::optional<absl::Time> due_time;
  std::optional<absl::Time> earliest_time;
  std::optional<absl::Time> start_time;
  std::vector<std::string> defects;
  std::vector<std::string> ticked;
  bool by_condition = false;
  flow::AttributeValues attributes;
};

// One on-boarding. Copyable.
struct Run {
  Run(Spec s, PlanPointer p, flow::Progress g)
      : spec(std::move(s)),
        plan(std::move(p)),
        progress(std::move(g)),
        attributes(spec.attributes) {}

  Spec spec;
  PlanPointer plan;
  flow::Progress progress;
  flow::AttributeValues attributes;  // as they are now, without defaults
  absl::Time start_time;
  absl::Time last_time;
  std::optional<absl::Time> finish_time;
  std::optional<absl::Time> target_time;
  int64_t last_sequence = 0;
  std::vector<TaskRecord> tasks;
  std::vector<Impediment> impediments;
  std::vector<DecisionRecord> decisions;  // in plan order
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_RUN_H_
