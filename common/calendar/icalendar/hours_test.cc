// SPDX-License-Identifier: Apache-2.0
//
// Hours in files: shortened days, the hours of the week, time zones.
#include "common/calendar/icalendar/hours.h"

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/calendar/icalendar/icalendar.h"
#include "common/calendar/icalendar/recurrence.h"
#include "common/calendar/icalendar/test_files.h"
#include "common/calendar/icalendar/zone.h"
#include "common/calendar/special_days.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

using testing::HasSubstr;

const DayHours kOffice = {{540, 1020}};

ICalendarHeader Header(const std::string& zone) {
  ICalendarHeader header{"Company", zone, "company.acme.plumbline",
                         absl::FromUnixSeconds(1'700'000'000)};
  header.first_year = 2026;
  header.last_year = 2027;
  return header;
}

Holiday ChristmasEve() {
  Holiday holiday;
  holiday.id = "half-20261224";
  holiday.title = "Christmas Eve";
  holiday.dates = {absl::CivilDay(2026, 12, 24)};
  holiday.hours = {{540, 720}, {780, 900}};
  return holiday;
}

TEST(Hours, OfADayAndOfTheWeekStandInTheFile) {
  ICalendarHeader header = Header("Europe/Berlin");
  header.week = {kOffice, kOffice, kOffice, kOffice, kOffice, {}, {{1320, 1800}}};
  EXPECT_EQ(WriteICalendar(header, {ChristmasEve()}),
            "BEGIN:VCALENDAR\r\n"
            "VERSION:2.0\r\n"
            "PRODID:-//Plumbline//Calendars//EN\r\n"
            "CALSCALE:GREGORIAN\r\n"
            "NAME:Company\r\n"
            "X-WR-CALNAME:Company\r\n"
            "X-WR-TIMEZONE:Europe/Berlin\r\n"
            "DESCRIPTION:Open Monday to Friday 09:00 to 17:00\\; Sunday 22:00 to 06:00 (E\r\n"
            " urope/Berlin)\r\n"
            "X-WR-CALDESC:Open Monday to Friday 09:00 to 17:00\\; Sunday 22:00 to 06:00 (\r\n"
            " Europe/Berlin)\r\n"
            "BEGIN:VTIMEZONE\r\n"
            "TZID:Europe/Berlin\r\n"
            "BEGIN:STANDARD\r\n"
            "DTSTART:20260101T000000\r\n"
            "TZOFFSETFROM:+0100\r\n"
            "TZOFFSETTO:+0100\r\n"
            "TZNAME:CET\r\n"
            "END:STANDARD\r\n"
            "BEGIN:DAYLIGHT\r\n"
            "DTSTART:20260329T020000\r\n"
            "TZOFFSETFROM:+0100\r\n"
            "TZOFFSETTO:+0200\r\n"
            "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
            "TZNAME:CEST\r\n"
            "END:DAYLIGHT\r\n"
            "BEGIN:STANDARD\r\n"
            "DTSTART:20261025T030000\r\n"
            "TZOFFSETFROM:+0200\r\n"
            "TZOFFSETTO:+0100\r\n"
            "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
            "TZNAME:CET\r\n"
            "END:STANDARD\r\n"
            "END:VTIMEZONE\r\n"
            "BEGIN:VAVAILABILITY\r\n"
            "UID:hours_week@company.acme.plumbline\r\n"
            "DTSTAMP:20231114T221320Z\r\n"
            "BEGIN:AVAILABLE\r\n"
            "UID:hours_1@company.acme.plumbline\r\n"
            "DTSTAMP:20231114T221320Z\r\n"
            "DTSTART;TZID=Europe/Berlin:20260101T090000\r\n"
            "DTEND;TZID=Europe/Berlin:20260101T170000\r\n"
            "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\n"
            "SUMMARY:Open\r\n"
            "END:AVAILABLE\r\n"
            "BEGIN:AVAILABLE\r\n"
            "UID:hours_2@company.acme.plumbline\r\n"
            "DTSTAMP:20231114T221320Z\r\n"
            "DTSTART;TZID=Europe/Berlin:20260104T220000\r\n"
            "DTEND;TZID=Europe/Berlin:20260105T060000\r\n"
            "RRULE:FREQ=WEEKLY;BYDAY=SU\r\n"
            "SUMMARY:Open\r\n"
            "END:AVAILABLE\r\n"
            "END:VAVAILABILITY\r\n"
            "BEGIN:VEVENT\r\n"
            "UID:half-20261224@company.acme.plumbline\r\n"
            "DTSTAMP:20231114T221320Z\r\n"
            "DTSTART;TZID=Europe/Berlin:20261224T090000\r\n"
            "DTEND;TZID=Europe/Berlin:20261224T150000\r\n"
            "SUMMARY:Open: Christmas Eve\r\n"
            "DESCRIPTION:09:00 to 12:00 and 13:00 to 15:00\r\n"
            "X-PLUMBLINE-HOURS:09:00-12:00\\,13:00-15:00\r\n"
            "TRANSP:TRANSPARENT\r\n"
            "END:VEVENT\r\n"
            "END:VCALENDAR\r\n");
}

TEST(Hours, InUtcNeedNoZone) {
  ICalendarHeader header = Header("");
  header.week = {kOffice, {}, {}, {}, {}, {}, {}};
  const std::string file = WriteICalendar(header, {ChristmasEve()});
  EXPECT_THAT(file, testing::Not(HasSubstr("VTIMEZONE")));
  EXPECT_THAT(file, HasSubstr("DTSTART:20261224T090000Z\r\n"));
  EXPECT_THAT(file, HasSubstr("X-WR-CALDESC:Open Monday 09:00 to 17:00 (UTC)\r\n"));
}

TEST(Hours, OfAShortenedDayAreReadBack) {
  for (const char* zone : {"", "America/New_York"}) {
    Holiday night = ChristmasEve();
    night.id = "night";
    night.title = std::string(200, 'x');
    night.hours = {{1320, 1440 + 360}};
    const auto read = ReadICalendar(WriteICalendar(Header(zone), {ChristmasEve(), night}), false);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_THAT(read->holidays, testing::ElementsAre(ChristmasEve(), night));
  }
}

struct RefusalRow {
  std::string name;
  std::string from, to;  // what is changed in the file
  std::string violation;
};

class HoursRefusalTest : public testing::TestWithParam<RefusalRow> {};

TEST_P(HoursRefusalTest, NamesTheProperty) {
  std::string file = WriteICalendar(Header("Europe/Berlin"), {ChristmasEve()});
  ASSERT_EQ(absl::StrReplaceAll({{GetParam().from, GetParam().to}}, &file), 1);
  const auto violations = base::FieldViolationsOf(ReadICalendar(file, false).status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_THAT(violations[0].description, HasSubstr(GetParam().violation));
}

constexpr char kHoursLine[] = "X-PLUMBLINE-HOURS:09:00-12:00\\,13:00-15:00\r\n";

INSTANTIATE_TEST_SUITE_P(
    Rows, HoursRefusalTest,
    testing::ValuesIn(std::vector<RefusalRow>{
        {"Moved", "DTSTART;TZID=Europe/Berlin:20261224T090000",
         "DTSTART;TZID=Europe/Berlin:20261224T100000",
         "X-PLUMBLINE-HOURS: does not fit DTSTART and DTEND, which must be 20261224T090000 and "
         "20261224T150000"},
        {"Longer", "DTEND;TZID=Europe/Berlin:20261224T150000",
         "DTEND;TZID=Europe/Berlin:20261225T150000", "does not fit"},
        {"NoEnd", "DTEND;TZID=Europe/Berlin:20261224T150000\r\n", "", "does not fit"},
        {"NoDate", "DTSTART;TZID=Europe/Berlin:20261224T090000", "DTSTART:soon",
         "DTSTART: 'soon' is not a date with a time"},
        {"NoHours", kHoursLine, "X-PLUMBLINE-HOURS:\r\n", "'' is no stretch like"},
        {"NoEscape", kHoursLine, "X-PLUMBLINE-HOURS:09:00-12:00\\-13:00\r\n",
         "X-PLUMBLINE-HOURS: holds a backslash that escapes nothing"},
        {"NoClock", kHoursLine, "X-PLUMBLINE-HOURS:9-12\r\n", "'9-12' is no stretch like"},
        {"TooLate", kHoursLine, "X-PLUMBLINE-HOURS:24:00-25:00\r\n", "is no stretch like"},
        {"Nothing", kHoursLine, "X-PLUMBLINE-HOURS:09:00-09:00\r\n", "is no stretch like"},
        {"Overlapping", kHoursLine, "X-PLUMBLINE-HOURS:09:00-12:00,11:00-15:00\r\n",
         "'11:00-15:00' begins before"},
        {"TooMany", kHoursLine,
         "X-PLUMBLINE-HOURS:00:00-01:00,02:00-03:00,04:00-05:00,06:00-07:00,08:00-09:00,10:00-11:"
         "00,"
         "12:00-13:00,14:00-15:00,16:00-17:00\r\n",
         "has 9 stretches; it takes up to 8"},
        {"EveryYear", kHoursLine, absl::StrCat(kHoursLine, "RRULE:FREQ=YEARLY\r\n"),
         "RRULE: cannot stand with X-PLUMBLINE-HOURS"},
        {"MoreDates", kHoursLine, absl::StrCat(kHoursLine, "RDATE;VALUE=DATE:20271224\r\n"),
         "RDATE: cannot stand with X-PLUMBLINE-HOURS"},
        {"OutsideOfTheYears", "20261224T090000\r\nDTEND;TZID=Europe/Berlin:20261224T150000",
         "21501224T090000\r\nDTEND;TZID=Europe/Berlin:21501224T150000", "lies outside the years"},
    }),
    [](const auto& row) { return row.param.name; });

// What was written before commas were escaped is read too.
TEST(Hours, WithBareCommasAreRead) {
  std::string file = WriteICalendar(Header("Europe/Berlin"), {ChristmasEve()});
  ASSERT_EQ(absl::StrReplaceAll({{"12:00\\,13:00", "12:00,13:00"}}, &file), 1);
  const auto read = ReadICalendar(file, false);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(read->holidays, testing::ElementsAre(ChristmasEve()));
}

TEST(Hours, TimedEventsOfOthersAreNone) {
  std::string file = WriteICalendar(Header("Europe/Berlin"), {ChristmasEve()});
  ASSERT_EQ(absl::StrReplaceAll({{kHoursLine, ""}}, &file), 1);
  EXPECT_THAT(base::FieldViolationsOf(ReadICalendar(file, false).status())[0].description,
              HasSubstr("DTSTART: has a time of day"));
}

TEST(Hours, OfTheWeekInWords) {
  const DayHours split = {{540, 720}, {780, 1440}};
  EXPECT_EQ(WeekInWords({kOffice, kOffice, split, {}, {}, {}, kOffice}),
            "Monday and Tuesday 09:00 to 17:00; Wednesday 09:00 to 12:00 and 13:00 to 24:00; "
            "Sunday 09:00 to 17:00");
  EXPECT_EQ(WeekInWords({}), "closed");
}

// What the lines of a VTIMEZONE say, read by hand: offset by the instant from which it holds.
std::map<absl::Time, int> OffsetsOf(const std::vector<std::string>& lines, int last_year) {
  std::map<absl::Time, int> offsets;
  absl::CivilSecond start;
  int from = 0, to = 0;
  std::string rule;
  const auto number = [](absl::string_view text) {
    int value = 0;
    EXPECT_TRUE(absl::SimpleAtoi(text, &value)) << text;
    return value;
  };
  const auto offset = [&](absl::string_view text) {
    return (text[0] == '-' ? -60 : 60) *
           (number(text.substr(1, 2)) * 60 + number(text.substr(3, 2)));
  };
  for (const std::string& line : lines) {
    const std::vector<std::string> pair = absl::StrSplit(line, absl::MaxSplits(':', 1));
    const std::string& value = pair[1];
    if (pair[0] == "BEGIN") rule.clear();
    if (pair[0] == "RRULE") rule = value;
    if (pair[0] == "TZOFFSETFROM") from = offset(value);
    if (pair[0] == "TZOFFSETTO") to = offset(value);
    if (pair[0] == "DTSTART") {
      const absl::CivilDay day = ReadDate(value.substr(0, 8)).value();
      start = absl::CivilSecond(day.year(), day.month(), day.day(), number(value.substr(9, 2)),
                                number(value.substr(11, 2)), 0);
    }
    if (pair[0] != "END" || value == "VTIMEZONE") continue;
    const auto at = [&](absl::CivilSecond local) {
      return absl::FromCivil(local, absl::UTCTimeZone()) - absl::Seconds(from);
    };
    offsets[at(start)] = to;
    if (rule.empty()) continue;
    Holiday yearly;
    EXPECT_EQ(ReadRecurrence(rule, absl::CivilDay(start), &yearly), "");
    for (int year = static_cast<int>(start.year()) + 1; year <= last_year; ++year) {
      const absl::CivilDay day = OccurrenceIn(yearly, year).value();
      offsets[at(absl::CivilSecond(day) + (start - absl::CivilSecond(absl::CivilDay(start))))] = to;
    }
  }
  return offsets;
}

class ZoneTest : public testing::TestWithParam<const char*> {};

TEST_P(ZoneTest, SaysHowTheClocksGo) {
  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone(GetParam(), &zone));
  for (const auto& [first, last] : {std::pair(2026, 2036), std::pair(1990, 2040)}) {
    const std::vector<std::string> lines = TimeZoneLines(zone, first, last);
    const std::map<absl::Time, int> offsets = OffsetsOf(lines, last);
    const absl::Time end = absl::FromCivil(absl::CivilSecond(last + 1, 1, 1), zone);
    int wrong = 0;
    for (absl::Time t = absl::FromCivil(absl::CivilSecond(first, 1, 1), zone); t < end;
         t += absl::Minutes(53)) {
      wrong += std::prev(offsets.upper_bound(t))->second != zone.At(t).offset ? 1 : 0;
    }
    EXPECT_EQ(wrong, 0) << absl::StrJoin(lines, "\n");
  }
}

INSTANTIATE_TEST_SUITE_P(Zones, ZoneTest,
                         testing::Values("Europe/Berlin", "America/New_York", "Asia/Kolkata",
                                         "Australia/Lord_Howe", "Africa/Casablanca",
                                         "America/Sao_Paulo", "Pacific/Apia", "Europe/Moscow"),
                         [](const auto& row) {
                           return absl::StrReplaceAll(row.param, {{"/", "_"}});
                         });

// Random layers: closed and shortened holidays, substitute days, exceptions, dropped holidays.
Layer RandomLayer(std::mt19937& random) {
  const auto pick = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  const auto hours = [&]() -> DayHours {
    if (pick(2) == 0) return {};
    return pick(3) == 0 ? DayHours{{480, 600}, {660, 720}} : DayHours{{540, 700 + pick(300)}};
  };
  Layer layer;
  for (int i = 0; i < 6; ++i) {
    Holiday holiday;
    holiday.id = absl::StrCat("h", pick(8));
    holiday.title = absl::StrCat("Holiday ", i);
    if (pick(8) == 0) {
      holiday.dropped = true;
    } else {
      if (pick(3) == 0)
        holiday.rule = EasterDay{false, pick(40)};
      else if (pick(2) == 0)
        holiday.rule = MonthDay{3 + pick(2), 1 + pick(28)};
      else
        holiday.dates = {absl::CivilDay(2026 + pick(3), 3 + pick(2), 1 + pick(28))};
      holiday.hours = hours();
      if (pick(3) == 0)
        holiday.observed = Observance::kNextWorkingDay;
      else
        holiday.days = 1 + pick(3);
    }
    bool taken = false;
    for (const Holiday& other : layer.holidays) taken = taken || other.id == holiday.id;
    if (!taken) layer.holidays.push_back(holiday);
  }
  for (int i = pick(4); i > 0; --i) {
    const absl::CivilDay first(2026 + pick(3), 3 + pick(2), 1 + pick(28));
    layer.exceptions.push_back({first, first + pick(4), pick(2) == 0 ? "Why" : "", hours()});
  }
  return layer;
}

TEST(Hours, AFileGivesBackTheDaysOfItsLayers) {
  std::mt19937 random(5);
  const absl::CivilDay first(2026, 1, 1), last(2028, 12, 31);
  const auto days = [&](const std::vector<Layer>& layers) {
    std::vector<std::string> text;
    const auto week = MergeWeeks(layers);
    for (const SpecialDay& day : SpecialDays(layers, first, last)) {
      // What is closed anyway need not be in the file.
      if (day.hours.empty() && week[static_cast<size_t>(absl::GetWeekday(day.date))].empty())
        continue;
      text.push_back(absl::StrCat(absl::FormatCivilTime(day.date), " ", HoursInWords(day.hours)));
    }
    return text;
  };
  size_t shortened = 0;
  for (int i = 0; i < 300; ++i) {
    const std::vector<Layer> layers = {RandomLayer(random), RandomLayer(random)};
    ICalendarHeader header = Header("Europe/Berlin");
    header.week = MergeWeeks(layers);
    const std::string file = WriteICalendar(header, Expressible(layers, 2026, 2028));
    const auto read = ReadICalendar(file, false);
    ASSERT_TRUE(read.ok()) << read.status() << "\n" << file;
    std::vector<Layer> back(1);
    for (const Holiday& holiday : read->holidays) {
      if (OpensBeyond(*header.week, holiday))
        back[0].exceptions.push_back(
            {holiday.dates[0], holiday.dates[0], holiday.title, holiday.hours});
      else
        back[0].holidays.push_back(holiday);
    }
    ASSERT_EQ(days(back), days(layers)) << file;
    for (const Holiday& holiday : read->holidays) shortened += holiday.hours.empty() ? 0 : 1;
  }
  EXPECT_GT(shortened, 1000u);
}

}  // namespace
}  // namespace plumbline::calendar
