// SPDX-License-Identifier: Apache-2.0
//
// What a start leaves to records of people.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PLAN_RECORDS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PLAN_RECORDS_H_

#include "absl/status/statusor.h"
#include "common/flow/plan.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/people/directory.h"
#include "services/onboarding/plan/owners.h"

namespace plumbline::onboarding {

// Fills in what the caller did not say: the time zone of the person's record unless `zone_given`,
// and who fills the roles of `plan` (see ResolveOwners; of groups who is there at the opening of
// day one). Returns who that is, and how it was found. FIELD_INVALID: a zone that does not exist,
// relative roles that lead to nobody.
absl::StatusOr<Owners> CompleteFromRecords(Directory& people, const flow::Plan& plan,
                                           bool zone_given, Spec* spec);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PLAN_RECORDS_H_
