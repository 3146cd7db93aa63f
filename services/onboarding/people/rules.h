// SPDX-License-Identifier: Apache-2.0
//
// What a record of a person may hold, by itself.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_RULES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_RULES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "plumbline/onboarding/v1/people.pb.h"

namespace plumbline::onboarding {

// The key of Person.manager among relations.
inline constexpr char kManager[] = "manager";
// The relation of everybody to themselves: first among relations it is who is on-boarded.
inline constexpr char kSubject[] = "person";
// Before the id of a group, where roles are named.
inline constexpr char kGroupPrefix[] = "group:";

// Whether `text` can be a {person}: 1 to 128 characters of a-z, 0-9 and . _ + - @. O(length).
bool IsPersonId(absl::string_view text);

// OK, or FIELD_INVALID that names `field`, the value and the rule.
absl::Status CheckPersonId(absl::string_view field, absl::string_view text);

// Every breach of the rules of people.proto by `person`, whose id is `id`; empty = valid. `path` is
// the field of the request that holds it: "person". O(size).
std::vector<base::FieldViolation> FindViolations(const v1::Person& person, absl::string_view id,
                                                 absl::string_view path);

// The form in which a record is kept: with a state. Lists stay as they were written.
void Normalize(v1::Person* person);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_RULES_H_
