// SPDX-License-Identifier: Apache-2.0
//
// Who is told, and when they may be disturbed. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_RECIPIENTS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_RECIPIENTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/onboarding/engine/ladders.h"
#include "services/onboarding/people/directory.h"

namespace plumbline::onboarding::escalation {

// When the quiet hours of the person that `time` falls into end, on the clock of their zone; `time`
// itself if it is not quiet then. O(1).
absl::Time QuietUntil(const v1::Person& person, absl::Time time);

// Who is told of a level, and when.
struct Addressed {
  std::vector<std::string> recipients;  // each once; none = nobody was found
  std::string note;                     // who could not be told and why
  absl::Time tell_time;                 // `now`, unless people have quiet hours
};

// Finds whom a level names, as records of people are at `now`: whoever is away is stood in for.
// Where nobody can be told, those of the next level of the ladder are, and so on. While one of them
// has quiet hours all wait, so that a level is told once; where people leave no common time within
// two days, it is told now. O(names * what they lead to).
absl::StatusOr<Addressed> Address(Directory& people, const Run& run, const NextLevel& level,
                                  absl::Time now);

}  // namespace plumbline::onboarding::escalation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_RECIPIENTS_H_
