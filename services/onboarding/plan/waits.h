// SPDX-License-Identifier: Apache-2.0
//
// What the turn of each step of a plan waits for. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PLAN_WAITS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PLAN_WAITS_H_

#include <optional>
#include <vector>

#include "common/flow/plan.h"
#include "services/onboarding/engine/schedule.h"

namespace plumbline::onboarding {

struct Wait {
  // The steps after which its turn comes: the last ones of what stands before it, in the order of
  // the plan.
  std::vector<flow::NodeIndex> steps;
  // Below a choice, or in an optional part, of which no decision is known or foreseen: it may turn
  // out not to be needed.
  bool may_be_left_out = false;
};

// By node, of steps that are to be done or were, by `course`; nullopt of what is left out, and of
// what is done only if a loop is repeated. Where a loop is being repeated its body waits for what
// is done before it again. O(nodes + what steps wait for, all together; a step after a parallel
// part waits for all of its branches).
std::vector<std::optional<Wait>> WaitsOf(const flow::Plan& plan, const Course& course);

// Of `steps` the one that ends last by `spans`, of several the first; kNoNode if there is none.
// Those without a span do not count.
template <typename Span>
flow::NodeIndex LastOf(const std::vector<flow::NodeIndex>& steps,
                       const std::vector<std::optional<Span>>& spans) {
  flow::NodeIndex last = flow::kNoNode;
  for (const flow::NodeIndex one : steps) {
    if (!spans[one].has_value()) continue;
    if (last == flow::kNoNode || spans[one]->end > spans[last]->end) last = one;
  }
  return last;
}

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PLAN_WAITS_H_
