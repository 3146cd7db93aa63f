// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RAMP_STORE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RAMP_STORE_H_

#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/listing/query.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding {

// Runs as figures are made of them. Thread-safe; errors as of all stores (runs/store.h).
class RampStore {
 public:
  virtual ~RampStore() = default;
  // A page of the runs that ListOnboardings would list, in that order, each as it is. O(page + what
  // the filter passes over).
  virtual absl::StatusOr<listing::Page<Run>> ListRuns(const base::CallContext& context,
                                                      const OnboardingQuery& query) = 0;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RAMP_STORE_H_
