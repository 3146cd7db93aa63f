// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/recorder.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/changes.h"
#include "services/onboarding/engine/endings.h"
#include "services/onboarding/engine/late_news.h"
#include "services/onboarding/engine/milestones_follow.h"
#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

struct Answered {
  flow::NodeIndex node;
  flow::Ruling ruling;
};

// The first open decision that conditions answer. A loop that they have repeated already goes on
// only when somebody has worked in between, or it might never end.
std::optional<Answered> NextAnswer(const Run& run, const flow::Decider& decider,
                                   const std::set<flow::NodeIndex>& repeated) {
  for (const flow::OpenDecision& open : run.progress.OpenDecisions()) {
    flow::Ruling ruling = decider.Ask(open);
    if (ruling.option.empty()) continue;
    const flow::PlanNode& node = run.plan->plan.node(open.node);
    const bool again = node.kind == flow::NodeKind::kLoop && ruling.option == flow::kAgain;
    if (again &&
        (repeated.contains(open.node) || run.progress.round(node.children[0]) >= kMaxRounds)) {
      continue;
    }
    return Answered{open.node, std::move(ruling)};
  }
  return std::nullopt;
}

}  // namespace

HistoryEntry& Recorder::Append(EntryKind kind) {
  HistoryEntry& entry = entries_.emplace_back();
  entry.sequence = ++run_.last_sequence;
  entry.occur_time = when_.occur_time;
  entry.record_time = when_.record_time;
  entry.actor = when_.actor;
  entry.kind = kind;
  run_.last_time = when_.occur_time;
  run_.late_time = LateTimeAfter(run_.late_time, when_);
  return entry;
}

HistoryEntry& Recorder::AppendTask(EntryKind kind, const TaskRecord& task) {
  HistoryEntry& entry = Append(kind);
  const flow::PlanNode& node = run_.plan->plan.node(task.step);
  entry.task = TaskId(*run_.plan, task.step, task.round);
  entry.step = node.path;
  entry.title = node.title;
  entry.resource = ActorOf(run_, task).resource();
  return entry;
}

HistoryEntry& Recorder::AppendImpediment(EntryKind kind, const TaskRecord& task,
                                         const Impediment& impediment) {
  HistoryEntry& entry = AppendTask(kind, task);
  entry.impediment = impediment.id;
  entry.category = impediment.category;
  entry.utility = impediment.utility;
  entry.impediment_record = impediment.record;
  return entry;
}

void Recorder::Resolve(TaskRecord& task, Impediment& impediment, absl::string_view resolution) {
  impediment.resolve_time = when_.occur_time;
  impediment.resolution = std::string(resolution);
  if (task.awaits_webhook == impediment.id) task.awaits_webhook.clear();
  if (OpenImpediments(run_, impediment.task).empty() && task.blocked_since.has_value()) {
    task.blocked += when_.occur_time - *task.blocked_since;
    task.blocked_since.reset();
  }
  AppendImpediment(EntryKind::kUnblocked, task, impediment).reason = impediment.resolution;
}

void Recorder::ResolveAll(TaskRecord& task, absl::string_view resolution) {
  const std::string id = TaskId(*run_.plan, task.step, task.round);
  for (Impediment& impediment : run_.impediments) {
    if (impediment.task == id && !impediment.resolve_time.has_value())
      Resolve(task, impediment, resolution);
  }
}

void Recorder::Withdraw(const TaskRecord& task, absl::string_view becomes) {
  HistoryEntry& entry = AppendTask(EntryKind::kTaskWithdrawn, task);
  Tell(entry, "state", Name(task.state), becomes);
  if (task.waiver.has_value()) Tell(entry, "waiver", "REQUESTED", "NONE");
}

const FirstTimes& Recorder::first_times() {
  if (!first_times_.has_value())
    first_times_.emplace(FirstTimes::ByItsCalendar(run_, CourseOf(run_), calendar_));
  return *first_times_;
}

void Recorder::MakeReady(flow::NodeIndex step) {
  auto rounds = std::count_if(run_.tasks.begin(), run_.tasks.end(),
                              [&](const TaskRecord& before) { return before.step == step; });
  TaskRecord& task = run_.tasks.emplace_back();
  task.step = step;
  task.round = static_cast<int>(rounds) + 1;
  task.ready_time = when_.occur_time;
  task.due_time = DueNow(step);
  HistoryEntry& entry = AppendTask(EntryKind::kTaskReady, task);
  entry.due_time = task.due_time;
  entry.earliest_time = EarliestTime(run_.plan->plan.node(step).step, run_.spec.day_one, calendar_);
}

absl::Status Recorder::EndStep(flow::NodeIndex step) {
  ASSIGN_OR_RETURN(flow::Change change, run_.progress.EndStep(step));
  return Follow(change);
}

absl::Status Recorder::Follow(const flow::Change& change, flow::NodeIndex answered) {
  RETURN_IF_ERROR(Apply(change, answered));
  return Decide();
}

