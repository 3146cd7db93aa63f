// SPDX-License-Identifier: Apache-2.0
//
// How milestones of a run come and go. Not for use outside the engine.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MILESTONES_FOLLOW_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MILESTONES_FOLLOW_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "common/calendar/calendar.h"
#include "services/onboarding/engine/recorder.h"

namespace plumbline::onboarding {

// The progress changed: what is reached by work now is reached, and what is not any more is taken
// back. O(milestones * nodes).
void FollowMilestones(Run& run, Recorder& recorder, const calendar::Calendar& calendar);

// The plan of the run is another one from now on, and its progress and tasks fit it: what was
// reached and is not by the work of the new plan stays reached for good.
void KeepMilestones(Run& run);

// Adds one that is not there, and the entry that tells it.
void Reach(Run& run, Recorder& recorder, const calendar::Calendar& calendar,
           ReachedMilestone reached);
// Takes back the one at `index`, with the entry.
void Unreach(Run& run, Recorder& recorder, ptrdiff_t index, absl::string_view reason);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MILESTONES_FOLLOW_H_
