// SPDX-License-Identifier: Apache-2.0
//
// A plan with a task added or moved: a plan of its own, which nobody published. Pure.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_PLAN_EDIT_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_PLAN_EDIT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/onboarding/engine/frozen_plan.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

struct EditedPlan {
  PlanPointer plan;
  std::string task;  // the path of the step that was added or moved
};

// Adds a step. Where the part around the place is no sequence (for "beside": no parallel), one is
// put around both. Inside a call only where the plan calls that process once: its steps are those
// of all calls of it. FIELD_INVALID ("place...", "task_id", "title", "step...") and PROCESS_INVALID
// (the process with it breaks a limit of the model).
absl::StatusOr<EditedPlan> AddStep(const FrozenPlan& plan, const flow::Node& step,
                                   const TaskPlace& place);

// Moves the step with this path, within the process that it is written in. Also FIELD_INVALID
// ("name") for one that is all there is of a branch or a loop, or all of the process.
absl::StatusOr<EditedPlan> MoveStep(const FrozenPlan& plan, absl::string_view path,
                                    const TaskPlace& place);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_PLAN_EDIT_H_