absl::Status Recorder::Decide() {
  RETURN_IF_ERROR(DecideByConditions());
  while (const auto step = PlannedOut()) {
    const Waiver planned = run_.planned_skips.extract(*step).mapped();
    ASSIGN_OR_RETURN(const flow::Change change, run_.progress.Decide(*step, flow::kLeaveOut));
    const flow::PlanNode& node = run_.plan->plan.node(*step);
    HistoryEntry& entry = Append(EntryKind::kDecided);
    entry.title = node.title;
    entry.decision = node.path;
    entry.option = flow::kLeaveOut;
    // As said by who planned it, not by who happened to bring it to its turn.
    entry.actor = planned.requester;
    entry.reason = planned.reason;
    entry.resource = ResourceOf(run_.spec, node.decider);
    RETURN_IF_ERROR(Apply(change, *step));
    RETURN_IF_ERROR(DecideByConditions());
  }
  return absl::OkStatus();
}

std::optional<flow::NodeIndex> Recorder::PlannedOut() const {
  if (run_.planned_skips.empty()) return std::nullopt;
  for (const flow::OpenDecision& open : run_.progress.OpenDecisions())
    if (run_.planned_skips.contains(open.node)) return open.node;
  return std::nullopt;
}

absl::Status Recorder::DecideByConditions() {
  if (run_.plan->conditions.empty() || run_.decisions.empty()) return absl::OkStatus();
  const flow::Decider decider(run_.plan->plan, run_.plan->conditions, run_.attributes);
  std::set<flow::NodeIndex> repeated;
  while (const std::optional<Answered> next = NextAnswer(run_, decider, repeated)) {
    const flow::PlanNode& node = run_.plan->plan.node(next->node);
    if (next->ruling.option == flow::kAgain) repeated.insert(next->node);
    ASSIGN_OR_RETURN(const flow::Change change,
                     run_.progress.Decide(next->node, next->ruling.option));
    HistoryEntry& entry = Append(EntryKind::kDecided);
    entry.title = node.title;
    entry.decision = node.path;
    entry.option = next->ruling.option;
    entry.reason = next->ruling.reason;
    entry.by_condition = true;
    RETURN_IF_ERROR(Apply(change, next->node));
  }
  return absl::OkStatus();
}

absl::Status Recorder::Apply(const flow::Change& change, flow::NodeIndex answered) {
  first_times_.reset();
  DropPlannedSkips(change);
  FollowMilestones(run_, *this, calendar_);
  for (flow::NodeIndex step : change.enabled_steps) MakeReady(step);
  ReadDecisions(answered);
  if (change.finished) {
    const char* const before = StateName(run_);
    run_.finish_time = when_.occur_time;
    HistoryEntry& entry = Append(EntryKind::kFinished);
    entry.title = run_.plan->title;
    Tell(entry, "state", before, StateName(run_));
  }
  return LeaveOut(change.enabled_steps);
}

void Recorder::DropPlannedSkips(const flow::Change& change) {
  if (run_.planned_skips.empty()) return;
  // Older releases kept them until a loop set their steps back.
  for (const auto* steps : {&change.not_needed_steps, &change.reset_steps}) {
    for (const flow::NodeIndex step : *steps) {
      const auto planned = run_.planned_skips.extract(step);
      if (planned.empty()) continue;
      const std::string reason = absl::StrCat("it is not needed in this round, for which ",
                                              planned.mapped().requester, " had it left out");
      TellPlannedSkip({step, NextRound(run_, step)}, flow::kLeaveOut, flow::kDo, reason, *this);
    }
  }
}

absl::Status Recorder::LeaveOut(const std::vector<flow::NodeIndex>& steps) {
  for (const flow::NodeIndex step : steps) {
    const auto planned = run_.planned_skips.extract(step);
    if (planned.empty()) continue;
    const auto task = std::find_if(run_.tasks.rbegin(), run_.tasks.rend(),
                                   [&](const TaskRecord& one) { return one.step == step; });
    const TaskFacts before = FactsOf(run_, *task);
    task->state = TaskState::kSkipped;
    task->end_time = when_.occur_time;
    HistoryEntry& entry = AppendTask(EntryKind::kTaskSkipped, *task);
    Tell(entry, before, FactsOf(run_, *task));
    // Not by who happened to bring it to its turn.
    entry.actor = planned.mapped().requester;
    entry.reason = planned.mapped().reason;
    ASSIGN_OR_RETURN(const flow::Change change, run_.progress.EndStep(step));
    RETURN_IF_ERROR(Apply(change, flow::kNoNode));
  }
  return absl::OkStatus();
}

void Recorder::ReadDecisions(flow::NodeIndex answered) {
  std::vector<DecisionRecord> open;
  for (const flow::OpenDecision& decision : run_.progress.OpenDecisions()) {
    DecisionRecord record{decision.node, when_.occur_time};
    for (const DecisionRecord& before : run_.decisions) {
      if (before.node == decision.node && before.node != answered) record = before;
    }
    open.push_back(record);
  }
  run_.decisions = std::move(open);
}

