// SPDX-License-Identifier: Apache-2.0
//
// Rosters: many on-boardings as a table, a line for each person.
#ifndef PLUMBLINE_CLIENTS_CLI_ROSTER_H_
#define PLUMBLINE_CLIENTS_CLI_ROSTER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {

// One line of a roster.
struct RosterRow {
  int line = 0;                                    // from 1
  onboarding::v1::StartOnboardingRequest request;  // without parent
  absl::Status problem;                            // why it cannot be asked for; OK if it can
};

// The id of the on-boarding of a person by a process (an id, with or without a revision): always
// the same one. "ada-example-com-5f0c2a17" of "ada@example.com".
std::string RosterId(absl::string_view person, absl::string_view process);

// Reads CSV (RFC 4180, separated by commas, or by semicolons or tabs if the headings are; between
// semicolons cells with several pairs stand in quotes) with headings in any order ("day-one", "Day
// One" and "day_one" are the same): person and day-one are required, id, name, process, zone,
// calendar, assignees, labels and attributes optional; the last three hold "KEY=VALUE; KEY=VALUE".
// A line without a process gets `process`, one without an id its RosterId.
// FIELD_INVALID for text that is empty or not UTF-8, and for headings that are unknown, missing or
// there twice; the sentence names the line. What is wrong with one line is its `problem`: more or
// less cells than headings, lists that are none, the id of a line before, quotes that are not
// closed (the lines after are not read then). O(n log n) in the length.
absl::StatusOr<std::vector<RosterRow>> ReadRoster(absl::string_view text,
                                                  absl::string_view process);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_ROSTER_H_
