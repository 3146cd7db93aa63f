// SPDX-License-Identifier: Apache-2.0
//
// The shape of requests that change the plan of an on-boarding. FIELD_INVALID lists all that is
// wrong.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_PLAN_CHANGE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_PLAN_CHANGE_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/onboarding/engine/migrate.h"
#include "services/onboarding/runs/convert.h"

namespace plumbline::onboarding {

// Beside what all changes have.
struct PlanCommand {
  ChangeCommand change;
  std::string process;  // of MigrateOnboarding
  Migration migration;  // without its plan
};
absl::StatusOr<PlanCommand> Parse(const v1::MigrateOnboardingRequest& request);
absl::StatusOr<PlanCommand> Parse(const v1::AddTaskRequest& request);
absl::StatusOr<PlanCommand> Parse(const v1::MoveTaskRequest& request);

v1::TaskFate ToProto(const TaskFate& fate);
v1::DecisionFate ToProto(const DecisionFate& fate);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_PLAN_CHANGE_H_
