// SPDX-License-Identifier: Apache-2.0
//
// Errors of a store, as those see them who go through many runs in rounds.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_MOMENT_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_MOMENT_H_

#include "absl/status/status.h"

namespace plumbline::onboarding {

// Whether an error is of the moment (the database is away, time is up, the service stops), so that
// the round ends and is tried again. Every other one is of the run that it came with: that is
// passed over, or it would hold up all the others for good.
inline bool IsOfTheMoment(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsCancelled(status);
}

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_MOMENT_H_
