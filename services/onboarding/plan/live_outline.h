// SPDX-License-Identifier: Apache-2.0
//
// What sets the times of a plan that is under way, by what really happened. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PLAN_LIVE_OUTLINE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PLAN_LIVE_OUTLINE_H_

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/plan/outline.h"
#include "services/onboarding/plan/waits.h"

namespace plumbline::onboarding {

struct LiveOutline {
  // By node, of steps that are open or to come. One that is open begins when its time counts and
  // ends when it is due, or while its clock stands when it should end.
  std::vector<std::optional<TimedStep>> steps;
  std::vector<std::optional<Wait>> waits;  // by node, as WaitsOf
  // By node, of the same steps: the one at the beginning of the chain in which each begins when the
  // one before ends. What is open, or begins for another reason, begins a chain.
  std::vector<flow::NodeIndex> chains;
};

// The times are those of `live`, which is that of `run` at `now` by the targets. `views`: what
// every step is about now. O(nodes + what steps wait for, all together, + decisions * steps).
LiveOutline LiveOutlineOf(const Run& run, const std::vector<TaskView>& views,
                          const FirstTimes& first, const LivePlan& live, absl::Time now);

// The open decision for which a step that is to come waits: one around it, or one that stands
// before it; nullptr if there is none. O(open decisions * depth).
const DecisionRecord* DecisionBefore(const Run& run, flow::NodeIndex step);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PLAN_LIVE_OUTLINE_H_
