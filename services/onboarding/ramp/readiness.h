// SPDX-License-Identifier: Apache-2.0
//
// How an on-boarding stands: a light, and the reasons for it. Pure functions.
//
//   reason                    YELLOW                          RED
//   milestone overdue                                         always
//   milestone expected late   by targets of steps
//   milestone due soon        within kSoonDays, in time
//   critical task overdue                                     always
//   another task overdue      always                          for more than kLateDays
//   task blocked              always                          for more than kBlockedDays
//   end beyond the target     expected by targets of steps    the target has passed
//   paused                    always
//
// A milestone that is reported from outside is expected at no time. The days are working days of
// the on-boarding. While it is paused its clock stands: all but the pause itself is as it was when
// the pause began. Of one that is completed only milestones count; of one that was cancelled
// nothing is said.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RAMP_READINESS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RAMP_READINESS_H_

#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"
#include "plumbline/onboarding/v1/ramp.pb.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

inline constexpr int kSoonDays = 2;
inline constexpr int kLateDays = 5;
inline constexpr int kBlockedDays = 2;
inline constexpr int kMaxReasons = 100;

// As of `now`, by the calendar of the run. `length`: how long steps take by what is known of them
// (forecast/basis.h), so that an end after the target by that is told, too, without a level;
// nullptr: it is not told. The level is ReadinessLevelOf. O(nodes + tasks + milestones).
v1::Readiness ReadinessOf(const Run& run, const calendar::Calendar& calendar, absl::Time now,
                          const StepLength& length = nullptr);

// Its level, for many runs at once: no sentence is made.
v1::Readiness::Level ReadinessLevelOf(const Run& run, const calendar::Calendar& calendar,
                                      absl::Time now);

// Gives the message of a run how it stands as of `now`: its level, when it should finish by the
// live plan, and whether it is at risk. Of one that was cancelled nothing is expected.
void SetStanding(const Run& run, const calendar::Calendar& calendar, absl::Time now,
                 v1::Onboarding* onboarding);
void SetStanding(const Run& run, absl::Time now, v1::Onboarding* onboarding);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RAMP_READINESS_H_
