// SPDX-License-Identifier: Apache-2.0
//
// What has to be known of a plan beside its table, where it is shown and where it is started: that
// what should have begun already moves its end, which tasks are late by that and which milestones
// will be missed, and that nobody works on its day one.
#ifndef PLUMBLINE_CLIENTS_CLI_PLAN_NOTES_H_
#define PLUMBLINE_CLIENTS_CLI_PLAN_NOTES_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "clients/cli/session.h"
#include "clients/cli/terminal.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "plumbline/onboarding/v1/plan_risk.pb.h"
#include "plumbline/onboarding/v1/plan_service.pb.h"

namespace plumbline::cli {

// Of a plan: when its last task should end, and how many should have begun before `now`. Tasks that
// are done only if a loop is repeated are planned for no time.
struct PlanTimes {
  absl::Time end = absl::InfinitePast();
  int begun = 0;
  std::vector<std::string> first;  // of those, the ids of the first few
  bool late = false;               // one of them a day before or earlier
};
PlanTimes TimesOf(const onboarding::v1::PlanOnboardingResponse& plan, absl::Time now);
PlanTimes TimesOf(const onboarding::v1::StartOnboardingResponse& started, absl::Time now);

// "5 tasks should have begun already (contract, laptop, ...); by what is left to do it ends
// 2027-03-04 17:00 UTC: at risk";
// "" where it ends as planned, give or take an hour, and in time, unless it is `late`.
std::string StandingText(const onboarding::v1::Onboarding& onboarding, const PlanTimes& times);

// "day one, Sat 2026-12-26, is no working day by berlin: Mon 2026-12-28 counts as day one"; "" if
// `first`, the first working day from day one on, is day one.
std::string DayOneText(absl::CivilDay day_one, absl::CivilDay first, const std::string& calendar);

// The same where the plan is not at hand, as of many that are started at once: "day one is past; by
// what is left to do it ends 2027-03-04 17:00 UTC". `today` is in the zone of the on-boarding.
std::string StandingText(const onboarding::v1::Onboarding& onboarding, absl::CivilDay today);

// Says what has to be known of plans. What the catalog does not tell, for example for want of a
// permission, is left out. Used by one thread.
class PlanNotes {
 public:
  explicit PlanNotes(Session& session) : session_(session) {}

  // DayOneText of an on-boarding; asks the catalog once for each calendar and day.
  std::string OfDayOne(const onboarding::v1::Onboarding& onboarding);
  // Says both, a line each.
  void Tell(const onboarding::v1::Onboarding& onboarding, const PlanTimes& times);

 private:
  Session& session_;
  std::map<std::pair<std::string, absl::CivilDay>, std::optional<absl::CivilDay>> first_days_;
};

// Says which tasks are late, or will be, and which milestones will be missed: a line each, tasks up
// to `most`. `more`: the command that shows the others, "" = there is none.
inline constexpr int kMostTasksTold = 5;
void TellRisk(Session& session, const onboarding::v1::PlanRisk& risk, const std::string& more,
              int most = kMostTasksTold);

// The same in one line, as of one of many: "4 tasks at risk (contract, laptop, exam, ...); 1
// milestone will be missed (certified)"; "" where nothing is.
std::string RiskText(const onboarding::v1::PlanRisk& risk);

// Wrap (terminal.h) for a terminal; as it is elsewhere, where programs look for words.
std::string Folded(const Paper& paper, absl::string_view text, size_t hanging);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_PLAN_NOTES_H_
