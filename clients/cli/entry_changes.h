// SPDX-License-Identifier: Apache-2.0
//
// What an entry of a history changed: old and new.
#ifndef PLUMBLINE_CLIENTS_CLI_ENTRY_CHANGES_H_
#define PLUMBLINE_CLIENTS_CLI_ENTRY_CHANGES_H_

#include <map>
#include <string>

#include "absl/time/time.h"
#include "clients/cli/session.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"

namespace plumbline::cli {

// "due Mon 2027-01-04 17:00 -> Tue 2027-01-05 17:00 Europe/Berlin", "day one Mon 2027-01-04 -> Mon
// 2027-02-01", "process sales-rep@1 -> sales-rep@2, step laptop -> computer": dates by the clock of
// `zone`. "" where an entry changes none, or its reason says from when to when. O(mappings).
std::string ChangeText(const onboarding::v1::HistoryEntry& entry, const absl::TimeZone& zone);

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
