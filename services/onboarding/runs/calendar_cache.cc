// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/runs/calendar_cache.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace plumbline::onboarding {
namespace {

// More than the office hours of any zone take.
constexpr size_t kOfficeHoursBytes = 4 << 20;

// No id looks like that.
std::string KeyOf(const std::string& zone) { return absl::StrCat("office hours in ", zone); }

}  // namespace

size_t CalendarCache::Bytes(const FrozenCalendar& calendar) {
  // Its layers take about as much as their content.
  return sizeof(calendar) + calendar.hours.bytes() + 2 * calendar.content.size();
}

absl::StatusOr<CalendarPointer> CalendarCache::OfficeHours(const std::string& zone) {
  const std::string key = KeyOf(zone);
  if (CalendarPointer known = calendars_.Get(key); known != nullptr) return known;
  if (!calendars_.HasRoom(kOfficeHoursBytes)) return CalendarPointer();
  ASSIGN_OR_RETURN(CalendarPointer made, CompileOfficeHours(zone));
  calendars_.Put(key, made);
  return made;
}

bool CalendarCache::WouldMakeOfficeHours(const std::string& zone) {
  return calendars_.Get(KeyOf(zone)) == nullptr && calendars_.HasRoom(kOfficeHoursBytes);
}

}  // namespace plumbline::onboarding
