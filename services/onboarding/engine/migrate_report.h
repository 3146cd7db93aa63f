// SPDX-License-Identifier: Apache-2.0
//
// What a change of the plan says of the tasks. Not for use outside migrate.cc.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MIGRATE_REPORT_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MIGRATE_REPORT_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "services/onboarding/engine/carry.h"
#include "services/onboarding/engine/migrate.h"

namespace plumbline::onboarding {

// A task as it was before the change.
struct TaskBefore {
  std::string id;
  flow::NodeIndex step = flow::kNoNode;
  std::string title;
  TaskState state = TaskState::kPending;
  std::optional<absl::Time> due_time;
};

std::vector<TaskBefore> TasksBefore(const Run& run);

// `ids`: of the tasks that are kept, their ids before -> after. `run` is the run after the change.
std::vector<TaskFate> TaskFates(const std::vector<TaskBefore>& before, const Run& run,
                                const NodeMap& map, const std::map<std::string, std::string>& ids,
                                const std::set<std::string>& dropped);

std::vector<DecisionFate> DecisionFates(const FrozenPlan& before, const std::vector<Action>& done,
                                        const FrozenPlan& after, const Carried& carried);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MIGRATE_REPORT_H_
