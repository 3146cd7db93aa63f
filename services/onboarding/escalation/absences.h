// SPDX-License-Identifier: Apache-2.0
//
// When somebody is away, and who stands in. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_ABSENCES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_ABSENCES_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/onboarding/people/directory.h"

namespace plumbline::onboarding::escalation {

// Who does the work of a person at a time.
struct Cover {
  bool away = false;
  // Nobody to give anything back to: they left, or there is no record of them. Not away then.
  bool gone = false;
  absl::Time since;        // where they are away: when that began
  std::string substitute;  // who is there and stands in; "" = nobody
  // Who is asked what the substitute must not be, for they did the work or want it left out: who
  // acts for the manager of who is away; "" = nobody.
  std::string manager;
  // "ada is away until 2026-03-07: holiday", or "ada is back".
  std::string reason;
  // When this may be another answer: the next time that they, or one of those who stand in for one
  // another, go or come back; nullopt = never.
  std::optional<absl::Time> next;
};

// O(those who stand in * their absences).
absl::StatusOr<Cover> CoverOf(Directory& people, absl::string_view person, absl::Time now);

}  // namespace plumbline::onboarding::escalation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_ABSENCES_H_
