// SPDX-License-Identifier: Apache-2.0
//
// Who is asked in the stead of who is away: to verify work, and to approve that it is left out.
// Neither belongs to anybody as a task does, so that nothing but the question changes hands. Not
// for use outside the engine.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_PROXIES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_PROXIES_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/onboarding/engine/engine.h"

namespace plumbline::onboarding {

// Whether that is a task that awaits verification now.
bool AwaitsVerification(const Run& run, absl::string_view task);

// `person` is asked in the stead of `owner`; "": the owner is asked again. No entries where it is
// so already, or the owner is not who would be asked. As StandIn and EndStandIn.
absl::StatusOr<Entries> StandInToVerify(Run& run, absl::string_view task, absl::string_view owner,
                                        absl::string_view person, absl::string_view reason,
                                        const Occurrence& when);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_PROXIES_H_
