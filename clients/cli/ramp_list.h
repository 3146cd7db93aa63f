// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_RAMP_LIST_H_
#define PLUMBLINE_CLIENTS_CLI_RAMP_LIST_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/cli/session.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"

namespace plumbline::cli {

// On-boardings that are looked at; readiness hangs on the hour, so that no index has it.
inline constexpr int kMostByReadiness = 20'000;

// The worst first; of one level those that should end first. Those of another level than `level`
// ("red", ...; "" = any) are taken out, and those of which nothing is said. O(n log n).
void SortByReadiness(const std::string& level,
                     std::vector<onboarding::v1::Onboarding>* onboardings);

// On-boardings under way that `filter` takes, by readiness.
absl::Status ListByReadiness(Session& session, const std::string& filter, const std::string& level);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_RAMP_LIST_H_
