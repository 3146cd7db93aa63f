// SPDX-License-Identifier: Apache-2.0
//
// Where calendars are kept. Invariants, which the domain upholds and the store relies on:
//  1. Everything belongs to a workspace; no call crosses into another.
//  2. A calendar has at most one row; its `version` grows by one with every change of the row.
//  3. `inherits` of a calendar is empty or names a calendar that is there.
#ifndef PLUMBLINE_SERVICES_CATALOG_CALENDARS_STORE_H_
#define PLUMBLINE_SERVICES_CATALOG_CALENDARS_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/calendar.pb.h"
#include "plumbline/catalog/v1/resource_history_service.pb.h"
#include "services/catalog/resource/store.h"

namespace plumbline::catalog {

// A calendar within the store.
struct CalendarKey {
  std::string workspace;
  std::string calendar;
  bool operator==(const CalendarKey&) const = default;
};

// "workspaces/{w}/calendars/{c}"
inline std::string NameOf(const CalendarKey& key) {
  return absl::StrCat("workspaces/", key.workspace, "/calendars/", key.calendar);
}

struct KeptCalendar {
  v1::Calendar calendar;  // as it is answered
  int64_t version = 0;    // of the row, from 1
};

// One that inherits from another, both by their ids.
struct CalendarHeir {
  std::string calendar;
  std::string inherits;
};

// What can be read within one snapshot. Used by one thread, within the body that got it. Errors of
// all methods: DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL; what is not there is an empty
// result, not an error.
class CalendarSnapshot {
 public:
  virtual ~CalendarSnapshot() = default;
  virtual absl::StatusOr<std::optional<KeptCalendar>> FindCalendar(const CalendarKey& key) = 0;
  // A page of calendars without `holidays` and `exceptions`. `query` is of CalendarSchema(); by
  // itself a list is in the order of names. It ends early when it comes to rpc::kMaxPageBytes.
  // Errors: PAGE_TOKEN_INVALID for a position
  // that no list of this order gave.
  virtual absl::StatusOr<listing::Page<v1::Calendar>> ListCalendars(
      absl::string_view workspace, const listing::Query& query) = 0;
  // The calendars that inherit from one of these themselves, in the order of their names.
  // O(answer).
  virtual absl::StatusOr<std::vector<CalendarHeir>> ListHeirs(
      absl::string_view workspace, absl::Span<const std::string> calendars) = 0;
  // Ids of the utilities that are supported by `key`, in order.
  virtual absl::StatusOr<std::vector<std::string>> ListSupported(const CalendarKey& key) = 0;
  // As Snapshot::Position.
  virtual absl::StatusOr<int64_t> Position() = 0;
  // The position of the last write of a calendar of this workspace; 0 if there was none. While it
  // is the same, so are all of its calendars, unless an older release, which does not count, writes
  // beside this one. One row is read.
  virtual absl::StatusOr<int64_t> LastChange(absl::string_view workspace) = 0;
};

// A snapshot that can be changed. Reads see the writes before them.
class CalendarChanges : public CalendarSnapshot {
 public:
  // Inserts (version 1) or replaces the calendar. `entry`: for the history.
  virtual absl::Status PutCalendar(const CalendarKey& key, const KeptCalendar& calendar,
                                   const v1::ResourceHistoryEntry& entry) = 0;
  virtual absl::Status RemoveCalendar(const CalendarKey& key,
                                      const v1::ResourceHistoryEntry& entry) = 0;
};

using CalendarStore = ResourceStore<CalendarSnapshot, CalendarChanges>;

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CALENDARS_STORE_H_
