// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_RESTING_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_RESTING_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "plumbline/onboarding/v1/escalation_service.pb.h"
#include "services/onboarding/escalation/failures.h"
#include "services/onboarding/escalation/store.h"
#include "services/onboarding/people/people.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding::escalation {

// Levels that are reached at `now` and rest, with why and until when, what is told first before the
// others: of the first kMostRestingRuns on-boardings that are to be looked at within kRestingDays.
// What is due now is not among them. An on-boarding that cannot be read is one entry of CAUSE_ERROR
// that names it instead of a task; of a level that could not be told the cause is in `failures`
// where this process tried. Errors: those of the moment (IsOfTheMoment). O(on-boardings).
inline constexpr int kMostRestingRuns = 500;
inline constexpr int kRestingDays = 2;
absl::StatusOr<std::vector<v1::RestingEscalation>> FindResting(const base::CallContext& context,
                                                               RunStore& runs, People& people,
                                                               EscalationStore& store,
                                                               const Failures& failures,
                                                               absl::Time now);

}  // namespace plumbline::onboarding::escalation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_RESTING_H_
