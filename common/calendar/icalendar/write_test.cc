// SPDX-License-Identifier: Apache-2.0
//
// Files that are written, and read back.
#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/calendar/icalendar/icalendar.h"
#include "common/calendar/special_days.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

const ICalendarHeader& Header() {
  static const auto& header = *new ICalendarHeader{
      "Company", "Europe/Berlin", "company.acme.plumbline", absl::FromUnixSeconds(1'700'000'000)};
  return header;
}

Holiday HolidayOf(const std::string& id, const Rule& rule) {
  Holiday holiday;
  holiday.id = id;
  holiday.title = absl::StrCat("Title of ", id);
  holiday.rule = rule;
  return holiday;
}

TEST(WriteICalendar, EveryKindOfHoliday) {
  Holiday christmas = HolidayOf("christmas", MonthDay{12, 25});
  christmas.title = "Christmas; so, be merry \\o/";
  christmas.days = 2;
  christmas.first_year = 2026;
  christmas.last_year = 2030;
  christmas.skip = {absl::CivilDay(2027, 12, 25)};
  Holiday move = HolidayOf("move", std::monostate());
  move.dates = {absl::CivilDay(2026, 5, 4), absl::CivilDay(2026, 6, 4)};
  EXPECT_EQ(WriteICalendar(Header(), {christmas, move}),
            "BEGIN:VCALENDAR\r\n"
            "VERSION:2.0\r\n"
            "PRODID:-//Plumbline//Calendars//EN\r\n"
            "CALSCALE:GREGORIAN\r\n"
            "NAME:Company\r\n"
            "X-WR-CALNAME:Company\r\n"
            "X-WR-TIMEZONE:Europe/Berlin\r\n"
            "BEGIN:VEVENT\r\n"
            "UID:christmas@company.acme.plumbline\r\n"
            "DTSTAMP:20231114T221320Z\r\n"
            "DTSTART;VALUE=DATE:20261225\r\n"
            "DTEND;VALUE=DATE:20261227\r\n"
            "SUMMARY:Christmas\\; so\\, be merry \\\\o/\r\n"
            "RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25;UNTIL=20301231\r\n"
            "EXDATE;VALUE=DATE:20271225\r\n"
            "TRANSP:TRANSPARENT\r\n"
            "END:VEVENT\r\n"
            "BEGIN:VEVENT\r\n"
            "UID:move@company.acme.plumbline\r\n"
            "DTSTAMP:20231114T221320Z\r\n"
            "DTSTART;VALUE=DATE:20260504\r\n"
            "DTEND;VALUE=DATE:20260505\r\n"
            "SUMMARY:Title of move\r\n"
            "RDATE;VALUE=DATE:20260604\r\n"
            "TRANSP:TRANSPARENT\r\n"
            "END:VEVENT\r\n"
            "END:VCALENDAR\r\n");
}

TEST(WriteICalendar, LongLinesAreFoldedBetweenCharacters) {
  Holiday holiday = HolidayOf("x", MonthDay{1, 1});
  holiday.title.clear();
  for (int i = 0; i < 60; ++i) holiday.title += i % 2 == 0 ? "\xC3\xA9" : "\xE2\x82\xAC";
  const std::string file = WriteICalendar(Header(), {holiday});
  for (absl::string_view line : absl::StrSplit(file, "\r\n")) {
    EXPECT_LE(line.size(), 75u);
    EXPECT_TRUE(line.empty() || (line[0] & 0xC0) != 0x80);
    if (!line.empty() && line[0] == ' ') {
      EXPECT_NE(line[1] & 0xC0, 0x80) << line;
    }
  }
  const auto read = ReadICalendar(file, false);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->holidays[0].title, holiday.title);
}

// Random holidays that iCalendar has words for.
Holiday RandomHoliday(std::mt19937& random, int number) {
  const auto from = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  Holiday holiday = HolidayOf(absl::StrCat("h", number), std::monostate());
  const auto weekday = static_cast<absl::Weekday>(from(0, 6));
  const int n = from(1, 5);
  switch (from(0, 3)) {
    case 0:
      holiday.rule = MonthDay{from(1, 12), from(1, 28)};
      break;
    case 1:
      holiday.rule = WeekdayOfMonth{from(1, 12), weekday, from(0, 1) == 0 ? n : -n};
      break;
    case 2:
      holiday.rule = WeekdayFrom{from(1, 12), from(1, 22), weekday};
      break;
    default:
      holiday.dates = {absl::CivilDay(from(1970, 2147), from(1, 12), from(1, 28))};
      holiday.days = from(1, 366);
      return holiday;
  }
  if (from(0, 2) == 0) holiday.first_year = from(1970, 2050);
  if (from(0, 2) == 0) holiday.last_year = from(2060, 2149);
  // Some of its first days, from the very first on, which is DTSTART.
  for (int year = holiday.first_year; year < holiday.first_year + 3; ++year) {
    const auto day = OccurrenceIn(holiday, year);
    if (day.has_value() && from(0, 2) == 0) holiday.skip.push_back(*day);
  }
  if (from(0, 2) == 0) holiday.skip.push_back(absl::CivilDay(from(1970, 2149), from(1, 12), 2));
  if (from(0, 2) == 0) holiday.days = from(1, 62);
  return holiday;
}

// Whether the event that is written begins on a day that does not count.
bool SkipsItsStart(const Holiday& holiday) {
  Holiday whole = holiday;
  whole.skip.clear();
  for (int year = holiday.first_year; year <= holiday.last_year; ++year) {
    if (const auto day = OccurrenceIn(whole, year)) return OccurrenceIn(holiday, year) != day;
  }
  return false;
}

TEST(WriteICalendar, WhatIsWrittenIsReadBack) {
  std::mt19937 random(20260323);
  int skipped_starts = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<Holiday> holidays;
    for (int i = 0; i < 5; ++i) holidays.push_back(RandomHoliday(random, i));
    skipped_starts += std::count_if(holidays.begin(), holidays.end(), SkipsItsStart);
    const std::string file = WriteICalendar(Header(), holidays);
    const auto read = ReadICalendar(file, false);
    ASSERT_TRUE(read.ok()) << read.status() << "\n" << file;
    Layer before;
    Layer after;
    before.holidays = holidays;
    after.holidays = read->holidays;
    const absl::CivilDay first(1970, 1, 1);
    const absl::CivilDay last(2149, 12, 31);
    const auto days = [&](const Layer& layer) {
      std::vector<std::string> text;
      const std::vector<Layer> layers = {layer};
      for (const SpecialDay& day : SpecialDays(layers, first, last))
        text.push_back(absl::StrCat(absl::FormatCivilTime(day.date), " ", day.id, " ", day.title));
      return text;
    };
    ASSERT_EQ(days(before), days(after)) << file;
    ASSERT_EQ(WriteICalendar(Header(), read->holidays), file);
  }
  EXPECT_GT(skipped_starts, 30) << "the random holidays do not try what they are for";
}

