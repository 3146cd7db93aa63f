// SPDX-License-Identifier: Apache-2.0
//
// What an entry of a history changed: what it was, and what it became.
#ifndef PLUMBLINE_CLIENTS_CLI_ENTRY_CHANGES_H_
#define PLUMBLINE_CLIENTS_CLI_ENTRY_CHANGES_H_

#include <map>
#include <string>

#include "absl/time/time.h"
#include "clients/cli/session.h"
#include "google/protobuf/repeated_field.h"
#include "plumbline/onboarding/v1/field_change.pb.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"

namespace plumbline::cli {

using FieldChanges = google::protobuf::RepeatedPtrField<onboarding::v1::FieldChange>;

// For people: "manager bob -> eve, absence from 2027-03-01: until 2027-03-05". Times by the clock
// of `zone`, which is named behind the last of them. O(changes).
std::string ChangesText(const FieldChanges& changes, const absl::TimeZone& zone);

// "due Mon 2027-01-04 17:00 -> Tue 2027-01-05 17:00 Europe/Berlin", "assignee nobody ->
// ada@example.com", "process sales-rep@1 -> sales-rep@2, step laptop -> computer". "" where an
// entry changes nothing, or its kind or its reason says from what to what.
std::string ChangeText(const onboarding::v1::HistoryEntry& entry, const absl::TimeZone& zone);

// For programs, all of them as they are: "assignee: -> ada@example.com; state: READY ->
// IN_PROGRESS".
std::string ChangesCell(const FieldChanges& changes);

// The time zones of on-boardings, each asked once. Used by one thread.
class EntryZones {
 public:
  explicit EntryZones(Session& session) : session_(session) {}

  // ChangeText in the zone of the on-boarding that the entry is of; UTC where that is not known.
  std::string ChangeOf(const onboarding::v1::HistoryEntry& entry);

 private:
  const absl::TimeZone& ZoneOf(const std::string& onboarding);

  Session& session_;
  std::map<std::string, absl::TimeZone> zones_;  // by the name of the on-boarding
};

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_ENTRY_CHANGES_H_
