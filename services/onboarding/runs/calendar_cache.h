// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_CALENDAR_CACHE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_CALENDAR_CACHE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/runs/plan_cache.h"

namespace plumbline::onboarding {

// What all compiled calendars in memory may take together: one takes about three megabytes, and a
// hundredth of a second to make.
inline constexpr size_t kCalendarBytes = 96 << 20;

// Compiled calendars, by their ids, and office hours, by their zones; bounded by what they take.
// One for the whole service. Thread-safe.
class CalendarCache {
 public:
  explicit CalendarCache(size_t capacity_bytes = kCalendarBytes)
      : calendars_(capacity_bytes, Bytes) {}

  // nullptr if it is not there. O(1).
  CalendarPointer Get(absl::string_view id) { return calendars_.Get(id); }
  // A calendar that is larger than all that there may be is not kept.
  void Put(const CalendarPointer& calendar) { calendars_.Put(calendar->id, calendar); }

  // As CompileOfficeHours, once for each zone. nullptr where they would take the place of another
  // calendar: without them a run counts the same, if slower, and calendars cannot be done without.
  // FIELD_INVALID ("time_zone").
  absl::StatusOr<CalendarPointer> OfficeHours(const std::string& zone);
  // Whether OfficeHours would have to make them now. O(1).
  bool WouldMakeOfficeHours(const std::string& zone);

  size_t bytes() { return calendars_.weight(); }

 private:
  static size_t Bytes(const FrozenCalendar& calendar);

  FrozenCache<FrozenCalendar> calendars_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_CALENDAR_CACHE_H_
