// SPDX-License-Identifier: Apache-2.0
//
// What a change makes of the end of a run. Not for use outside the engine.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_REPLAN_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_REPLAN_H_

#include <string>

#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/outlook.h"

namespace plumbline::onboarding {

// Sets the outlook of a run as of `now`, but for what was told of it (a run that has none yet: all
// of it), and returns what it stands on. `first`: of the run as it is.
LivePlan SetOutlook(Run& run, const FirstTimes& first, const calendar::Calendar& calendar,
                    absl::Time now);

// "the finish moves from Fri 2026-05-01 17:00 Europe/Berlin to Mon 2026-05-04 17:00 Europe/Berlin".
std::string MoveText(absl::Time from, absl::Time to, const calendar::Calendar& calendar);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_REPLAN_H_
