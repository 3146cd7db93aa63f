// SPDX-License-Identifier: Apache-2.0
//
// Calendars as iCalendar files (RFC 5545): holidays as all-day events, once or every year, days
// with hours of their own as events at these hours, the hours of the week as availability (RFC
// 7953).
//
// Why so. Outlook, Google and Apple show events and nothing else, each in the zone of who looks:
//  - A holiday or closed day is an all-day event, TRANSPARENT, so that it blocks nobody's calendar.
//  - A shortened day or exception with hours is an event from the first opening to the last closing
//    of that date ("Open: Christmas Eve", 09:00 to 12:00), TRANSPARENT too. What the hours are says
//    X-PLUMBLINE-HOURS, by which we read it back; another program's timed events are meetings, not
//    shortened days, and are not taken for them.
//  - The hours of the week are no events: they would fill every day of everybody who subscribes. A
//    VAVAILABILITY says them to programs that plan (CalDAV servers), and the description of the
//    calendar to people (Google and Apple show it). RFC 5545 has programs pass over components that
//    they do not know; so do we when we read: what is imported are holidays.
// Times stand in the calendar's zone, with a VTIMEZONE, which Outlook needs.
#ifndef PLUMBLINE_COMMON_CALENDAR_ICALENDAR_ICALENDAR_H_
#define PLUMBLINE_COMMON_CALENDAR_ICALENDAR_ICALENDAR_H_

#include <array>
#include <optional>
#include <set>
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

// An event with STATUS:CANCELLED.
struct ICalendarCancelled {
  int line = 0;  // from 1
  std::string uid;
};

struct ICalendarHolidays {
  std::vector<Holiday> holidays;
  std::vector<ICalendarCancelled> cancelled;
  std::vector<ICalendarProblem> skipped;  // at most kMaxICalendarProblems
};

// The holidays of a file: a VEVENT each, which keep the rules of calendar.proto. Ids come from the
// UIDs: "{id}@..." gives {id}, any other the words of the summary and eight digits of the UID's
// hash. Cancelled events give no holiday and are listed. Properties that do not change when an
// event is (and those that are unknown, RFC 5545 3.2) are passed over, as are VALARM, VTIMEZONE and
// VAVAILABILITY, whose hours are no holidays.
//
// Understood of an event: DTSTART and DTEND or DURATION in whole days; RRULE with FREQ=YEARLY and
// nothing, BYMONTH, BYMONTHDAY (one), BYDAY (one, with a number, or with BYSETPOS, or with seven
// days of the month that follow one another), COUNT or UNTIL; RDATE and EXDATE of dates (those
// outside of the years of calendars are passed over). An event with X-PLUMBLINE-HOURS, which
// WriteICalendar writes, is a shortened day: once, on the date and from and to the times of the
// clock that DTSTART and DTEND show.
//
// Errors: IMPORT_FORMAT (not iCalendar at all; metadata `line`), ICALENDAR_UNSUPPORTED (something
// is not understood; a field violation for each, "line 12, RRULE: ..."), IMPORT_EMPTY (no event).
// With `skip_unsupported` events and components that are not understood are left out and listed
// instead. O(length).
absl::StatusOr<ICalendarHolidays> ReadICalendar(absl::string_view text, bool skip_unsupported);

// Of `ids` the one that the event with this UID gave to its holiday, whatever its summary was then;
// "" if there is none. O(ids).
std::string IdGivenBy(absl::string_view uid, const std::set<std::string>& ids);

// What a file says of itself.
struct ICalendarHeader {
  std::string title;
  std::string zone;    // "" = none
  std::string domain;  // of UIDs: "company.acme.plumbline"
  absl::Time stamp;    // when the events were last changed
  // The hours of the week, by absl::Weekday, and the years in which the clocks of the zone are
  // told.
  std::optional<std::array<DayHours, 7>> week;
  int first_year = kFirstYear;
  int last_year = kLastYear;
};

// A file with an event for each of `holidays`, all of which iCalendar can express (see
// Expressible), and with the hours of the week if the header says them. Lines end in CRLF and have
// at most 75 bytes. The holidays that are written are read back as they were. O(holidays + changes
// of the clocks).
std::string WriteICalendar(const ICalendarHeader& header, absl::Span<const Holiday> holidays);

// The holidays and exceptions of `layers` in a form that iCalendar can express. Rules that it has
// no words for (Easter, substitute days), lists of dates and days with hours become a holiday for
// each date from `first_year` to `last_year`, with the date behind its id. Days with hours come
// first: as holidays of one layer they decide before others of their date, as the layers have it.
// O(years * holidays).
std::vector<Holiday> Expressible(absl::Span<const Layer> layers, int first_year, int last_year);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_ICALENDAR_ICALENDAR_H_
