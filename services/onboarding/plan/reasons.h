// SPDX-License-Identifier: Apache-2.0
//
// Why a step is planned so, in sentences.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PLAN_REASONS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PLAN_REASONS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "common/calendar/calendar.h"
#include "common/flow/plan.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/plan/outline.h"

namespace plumbline::onboarding {

// Why nobody works on a day, where it is not the week: "Ascension Day".
using DayTitles = std::map<absl::CivilDay, std::string>;

// Those of the calendar of a run from `first` to `last`; of hours of a week there are none. O(days
// + holidays).
DayTitles TitlesOf(const Spec& spec, absl::CivilDay first, absl::CivilDay last);

// By which hours steps are planned. The calendar must outlive it.
struct Hours {
  const calendar::Calendar& calendar;
  std::string title;  // what people call the calendar
  DayTitles titles;
};

// What sets the start, and the reasons of LengthReasons. Times are told in the zone of the
// calendar. O(answer).
std::vector<std::string> ReasonsOf(const flow::Plan& plan, const TimedStep& step,
                                   absl::CivilDay day_one, const Hours& hours,
                                   const std::vector<absl::CivilDay>& skipped);

// How long a step takes and by which hours, whether it waits for its time, which days are skipped,
// and why. O(answer).
std::vector<std::string> LengthReasons(const flow::StepDetails& step, const Hours& hours,
                                       const std::vector<absl::CivilDay>& skipped);

// Which conditions decide about a step, as things are now: that it is planned, or that it is not;
// or what was decided so that it is not needed. O(what is foreseen * nodes).
std::vector<std::string> ConditionReasons(const flow::Plan& plan, flow::NodeIndex step,
                                          const Course& course);

// Why a step has no times.
std::string RepeatReason();

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PLAN_REASONS_H_
