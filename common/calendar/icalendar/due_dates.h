// SPDX-License-Identifier: Apache-2.0
//
// Due dates of work as an iCalendar file (RFC 5545).
#ifndef PLUMBLINE_COMMON_CALENDAR_ICALENDAR_DUE_DATES_H_
#define PLUMBLINE_COMMON_CALENDAR_ICALENDAR_DUE_DATES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace plumbline::calendar {

// A piece of work that is due.
struct DueDate {
  std::string uid;  // the same in every file, and no other's
  std::string summary;
  std::string description;
  absl::Time due;
  bool begun = false;
  // When it changed last, and a number that grew when it did: by these a program knows what is
  // newer.
  absl::Time modified;
  int64_t sequence = 0;
};

// What programs are given of it. kEvent: a VEVENT at the due date, without length and TRANSPARENT,
// so that it blocks nobody's calendar; Outlook, Google and Apple show events and nothing else.
// kTodo: a VTODO, for programs that keep tasks.
enum class DueComponent { kEvent, kTodo };

// A file with all of them, in their order. Times are UTC, to the second: no time zones are needed.
// Lines end in CRLF and have at most 75 bytes. The same for the same due dates, whenever. With a
// `refresh` of a minute or more, programs that subscribe are asked to read it again that often
// (REFRESH-INTERVAL of RFC 7986, section 5.7; X-PUBLISHED-TTL, which Outlook reads). O(size).
std::string WriteDueDates(absl::string_view title, DueComponent component,
                          absl::Span<const DueDate> due_dates,
                          absl::Duration refresh = absl::ZeroDuration());

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_ICALENDAR_DUE_DATES_H_
