// SPDX-License-Identifier: Apache-2.0
//
// What the columns of a table of people are for.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_IMPORT_COLUMNS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_IMPORT_COLUMNS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace plumbline::onboarding {

// Who the row is about, where a column of its own says it.
inline constexpr char kPersonColumn[] = "person";

// The field of a heading: "person", a field of Person ("manager"; "quiet_hours" as "22:00-07:00"),
// "relations.buddy", "labels.region"; "" = none that is known. O(length).
std::string FieldOfHeading(absl::string_view heading);

// The fields of `headings`, in their order; "" = left out. `named` says what columns are for whose
// headings do not say it. FIELD_INVALID: a heading of `named` that is not there, a field that does
// not exist (of "columns[HEADING]"); two columns for one field, no column that says who (of "csv").
absl::StatusOr<std::vector<std::string>> FieldsOfColumns(
    const std::vector<std::string>& headings, const std::map<std::string, std::string>& named);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_IMPORT_COLUMNS_H_
