// SPDX-License-Identifier: Apache-2.0
//
// An outline as the answer of PlanOnboarding.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PLAN_CONVERT_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PLAN_CONVERT_H_

#include <string>

#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "plumbline/onboarding/v1/plan_service.pb.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/plan/outline.h"
#include "services/onboarding/plan/owners.h"

namespace plumbline::onboarding {

// Everything of the answer but what absences make of it. `run`: as it would be started; `at`: as of
// when it is said how it would stand, not before its start.
void FillPlan(const Run& run, const Outline& outline, const Course& course, const Owners& owners,
              const calendar::Calendar& calendar, absl::Time at,
              v1::PlanOnboardingResponse* response);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PLAN_CONVERT_H_
