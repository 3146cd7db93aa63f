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
//  8. `call` waits for its answer iff its task is READY or IN_PROGRESS; `awaits_webhook` names an
//  impediment that is open.
//  9. Of `planned_skips` none is a step with a waiver_approver; each waits for its turn.
//  10. Of one task, rule and time there is one ladder.
//  11. `milestones` names none twice; those that are `by_node` are exactly those whose node
//  ReachedByWork (milestones.h) tells, but for those that were reached otherwise.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_RUN_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_RUN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/flow/decide.h"
#include "common/flow/process.h"
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
  kWaiverRejected,
  kReplanned = 28,
  kImpedimentAcknowledged = 32,
  kImpedimentChanged = 33,
  kEscalated = 36,
  kEscalationAcknowledged = 37,
  kMilestoneReached = 40,
  kMilestoneWithdrawn = 41,
  kMigrated = 44,
  kTaskAdded,
  kTaskMoved,
  kTaskDropped,
  kAutomationCalled = 48,
  kAutomationAccepted,
  kAutomationAnswered,
  kAutomationFailed,
  kTaskSkipPlanned,
  kWaiverDelegated
};

// What a task that failed its verification has, beside what the verification names.
inline constexpr char kRejectedDefect[] = "rejected";

// "READY", as in onboarding.proto without its prefix.
const char* Name(TaskState state);

// A calendar as it was at a start (frozen_calendar.h). Immutable, shared by all runs of it.
struct FrozenCalendar;
using CalendarPointer = std::shared_ptr<const FrozenCalendar>;

// `unknown` of these values: fields of theirs that a later release wrote (later_fields.h).

// What the caller asked for. See Onboarding in onboarding.proto.
struct Spec {
  std::string workspace;
  std::string id;
  std::string person;
  std::string display_name;
  absl::CivilDay day_one;
  std::string time_zone;
  // By which all business time of the run counts, in `time_zone`; nullptr: Monday to Friday, 09:00
  // to 17:00.
  CalendarPointer calendar;
  std::map<std::string, std::string> assignees;
  std::map<std::string, std::string> labels;
  flow::AttributeValues attributes;  // as they were at the start, without defaults
  std::string unknown;
};

// Somebody who is asked in the stead of another. It counts while the owner is who would be asked.
struct Proxy {
  std::string person;
  std::string owner;  // who is away
  std::string unknown;
  bool operator==(const Proxy&) const = default;
};

// That a task be left out, and who said so.
struct Waiver {
  std::string requester;
  std::string reason;
  absl::Time request_time;
  std::optional<Proxy> approver;
  std::string unknown;
  std::string unknown_around;  // of the plan to leave it out, where it is of one
  bool operator==(const Waiver&) const = default;
};

// A call of the program that does a task (automation.h).
struct AutomationCall {
  std::string id;  // what its answer must name
  absl::Time call_time;
  absl::Time answer_by;
  bool accepted = false;  // it will answer later
  bool answered = false;  // and the task was completed by that
  std::string unknown;
  bool operator==(const AutomationCall&) const = default;
};

// How far a task came up a ladder (escalation/ladder.h).
struct Ladder {
  std::string rule;  // id of a PlanRule
  absl::Time since;  // what it is about
  int level = 0;     // the highest that was told
  bool acknowledged = false;
  bool over = false;  // what it was about is no more
  std::string unknown;
  bool operator==(const Ladder&) const = default;
};

// How a task came to who has it.
struct Gift {
  absl::Time time;
  bool stands_in = false;  // for its owner, who is away
  std::string unknown;
  bool operator==(const Gift&) const = default;
};

// What a task is doing, for its account of time (accounts.h).
enum class Phase { kWaiting = 1, kWorking, kVerifying };

struct PhaseChange {
  Phase phase = Phase::kWaiting;
  absl::Time from;
  std::string unknown;
  bool operator==(const PhaseChange&) const = default;
};

// A stretch of time, without its end.
struct Span {
  absl::Time from;
  absl::Time to;
  std::string unknown;
  bool operator==(const Span&) const = default;
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
  std::optional<Proxy> verifier;  // while it awaits verification
  // Empty: waiting since ready_time, at work since start_time.
  std::vector<PhaseChange> phases;
  std::vector<Ladder> ladders;         // in the order in which they were begun
  std::optional<Gift> gift;            // absent = it has always belonged to whom the spec names
  std::optional<AutomationCall> call;  // the last one, while it counts
  int calls = 0;
  std::string awaits_webhook;  // id of the impediment that is open because there is none to call
  std::string unknown;
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
  // The id of the record that it is of; "" = its own, which is kept under RecordId (tasks.h).
  std::string record;
  std::optional<absl::Time> acknowledge_time;
  std::string unknown;
  bool operator==(const Impediment&) const = default;
};

