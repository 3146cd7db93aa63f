// SPDX-License-Identifier: Apache-2.0
//
// For tests: iCalendar files.
#ifndef PLUMBLINE_COMMON_CALENDAR_ICALENDAR_TEST_FILES_H_
#define PLUMBLINE_COMMON_CALENDAR_ICALENDAR_TEST_FILES_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace plumbline::calendar {

// A file with these lines in it.
inline std::string File(const std::vector<std::string>& lines) {
  return absl::StrCat("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n",
                      absl::StrJoin(lines, "\r\n"), "\r\nEND:VCALENDAR\r\n");
}

// An event with these lines after four of its own.
inline std::string Event(const std::vector<std::string>& lines) {
  return absl::StrCat("BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\nUID:one@x\r\nSUMMARY:One\r\n",
                      absl::StrJoin(lines, "\r\n"), "\r\nEND:VEVENT");
}

// The only event lasts from 1 to 3 May 2026.
inline std::string ThreeDays() {
  return File({Event({"DTSTART;VALUE=DATE:20260501", "DURATION:P3D"})});
}

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_ICALENDAR_TEST_FILES_H_
