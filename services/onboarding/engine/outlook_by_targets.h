// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_OUTLOOK_BY_TARGETS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_OUTLOOK_BY_TARGETS_H_

#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

// LivePlanOf without a length, for who has the first times of the run as it is: the schedule on
// which they stand is made once. O(nodes + tasks).
LivePlan LivePlanByTargets(const Run& run, const FirstTimes& first,
                           const calendar::Calendar& calendar, absl::Time now);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_OUTLOOK_BY_TARGETS_H_
