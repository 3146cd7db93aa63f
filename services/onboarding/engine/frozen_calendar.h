// SPDX-License-Identifier: Apache-2.0
//
// The calendar of an on-boarding: as it was in the catalog at the start, with all that it
// inherited. Kept by the on-boarding service itself, so that a run needs nothing of the catalog
// after its start, and no later change of a holiday moves what was promised.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_FROZEN_CALENDAR_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_FROZEN_CALENDAR_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/calendar/calendar.h"
#include "common/calendar/layer.h"
#include "plumbline/catalog/v1/calendar.pb.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

// Immutable once built.
struct FrozenCalendar {
  explicit FrozenCalendar(calendar::Calendar h) : hours(std::move(h)) {}

  std::string id;    // SHA-256 of `content`: the same content is the same calendar; "" = no content
  std::string name;  // "workspaces/{w}/calendars/{c}"
  std::string title;  // what people call it
  std::string content;
  std::vector<calendar::Layer> layers;  // for the titles of holidays
  calendar::Calendar hours;
};

// Freezes `layers`, the calendar itself and then what it inherits from, with `zone` as its zone.
// Errors: INTERNAL (the catalog gave what breaks its own rules), FIELD_INVALID ("time_zone").
// Milliseconds: not for every request.
absl::StatusOr<CalendarPointer> FreezeCalendar(const std::vector<catalog::v1::Calendar>& layers,
                                               const std::string& zone);

// The calendar of stored `content`. INTERNAL if it is damaged. Milliseconds.
absl::StatusOr<CalendarPointer> ThawCalendar(absl::string_view content);

// Monday to Friday, 09:00 to 17:00 in `zone`, for runs without a calendar: counts as
// Calendar::Create does, several times faster, and takes milliseconds and memory to make. It has no
// id and no name, and is not stored. FIELD_INVALID ("time_zone").
absl::StatusOr<CalendarPointer> CompileOfficeHours(const std::string& zone);
// Whether it knows the years to which a run with this day one may come.
bool OfficeHoursKnow(absl::CivilDay day_one);

// By which the business time of a run counts. FIELD_INVALID for a zone that does not exist. Cheap.
absl::StatusOr<calendar::Calendar> CalendarOf(const Spec& spec);

// What people call it: "Germany, Europe/Berlin", or the hours of a week where it has no calendar.
std::string CalendarTitle(const Spec& spec);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_FROZEN_CALENDAR_H_
