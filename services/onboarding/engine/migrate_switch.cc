// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/migrate_switch.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/onboarding/engine/changes.h"
#include "services/onboarding/engine/clocks.h"
#include "services/onboarding/engine/endings.h"
#include "services/onboarding/engine/milestones_follow.h"
#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

using flow::kNoNode;
using flow::NodeIndex;

// The target of a run of `plan`, with what was added to that of the plan before (by pauses).
std::optional<absl::Time> TargetTime(const Run& run, const FrozenPlan& plan,
                                     const calendar::Calendar& calendar) {
  if (plan.target == run.plan->target) return run.target_time;
  if (!plan.target.has_value()) return std::nullopt;
  const absl::Time day_one = calendar.OpeningOfDay(run.spec.day_one, 0);
  const auto from_day_one = [&](const flow::BusinessDuration& target) {
    return std::min(calendar.Add(day_one, target.days, target.minutes), LastInstant());
  };
  const absl::Time target = from_day_one(*plan.target);
  if (!run.plan->target.has_value() || !run.target_time.has_value()) return target;
  return MovedBy(target, from_day_one(*run.plan->target), *run.target_time, calendar);
}

// When a task is due that was due at `was_due` by the plan before and is at `due` by that of now,
// with what was added to its due date before (while it was blocked, or the run rested).
std::optional<absl::Time> DueByPlan(const TaskRecord& task, std::optional<absl::Time> was_due,
                                    std::optional<absl::Time> due,
                                    const calendar::Calendar& calendar) {
  if (due == was_due) return task.due_time;
  if (!due.has_value() || !was_due.has_value() || !task.due_time.has_value()) return due;
  return MovedBy(*due, *was_due, *task.due_time, calendar);
}

class Switch {
 public:
  Switch(Run& run, const Migration& migration, const NodeMap& map, const Carried& carried,
         const std::vector<Outcome>& outcomes, Recorder& recorder,
         const calendar::Calendar& calendar)
      : run_(run),
        migration_(migration),
        map_(map),
        carried_(carried),
        outcomes_(outcomes),
        recorder_(recorder),
        calendar_(calendar),
        before_(run.plan) {
    const FirstTimes first(run, calendar);
    for (const TaskRecord& task : run.tasks)
      due_before_.push_back(IsOpen(task) ? first.DueTime(task.step, task.ready_time)
                                         : std::nullopt);
  }

  std::map<std::string, std::string> Make() {
    CollectIds();
    TellChange();
    TellLost();
    run_.plan = migration_.plan;
    run_.progress = carried_.progress;
    run_.plan_changed = migration_.kind != EntryKind::kMigrated;
    MoveRecords();
    TellDecisions();
    SetDeeds();
    KeepMilestones(run_);
    return std::move(ids_);
  }

 private:
  // Still on the plan before.
  void TellChange() {
    const RunFacts before = FactsBefore();
    run_.target_time = TargetTime(run_, *migration_.plan, calendar_);
    HistoryEntry& entry = recorder_.Append(migration_.kind);
    change_ = entry.sequence;
    entry.reason = migration_.reason;
    entry.title = migration_.plan->title;
    if (migration_.kind == EntryKind::kMigrated) {
      entry.due_time = run_.target_time;
    } else {
      const flow::PlanNode& step =
          migration_.plan->plan.node(migration_.plan->plan.Find(migration_.task));
      entry.task = entry.step = migration_.task;
      entry.title = step.title;
      entry.resource = ResourceOf(run_.spec, step.step.role);
    }
    PlanChange& change = entry.plan_change.emplace();
    change.process = migration_.plan->process;
    change.previous_process = before_->process;
    change.plan = migration_.plan->id;
    change.previous_plan = before_->id;
    change.mappings = map_.renamed();
    change.dropped = migration_.dropped;
    for (const TaskRecord& task : run_.tasks) {
      const std::string id = TaskId(*before_, task.step, task.round);
      const auto kept = ids_.find(id);
      change.tasks.emplace(id, kept == ids_.end() ? "" : kept->second);
    }
    change.place = migration_.place;
    change.node = migration_.node;
    if (migration_.place.has_value()) {
      const NodeIndex stood = before_->plan.Find(migration_.task);
      const bool moves = migration_.kind == EntryKind::kTaskMoved && stood != kNoNode;
      Tell(entry, "place", moves ? PlaceText(before_->plan, stood) : "",
           PlaceText(*migration_.place));
    }
    Tell(entry, before, FactsAfter());
  }

