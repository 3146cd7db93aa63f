// SPDX-License-Identifier: Apache-2.0
//
// The values of the domain: one on-boarding with all that it knows of itself, and the entries of
// its history.
//
// Invariants of a Run:
//  1. `progress` is what its completed and skipped tasks and its decisions, in the order of the
//  history and without those that reopening took back, make of the plan.
//  2. `tasks` holds one record for each round of a step whose turn came, in that order; exactly
//  those that are open (READY, IN_PROGRESS, AWAITING_VERIFICATION) belong to the enabled steps of
//  `progress`; of a run that was cancelled none is.
//  3. The times of its history never decrease; `last_time` and `last_sequence` are those of the
//  latest entry.
//  4. No decision is open that the conditions of the plan answer by `attributes`, but for loops
//  that they would repeat without anybody's work, or beyond kMaxRounds. None is open in a run that
//  was cancelled.
//  5. An open impediment belongs to a task that is READY or IN_PROGRESS; `blocked_since` is set iff
//  one is open.
//  6. At most one of `finish_time`, `pause_time` and `cancel_time` is set.
//  7. `owner` is set iff a task is delegated; `waiver` only where it is READY or IN_PROGRESS.
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
enum class TaskState {
  kPending = 1,
  kReady,
  kInProgress,
  kDone,
  kSkipped,
  kNotNeeded,
  kAwaitingVerification
};
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
  kAttributesSet,
  kPaused,
  kResumed,
  kCancelled,
  kTaskRescheduled,
  kTaskWithdrawn,
  kTaskClaimed,
  kTaskAssigned,
  kTaskDelegated,
  kTaskReleased,
  kTaskReopened,
  kTaskCommented,
  kTaskSubmitted,
  kTaskVerified,
  kTaskRejected,
  kWaiverRequested,
  kWaiverApproved,
  kWaiverRejected
};

// What a task that failed its verification has, beside what the verification names.
inline constexpr char kRejectedDefect[] = "rejected";

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

// A request to leave a task out.
struct Waiver {
  std::string requester;
  std::string reason;
  absl::Time request_time;
  bool operator==(const Waiver&) const = default;
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
  // "" = whoever has the role; nullopt = the person whom the spec names for the role, if it does.
  std::optional<std::string> assignee;
  std::string owner;              // a person or the role, while it is delegated
  flow::AttributeValues outputs;  // by OutputId (outputs.h)
  std::string completer;
  int rejections = 0;
  std::optional<Waiver> waiver;
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

// What a comment points to.
struct Link {
  std::string uri;
  std::string title;
  bool operator==(const Link&) const = default;
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
  std::string owner;
  std::vector<Link> links;
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
  // As they are now, without defaults; inside calls those that steps yielded, by OutputId.
  flow::AttributeValues attributes;
  absl::Time start_time;
  absl::Time last_time;
  std::optional<absl::Time> finish_time;
  std::optional<absl::Time> target_time;
  std::optional<absl::Time> pause_time;
  std::string pause_reason;
  std::optional<absl::Time> cancel_time;
  std::string cancel_reason;
  int64_t last_sequence = 0;
  std::vector<TaskRecord> tasks;
  std::vector<Impediment> impediments;
  std::vector<DecisionRecord> decisions;  // in plan order
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_RUN_H_
