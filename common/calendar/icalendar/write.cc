// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/calendar/icalendar/content_line.h"
#include "common/calendar/icalendar/hours.h"
#include "common/calendar/icalendar/icalendar.h"
#include "common/calendar/icalendar/recurrence.h"
#include "common/calendar/icalendar/zone.h"
#include "common/calendar/special_days.h"

namespace plumbline::calendar {
namespace {

class Writer {
 public:
  explicit Writer(const ICalendarHeader& header)
      : header_(header),
        stamp_(absl::FormatTime("%Y%m%dT%H%M%SZ", header.stamp, absl::UTCTimeZone())) {
    // The zone was checked when the calendar was saved; one that this machine lacks is UTC.
    if (!absl::LoadTimeZone(header.zone, &zone_)) zone_ = absl::UTCTimeZone();
  }

  std::string Write(absl::Span<const Holiday> holidays) {
    Line("BEGIN:VCALENDAR");
    Line("VERSION:2.0");
    Line("PRODID:-//Plumbline//Calendars//EN");
    Line("CALSCALE:GREGORIAN");
    Line(absl::StrCat("NAME:", Escape(header_.title)));
    Line(absl::StrCat("X-WR-CALNAME:", Escape(header_.title)));
    if (!header_.zone.empty()) Line(absl::StrCat("X-WR-TIMEZONE:", header_.zone));
    WriteWeekInWords();
    const bool timed = header_.week.has_value() ||
                       std::any_of(holidays.begin(), holidays.end(),
                                   [](const Holiday& holiday) { return !holiday.hours.empty(); });
    if (timed && !IsUtc()) {
      for (const std::string& line : TimeZoneLines(zone_, header_.first_year, header_.last_year))
        Line(line);
    }
    if (header_.week.has_value()) WriteAvailability();
    for (const Holiday& holiday : holidays) {
      if (holiday.hours.empty())
        WriteEvent(holiday);
      else
        WriteOpenDay(holiday);
    }
    Line("END:VCALENDAR");
    return std::move(out_);
  }

 private:
  void Line(absl::string_view line) { AppendContentLine(line, &out_); }

  void Dates(absl::string_view name, const std::vector<absl::CivilDay>& dates) {
    for (absl::CivilDay date : dates) Line(absl::StrCat(name, ";VALUE=DATE:", WriteDate(date)));
  }

  bool IsUtc() const { return zone_ == absl::UTCTimeZone(); }

  // "DTSTART;TZID=Europe/Berlin:20261224T090000"; `minutes` of the clock after the day's midnight.
  void Time(absl::string_view name, absl::CivilDay day, int32_t minutes) {
    const absl::CivilSecond time(day.year(), day.month(), day.day(), 0, minutes, 0);
    Line(absl::StrCat(name, IsUtc() ? "" : absl::StrCat(";TZID=", zone_.name()), ":",
                      absl::StrFormat("%sT%02d%02d00", WriteDate(absl::CivilDay(time)), time.hour(),
                                      time.minute()),
                      IsUtc() ? "Z" : ""));
  }

  void Identity(absl::string_view id) {
    Line(absl::StrCat("UID:", id, "@", header_.domain));
    Line(absl::StrCat("DTSTAMP:", stamp_));
  }

  // NAME and DESCRIPTION are those of RFC 7986, the others what programs knew before.
  void WriteWeekInWords() {
    if (!header_.week.has_value()) return;
    const std::string words = Escape(absl::StrCat("Open ", WeekInWords(*header_.week), " (",
                                                  IsUtc() ? "UTC" : zone_.name(), ")"));
    Line(absl::StrCat("DESCRIPTION:", words));
    Line(absl::StrCat("X-WR-CALDESC:", words));
  }

