// SPDX-License-Identifier: Apache-2.0
//
// What a mutation of calendars would change, as a function of a snapshot: nothing here writes, so
// that validate_only runs the same rules.
#ifndef PLUMBLINE_SERVICES_CATALOG_CALENDARS_CHANGE_H_
#define PLUMBLINE_SERVICES_CATALOG_CALENDARS_CHANGE_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"
#include "services/catalog/calendars/command.h"
#include "services/catalog/resource/change.h"

namespace plumbline::catalog {

// To be written, and the answer without its freshness_token.
struct CalendarPut {
  CalendarKey key;
  KeptCalendar kept;
  v1::ResourceHistoryEntry entry;
};
struct CalendarRemoval {
  CalendarKey key;
  v1::ResourceHistoryEntry entry;
};
template <typename Response>
struct CalendarChange {
  std::vector<CalendarPut> puts;
  std::optional<CalendarRemoval> removed;
  Response response;
};

// Errors: FIELD_INVALID, RESOURCE_ALREADY_EXISTS, RESOURCE_NOT_FOUND (what it inherits from),
// CALENDAR_CYCLE.
absl::StatusOr<CalendarChange<v1::CreateCalendarResponse>> CreateCalendar(
    CalendarSnapshot& snapshot, const CreateCalendarCommand& command, const Author& author);

// Errors: FIELD_INVALID, RESOURCE_NOT_FOUND (it, or what it inherits from), ETAG_MISMATCH,
// CALENDAR_CYCLE.
absl::StatusOr<CalendarChange<v1::UpdateCalendarResponse>> UpdateCalendar(
    CalendarSnapshot& snapshot, const UpdateCalendarCommand& command, const Author& author);

// Errors: RESOURCE_NOT_FOUND, ETAG_MISMATCH, CALENDAR_IN_USE.
absl::StatusOr<CalendarChange<v1::DeleteCalendarResponse>> DeleteCalendar(
    CalendarSnapshot& snapshot, const DeleteCalendarCommand& command, const Author& author);

// Errors: FIELD_INVALID (too many holidays), RESOURCE_NOT_FOUND, ETAG_MISMATCH.
absl::StatusOr<CalendarChange<v1::ImportHolidaysResponse>> ImportHolidays(
    CalendarSnapshot& snapshot, const ImportHolidaysCommand& command, const Author& author);

// Names of the fields that people write, in the order of the proto.
absl::Span<const absl::string_view> CalendarContentFields();

// The calendar of `key`, or RESOURCE_NOT_FOUND.
absl::StatusOr<KeptCalendar> RequireCalendar(CalendarSnapshot& snapshot, const CalendarKey& key);

// The calendar and all that it inherits from, itself first. Errors: RESOURCE_NOT_FOUND,
// CALENDAR_CYCLE (which no write lets come about).
absl::StatusOr<std::vector<v1::Calendar>> ReadChain(CalendarSnapshot& snapshot,
                                                    const CalendarKey& key);

// The same for calculating. INTERNAL if one breaks a rule, which no write lets come about.
absl::StatusOr<std::vector<calendar::Layer>> ToLayers(const std::vector<v1::Calendar>& chain);

// OK, or what is wrong with `calendar` inheriting as it says, where it is kept under `key`: its
// chain, and those of its heirs, must neither lead back to it nor be longer than kMaxChain. One
// read per level above, one question per level below.
absl::Status CheckInheritance(CalendarSnapshot& snapshot, const CalendarKey& key,
                              const v1::Calendar& calendar);

inline constexpr size_t kMaxChain = 8;

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CALENDARS_CHANGE_H_
