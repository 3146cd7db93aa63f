// SPDX-License-Identifier: Apache-2.0
//
// Holidays as iCalendar files (RFC 5545): all-day events, once or every year.
#ifndef PLUMBLINE_COMMON_CALENDAR_ICALENDAR_ICALENDAR_H_
#define PLUMBLINE_COMMON_CALENDAR_ICALENDAR_ICALENDAR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/calendar/layer.h"

namespace plumbline::calendar {

inline constexpr size_t kMaxICalendarBytes = 1 << 20;
inline constexpr size_t kMaxICalendarProblems = 100;

// A part of a file that is not understood.
struct ICalendarProblem {
  int line = 0;          // from 1
  std::string property;  // or component
  std::string reason;    // what about it, and the remedy
};

struct ICalendarHolidays {
  std::vector<Holiday> holidays;
  std::vector<ICalendarProblem> skipped;  // at most kMaxICalendarProblems
};

// The holidays of a file: a VEVENT each, which keep the rules of calendar.proto. Ids come from the
// UIDs: "{id}@..." gives {id}, any other the words of the summary and eight digits of the UID's
// hash. Cancelled events are left out. Properties that do not change when an event is (and those
// that are unknown, RFC 5545 3.2) are passed over, as are VALARM and VTIMEZONE.
//
// Understood of an event: DTSTART and DTEND or DURATION in whole days; RRULE with FREQ=YEARLY and
// nothing, BYMONTH, BYMONTHDAY (one), BYDAY (one, with a number, or with BYSETPOS, or with seven
// days of the month that follow one another), COUNT or UNTIL; RDATE and EXDATE of dates (those
// outside of the years of calendars are passed over).
//
// Errors: IMPORT_FORMAT (not iCalendar at all; metadata `line`), ICALENDAR_UNSUPPORTED (something
// is not understood; a field violation for each, "line 12, RRULE: ..."), IMPORT_EMPTY (no event).
// With `skip_unsupported` events and components that are not understood are left out and listed
// instead. O(length).
absl::StatusOr<ICalendarHolidays> ReadICalendar(absl::string_view text, bool skip_unsupported);

// What a file says of itself.
struct ICalendarHeader {
  std::string title;
  std::string zone;    // "" = none
  std::string domain;  // of UIDs: "company.acme.plumbline"
  absl::Time stamp;    // when the events were last changed
};

// A file with an event for each of `holidays`, all of which iCalendar can express (see
// Expressible). Lines end in CRLF and have at most 75 bytes. What is written is read back as it
// was.
std::string WriteICalendar(const ICalendarHeader& header, absl::Span<const Holiday> holidays);

// The holidays and closed exceptions of `layers` in a form that iCalendar can express. Rules that
// it has no words for (Easter, substitute days) and lists of dates become a holiday for each date
// from `first_year` to `last_year`, with the date behind its id. Shortened days are no holidays to
// a calendar program and are left out. O(years * holidays).
std::vector<Holiday> Expressible(absl::Span<const Layer> layers, int first_year, int last_year);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_ICALENDAR_ICALENDAR_H_