  // A run that was finished goes on where the change leaves something to do.
  RunFacts FactsAfter() {
    run_.plan = migration_.plan;
    RunFacts facts = FactsOf(run_, calendar_);
    run_.plan = before_;
    if (run_.finish_time.has_value() && !carried_.progress.finished()) facts.state = "ACTIVE";
    return facts;
  }

  // By the ids that milestones have from then on.
  RunFacts FactsBefore() const {
    RunFacts facts = FactsOf(run_, calendar_);
    std::map<std::string, std::optional<absl::Time>> renamed;
    for (const auto& [id, target] : facts.milestones) renamed.emplace(map_.Renamed(id), target);
    facts.milestones = std::move(renamed);
    return facts;
  }

  // Of tasks that are not kept; still by the ids that they had.
  void TellLost() {
    for (size_t i = 0; i < outcomes_.size(); ++i) {
      TaskRecord& task = run_.tasks[i];
      if (outcomes_[i] == Outcome::kKeep) continue;
      if (IsOpen(task)) recorder_.ResolveAll(task, migration_.reason);
      const bool gone = map_.After(task.step) == kNoNode;
      const absl::string_view becomes = gone ? "" : Name(TaskState::kPending);
      if (outcomes_[i] == Outcome::kWithdraw) {
        recorder_.Withdraw(task, becomes);
      } else {
        HistoryEntry& entry = recorder_.AppendTask(EntryKind::kTaskDropped, task);
        entry.reason = migration_.reason;
        Tell(entry, "state", Name(task.state), becomes);
        if (task.waiver.has_value()) Tell(entry, "waiver", "REQUESTED", "NONE");
      }
    }
  }

  // Rounds are counted anew: one may have been dropped.
  void CollectIds() {
    std::map<NodeIndex, int> rounds;
    for (size_t i = 0; i < outcomes_.size(); ++i) {
      if (outcomes_[i] != Outcome::kKeep) continue;
      const TaskRecord& task = run_.tasks[i];
      const NodeIndex step = map_.After(task.step);
      const std::string id = TaskId(*before_, task.step, task.round);
      rounds_[id] = ++rounds[step];
      ids_.emplace(id, TaskId(*migration_.plan, step, rounds[step]));
    }
  }

  void MoveRecords() {
    std::vector<TaskRecord> kept;
    std::vector<std::optional<absl::Time>> were_due;
    for (size_t i = 0; i < outcomes_.size(); ++i) {
      if (outcomes_[i] != Outcome::kKeep) continue;
      TaskRecord& task = kept.emplace_back(std::move(run_.tasks[i]));
      were_due.push_back(due_before_[i]);
      const NodeIndex old_step = task.step;
      task.round = rounds_.at(TaskId(*before_, old_step, task.round));
      task.step = map_.After(old_step);
      task.outputs = RenamedValues(task.outputs, map_);
      for (Ladder& ladder : task.ladders) ladder.rule = map_.Renamed(ladder.rule);
      // A person does it from now on.
      if (!run_.plan->plan.node(task.step).step.automation.has_value()) task.call.reset();
    }
    run_.tasks = std::move(kept);
    MovePlannedSkips();
    Reschedule(were_due);
    MoveImpediments();
    for (ReachedMilestone& milestone : run_.milestones) milestone.id = map_.Renamed(milestone.id);
    run_.attributes = RenamedValues(run_.attributes, map_);
    MoveDecisions();
  }

  // Those of a task that is gone leave its name to one that is called like that now.
  void MoveImpediments() {
    std::set<std::string> taken;
    for (const auto& [before, after] : ids_) taken.insert(after);
    for (Impediment& impediment : run_.impediments) {
      const auto id = ids_.find(impediment.task);
      if (id != ids_.end()) {
        impediment.task = id->second;
      } else if (taken.contains(impediment.task)) {
        absl::StrAppend(&impediment.task, "@", change_);
      }
    }
  }

  // Those of steps that are gone are forgotten, and those that somebody is to approve now, or whose
  // turn does not come any more.
  void MovePlannedSkips() {
    std::map<NodeIndex, Waiver> moved;
    for (auto& [old_step, waiver] : run_.planned_skips) {
      const NodeIndex step = map_.After(old_step);
      if (step == kNoNode || run_.plan->plan.node(step).kind != flow::NodeKind::kStep) continue;
      const flow::NodeState state = run_.progress.state(step);
      const bool open = std::any_of(run_.tasks.begin(), run_.tasks.end(), [&](const auto& task) {
        return task.step == step && IsOpen(task);
      });
      const bool comes =
          !open && (state == flow::NodeState::kWaiting || state == flow::NodeState::kActive);
      if (comes && run_.plan->plan.node(step).step.waiver_approver.empty()) {
        moved.emplace(step, std::move(waiver));
      } else {
        TellPlannedSkip({step, NextRound(run_, step)}, flow::kLeaveOut, flow::kDo,
                        migration_.reason, recorder_);
      }
    }
    run_.planned_skips = std::move(moved);
  }

