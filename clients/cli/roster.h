// SPDX-License-Identifier: Apache-2.0
//
// Rosters: many on-boardings as a table, a line for each person.
#ifndef PLUMBLINE_CLIENTS_CLI_ROSTER_H_
#define PLUMBLINE_CLIENTS_CLI_ROSTER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {

// One line of a roster.
struct RosterRow {
  int line = 0;                                    // from 1
  onboarding::v1::StartOnboardingRequest request;  // without parent
};

// Reads CSV (RFC 4180, separated by commas) with headings in any order: person, id and day-one are
// required, name, process, zone, assignees, labels and attributes optional; the last three hold
// "KEY=VALUE; KEY=VALUE". A process that a line does not name stays empty. FIELD_INVALID for
// headings that are unknown, missing or there twice, for lines with more or less cells than these,
// and for lists that are none; the sentence names the line. O(length).
absl::StatusOr<std::vector<RosterRow>> ReadRoster(absl::string_view text);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_ROSTER_H_
