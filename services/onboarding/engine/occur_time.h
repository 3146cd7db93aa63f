// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_OCCUR_TIME_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_OCCUR_TIME_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace plumbline::onboarding {

// How far a caller's clock may differ from ours.
inline constexpr absl::Duration kClockTolerance = absl::Minutes(1);

// When something happened: `given`, or else the later of `now` and `last` (the latest entry of the
// history; nullopt at the start), in whole microseconds. Errors: BACKDATING_DENIED when it lies
// more than the tolerance before `now` and the caller may not back-date; TIME_OUT_OF_ORDER when it
// lies before `last`, or more than the tolerance after `now`.
absl::StatusOr<absl::Time> OccurTime(std::optional<absl::Time> given, absl::Time now,
                                     std::optional<absl::Time> last, bool may_backdate);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_OCCUR_TIME_H_
