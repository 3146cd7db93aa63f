// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_UPSTREAM_H_
#define PLUMBLINE_SERVICES_ONBOARDING_UPSTREAM_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace plumbline::onboarding {

// What a failed call of another service is to our caller: the end of our own deadline and
// cancellation stay what they are, all else is DEPENDENCY_UNAVAILABLE, or INTERNAL where trying
// again cannot help. `dependency`: "catalog".
absl::Status UpstreamError(absl::string_view dependency, const absl::Status& status);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_UPSTREAM_H_
