// SPDX-License-Identifier: Apache-2.0
//
// What has to be known of a plan beside its table, where it is shown and where it is started: that
// what should have begun already moves its end, and that nobody works on its day one.
#ifndef PLUMBLINE_CLIENTS_CLI_PLAN_NOTES_H_
#define PLUMBLINE_CLIENTS_CLI_PLAN_NOTES_H_

#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "clients/cli/session.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "plumbline/onboarding/v1/plan_service.pb.h"

namespace plumbline::cli {

// Of a plan: when its last task should end, and how many should have begun before `now`. Tasks that
// are done only if a loop is repeated are planned for no time.
struct PlanTimes {
  absl::Time end = absl::InfinitePast();
  int begun = 0;
};
PlanTimes TimesOf(const onboarding::v1::PlanOnboardingResponse& plan, absl::Time now);
PlanTimes TimesOf(const onboarding::v1::StartOnboardingResponse& started, absl::Time now);

// "5 tasks should have begun already; by what is left to do it ends 2027-03-04 17:00 UTC: at risk";
// "" where it ends as planned, give or take an hour, and in time.
std::string StandingText(const onboarding::v1::Onboarding& onboarding, const PlanTimes& times);

// "day one, Sat 2026-12-26, is no working day by berlin: Mon 2026-12-28 counts as day one"; "" if
// `first`, the first working day from day one on, is day one.
std::string DayOneText(absl::CivilDay day_one, absl::CivilDay first, const std::string& calendar);

// Says both, a line each. What the catalog does not tell, for example for want of a permission, is
// left out.
void TellPlanNotes(Session& session, const onboarding::v1::Onboarding& onboarding,
                   const PlanTimes& times);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_PLAN_NOTES_H_
