// SPDX-License-Identifier: Apache-2.0
//
// A plan before anything exists, with its reasons: what each step waits for, how much later it may
// end, and which steps the end of the plan hangs on. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PLAN_OUTLINE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PLAN_OUTLINE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "common/flow/plan.h"
#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/plan/waits.h"

namespace plumbline::onboarding {

// What sets the start of a step.
enum class Bound {
  kDayOne,        // nothing comes before it: the opening of day one, or earlier for what follows
  kPredecessor,   // the end of what it waits for
  kEarliestDay,   // its own earliest day, which is later than that
  kPlannedStart,  // under way: when the plan foresees it, which is later than that
  kDecision,      // under way: a decision that is open, of what is over already
};

// When a step begins and ends, and what sets that: before anything exists, and under way.
struct TimedStep {
  flow::NodeIndex step = flow::kNoNode;
  absl::Time start;
  absl::Time end;
  Bound bound = Bound::kDayOne;
  std::vector<flow::NodeIndex> waits_for;  // as Wait::steps
  // Of these the one that ends last; kNoNode if it waits for none.
  flow::NodeIndex last_of_these = flow::kNoNode;
};

struct OutlinedStep : TimedStep {
  // By how much open time it may end later without moving the end of the plan. Never more than
  // that, and less only where days of different length leave it open.
  absl::Duration slack = absl::ZeroDuration();
  // On the chain of steps that makes the plan end when it does: each waits for the one before.
  bool critical = false;
  // Below a choice, or in an optional part, of which no decision is known or foreseen: it may turn
  // out not to be needed.
  bool may_be_left_out = false;
};

struct Outline {
  std::vector<OutlinedStep> steps;             // in the order of the plan
  std::vector<flow::NodeIndex> left_out;       // by decisions, also foreseen: without times
  std::vector<flow::NodeIndex> repeats_only;   // done only if a loop is repeated: without times
  std::vector<flow::NodeIndex> critical_path;  // from the first to the last
  std::optional<absl::Time> end;               // of the whole; nullopt if it has no steps
};

// The times are those of PlanSchedule (engine/schedule.h). O(nodes + what steps wait for, all
// together; a step after a parallel part waits for all of its branches).
// `course`: what is known of how it will be carried out, or is foreseen.
Outline OutlineOf(const flow::Plan& plan, absl::CivilDay day_one,
                  const calendar::Calendar& calendar, const Course& course = {});

// The dates from that of `from` to that of `to`, both by the zone of the calendar, on which it is
// not open; the first `limit`. O(days).
std::vector<absl::CivilDay> ClosedDays(const calendar::Calendar& calendar, absl::Time from,
                                       absl::Time to, size_t limit);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PLAN_OUTLINE_H_
