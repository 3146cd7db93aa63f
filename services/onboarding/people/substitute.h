// SPDX-License-Identifier: Apache-2.0
//
// Who does somebody's work at a time. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_SUBSTITUTE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_SUBSTITUTE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "plumbline/onboarding/v1/people_service.pb.h"
#include "services/onboarding/people/directory.h"

namespace plumbline::onboarding {

// Who was found, and how.
struct Resolution {
  std::string person;     // who does it; see v1::Outcome for what it is where nobody does
  std::string appointed;  // who should, before anybody stands in
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  std::vector<v1::ResolutionStep> steps;
  std::vector<std::string> members = {};  // of a group
};

// The absence of `person` at `time`, or nullptr. The date is that of their zone, UTC where the
// record names none. Lives as long as the record. O(absences).
const v1::Absence* AbsenceAt(const v1::Person& person, absl::Time time);

// `person`, or who stands in for them at `time`, or for these, and so on. Somebody without a record
// is taken to be there. O(those who stand in for one another).
absl::StatusOr<Resolution> WhoActs(Directory& people, absl::string_view person, absl::Time time);

// Adds a violation of `field` if the record of `person` says that they left: to them no work goes.
// Who has no record is taken to be there. Errors are those of `people`. O(1) reads.
absl::Status AddIfLeft(Directory& people, absl::string_view field, absl::string_view person,
                       std::vector<base::FieldViolation>* violations);

// The same at once: FIELD_INVALID if they left.
absl::Status CheckHasNotLeft(Directory& people, absl::string_view field, absl::string_view person);

// A step, with its sentence, which also says for whom `person` stands in, if for somebody.
v1::ResolutionStep StepOf(v1::ResolutionStep::Kind kind, absl::string_view person,
                          absl::string_view relation = "", absl::string_view next = "",
                          const v1::Absence* absence = nullptr, absl::string_view stands_for = "");

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_SUBSTITUTE_H_
