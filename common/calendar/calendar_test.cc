// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/calendar.h"

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

absl::TimeZone Zone(const std::string& name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

// "2026-03-27 09:00" of the local clock.
absl::Time At(const std::string& local, const std::string& zone) {
  absl::Time t;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M", local, Zone(zone), &t, &error))
      << local << ": " << error;
  return t;
}

std::string Show(absl::Time t, const std::string& zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M", t, Zone(zone));
}

Calendar In(const std::string& zone) { return Calendar::Create(zone).value(); }

struct AddRow {
  std::string name;
  std::string zone;
  std::string start;
  int64_t days;
  int64_t minutes;
  std::string end;
};

class AddTest : public testing::TestWithParam<AddRow> {};

TEST_P(AddTest, EndsThere) {
  const AddRow& row = GetParam();
  const absl::Time end = In(row.zone).Add(At(row.start, row.zone), row.days, row.minutes);
  EXPECT_EQ(Show(end, row.zone), row.end);
}

// 2026-03-27 is a Friday. Clocks go forward on 2026-03-08 (New York), 2026-03-29 (Berlin),
// 2026-10-04 (Lord Howe, by half an hour) and back on 2026-04-05 (Lord Howe), 2026-10-25 (Berlin),
// 2026-11-01 (New York), all Sundays.
INSTANTIATE_TEST_SUITE_P(
    Rows, AddTest,
    testing::ValuesIn(std::vector<AddRow>{
        {"Nothing", "UTC", "2026-03-27 10:15", 0, 0, "2026-03-27 10:15"},
        {"NothingBeforeOpening", "UTC", "2026-03-27 08:59", 0, 0, "2026-03-27 09:00"},
        {"NothingAtClosing", "UTC", "2026-03-27 17:00", 0, 0, "2026-03-30 09:00"},
        {"ADayOverTheWeekend", "UTC", "2026-03-27 16:00", 1, 0, "2026-03-30 16:00"},
        {"ADayFromSaturday", "UTC", "2026-03-28 12:00", 1, 0, "2026-03-31 09:00"},
        {"MinutesWithinADay", "UTC", "2026-03-26 09:30", 0, 90, "2026-03-26 11:00"},
        {"MinutesToClosingStay", "UTC", "2026-03-27 16:00", 0, 60, "2026-03-27 17:00"},
        {"AWholeDayOfMinutes", "UTC", "2026-03-27 09:00", 0, 480, "2026-03-27 17:00"},
        {"OneMinuteMore", "UTC", "2026-03-27 09:00", 0, 481, "2026-03-30 09:01"},
        {"MinutesAfterClosing", "UTC", "2026-03-27 20:00", 0, 30, "2026-03-30 09:30"},
        {"DaysAndMinutes", "UTC", "2026-03-26 15:00", 1, 180, "2026-03-30 10:00"},
        {"DaysAndMinutesToClosing", "UTC", "2026-03-26 15:00", 1, 120, "2026-03-27 17:00"},
        {"AWeek", "UTC", "2026-03-25 11:00", 5, 0, "2026-04-01 11:00"},
        {"LeapDay", "UTC", "2028-02-28 12:00", 1, 0, "2028-02-29 12:00"},
        {"AfterLeapDay", "UTC", "2028-02-29 12:00", 1, 0, "2028-03-01 12:00"},
        {"NoLeapDayIn2100", "UTC", "2100-02-26 12:00", 1, 0, "2100-03-01 12:00"},
        {"BeforeTheEpoch", "UTC", "1969-12-31 12:00", 3, 0, "1970-01-05 12:00"},
        {"BerlinForward", "Europe/Berlin", "2026-03-27 16:30", 0, 60, "2026-03-30 09:30"},
        {"BerlinBack", "Europe/Berlin", "2026-10-23 16:30", 1, 0, "2026-10-26 16:30"},
        {"NewYorkForward", "America/New_York", "2026-03-06 16:30", 0, 60, "2026-03-09 09:30"},
        {"NewYorkBack", "America/New_York", "2026-10-30 09:00", 1, 0, "2026-11-02 09:00"},
        {"LordHoweForward", "Australia/Lord_Howe", "2026-10-02 16:30", 0, 60, "2026-10-05 09:30"},
        {"LordHoweBack", "Australia/Lord_Howe", "2026-04-03 16:30", 1, 0, "2026-04-06 16:30"},
        {"KolkataHasNone", "Asia/Kolkata", "2026-03-27 16:30", 0, 60, "2026-03-30 09:30"},
        {"ChangeOnAWorkingDay", "Asia/Tehran", "2022-03-21 16:30", 1, 0, "2022-03-22 16:30"},
    }),
    [](const auto& row) { return row.param.name; });

struct BetweenRow {
  std::string name;
  std::string zone;
  std::string from;
  std::string to;
  int64_t minutes;
};

class BetweenTest : public testing::TestWithParam<BetweenRow> {};

TEST_P(BetweenTest, CountsOpenMinutesBothWays) {
  const BetweenRow& row = GetParam();
  const Calendar calendar = In(row.zone);
  const absl::Time from = At(row.from, row.zone);
  const absl::Time to = At(row.to, row.zone);
  EXPECT_EQ(calendar.Between(from, to), absl::Minutes(row.minutes));
  EXPECT_EQ(calendar.Between(to, from), -absl::Minutes(row.minutes));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BetweenTest,
    testing::ValuesIn(std::vector<BetweenRow>{
        {"Same", "UTC", "2026-03-27 10:00", "2026-03-27 10:00", 0},
        {"WithinADay", "UTC", "2026-03-27 10:00", "2026-03-27 12:30", 150},
        {"TheWeekendIsNothing", "UTC", "2026-03-27 17:00", "2026-03-30 09:00", 0},
        {"TheNightIsNothing", "UTC", "2026-03-26 18:00", "2026-03-27 08:00", 0},
        {"ADay", "UTC", "2026-03-26 00:00", "2026-03-27 00:00", 480},
        {"AWeek", "UTC", "2026-03-21 13:00", "2026-03-28 13:00", 2400},
        {"BerlinForward", "Europe/Berlin", "2026-03-27 16:00", "2026-03-30 10:00", 120},
        {"BerlinBack", "Europe/Berlin", "2026-10-23 16:00", "2026-10-26 10:00", 120},
        {"NewYorkForward", "America/New_York", "2026-03-06 16:00", "2026-03-09 10:00", 120},
        {"LordHoweForward", "Australia/Lord_Howe", "2026-10-02 16:00", "2026-10-05 10:00", 120},
        {"LeapYear", "Asia/Kolkata", "2028-01-01 00:00", "2029-01-01 00:00", 260 * 480},
        {"CommonYear", "Asia/Kolkata", "2026-01-01 00:00", "2027-01-01 00:00", 261 * 480},
    }),
    [](const auto& row) { return row.param.name; });

TEST(CalendarTest, SecondsAndLessAreKept) {
  const Calendar calendar = In("Europe/Berlin");
  const absl::Time start = At("2026-03-27 16:30", "Europe/Berlin") + absl::Milliseconds(1500);
  EXPECT_EQ(calendar.Add(start, 0, 30),
            At("2026-03-30 09:00", "Europe/Berlin") + absl::Milliseconds(1500));
  EXPECT_EQ(calendar.Between(start, start + absl::Nanoseconds(7)), absl::Nanoseconds(7));
}

TEST(CalendarTest, OpenFromNineUntilJustBeforeFive) {
  const Calendar calendar = In("America/New_York");
  const absl::Time opening = At("2026-07-01 09:00", "America/New_York");
  EXPECT_FALSE(calendar.IsOpen(opening - absl::Nanoseconds(1)));
  EXPECT_TRUE(calendar.IsOpen(opening));
  EXPECT_TRUE(calendar.IsOpen(opening + absl::Hours(8) - absl::Nanoseconds(1)));
  EXPECT_FALSE(calendar.IsOpen(opening + absl::Hours(8)));
  EXPECT_EQ(calendar.NextOpening(opening - absl::Nanoseconds(1)), opening);
  EXPECT_EQ(calendar.NextOpening(opening + absl::Nanoseconds(1)), opening + absl::Nanoseconds(1));
  EXPECT_EQ(calendar.NextOpening(opening + absl::Hours(8)), opening + absl::Hours(24));
}

TEST(CalendarTest, OpeningOfDayCountsWorkingDaysBothWays) {
  const Calendar calendar = In("Europe/Berlin");
  const auto show = [&](absl::CivilDay day, int64_t offset) {
    return Show(calendar.OpeningOfDay(day, offset), "Europe/Berlin");
  };
  EXPECT_EQ(show(absl::CivilDay(2026, 3, 27), 0), "2026-03-27 09:00");
  EXPECT_EQ(show(absl::CivilDay(2026, 3, 27), 1), "2026-03-30 09:00");
  EXPECT_EQ(show(absl::CivilDay(2026, 3, 27), -5), "2026-03-20 09:00");
  EXPECT_EQ(show(absl::CivilDay(2026, 3, 28), 0), "2026-03-30 09:00");
  EXPECT_EQ(show(absl::CivilDay(2026, 3, 29), -1), "2026-03-27 09:00");
  EXPECT_EQ(show(absl::CivilDay(2026, 3, 30), 250), "2027-03-15 09:00");
}

TEST(CalendarTest, EmptyZoneIsUtc) {
  EXPECT_EQ(In("").OpeningOfDay(absl::CivilDay(2026, 7, 1), 0), At("2026-07-01 09:00", "UTC"));
}

TEST(CalendarTest, UnknownZonesAreRefusedByField) {
  const std::string long_name(100'000, 'x');
  for (const std::string& zone :
       {std::string("Europe/Berlyn"), std::string("/etc/localtime"), std::string("localtime"),
        std::string("../zoneinfo/UTC"), std::string("file:/etc/passwd"), long_name}) {
    const absl::Status status = Calendar::Create(zone).status();
    EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_FIELD_INVALID)
        << zone.substr(0, 20);
    ASSERT_EQ(base::FieldViolationsOf(status).size(), 1u);
    EXPECT_EQ(base::FieldViolationsOf(status)[0].field, "time_zone");
    EXPECT_LT(status.message().size(), 300u);
  }
}

}  // namespace
}  // namespace plumbline::calendar
