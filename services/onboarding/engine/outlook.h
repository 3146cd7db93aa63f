// SPDX-License-Identifier: Apache-2.0
//
// The plan of a run while it is carried out: what comes when, by what really happened. Pure
// functions of the run and of an instant; replaying a history gives the same.
//
// What ended keeps its times. What is open ends when it is due, or now if that has passed; while it
// is blocked or the run is paused its clock stands, so that it ends later by that. What is to come
// follows, each step for its target, and not before it counts (first_times.h). Of a choice that is
// not made the branch counts that its conditions choose as things are now, else the longest; a loop
// is not repeated once more than it is, an optional part is done unless it was left out.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_OUTLOOK_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_OUTLOOK_H_

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/engine/schedule.h"

namespace plumbline::onboarding {

// What is expected of one node. Steps that are not needed have no span.
struct LiveSpan {
  absl::Time start;
  absl::Time end;
  // By when it has to end so that the whole ends by its target, as a pause that goes on has moved
  // that so far; InfiniteFuture without a target, and for what ended.
  absl::Time latest_end = absl::InfiniteFuture();
  bool critical = false;  // the end of the whole hangs on it
};

struct LivePlan {
  std::vector<std::optional<LiveSpan>> spans;  // by node
  absl::Time finish;
  // From when on the target cannot be kept unless something is done before; nullopt: never.
  std::optional<absl::Time> risk_time;
};

// As of `now`. A run that was cancelled has no live plan: spans of what ended only. O(nodes +
// tasks).
LivePlan LivePlanOf(const Run& run, const calendar::Calendar& calendar, absl::Time now,
                    const StepLength& length = nullptr);

// When what is below a node ends; nullopt if there is nothing. O(nodes below it).
std::optional<absl::Time> EndOf(const LivePlan& live, const flow::Plan& plan, flow::NodeIndex node);

// Start and end of a task that is open, as LivePlanOf has them: they hang on no other task. O(1) on
// the calendar.
LiveSpan OpenSpanOf(const Run& run, const TaskRecord& task, const FirstTimes& first,
                    const calendar::Calendar& calendar, absl::Time now);

// Whether open time lies between `limit` and a later end: a closing and the opening after it are
// one and the same. O(log n).
bool IsBeyond(absl::Time end, absl::Time limit, const calendar::Calendar& calendar);

// Whether two ends are a working day or more apart, on the calendar. O(log n).
bool MovedByADay(absl::Time from, absl::Time to, const calendar::Calendar& calendar);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_OUTLOOK_H_
