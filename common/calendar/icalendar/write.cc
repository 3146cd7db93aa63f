// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <set>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/calendar/icalendar/content_line.h"
#include "common/calendar/icalendar/icalendar.h"
#include "common/calendar/icalendar/recurrence.h"
#include "common/calendar/special_days.h"

namespace plumbline::calendar {
namespace {

class Writer {
 public:
  explicit Writer(const ICalendarHeader& header)
      : header_(header),
        stamp_(absl::FormatTime("%Y%m%dT%H%M%SZ", header.stamp, absl::UTCTimeZone())) {}

  std::string Write(absl::Span<const Holiday> holidays) {
    Line("BEGIN:VCALENDAR");
    Line("VERSION:2.0");
    Line("PRODID:-//Plumbline//Calendars//EN");
    Line("CALSCALE:GREGORIAN");
    Line(absl::StrCat("NAME:", Escape(header_.title)));
    Line(absl::StrCat("X-WR-CALNAME:", Escape(header_.title)));
    if (!header_.zone.empty()) Line(absl::StrCat("X-WR-TIMEZONE:", header_.zone));
    for (const Holiday& holiday : holidays) WriteEvent(holiday);
    Line("END:VCALENDAR");
    return std::move(out_);
  }

 private:
  void Line(absl::string_view line) { AppendContentLine(line, &out_); }

  void Dates(absl::string_view name, const std::vector<absl::CivilDay>& dates) {
    for (absl::CivilDay date : dates) Line(absl::StrCat(name, ";VALUE=DATE:", WriteDate(date)));
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
    Line(absl::StrCat("UID:", holiday.id, "@", header_.domain));
    Line(absl::StrCat("DTSTAMP:", stamp_));
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
  std::string out_;
};

// What is listed date by date.
class Expansion {
 public:
  Expansion(absl::Span<const Layer> layers, int first_year, int last_year)
      : layers_(layers),
        first_year_(first_year),
        last_year_(last_year),
        days_(SpecialDays(layers, absl::CivilDay(first_year, 1, 1),
                          absl::CivilDay(last_year, 12, 31))) {}

  std::vector<Holiday> Expand() {
    std::set<std::string> seen;
    for (const Layer& layer : layers_) {
      for (const Holiday& holiday : layer.holidays) {
        if (seen.insert(holiday.id).second && !holiday.dropped && holiday.hours.empty())
          AddHoliday(holiday);
      }
      for (const Exception& exception : layer.exceptions) AddException(exception);
    }
    return std::move(result_);
  }

 private:
  void AddHoliday(const Holiday& holiday) {
    if (holiday.observed != Observance::kNone) {
      for (const SpecialDay& day : days_) {
        if (day.id == holiday.id) AddDate(holiday.id, holiday.title, day.date, 1);
      }
      return;
    }
    if (WriteRecurrence(holiday.rule, holiday.last_year).has_value()) {
      result_.push_back(holiday);
      return;
    }
    std::set<absl::CivilDay> dates;
    for (int year = first_year_; year <= last_year_; ++year) {
      if (const auto date = OccurrenceIn(holiday, year)) dates.insert(*date);
    }
    for (absl::CivilDay date : holiday.dates) {
      const bool skipped =
          std::find(holiday.skip.begin(), holiday.skip.end(), date) != holiday.skip.end();
      if (!skipped && InYears(date, date + holiday.days - 1)) dates.insert(date);
    }
    for (absl::CivilDay date : dates) AddDate(holiday.id, holiday.title, date, holiday.days);
  }

  void AddException(const Exception& exception) {
    if (!exception.hours.empty() || !InYears(exception.first, exception.last)) return;
    AddDate("closed", exception.title.empty() ? "Closed" : exception.title, exception.first,
            static_cast<int>(exception.last - exception.first) + 1);
  }

  bool InYears(absl::CivilDay first, absl::CivilDay last) const {
    return last.year() >= first_year_ && first.year() <= last_year_;
  }

  void AddDate(absl::string_view id, absl::string_view title, absl::CivilDay date, int days) {
    Holiday holiday;
    holiday.id = absl::StrCat(id.substr(0, 54), "-", WriteDate(date));
    while (!ids_.insert(holiday.id).second) absl::StrAppend(&holiday.id, "b");
    holiday.title = std::string(title);
    holiday.dates = {date};
    holiday.days = days;
    result_.push_back(std::move(holiday));
  }

  const absl::Span<const Layer> layers_;
  const int first_year_;
  const int last_year_;
  const std::vector<SpecialDay> days_;
  std::set<std::string> ids_;
  std::vector<Holiday> result_;
};

}  // namespace

std::string WriteICalendar(const ICalendarHeader& header, absl::Span<const Holiday> holidays) {
  return Writer(header).Write(holidays);
}

std::vector<Holiday> Expressible(absl::Span<const Layer> layers, int first_year, int last_year) {
  return Expansion(layers, first_year, last_year).Expand();
}

}  // namespace plumbline::calendar
