// SPDX-License-Identifier: Apache-2.0
//
// Putting a run on another plan, once it is known that it fits. Not for use outside migrate.cc.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MIGRATE_SWITCH_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MIGRATE_SWITCH_H_

#include <map>
#include <string>
#include <vector>

#include "common/calendar/calendar.h"
#include "services/onboarding/engine/carry.h"
#include "services/onboarding/engine/migrate.h"
#include "services/onboarding/engine/recorder.h"

namespace plumbline::onboarding {

// What becomes of the record of a task.
enum class Outcome { kKeep, kDrop, kWithdraw };

// Values of attributes by the ids that the new plan knows them by.
flow::AttributeValues RenamedValues(const flow::AttributeValues& values, const NodeMap& map);

// Tells of the change, and makes it: the run has its new plan with what was done in it.
// `outcomes`: by task record. Returns the ids of the tasks that are kept, before -> after. GoOn
// comes next.
std::map<std::string, std::string> SwitchPlan(Run& run, const Migration& migration,
                                              const NodeMap& map, const Carried& carried,
                                              const std::vector<Outcome>& outcomes,
                                              Recorder& recorder,
                                              const calendar::Calendar& calendar);

// Lets the run follow the progress that it has: what is enabled and has no task becomes ready.
absl::Status GoOn(Run& run, Recorder& recorder);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MIGRATE_SWITCH_H_
