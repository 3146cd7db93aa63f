// SPDX-License-Identifier: Apache-2.0
//
// The reporting line: who reports to whom. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_REPORTING_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_REPORTING_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/onboarding/people/directory.h"

namespace plumbline::onboarding {

// To whom `person` reports, to whom these do, and so on: the nearest first, at most `limit`. It
// ends where there is no record, no manager, or somebody for the second time. O(answer).
absl::StatusOr<std::vector<std::string>> ReportingChain(Directory& people, absl::string_view person,
                                                        int limit);

// OK, or REPORTING_CYCLE with the chain: `person` would report to `manager`, who reports to them by
// way of others. O(length of the chain).
absl::Status CheckReporting(Directory& people, const std::string& person,
                            const std::string& manager);

// "" = nobody, or nobody knows.
using ManagerOf = absl::FunctionRef<absl::StatusOr<std::string>(const std::string& person)>;

// The circles that one comes to who goes upwards from any of `people`: each once, as the people on
// it in the order of reporting. O(people on all these ways); `manager_of` is asked once of each.
absl::StatusOr<std::vector<std::vector<std::string>>> FindCircles(
    absl::Span<const std::string> people, ManagerOf manager_of);

// "a -> b -> a" of a circle of a and b, beginning with `first`, who is on it; a long one is
// shortened.
std::string CircleText(const std::vector<std::string>& circle, absl::string_view first);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_REPORTING_H_
