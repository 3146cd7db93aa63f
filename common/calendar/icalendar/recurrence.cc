// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/icalendar/recurrence.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/calendar/special_days.h"

namespace plumbline::calendar {
namespace {

constexpr std::array<absl::string_view, 7> kWeekdays = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
constexpr int kWeek = 7;
// Holidays are yearly, and no rule of ours skips more years than there are between leap days.
constexpr int kLastSearchedYear = kLastYear;

// A decimal number with an optional sign, from low to high.
std::optional<int> Number(absl::string_view text, int low, int high) {
  int number = 0;
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(c) || c == '-' || c == '+';
  });
  if (!plain || !absl::SimpleAtoi(text, &number) || number < low || number > high)
    return std::nullopt;
  return number;
}

// Days in the month, of years that are no leap years.
int DaysOf(int month) { return (absl::CivilDay(absl::CivilMonth(2001, month) + 1) - 1).day(); }

using Parts = std::map<std::string, std::string, std::less<>>;

// "FREQ=YEARLY;BYMONTH=5" taken apart; returns the fault.
std::string Split(absl::string_view value, Parts* parts) {
  for (absl::string_view part : absl::StrSplit(value, ';')) {
    const std::vector<std::string> pair = absl::StrSplit(part, absl::MaxSplits('=', 1));
    if (pair.size() != 2) return absl::StrCat("'", part.substr(0, 20), "' is no NAME=value");
    if (!parts->emplace(absl::AsciiStrToUpper(pair[0]), absl::AsciiStrToUpper(pair[1])).second)
      return absl::StrCat(pair[0].substr(0, 20), " is given twice");
  }
  return "";
}

class Recurrence {
 public:
  Recurrence(const Parts& parts, absl::CivilDay start) : parts_(parts), start_(start) {}

  // These return the fault, "" if there is none.
  std::string ReadRule(Rule* rule) const {
    static constexpr std::array<absl::string_view, 9> kKnown = {
        "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST"};
    for (const auto& [name, value] : parts_) {
      if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end())
        return absl::StrCat(name.substr(0, 20), " is not understood in a yearly holiday");
    }
    if (Value("FREQ") != "YEARLY")
      return absl::StrCat("FREQ=", Value("FREQ").substr(0, 20),
                          " is not understood; holidays recur YEARLY");
    if (Has("INTERVAL") && Value("INTERVAL") != "1")
      return "INTERVAL is not understood; list the years as RDATE";
    if (Has("COUNT") && Has("UNTIL")) return "COUNT and UNTIL cannot stand together";
    return Has("BYDAY") ? ReadByDay(rule) : ReadByDate(rule);
  }

  // Of a holiday that has its rule.
  std::string ReadYears(Holiday* holiday) const {
    const int first = static_cast<int>(start_.year());
    // COUNT and DTSTART speak of the rule alone: exceptions are taken away afterwards (RFC 5545
    // section 3.8.5.1).
    Holiday unbounded = *holiday;
    unbounded.skip.clear();
    unbounded.first_year = first;
    if (OccurrenceIn(unbounded, first) != start_)
      return absl::StrCat("DTSTART (", WriteDate(start_), ") is not one of the days of the rule");
    holiday->first_year = std::max(first, kFirstYear);
    if (Has("COUNT")) return ReadCount(unbounded, holiday);
    if (Has("UNTIL")) return ReadUntil(unbounded, holiday);
    return "";
  }

 private:
  bool Has(absl::string_view name) const { return parts_.find(name) != parts_.end(); }
  std::string Value(absl::string_view name) const {
    const auto it = parts_.find(name);
    return it == parts_.end() ? "" : it->second;
  }

  std::string ReadByDate(Rule* rule) const {
    if (Has("BYSETPOS")) return "BYSETPOS is understood with BYDAY only";
    if (Has("BYMONTHDAY") && !Has("BYMONTH"))
      return "BYMONTHDAY without BYMONTH is in every month; add BYMONTH";
    int month = start_.month();
    int day = start_.day();
    if (Has("BYMONTH")) {
      const auto given = Number(Value("BYMONTH"), 1, 12);
      if (!given.has_value()) return "BYMONTH must be one month, 1 to 12";
      month = *given;
    }
    if (Has("BYMONTHDAY")) {
      const auto given = Number(Value("BYMONTHDAY"), 1, 31);
      if (!given.has_value()) return "BYMONTHDAY must be one day, 1 to 31; give each its own event";
      day = *given;
    }
    *rule = MonthDay{month, day};
    return "";
  }

  std::string ReadByDay(Rule* rule) const {
    const auto month = Number(Value("BYMONTH"), 1, 12);
    if (!month.has_value())
      return "BYDAY needs one BYMONTH, 1 to 12: weekdays are counted within a month";
    const std::string by_day = Value("BYDAY");
    const size_t size = by_day.size();
    const auto weekday = std::find(kWeekdays.begin(), kWeekdays.end(),
                                   absl::string_view(by_day).substr(size < 2 ? 0 : size - 2));
    if (weekday == kWeekdays.end()) return "BYDAY must be one weekday, like 4TH or -1MO";
    const auto day = static_cast<absl::Weekday>(weekday - kWeekdays.begin());
    if (size > 2) {
      const auto n = Number(by_day.substr(0, size - 2), -5, 5);
      if (!n.has_value() || *n == 0) return "BYDAY takes 1 to 5 or -1 to -5 before the weekday";
      if (Has("BYSETPOS") || Has("BYMONTHDAY"))
        return "BYDAY with a number cannot stand with BYSETPOS or BYMONTHDAY";
      *rule = WeekdayOfMonth{*month, day, *n};
      return "";
    }
    if (Has("BYMONTHDAY")) return ReadWeekdayFrom(*month, day, rule);
    const auto n = Number(Value("BYSETPOS"), -5, 5);
    if (!n.has_value() || *n == 0)
      return "BYDAY needs a number (4TH), BYSETPOS, or the seven BYMONTHDAY in which it lies";
    *rule = WeekdayOfMonth{*month, day, *n};
    return "";
  }

  std::string ReadWeekdayFrom(int month, absl::Weekday weekday, Rule* rule) const {
    std::vector<int> days;
    for (absl::string_view text : absl::StrSplit(Value("BYMONTHDAY"), ',')) {
      const auto day = Number(text, 1, 31);
      if (!day.has_value() || days.size() > kWeek) {
        days.clear();
        break;
      }
      days.push_back(*day);
    }
    std::sort(days.begin(), days.end());
    bool in_a_row = days.size() == kWeek && days.back() <= DaysOf(month);
    for (size_t i = 1; i < days.size(); ++i) in_a_row = in_a_row && days[i] == days[i - 1] + 1;
    if (Has("BYSETPOS") || !in_a_row)
      return "BYMONTHDAY with BYDAY must be seven days in a row, which every year has";
    *rule = WeekdayFrom{month, days[0], weekday};
    return "";
  }

  std::string ReadCount(const Holiday& unbounded, Holiday* holiday) const {
    const auto count = Number(Value("COUNT"), 1, 1'000'000);
    if (!count.has_value()) return "COUNT must be 1 or more";
    int left = *count;
    for (int year = unbounded.first_year; year <= kLastSearchedYear; ++year) {
      if (!OccurrenceIn(unbounded, year).has_value() || --left > 0) continue;
      holiday->last_year = year;
      return Ended(*holiday);
    }
    return "";
  }

  std::string ReadUntil(const Holiday& unbounded, Holiday* holiday) const {
    // A time is common here and changes nothing for whole days.
    const std::string value = Value("UNTIL");
    const auto until = ReadDate(absl::string_view(value).substr(0, value.find('T')));
    if (!until.has_value()) return "UNTIL must be a date, like 20301231";
    if (*until < start_) return "UNTIL is before DTSTART";
    const int year = static_cast<int>(std::min<int64_t>(until->year(), kLastYear));
    const auto last = OccurrenceIn(unbounded, year);
    // A rule whose occurrence of that year comes later, or does not come, ends in the year before.
    const bool over = until->year() <= kLastYear && last.has_value() && *last > *until;
    holiday->last_year = over ? year - 1 : year;
    return Ended(*holiday);
  }

  static std::string Ended(const Holiday& holiday) {
    if (holiday.last_year >= holiday.first_year) return "";
    return absl::StrCat("ends before ", kFirstYear, ", the first year of calendars");
  }

  const Parts& parts_;
  const absl::CivilDay start_;
};

