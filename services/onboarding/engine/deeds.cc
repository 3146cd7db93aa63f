// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/deeds.h"

#include <algorithm>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

absl::Status Append(Action action, Fold& fold, const flow::Plan& plan) {
  if (action.node == flow::kNoNode) return base::Internal("a history of another plan");
  action.round = fold.progress.round(action.node);
  if (action.task.empty()) action.whether = AsksWhether(plan, fold.progress, action.node);
  RETURN_IF_ERROR(Do(action, fold.progress).status());
  fold.actions.push_back(std::move(action));
  return absl::OkStatus();
}

Action ActionOf(const FrozenPlan& plan, const Deed& deed) {
  Action action;
  action.node = deed.node;
  if (deed.option.empty()) action.task = TaskId(plan, deed.node, deed.round);
  action.option = deed.option;
  action.by_condition = deed.by_condition;
  return action;
}

}  // namespace

bool AsksWhether(const flow::Plan& plan, const flow::Progress& progress, flow::NodeIndex node) {
  const flow::PlanNode& planned = plan.node(node);
  if (!planned.optional) return false;
  for (const flow::OpenDecision& open : progress.OpenDecisions())
    if (open.node == node) return open.whether;
  return false;
}

absl::StatusOr<flow::Change> Do(const Action& action, flow::Progress& progress) {
  if (!action.task.empty()) return progress.EndStep(action.node);
  return progress.Decide(action.node, action.option);
}

Fold Without(const flow::Plan& plan, const std::vector<Action>& actions, size_t left_out) {
  Fold fold(plan);
  for (size_t i = 0; i < actions.size(); ++i) {
    if (i == left_out) continue;
    const Action& action = actions[i];
    const bool fits =
        fold.progress.round(action.node) == action.round && Do(action, fold.progress).ok();
    if (fits) {
      fold.actions.push_back(action);
    } else if (!action.by_condition) {
      fold.unfit.push_back(action);
    }
  }
  return fold;
}

size_t EndOf(const std::vector<Action>& actions, absl::string_view task) {
  size_t found = actions.size();
  for (size_t i = 0; i < actions.size(); ++i)
    if (!actions[i].task.empty() && actions[i].task == task) found = i;
  return found;
}

absl::StatusOr<Fold> FoldHistory(const Run& run, const Entries& history) {
  const flow::Plan& plan = run.plan->plan;
  Fold fold(plan);
  for (const Deed& deed : run.deeds) RETURN_IF_ERROR(Append(ActionOf(*run.plan, deed), fold, plan));
  for (const HistoryEntry& entry : history) {
    if (entry.sequence <= run.plan_sequence) continue;
    Action action;
    switch (entry.kind) {
      case EntryKind::kTaskCompleted:
      case EntryKind::kTaskSkipped:
        action.node = plan.Find(entry.step);
        action.task = entry.task;
        break;
      case EntryKind::kDecided:
        action.node = plan.Find(entry.decision);
        action.option = entry.option;
        action.by_condition = entry.by_condition;
        break;
      case EntryKind::kTaskReopened:
        fold = Without(plan, fold.actions, EndOf(fold.actions, entry.task));
        continue;
      default:
        continue;
    }
    RETURN_IF_ERROR(Append(std::move(action), fold, plan));
  }
  return fold;
}

bool HasBegun(const Run& run, const TaskRecord& task, absl::string_view id) {
  if (task.state != TaskState::kReady || task.rejections > 0 || task.waiver.has_value() ||
      task.call.has_value())
    return true;
  // One of the same id may have been taken out of the plan before: what was resolved then is not of
  // this one. A task that was reopened is the same.
  const absl::Time since =
      task.phases.empty() ? task.ready_time : std::min(task.ready_time, task.phases.front().from);
  return std::any_of(run.impediments.begin(), run.impediments.end(), [&](const Impediment& one) {
    return one.task == id && (!one.resolve_time.has_value() || one.open_time >= since);
  });
}

}  // namespace plumbline::onboarding
