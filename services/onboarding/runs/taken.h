// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_TAKEN_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_TAKEN_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {

// RESOURCE_ALREADY_EXISTS: an on-boarding has this id. None is ever deleted, so that its id stays
// taken.
inline absl::Status OnboardingIsTaken(const Spec& spec) {
  const std::string name = OnboardingName(spec.workspace, spec.id);
  return base::Error(base::Reason::ERROR_REASON_RESOURCE_ALREADY_EXISTS,
                     absl::StrCat("Onboarding '", name, "' exists already; choose another id"))
      .Resource("Onboarding", name);
}

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_TAKEN_H_
