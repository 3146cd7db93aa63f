// SPDX-License-Identifier: Apache-2.0
//
// Business time of a run: when the plan foresees each step, and when a task is due. Pure functions.
// From when on the target of a task counts, first_times.h says by this.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_SCHEDULE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_SCHEDULE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "common/flow/foresee.h"
#include "common/flow/plan.h"
#include "common/flow/progress.h"

namespace plumbline::onboarding {

struct PlannedSpan {
  absl::Time start;
  absl::Time end;
};

// How long a step takes from its turn, in open time; nullopt: its target.
using StepLength = std::function<std::optional<absl::Duration>(flow::NodeIndex step)>;

// What is known of how a plan is carried out. Of one that has not begun nothing is.
struct Course {
  const flow::Progress* progress = nullptr;  // must outlive it
  std::vector<bool> skipped;  // by node: steps that were left out, or are to be; empty: none
  // What conditions will decide, as things are now, and by node what they will leave out; empty:
  // nothing. Planned as if it were decided; the run decides when its turn comes.
  std::vector<flow::Foreseen> foreseen;
  std::vector<bool> foreseen_out;

  // Whether a node will be done, or was, as far as is known: it takes time, and others wait for it.
  bool Counts(flow::NodeIndex node) const {
    const auto place = static_cast<size_t>(node);
    if (!skipped.empty() && skipped[place]) return false;
    return !IsLeftOut(node);
  }
  bool IsForeseenOut(flow::NodeIndex node) const {
    return !foreseen_out.empty() && foreseen_out[static_cast<size_t>(node)];
  }
  // Whether decisions leave it out, those that were made and those that are foreseen.
  bool IsLeftOut(flow::NodeIndex node) const {
    if (IsForeseenOut(node)) return true;
    return progress != nullptr && progress->state(node) == flow::NodeState::kNotNeeded;
  }
};

// For every node of the plan, when it should begin and end if all goes well: the children of a
// sequence one after the other; a parallel part and a choice as long as their longest branch; a
// loop as its body once (what is below `redo` has no span); an optional part as if it were done; a
// step from its turn, but not before its earliest_day, for its target (none: no time) or `length`.
// A step before which nothing counts begins at the opening of day one, or earlier: so that what
// surely follows it can begin on its own earliest_day. Parts that are not needed by `course`, or
// will not be, and steps that were left out take no time, and nothing waits for them. O(nodes).
std::vector<std::optional<PlannedSpan>> PlanSchedule(const flow::Plan& plan, absl::CivilDay day_one,
                                                     const calendar::Calendar& calendar,
                                                     const Course& course = {},
                                                     const StepLength& length = nullptr);

// Whether a step counts from its turn, however early that comes: its earliest_day is the least that
// there is.
bool IsAtOnce(const flow::StepDetails& step);

// Before when a step is not to be begun by plan: the opening of its earliest_day; nullopt if it has
// none, or is to be done at once.
std::optional<absl::Time> EarliestTime(const flow::StepDetails& step, absl::CivilDay day_one,
                                       const calendar::Calendar& calendar);

// When a step should be done whose target counts from `from`; nullopt if it has no target, or the
// calendar is not open for so long. Never in closed hours.
std::optional<absl::Time> DueTime(const flow::StepDetails& step, absl::Time from,
                                  const calendar::Calendar& calendar);

// The end of a step that begins at `start` and takes `length`, else its target; never beyond
// LastInstant.
absl::Time EndOfStep(const flow::StepDetails& step, std::optional<absl::Duration> length,
                     absl::Time start, const calendar::Calendar& calendar);

// When such a step has to begin so that it ends by `end`. Days of a calendar have no exact way
// back: forwards it may end a little later, where days are of different length.
absl::Time StartOfStep(const flow::StepDetails& step, std::optional<absl::Duration> length,
                       absl::Time end, const calendar::Calendar& calendar);

// "2.5 working days", to the nearest tenth, or where it is less than one "3 h 20 min of open time":
// the open time between two instants, of which the second is later.
std::string OpenTimeText(absl::Time from, absl::Time to, const calendar::Calendar& calendar);
// "3 h 20 min of open time": so much, of which no days are known.
std::string OpenTimeText(absl::Duration open);

// The end of the years that calendars know: where one that is never open again would lead.
absl::Time LastInstant();

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_SCHEDULE_H_
