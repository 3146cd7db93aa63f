// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/migrate_report.h"

#include <utility>

#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

constexpr size_t kNone = static_cast<size_t>(-1);

class Fates {
 public:
  Fates(const std::vector<TaskBefore>& before, const Run& run, const NodeMap& map,
        const std::map<std::string, std::string>& ids, const std::set<std::string>& dropped)
      : before_(before), run_(run), map_(map), dropped_(dropped), used_(before.size(), false) {
    for (const auto& [old, id] : ids) {
      old_of_[id] = old;
      kept_.insert(old);
    }
    for (const auto& [old, path] : map.renamed()) renamed_.insert(path);
  }

  std::vector<TaskFate> Make() {
    for (const TaskView& view : Tasks(run_)) Add(view);
    for (size_t i = 0; i < before_.size(); ++i)
      if (!used_[i]) AddGone(before_[i]);
    return std::move(fates_);
  }

 private:
  // What a task was before: the one that is kept as it, else one that was to come.
  size_t Find(const TaskView& view, const std::string& id) const {
    const auto kept = old_of_.find(id);
    for (size_t i = 0; i < before_.size(); ++i) {
      if (used_[i]) continue;
      const TaskBefore& task = before_[i];
      if (kept != old_of_.end() ? task.id == kept->second
                                : view.step == map_.After(task.step) && !kept_.contains(task.id))
        return i;
    }
    return kNone;
  }

  void Add(const TaskView& view) {
    TaskFate& fate = fates_.emplace_back();
    const flow::PlanNode& node = run_.plan->plan.node(view.step);
    fate.task = TaskId(*run_.plan, view.step, view.round);
    fate.title = node.title;
    fate.state = view.state;
    if (view.record != nullptr) fate.due_time = view.record->due_time;
    const size_t at = Find(view, fate.task);
    const bool known = map_.Before(view.step) != flow::kNoNode;
    fate.fate = renamed_.contains(node.path) ? Fate::kMapped : Fate::kKept;
    if (!known) fate.fate = Fate::kNew;
    if (at == kNone) return;
    used_[at] = true;
    if (dropped_.contains(before_[at].id)) fate.fate = Fate::kDropped;
    fate.previous_task = before_[at].id;
    fate.previous_state = before_[at].state;
    fate.previous_due_time = before_[at].due_time;
  }

  void AddGone(const TaskBefore& task) {
    TaskFate& fate = fates_.emplace_back();
    fate.fate = dropped_.contains(task.id) ? Fate::kDropped : Fate::kGone;
    fate.previous_task = task.id;
    fate.title = task.title;
    fate.previous_state = task.state;
    fate.previous_due_time = task.due_time;
  }

  const std::vector<TaskBefore>& before_;
  const Run& run_;
  const NodeMap& map_;
  const std::set<std::string>& dropped_;
  std::map<std::string, std::string> old_of_;  // by the id after
  std::set<std::string> kept_;                 // ids before
  std::set<std::string> renamed_;              // paths after
  std::vector<bool> used_;
  std::vector<TaskFate> fates_;
};

}  // namespace

std::vector<TaskBefore> TasksBefore(const Run& run) {
  std::vector<TaskBefore> tasks;
  for (const TaskView& view : Tasks(run)) {
    TaskBefore& task = tasks.emplace_back();
    task.id = TaskId(*run.plan, view.step, view.round);
    task.step = view.step;
    task.title = run.plan->plan.node(view.step).title;
    task.state = view.state;
    if (view.record != nullptr) task.due_time = view.record->due_time;
  }
  return tasks;
}

std::vector<TaskFate> TaskFates(const std::vector<TaskBefore>& before, const Run& run,
                                const NodeMap& map, const std::map<std::string, std::string>& ids,
                                const std::set<std::string>& dropped) {
  return Fates(before, run, map, ids, dropped).Make();
}

std::vector<DecisionFate> DecisionFates(const FrozenPlan& before, const std::vector<Action>& done,
                                        const FrozenPlan& after, const Carried& carried) {
  std::vector<const CarriedAction*> carried_as(done.size(), nullptr);
  for (const CarriedAction& action : carried.actions)
    if (action.origin >= 0) carried_as[static_cast<size_t>(action.origin)] = &action;
  std::vector<DecisionFate> fates;
  for (size_t i = 0; i < done.size(); ++i) {
    if (!done[i].task.empty()) continue;
    DecisionFate& fate = fates.emplace_back();
    const flow::PlanNode& node = before.plan.node(done[i].node);
    fate.previous_decision = node.path;
    fate.title = node.title;
    fate.option = done[i].option;
    fate.by_condition = done[i].by_condition;
    if (carried_as[i] == nullptr) continue;
    fate.decision = after.plan.node(carried_as[i]->action.node).path;
    fate.new_option = carried_as[i]->action.option;
  }
  return fates;
}

}  // namespace plumbline::onboarding