struct RuleToText {
  std::optional<std::string> operator()(std::monostate) const { return std::nullopt; }
  std::optional<std::string> operator()(const MonthDay& rule) const {
    return absl::StrCat("BYMONTH=", rule.month, ";BYMONTHDAY=", rule.day);
  }
  std::optional<std::string> operator()(const WeekdayOfMonth& rule) const {
    return absl::StrCat("BYMONTH=", rule.month, ";BYDAY=", rule.n,
                        kWeekdays[static_cast<size_t>(rule.weekday)]);
  }
  std::optional<std::string> operator()(const WeekdayFrom& rule) const {
    if (rule.day + kWeek - 1 > DaysOf(rule.month)) return std::nullopt;
    std::vector<int> days;
    for (int i = 0; i < kWeek; ++i) days.push_back(rule.day + i);
    return absl::StrCat("BYMONTH=", rule.month, ";BYMONTHDAY=", absl::StrJoin(days, ","),
                        ";BYDAY=", kWeekdays[static_cast<size_t>(rule.weekday)]);
  }
  std::optional<std::string> operator()(const EasterDay&) const { return std::nullopt; }
};

}  // namespace

std::string ReadRecurrence(absl::string_view value, absl::CivilDay start, Holiday* holiday) {
  Parts parts;
  std::string fault = Split(value, &parts);
  const Recurrence recurrence(parts, start);
  if (fault.empty()) fault = recurrence.ReadRule(&holiday->rule);
  if (fault.empty()) fault = recurrence.ReadYears(holiday);
  return fault;
}

std::optional<std::string> WriteRecurrence(const Rule& rule, int last_year) {
  const std::optional<std::string> days = std::visit(RuleToText(), rule);
  if (!days.has_value()) return std::nullopt;
  const std::string until = last_year < kLastYear ? absl::StrCat(";UNTIL=", last_year, "1231") : "";
  return absl::StrCat("FREQ=YEARLY;", *days, until);
}

std::optional<absl::CivilDay> ReadDate(absl::string_view value) {
  const bool digits = value.size() == 8 && std::all_of(value.begin(), value.end(), [](char c) {
                        return absl::ascii_isdigit(c);
                      });
  int number = 0;
  if (!digits || !absl::SimpleAtoi(value, &number)) return std::nullopt;
  const int month = number / 100 % 100;
  const int day = number % 100;
  const absl::CivilDay date(number / 10'000, month, day);
  // Easter and the rules of weekdays are those of the Gregorian calendar.
  if (date.month() != month || date.day() != day || date.year() < 1583) return std::nullopt;
  return date;
}

std::string WriteDate(absl::CivilDay date) {
  return absl::StrFormat("%04d%02d%02d", date.year(), date.month(), date.day());
}

}  // namespace plumbline::calendar
