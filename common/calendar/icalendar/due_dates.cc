// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/icalendar/due_dates.h"

#include "absl/strings/str_cat.h"
#include "common/calendar/icalendar/content_line.h"

namespace plumbline::calendar {
namespace {

std::string Utc(absl::Time time) {
  return absl::FormatTime("%E4Y%m%dT%H%M%SZ", time, absl::UTCTimeZone());
}

void Append(const DueDate& due, DueComponent component, std::string* out) {
  const auto line = [&](absl::string_view name, absl::string_view value) {
    AppendContentLine(absl::StrCat(name, ":", value), out);
  };
  const bool todo = component == DueComponent::kTodo;
  line("BEGIN", todo ? "VTODO" : "VEVENT");
  line("UID", due.uid);
  // Without a METHOD it says when the entry was last revised (section 3.8.7.2).
  line("DTSTAMP", Utc(due.modified));
  line("LAST-MODIFIED", Utc(due.modified));
  line("SEQUENCE", absl::StrCat(due.sequence));
  line(todo ? "DUE" : "DTSTART", Utc(due.due));
  line("SUMMARY", Escape(due.summary));
  if (!due.description.empty()) line("DESCRIPTION", Escape(due.description));
  if (todo) {
    line("STATUS", due.begun ? "IN-PROCESS" : "NEEDS-ACTION");
  } else {
    line("TRANSP", "TRANSPARENT");
  }
  line("END", todo ? "VTODO" : "VEVENT");
}

}  // namespace

std::string WriteDueDates(absl::string_view title, DueComponent component,
                          absl::Span<const DueDate> due_dates, absl::Duration refresh) {
  std::string out;
  for (const absl::string_view line :
       {"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Plumbline//Tasks//EN", "CALSCALE:GREGORIAN"})
    AppendContentLine(line, &out);
  AppendContentLine(absl::StrCat("NAME:", Escape(title)), &out);
  AppendContentLine(absl::StrCat("X-WR-CALNAME:", Escape(title)), &out);
  if (const int64_t minutes = absl::ToInt64Minutes(refresh); minutes > 0) {
    AppendContentLine(absl::StrCat("REFRESH-INTERVAL;VALUE=DURATION:PT", minutes, "M"), &out);
    AppendContentLine(absl::StrCat("X-PUBLISHED-TTL:PT", minutes, "M"), &out);
  }
  for (const DueDate& due : due_dates) Append(due, component, &out);
  AppendContentLine("END:VCALENDAR", &out);
  return out;
}

}  // namespace plumbline::calendar
