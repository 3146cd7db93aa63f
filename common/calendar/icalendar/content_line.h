// SPDX-License-Identifier: Apache-2.0
//
// Content lines (RFC 5545 section 3.1). Internal to this folder.
#ifndef PLUMBLINE_COMMON_CALENDAR_ICALENDAR_CONTENT_LINE_H_
#define PLUMBLINE_COMMON_CALENDAR_ICALENDAR_CONTENT_LINE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace plumbline::calendar {

struct ContentLine {
  int line = 0;                                                 // of the file, where it begins
  std::string name;                                             // in capitals
  std::vector<std::pair<std::string, std::string>> parameters;  // name in capitals, value unquoted
  std::string value;

  // The first value of a parameter, in capitals; "" if it is not there.
  std::string Parameter(absl::string_view parameter) const;
};

// All content lines of a file, unfolded. Lines may end in CRLF or LF; a byte order mark and empty
// lines at the end are passed over. IMPORT_FORMAT names the line (also as metadata): too large, not
// UTF-8, control characters, no "name:value". O(length).
absl::StatusOr<std::vector<ContentLine>> ReadContentLines(absl::string_view text);

// The text of a TEXT value (section 3.3.11): "\n" becomes a space, "\," a comma. False for an
// escape that there is not.
bool Unescape(absl::string_view value, std::string* text);
std::string Escape(absl::string_view text);

// Appends "name:value", folded at 75 bytes between characters, and CRLF.
void AppendContentLine(absl::string_view line, std::string* out);

// IMPORT_FORMAT at a line.
absl::Status FormatError(int line, absl::string_view fault);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_ICALENDAR_CONTENT_LINE_H_
