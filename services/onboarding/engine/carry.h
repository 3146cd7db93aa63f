// SPDX-License-Identifier: Apache-2.0
//
// What was done in a run, on another plan. Not for use outside the engine.
//
// What a node was told is a queue of its own, for a node is never under way twice at once: the
// order in which different nodes were told does not matter, so a plan that puts two steps in
// another order takes both as soon as both are done.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CARRY_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CARRY_H_

#include <set>
#include <string>
#include <vector>

#include "common/flow/decide.h"
#include "services/onboarding/engine/deeds.h"
#include "services/onboarding/engine/node_map.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

// Something that was done, on the new plan.
struct CarriedAction {
  Action action;       // `node` and `option` are those of the new plan, `task` is the id it had
  int origin = -1;     // index of what was done; -1: the change of the plan decides it
  std::string reason;  // why, where the change decides it
};

// Something that has no place in the new plan.
struct Misfit {
  std::string id;   // of the task, or the decision, as it was called
  std::string why;  // "has no place ..."
  // What may be done instead of dropping it: "let that be done first"; "" = nothing.
  std::string otherwise;
  bool can_be_mapped = false;  // or mapping it to what it is called in the new plan
};

struct Carried {
  explicit Carried(const flow::Plan& plan) : progress(plan) {}
  flow::Progress progress;
  std::vector<CarriedAction> actions;  // in an order in which the new plan takes them
  std::vector<Misfit> misfits;         // of people
};

// Carries `done` to `plan`, without what is `dropped` (ids of tasks and decisions). What conditions
// decided and does not fit is left out. Where it takes that for what was done or has begun, an
// optional part that was not optional counts as wanted, and conditions decide by `values`. `begun`:
// steps of the new plan of which a task is under way.
Carried Carry(const flow::Plan& before, const std::vector<Action>& done, const FrozenPlan& plan,
              const NodeMap& map, const std::set<std::string>& dropped,
              const std::set<flow::NodeIndex>& begun, const flow::AttributeValues& values);

// The task or decision `id` with why the turn of its node has not come, for people: "comes only
// after 'x', which is not done".
Misfit NotReached(const std::string& id, const flow::Plan& plan, const flow::Progress& progress,
                  flow::NodeIndex node);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CARRY_H_
