// SPDX-License-Identifier: Apache-2.0
//
// What moved the progress of a run, and folding it once more. A progress cannot be undone or
// carried to another plan: it is what a list of actions makes of a plan (progress.h). So second
// thoughts (reopen.cc) and changes of the plan (migrate.cc) fold the actions anew. Not for use
// outside the engine.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_DEEDS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_DEEDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/onboarding/engine/engine.h"

namespace plumbline::onboarding {

// Something that moved the progress.
struct Action {
  flow::NodeIndex node = flow::kNoNode;
  int round = 0;       // of the node, when it was done
  std::string task;    // the task that ended; "" = a decision
  std::string option;  // of a decision
  bool by_condition = false;
  bool whether = false;  // of a decision: whether the node is done at all

  std::string id(const flow::Plan& plan) const {
    return task.empty() ? plan.node(node).path : task;
  }
};

// The progress after some actions, and which those were.
struct Fold {
  explicit Fold(const flow::Plan& plan) : progress(plan) {}
  flow::Progress progress;
  std::vector<Action> actions;
  std::vector<Action> unfit;  // of people
};

// Whether what is asked of `node` now is whether to do it at all.
bool AsksWhether(const flow::Plan& plan, const flow::Progress& progress, flow::NodeIndex node);

absl::StatusOr<flow::Change> Do(const Action& action, flow::Progress& progress);

// Folds `actions` without the one at `left_out`.
Fold Without(const flow::Plan& plan, const std::vector<Action>& actions, size_t left_out);

// The last action that ended `task`; the number of actions if there is none.
size_t EndOf(const std::vector<Action>& actions, absl::string_view task);

// What counts of all that was done in a run, on the plan that it has. `history` is all of it.
absl::StatusOr<Fold> FoldHistory(const Run& run, const Entries& history);

// Whether anybody has done anything about a task whose turn came.
bool HasBegun(const Run& run, const TaskRecord& task, absl::string_view id);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_DEEDS_H_
