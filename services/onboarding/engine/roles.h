// SPDX-License-Identifier: Apache-2.0
//
// Who a plan needs: the roles that do its steps, look at them, and decide.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ROLES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ROLES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/flow/plan.h"

namespace plumbline::onboarding {

// Roles of steps, of who verifies them and approves waivers, and deciders of choices, loops and
// optional nodes; sorted, each once.
// O(nodes log nodes).
std::vector<std::string> RolesOf(const flow::Plan& plan);

// FIELD_INVALID for every role that `assignees` (role -> person) names and `plan` does not have:
// "onboarding.assignees[{role}]". Each says which roles there are. O(nodes log nodes).
absl::Status CheckAssignees(const flow::Plan& plan,
                            const std::map<std::string, std::string>& assignees);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ROLES_H_
