// SPDX-License-Identifier: Apache-2.0
//
// What changed of a record, in texts. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_CHANGES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_CHANGES_H_

#include <vector>

#include "plumbline/onboarding/v1/field_change.pb.h"
#include "plumbline/onboarding/v1/people.pb.h"

namespace plumbline::onboarding {

// In the order of PersonHistoryEntry.changes, which names the fields. Both are normalized, or
// empty. Why somebody is away is left out: a history keeps what a record no longer says. O(size of
// both).
std::vector<v1::FieldChange> ChangesOf(const v1::Person& before, const v1::Person& after);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_CHANGES_H_
