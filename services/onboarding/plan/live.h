// SPDX-License-Identifier: Apache-2.0
//
// A plan that is under way, with its forecast, as the answer of GetPlan. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PLAN_LIVE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PLAN_LIVE_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "plumbline/onboarding/v1/plan_service.pb.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/forecast/store.h"

namespace plumbline::onboarding {

// The whole answer, as of `now`. `durations` are those of the process. `view`: a value of the enum.
// O(nodes + tasks).
void FillLivePlan(const Run& run, const ProcessDurations& durations,
                  const calendar::Calendar& calendar, absl::Time now, v1::GetPlanRequest::View view,
                  v1::GetPlanResponse* response);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PLAN_LIVE_H_