// A decision that waits for a person.
struct DecisionRecord {
  flow::NodeIndex node = flow::kNoNode;
  absl::Time ready_time;
  std::string unknown;
  bool operator==(const DecisionRecord&) const = default;
};

// A milestone that was reached (milestones.h).
struct ReachedMilestone {
  std::string id;
  std::string title;  // as it was called then
  absl::Time reach_time;
  std::string source;  // who or what knows; "" = the work of the run itself
  std::string reporter;
  std::string reason;
  bool by_node = false;  // reached while its node is done, and no longer
  std::string unknown;
  bool operator==(const ReachedMilestone&) const = default;
};

// When a run should finish, by what really happened until its latest entry (outlook.h).
struct Outlook {
  absl::Time finish;
  absl::Time told;  // what its history said last of that
  // From when on its target cannot be kept, unless something is done before; nullopt: never.
  std::optional<absl::Time> risk_time;
  absl::Time as_of;  // when it was looked at: what is late moves it later by itself
  bool operator==(const Outlook&) const = default;
};

// What a comment points to.
struct Link {
  std::string uri;
  std::string title;
  bool operator==(const Link&) const = default;
};

// Where a task is put in a plan. See TaskPlace in plan_change.proto.
struct TaskPlace {
  enum class Side { kAtEnd, kAfter, kBefore, kBeside };
  Side side = Side::kAtEnd;
  std::string of;  // the path of a node; "" where it is at the end
  bool operator==(const TaskPlace&) const = default;
};

// See PlanChange in plan_change.proto.
struct PlanChange {
  std::string process;
  std::string previous_process;
  std::string plan;  // ids of frozen plans
  std::string previous_plan;
  std::map<std::string, std::string> mappings;  // paths
  std::vector<std::string> dropped;
  // Ids of the tasks whose turn had come, before -> after; "" = it is gone. Not kept with the
  // entry.
  std::map<std::string, std::string> tasks;
  std::optional<TaskPlace> place;
  std::optional<flow::Node> node;
};

// Something that moved the progress of a run: a task that ended, or a decision.
struct Deed {
  flow::NodeIndex node = flow::kNoNode;
  int round = 0;       // of the task; of a decision 0
  std::string option;  // of a decision; "" = a task ended
  bool by_condition = false;
  std::string unknown;
  bool operator==(const Deed&) const = default;
};

// See EscalationStep in escalation.proto.
struct EscalationStep {
  std::string rule;
  flow::EscalationTrigger trigger = flow::EscalationTrigger::kUnset;
  int level = 0;
  std::vector<std::string> recipients;
  absl::Time since;
  std::optional<absl::Time> reach_time;
  bool operator==(const EscalationStep&) const = default;
};

// See FieldChange in field_change.proto.
struct FieldChange {
  std::string field;
  std::string before;
  std::string after;
  bool operator==(const FieldChange&) const = default;
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
  std::string impediment_record;
  std::optional<EscalationStep> escalation;
  bool stands_in = false;
  std::optional<absl::Time> previous_due_time;
  std::optional<absl::CivilDay> day_one;
  std::optional<absl::CivilDay> previous_day_one;
  std::string milestone;
  std::optional<absl::Time> reach_time;
  std::optional<PlanChange> plan_change;
  std::string webhook;
  int call = 0;
  std::optional<absl::Time> answer_by;
  // What the fields above do not say (codec_changes.h adds what they do).
  std::vector<FieldChange> changes;
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
  // When the latest of what was told after the fact was recorded, until that has rested
  // (late_news.h).
  std::optional<absl::Time> late_time;
  std::optional<absl::Time> finish_time;
  std::optional<absl::Time> target_time;
  std::optional<absl::Time> pause_time;
  std::string pause_reason;
  std::optional<absl::Time> cancel_time;
  std::string cancel_reason;
  std::optional<absl::Time> resume_time;      // the last time
  std::optional<absl::Time> next_escalation;  // as the table of these times has it
  int64_t last_sequence = 0;
  std::vector<TaskRecord> tasks;
  std::vector<Impediment> impediments;
  std::vector<DecisionRecord> decisions;  // in plan order
  std::vector<Span> pauses;               // that are over
  // nullopt: of an older release until its next change, or cancelled.
  std::optional<Outlook> outlook;
  std::vector<ReachedMilestone> milestones;  // as they became known
  // What was done before the plan was changed the last time, and counts in the plan as it is now;
  // and the number of the entry that changed it (0: it is that of the start). Entries before it
  // speak about plans that the run has no more.
  std::vector<Deed> deeds;
  int64_t plan_sequence = 0;
  bool plan_changed = false;  // the plan is of this run alone
  // Steps that are left out when their turn comes in the round that is to come (SkipTask of a
  // PENDING task); forgotten when they turn out not to be needed in it.
  std::map<flow::NodeIndex, Waiver> planned_skips;
  std::string unknown;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_RUN_H_