absl::Status CheckOpens(const Spec& spec, absl::Time time) {
  if (time < LastInstant()) return absl::OkStatus();
  return base::FieldError(
      "onboarding.calendar",
      absl::StrCat("'",
                   spec.calendar == nullptr || spec.calendar->name.empty() ? CalendarTitle(spec)
                                                                           : spec.calendar->name,
                   "' is not open for so long from day one, ", absl::FormatCivilTime(spec.day_one),
                   "; give it hours in the catalog, or choose another one"));
}

namespace {

// The id of the open task of a step, "exam~2"; of a decision its path.
std::string OpenId(const Run& run, flow::NodeIndex node) {
  for (const TaskRecord& task : run.tasks)
    if (task.step == node && IsOpen(task)) return TaskId(*run.plan, node, task.round);
  return run.plan->plan.node(node).path;
}

// "; it waits for 'contract' and 'laptop'", of a task whose turn did not come: the tasks that are
// open, and the decisions that are asked, in the part of the plan that goes before it.
std::string WhatItAwaits(const Run& run, const TaskView& view) {
  constexpr size_t kMostNamed = 3;
  const flow::Plan& plan = run.plan->plan;
  flow::NodeIndex at = view.step;
  while (plan.node(at).parent != flow::kNoNode &&
         run.progress.state(plan.node(at).parent) != flow::NodeState::kActive) {
    at = plan.node(at).parent;
  }
  const flow::NodeIndex above = plan.node(at).parent;
  if (above == flow::kNoNode) return "";
  std::vector<flow::NodeIndex> open = run.progress.EnabledSteps();
  for (const flow::OpenDecision& decision : run.progress.OpenDecisions())
    open.push_back(decision.node);
  std::vector<std::string> names;
  for (const flow::NodeIndex node : open) {
    const bool before = node >= above && node < plan.node(above).end;
    if (before && node != view.step) names.push_back(absl::StrCat("'", OpenId(run, node), "'"));
  }
  if (names.empty()) return "";
  const size_t more = names.size() - std::min(names.size(), kMostNamed);
  names.resize(names.size() - more);
  return absl::StrCat("; it waits for ", absl::StrJoin(names, ", "),
                      more == 0 ? "" : absl::StrCat(" and ", more, " more"));
}

// "; 'exam~2' is READY", of a task that ended in an earlier round: the one that goes on or comes.
std::string OtherRound(const Run& run, const TaskView& view) {
  if (view.state == TaskState::kPending) return "";
  for (const TaskView& other : Tasks(run)) {
    if (other.step != view.step || other.round <= view.round) continue;
    if (other.state != TaskState::kPending && (other.record == nullptr || !IsOpen(*other.record)))
      continue;
    return absl::StrCat("; '", TaskId(*run.plan, other.step, other.round), "' is ",
                        Name(other.state));
  }
  return "";
}

// "PENDING, READY or IN_PROGRESS".
std::string NamesOf(std::initializer_list<TaskState> states) {
  std::string names;
  for (const TaskState* state = states.begin(); state != states.end(); ++state) {
    const char* const gap = state + 1 == states.end() ? " or " : ", ";
    absl::StrAppend(&names, state == states.begin() ? "" : gap, Name(*state));
  }
  return names;
}

}  // namespace

absl::StatusOr<TaskRecord*> TaskInState(Run& run, absl::string_view task,
                                        std::initializer_list<TaskState> allowed) {
  ASSIGN_OR_RETURN(TaskView view, FindTask(run, task));
  if (std::find(allowed.begin(), allowed.end(), view.state) != allowed.end())
    return &run.tasks[view.record - run.tasks.data()];
  const std::string names = NamesOf(allowed);
  return base::Error(base::Reason::ERROR_REASON_TASK_STATE,
                     absl::StrCat("task '", task, "' is ", Name(view.state), "; it must be ", names,
                                  " for this",
                                  view.state == TaskState::kPending ? WhatItAwaits(run, view)
                                                                    : OtherRound(run, view)))
      .With("state", Name(view.state))
      .With("allowed", names)
      .Precondition("TASK_STATE", TaskName(run.spec, task), absl::StrCat("must be ", names));
}

absl::StatusOr<TaskRecord*> WorkableTask(Run& run, absl::string_view task) {
  return TaskInState(run, task, {TaskState::kReady, TaskState::kInProgress});
}

absl::Status CheckNotCancelled(const Run& run) {
  if (!run.cancel_time.has_value()) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_ONBOARDING_CLOSED,
                     absl::StrCat("on-boarding '", run.spec.id, "' was cancelled (",
                                  run.cancel_reason, "), for good; start another one"))
      .With("state", "CANCELLED");
}

absl::Status CheckGoesOn(const Run& run) {
  RETURN_IF_ERROR(CheckNotCancelled(run));
  if (!run.pause_time.has_value()) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_ONBOARDING_STATE,
                     absl::StrCat("on-boarding '", run.spec.id, "' is paused (", run.pause_reason,
                                  "); resume it first"))
      .With("state", "PAUSED")
      .With("allowed", "ACTIVE")
      .With("reason", run.pause_reason);
}

}  // namespace plumbline::onboarding