struct KeptRow {
  std::string name;
  Holiday holiday;
  std::string days;  // that the file gives back, from 2025 to 2030
};

class KeptTest : public testing::TestWithParam<KeptRow> {};

TEST_P(KeptTest, TheFileHasAllItsDays) {
  const std::string file = WriteICalendar(Header(), {GetParam().holiday});
  const auto read = ReadICalendar(file, false);
  ASSERT_TRUE(read.ok()) << read.status() << "\n" << file;
  std::vector<Layer> layers(1);
  layers[0].holidays = read->holidays;
  std::vector<std::string> days;
  for (const SpecialDay& day :
       SpecialDays(layers, absl::CivilDay(2025, 1, 1), absl::CivilDay(2030, 12, 31)))
    days.push_back(absl::FormatCivilTime(day.date));
  EXPECT_EQ(absl::StrJoin(days, " "), GetParam().days) << file;
}

Holiday Of(const Rule& rule, int first_year, int last_year) {
  Holiday holiday = HolidayOf("h", rule);
  holiday.first_year = first_year;
  holiday.last_year = last_year;
  return holiday;
}

INSTANTIATE_TEST_SUITE_P(Rows, KeptTest,
                         testing::ValuesIn(std::vector<KeptRow>{
                             {"TheFirstDayIsSkipped",
                              [] {
                                Holiday fourth = Of(MonthDay{7, 4}, 2026, 2028);
                                fourth.skip = {absl::CivilDay(2026, 7, 4)};
                                return fourth;
                              }(),
                              "2027-07-04 2028-07-04"},
                             {"NoDayOfTheRuleInItsYears",
                              [] {
                                Holiday leap = Of(MonthDay{2, 29}, 2025, 2027);
                                leap.dates = {absl::CivilDay(2026, 2, 28)};
                                return leap;
                              }(),
                              "2026-02-28"},
                             {"DatesBesideARule",
                              [] {
                                Holiday may = Of(MonthDay{5, 1}, 2026, 2027);
                                may.dates = {absl::CivilDay(2029, 5, 2)};
                                return may;
                              }(),
                              "2026-05-01 2027-05-01 2029-05-02"},
                         }),
                         [](const auto& row) { return row.param.name; });

TEST(Expressible, RulesWithoutWordsBecomeDates) {
  Layer company;
  company.holidays = {HolidayOf("easter-monday", EasterDay{false, 1}),
                      HolidayOf("new-year", MonthDay{1, 1}), HolidayOf("may", MonthDay{5, 1})};
  company.holidays[1].observed = Observance::kNextWorkingDay;
  Holiday half = HolidayOf("half", MonthDay{12, 24});
  half.hours = {{540, 720}};
  company.holidays.push_back(half);
  company.exceptions = {{absl::CivilDay(2027, 8, 2), absl::CivilDay(2027, 8, 4), "", {}},
                        {absl::CivilDay(2027, 9, 4), absl::CivilDay(2027, 9, 4), "", {{540, 720}}},
                        {absl::CivilDay(2035, 8, 2), absl::CivilDay(2035, 8, 4), "", {}}};
  Layer team;
  Holiday dropped = HolidayOf("may", std::monostate());
  dropped.dropped = true;
  team.holidays = {dropped};
  std::vector<std::string> ids;
  const std::vector<Layer> layers = {team, company};
  for (const Holiday& holiday : Expressible(layers, 2027, 2028))
    ids.push_back(absl::StrCat(holiday.id, " ", holiday.days));
  // New Year's Day 2028 is a Saturday, Christmas Eve a Sunday: half of it opens nothing. Days with
  // hours come first.
  EXPECT_THAT(ids,
              testing::ElementsAre("open-20270904 1", "half-20271224 1", "easter-monday-20270329 1",
                                   "easter-monday-20280417 1", "new-year-20270101 1",
                                   "new-year-20280103 1", "closed-20270802 3"));
}

}  // namespace
}  // namespace plumbline::calendar
