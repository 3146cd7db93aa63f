// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_PLAN_RULES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_PLAN_RULES_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "services/onboarding/engine/frozen_plan.h"

namespace plumbline::onboarding {

// The ladders of all processes of a plan, and which of them each step follows: those of the process
// that the step is written in, where it has any, else those of its caller, and so on outwards. Of
// a caller these are the rules that name no steps.
// `processes` has that of each scope of the plan. O(nodes * rules).
PlanRules RulesOf(const flow::Plan& plan, std::vector<const catalog::v1::Process*> processes);

// nullptr if the plan has no rule of this id. O(rules).
const PlanRule* FindRule(const PlanRules& rules, absl::string_view id);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_PLAN_RULES_H_
