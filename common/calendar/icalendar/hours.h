// SPDX-License-Identifier: Apache-2.0
//
// Hours of days and weeks as texts. Internal to this folder.
#ifndef PLUMBLINE_COMMON_CALENDAR_ICALENDAR_HOURS_H_
#define PLUMBLINE_COMMON_CALENDAR_ICALENDAR_HOURS_H_

#include <array>
#include <string>

#include "absl/strings/string_view.h"
#include "common/calendar/layer.h"

namespace plumbline::calendar {

// The property that says what the hours of a day are; programs that do not know it show the event.
inline constexpr char kHoursProperty[] = "X-PLUMBLINE-HOURS";
// How the summary of such an event begins.
inline constexpr char kOpenPrefix[] = "Open: ";

// "09:00-12:00,13:00-17:00"; a stretch that ends before it begins ends on the day after.
std::string WriteHours(const DayHours& hours);

// Reads them. Returns what is wrong, with the remedy; "" = nothing.
std::string ReadHours(absl::string_view text, DayHours* hours);

// "09:00 to 12:00 and 13:00 to 17:00", "closed".
std::string HoursInWords(const DayHours& hours);

// "Monday to Friday 09:00 to 17:00; Saturday 10:00 to 14:00", "closed".
std::string WeekInWords(const std::array<DayHours, 7>& week);

// "MO", ... by absl::Weekday.
absl::string_view WeekdayCode(size_t weekday);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_ICALENDAR_HOURS_H_
