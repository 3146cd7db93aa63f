// SPDX-License-Identifier: Apache-2.0
//
// Business time of a run: when the plan foresees each step, and when a task is due. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_SCHEDULE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_SCHEDULE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "common/flow/plan.h"

namespace plumbline::onboarding {

struct PlannedSpan {
  absl::Time start;
  absl::Time end;
};

// For every node of the plan, when it should begin and end if all goes well: the children of a
// sequence one after the other; a parallel part and a choice as long as their longest branch; a
// loop as its body once (what is below `redo` has no span); an optional part as if it were done; a
// step from its turn, but not before its earliest_day, for its target (none: no time). What comes
// before any step with an earliest_day begins at the opening of day one. O(nodes).
std::vector<std::optional<PlannedSpan>> PlanSchedule(const flow::Plan& plan, absl::CivilDay day_one,
                                                     const calendar::Calendar& calendar);

// Before when a step is not to be begun by plan: the opening of its earliest_day; nullopt if it has
// none.
std::optional<absl::Time> EarliestTime(const flow::StepDetails& step, absl::CivilDay day_one,
                                       const calendar::Calendar& calendar);

// From when on a step counts whose turn came before: the opening of its first_day, which is its
// earliest_day, else the latest of the steps before it, else day one. So nothing is due before the
// plan foresees work.
absl::Time FirstTime(const flow::PlanNode& node, absl::CivilDay day_one,
                     const calendar::Calendar& calendar);

// When a step whose turn came at `ready` should be done: its target after that, or after FirstTime
// if that is later; nullopt if it has no target, or the calendar is not open for so long. Never in
// closed hours.
std::optional<absl::Time> DueTime(const flow::PlanNode& node, absl::Time ready,
                                  absl::CivilDay day_one, const calendar::Calendar& calendar);

// "2 working days", or where it is less than one "3 h 20 min of open time": the open time between
// two instants, of which the second is later.
std::string OpenTimeText(absl::Time from, absl::Time to, const calendar::Calendar& calendar);

// The end of the years that calendars know: where one that is never open again would lead.
absl::Time LastInstant();

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_SCHEDULE_H_
