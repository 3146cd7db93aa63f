// SPDX-License-Identifier: Apache-2.0
//
// Who fills the roles of a plan, by what the caller says and by records of people. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PLAN_OWNERS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PLAN_OWNERS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "plumbline/onboarding/v1/plan.pb.h"
#include "services/onboarding/people/directory.h"

namespace plumbline::onboarding {

// Before a role that depends on who is on-boarded, where people are named: "@manager.manager".
inline constexpr char kRelativePrefix = '@';

using Owners = std::map<std::string, v1::TaskOwner>;  // by role

// The owner of each of `roles` in an on-boarding of `person`:
//  1. whom `assignees` (role -> person) names; a text that begins with '@' is a relative role, and
//     means whoever the records appoint, away or not; of a group the first who is there at `time`;
//  2. else, where the role is called as a relation of the record ("manager", "buddy",
//     "manager.manager"), whoever that appoints and has not left;
//  3. else nobody: whoever has the role.
// Every record is read once; who has none is taken to be there. FIELD_INVALID
// ("onboarding.assignees[{role}]") for every person who left, and for every relative role that
// leads to nobody, or to who left, with the chain; "onboarding.person" if they left themselves.
// O(roles * relations).
absl::StatusOr<Owners> ResolveOwners(Directory& records, const std::vector<std::string>& roles,
                                     const std::string& person,
                                     const std::map<std::string, std::string>& assignees,
                                     absl::Time time);

// Whom a text names who is to get a task of an on-boarding of `person`: the text itself, or, where
// it begins with '@', whoever that relative role leads to as above, away or not; of a group the
// first who is there at `time`. FIELD_INVALID of `field` where that is nobody, with the chain, and
// where they left.
absl::StatusOr<std::string> WhoGets(Directory& records, absl::string_view field,
                                    const std::string& text, const std::string& person,
                                    absl::Time time);

// `assignees` with the people that were found in the places of relative roles, and of the roles of
// which records say who fills them.
std::map<std::string, std::string> AssigneesOf(const Owners& owners);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PLAN_OWNERS_H_
