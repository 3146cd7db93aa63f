// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_IMPORT_CELLS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_IMPORT_CELLS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "plumbline/onboarding/v1/people.pb.h"

namespace plumbline::onboarding {

// Puts a cell of a table into a field (see FieldOfHeading); an empty one takes the value away.
// Returns what is wrong with the text as such and what to do, "" = nothing; whether the value keeps
// the rules of records is another matter. "person" and "" are no fields: nothing is done.
std::string SetCell(absl::string_view field, const std::string& cell, v1::Person* person);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_IMPORT_CELLS_H_
