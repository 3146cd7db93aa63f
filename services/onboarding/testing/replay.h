// SPDX-License-Identifier: Apache-2.0
//
// A run made anew of its history: the law that every rule of the engine keeps.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_TESTING_REPLAY_H_
#define PLUMBLINE_SERVICES_ONBOARDING_TESTING_REPLAY_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding::testing {

// Gives the commands that `history` tells of, in its order and with its times, to a run of `plan`
// that begins as `spec` says. The error is that of the first entry that cannot be done again, with
// its number; INTERNAL if it makes an entry that the history does not have. `plans`: by their ids,
// those that the run changed to.
absl::StatusOr<onboarding::Run> Replay(const Spec& spec, const PlanPointer& plan,
                                       const Entries& history,
                                       const std::map<std::string, PlanPointer>& plans = {});

// The id that a call has in replayed runs: the history does not say it. Tests give it to theirs.
std::string CallId(const HistoryEntry& entry);

}  // namespace plumbline::onboarding::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_TESTING_REPLAY_H_