  void MoveDecisions() {
    std::vector<DecisionRecord> open;
    for (DecisionRecord& decision : run_.decisions) {
      decision.node = map_.After(decision.node);
      if (decision.node != kNoNode) open.push_back(std::move(decision));
    }
    run_.decisions = std::move(open);  // those that are open no more, GoOn takes out
  }

  // `were_due`: when each task was due by the plan before.
  void Reschedule(const std::vector<std::optional<absl::Time>>& were_due) {
    const FirstTimes first(run_, calendar_);
    for (size_t i = 0; i < run_.tasks.size(); ++i) {
      TaskRecord& task = run_.tasks[i];
      if (!IsOpen(task)) continue;
      const std::optional<absl::Time> due =
          DueByPlan(task, were_due[i], first.DueTime(task.step, task.ready_time), calendar_);
      if (due == task.due_time) continue;
      const std::optional<absl::Time> previous = std::exchange(task.due_time, due);
      HistoryEntry& entry = recorder_.AppendTask(EntryKind::kTaskRescheduled, task);
      entry.due_time = task.due_time;
      entry.previous_due_time = previous;
      entry.reason = migration_.reason;
      if (!previous.has_value() || !due.has_value())
        Tell(entry, "due_time", ChangeText(previous), ChangeText(due));
    }
  }

  // Decisions that the change made.
  void TellDecisions() {
    for (const CarriedAction& made : carried_.actions) {
      if (made.origin >= 0) continue;
      const flow::PlanNode& node = run_.plan->plan.node(made.action.node);
      HistoryEntry& entry = recorder_.Append(EntryKind::kDecided);
      entry.title = node.title;
      entry.decision = node.path;
      entry.option = made.action.option;
      entry.reason = made.reason;
      entry.by_condition = made.action.by_condition;
    }
  }

  void SetDeeds() {
    run_.deeds.clear();
    for (const CarriedAction& done : carried_.actions) {
      const Action& action = done.action;
      Deed& deed = run_.deeds.emplace_back();
      deed.node = action.node;
      deed.option = action.option;
      deed.by_condition = action.by_condition;
      if (!action.task.empty()) deed.round = rounds_.at(action.task);
    }
    run_.plan_sequence = run_.last_sequence;
  }

  Run& run_;
  const Migration& migration_;
  const NodeMap& map_;
  const Carried& carried_;
  const std::vector<Outcome>& outcomes_;
  Recorder& recorder_;
  const calendar::Calendar& calendar_;
  const PlanPointer before_;
  std::vector<std::optional<absl::Time>> due_before_;  // by the plan before, of each task
  int64_t change_ = 0;                                 // number of the entry that tells of it
  std::map<std::string, std::string> ids_;
  std::map<std::string, int> rounds_;  // of the tasks that are kept, by their ids before
};

}  // namespace

flow::AttributeValues RenamedValues(const flow::AttributeValues& values, const NodeMap& map) {
  flow::AttributeValues renamed;
  for (const auto& [id, text] : values) renamed.emplace(map.Renamed(id), text);
  return renamed;
}

std::map<std::string, std::string> SwitchPlan(Run& run, const Migration& migration,
                                              const NodeMap& map, const Carried& carried,
                                              const std::vector<Outcome>& outcomes,
                                              Recorder& recorder,
                                              const calendar::Calendar& calendar) {
  return Switch(run, migration, map, carried, outcomes, recorder, calendar).Make();
}

absl::Status GoOn(Run& run, Recorder& recorder) {
  flow::Change change;
  std::set<NodeIndex> open;
  for (const TaskRecord& task : run.tasks)
    if (IsOpen(task)) open.insert(task.step);
  for (const NodeIndex step : run.progress.EnabledSteps())
    if (!open.contains(step)) change.enabled_steps.push_back(step);
  const bool finished = run.progress.finished();
  change.finished = finished && !run.finish_time.has_value();
  if (!finished) run.finish_time.reset();
  return recorder.Follow(change);
}

}  // namespace plumbline::onboarding