  // Weekdays with the same stretch share a part.
  void WriteAvailability() {
    std::map<std::pair<int32_t, int32_t>, std::vector<size_t>> stretches;
    for (size_t day = 0; day < header_.week->size(); ++day)
      for (const Hours& hours : (*header_.week)[day])
        stretches[{hours.begin, hours.end}].push_back(day);
    if (stretches.empty()) return;
    Line("BEGIN:VAVAILABILITY");
    Identity("hours_week");  // "_": no id of a holiday
    int part = 0;
    for (const auto& [ends, days] : stretches) {
      const absl::CivilDay new_year(header_.first_year, 1, 1);
      absl::CivilDay first = new_year + 7;
      for (const size_t day : days)
        first = std::min(first, absl::NextWeekday(new_year - 1, static_cast<absl::Weekday>(day)));
      Line("BEGIN:AVAILABLE");
      Identity(absl::StrCat("hours_", ++part));
      Time("DTSTART", first, ends.first);
      Time("DTEND", first, ends.second);
      Line(absl::StrCat("RRULE:FREQ=WEEKLY;BYDAY=",
                        absl::StrJoin(days, ",", [](std::string* out, size_t day) {
                          absl::StrAppend(out, WeekdayCode(day));
                        })));
      Line("SUMMARY:Open");
      Line("END:AVAILABLE");
    }
    Line("END:VAVAILABILITY");
  }

  // A day with hours of its own, which has one date.
  void WriteOpenDay(const Holiday& holiday) {
    if (holiday.dates.empty()) return;
    Line("BEGIN:VEVENT");
    Identity(holiday.id);
    Time("DTSTART", holiday.dates[0], holiday.hours.front().begin);
    Time("DTEND", holiday.dates[0], holiday.hours.back().end);
    Line(absl::StrCat("SUMMARY:", kOpenPrefix, Escape(holiday.title)));
    Line(absl::StrCat("DESCRIPTION:", Escape(HoursInWords(holiday.hours))));
    Line(absl::StrCat(kHoursProperty, ":", Escape(WriteHours(holiday.hours))));
    Line("TRANSP:TRANSPARENT");
    Line("END:VEVENT");
  }

  // The first day of the rule, which counts even where it is skipped.
  static std::optional<absl::CivilDay> FirstOf(const Holiday& holiday) {
    Holiday whole = holiday;
    whole.skip.clear();
    for (int year = holiday.first_year; year <= holiday.last_year; ++year) {
      if (const auto date = OccurrenceIn(whole, year)) return date;
    }
    return std::nullopt;
  }

  void WriteEvent(const Holiday& holiday) {
    std::vector<absl::CivilDay> dates = holiday.dates;
    const std::string rule = WriteRecurrence(holiday.rule, holiday.last_year).value_or("");
    std::optional<absl::CivilDay> first = rule.empty() ? std::nullopt : FirstOf(holiday);
    // A rule may have no day in its years: 29 February from 2025 to 2027.
    const bool recurs = first.has_value();
    if (!recurs) {
      if (dates.empty()) return;
      first = dates.front();
      dates.erase(dates.begin());
    }
    Line("BEGIN:VEVENT");
    Identity(holiday.id);
    Line(absl::StrCat("DTSTART;VALUE=DATE:", WriteDate(*first)));
    Line(absl::StrCat("DTEND;VALUE=DATE:", WriteDate(*first + holiday.days)));
    Line(absl::StrCat("SUMMARY:", Escape(holiday.title)));
    if (recurs) Line(absl::StrCat("RRULE:", rule));
    Dates("RDATE", dates);
    Dates("EXDATE", holiday.skip);
    Line("TRANSP:TRANSPARENT");
    Line("END:VEVENT");
  }

  const ICalendarHeader& header_;
  const std::string stamp_;
  absl::TimeZone zone_;
  std::string out_;
};

}  // namespace

std::string WriteICalendar(const ICalendarHeader& header, absl::Span<const Holiday> holidays) {
  return Writer(header).Write(holidays);
}

}  // namespace plumbline::calendar
