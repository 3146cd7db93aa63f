// SPDX-License-Identifier: Apache-2.0
//
// Roles that depend on a person: "manager.manager", "buddy", "group:sales-ops". Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_ROLE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_ROLE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/onboarding/people/directory.h"
#include "services/onboarding/people/substitute.h"

namespace plumbline::onboarding {

// Either relations, from left to right, or a group.
struct RelativeRole {
  std::vector<std::string> relations;
  std::string group;
};

// FIELD_INVALID names `field`, the text and the rule. O(length).
absl::StatusOr<RelativeRole> ParseRole(absl::string_view field, absl::string_view text);

// Who does `role` for `person` at `time`. The relation "person" leads nowhere: "person" alone is
// `person`. Relations are followed through the records of whoever
// they lead to, away or not, and only the last one may be stood in for. Of a group it is the first
// by id who is there, and who stands in for a member only where no member is there. O(relations +
// members).
absl::StatusOr<Resolution> WhoDoes(Directory& people, absl::string_view person,
                                   const RelativeRole& role, absl::Time time);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_ROLE_H_
