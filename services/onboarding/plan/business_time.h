// SPDX-License-Identifier: Apache-2.0
//
// What a start leaves open, found out: its calendar, its zone, and who fills its roles.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PLAN_BUSINESS_TIME_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PLAN_BUSINESS_TIME_H_

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/flow/plan.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/people/people.h"
#include "services/onboarding/plan/owners.h"
#include "services/onboarding/runs/calendar_source.h"
#include "services/onboarding/runs/convert.h"

namespace plumbline::onboarding {

// A spec to which nothing has to be added any more.
struct CompleteSpec {
  Spec spec;
  Owners owners;
};

// Completes `command.spec` for a start of `plan`, by records of people and calendars of the
// catalog:
//  1. the calendar is the one that is named, else that of the person's record, else none;
//  2. the zone is the one that is named, else that of a calendar that is named, else that of the
//  person's record, else that of the record's calendar, else UTC;
//  3. roles are filled as ResolveOwners says; of groups by who is there at the opening of day one.
// `body`, if there is one, is called with the records and what was found, perhaps several times.
// The catalog is not asked while records are read. Errors: FIELD_INVALID, RESOURCE_NOT_FOUND (a
// calendar), DEPENDENCY_UNAVAILABLE, and those of `body`.
using WithRecords = absl::FunctionRef<absl::Status(Directory&, const CompleteSpec&)>;
absl::Status Complete(const base::CallContext& context, People& people, CalendarSource& calendars,
                      const flow::Plan& plan, const StartCommand& command, WithRecords body);
absl::StatusOr<CompleteSpec> Complete(const base::CallContext& context, People& people,
                                      CalendarSource& calendars, const flow::Plan& plan,
                                      const StartCommand& command);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PLAN_BUSINESS_TIME_H_
