// SPDX-License-Identifier: Apache-2.0
//
// Compiled calendars: what they mean, by example.
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/calendar/calendar.h"
#include "common/calendar/test_layers.h"
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

struct AddRow {
  std::string name;
  Layer layer;
  std::string start;
  int64_t days;
  int64_t minutes;
  std::string end;
};

class CompiledAddTest : public testing::TestWithParam<AddRow> {};

TEST_P(CompiledAddTest, EndsThere) {
  const AddRow& row = GetParam();
  const std::string& zone = row.layer.zone;
  const absl::Time end = Compile(row.layer).Add(At(row.start, zone), row.days, row.minutes);
  EXPECT_EQ(absl::FormatTime("%Y-%m-%d %H:%M", end, Zone(zone)), row.end);
}

// 2026-03-26 is a Thursday. Berlin's clocks go forward on Sunday 2026-03-29 at 02:00 and back on
// Sunday 2026-10-25 at 03:00; Lord Howe's back by half an hour on Sunday 2026-04-05 at 02:00.
INSTANTIATE_TEST_SUITE_P(
    Rows, CompiledAddTest,
    testing::ValuesIn(std::vector<AddRow>{
        {"OverLunch", ShortFridays("UTC"), "2026-03-26 11:30", 0, 60, "2026-03-26 13:30"},
        {"ToLunchStays", ShortFridays("UTC"), "2026-03-26 11:00", 0, 60, "2026-03-26 12:00"},
        {"FromLunch", ShortFridays("UTC"), "2026-03-26 12:30", 0, 0, "2026-03-26 13:00"},
        {"ADayToAShorterOne", ShortFridays("UTC"), "2026-03-26 15:00", 1, 0, "2026-03-27 12:00"},
        {"TwoDaysOverAShorterOne", ShortFridays("UTC"), "2026-03-26 15:00", 2, 0,
         "2026-03-30 15:00"},
        {"ADayAndMinutes", ShortFridays("UTC"), "2026-03-26 15:00", 1, 30, "2026-03-30 09:30"},
        {"TheLengthOfADayInMinutes", ShortFridays("UTC"), "2026-03-26 09:00", 0, 420,
         "2026-03-26 17:00"},
        {"BackADay", ShortFridays("UTC"), "2026-03-30 15:00", -1, 0, "2026-03-27 12:00"},
        {"BackToTheOpening", ShortFridays("UTC"), "2026-03-30 09:00", -1, 0, "2026-03-27 09:00"},
        {"BackFromTheWeekend", ShortFridays("UTC"), "2026-03-28 10:00", -1, 0, "2026-03-26 12:00"},
        {"BackSomeMinutes", ShortFridays("UTC"), "2026-03-30 09:30", 0, -60, "2026-03-27 11:30"},
        {"BackToAnOpeningStays", ShortFridays("UTC"), "2026-03-30 09:30", 0, -30,
         "2026-03-30 09:00"},
        {"BackFromClosing", ShortFridays("UTC"), "2026-03-26 17:00", 0, -240, "2026-03-26 13:00"},
        {"BackDaysAndMinutes", ShortFridays("UTC"), "2026-03-31 14:00", -1, -90,
         "2026-03-30 11:30"},
        {"WithinANight", Nights("UTC"), "2026-03-26 23:00", 0, 180, "2026-03-27 02:00"},
        {"FromNightToNight", Nights("UTC"), "2026-03-27 05:00", 0, 120, "2026-03-27 23:00"},
        {"ANightLater", Nights("UTC"), "2026-03-27 02:00", 1, 0, "2026-03-28 02:00"},
        {"SaturdaysNightEndsOnSunday", Nights("UTC"), "2026-03-28 22:00", 0, 480,
         "2026-03-29 06:00"},
        {"FromSundayToMonday", Nights("UTC"), "2026-03-29 06:00", 0, 1, "2026-03-30 22:01"},
        {"NightOfSevenHours", Nights("Europe/Berlin"), "2026-03-28 22:00", 0, 7 * 60,
         "2026-03-29 06:00"},
        {"NightOfNineHours", Nights("Europe/Berlin"), "2026-10-24 22:00", 0, 9 * 60,
         "2026-10-25 06:00"},
        {"IntoTheHourThatIsMissing", Nights("Europe/Berlin"), "2026-03-28 02:30", 1, 0,
         "2026-03-29 03:00"},
        {"NightOfHalfAnHourMore", Nights("Australia/Lord_Howe"), "2026-04-04 22:00", 0, 8 * 60 + 30,
         "2026-04-05 06:00"},
        {"HalfHourZone", Nights("Asia/Kolkata"), "2026-03-26 22:00", 1, 60, "2026-03-27 23:00"},
        {"RoundTheClock", AllDay("Europe/Berlin"), "2026-03-28 12:00", 0, 24 * 60,
         "2026-03-29 13:00"},
        {"RoundTheClockADay", AllDay("Europe/Berlin"), "2026-03-28 12:00", 1, 0,
         "2026-03-29 12:00"},
        {"LeapDay", AllDay("UTC"), "2028-02-28 12:00", 1, 0, "2028-02-29 12:00"},
        {"TheDayThatApiaLeftOut", AllDay("Pacific/Apia"), "2011-12-29 12:00", 1, 0,
         "2011-12-31 12:00"},
        {"AHundredYears", AllDay("Asia/Kathmandu"), "2026-03-26 12:00", 36'524, 0,
         "2126-03-26 12:00"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(CompiledTest, MidnightBetweenWholeDaysIsNoClosing) {
  const Calendar calendar = Compile(AllDay("UTC"));
  EXPECT_TRUE(calendar.IsOpen(At("2026-03-27 00:00", "UTC")));
  EXPECT_EQ(calendar.NextOpening(At("2026-03-27 00:00", "UTC")), At("2026-03-27 00:00", "UTC"));
  EXPECT_EQ(calendar.Between(At("2026-03-26 00:00", "UTC"), At("2026-03-28 00:00", "UTC")),
            absl::Hours(48));
  EXPECT_EQ(calendar.WorkingDays(absl::CivilDay(2026, 1, 1), absl::CivilDay(2027, 1, 1)), 365);
}

TEST(CompiledTest, TheNextDayTakesOver) {
  Layer layer = Nights("UTC");
  layer.exceptions = {
      {absl::CivilDay(2026, 3, 27), absl::CivilDay(2026, 3, 27), "", {{0, 2 * 60}}}};
  const Calendar calendar = Compile(layer);
  EXPECT_EQ(calendar.Between(At("2026-03-26 22:00", "UTC"), At("2026-03-28 12:00", "UTC")),
            absl::Hours(4));
}

TEST(CompiledTest, HolidaysExceptionsAndShortenedDays) {
  Layer layer = ShortFridays("Europe/Berlin");
  Holiday eve;
  eve.id = "eve";
  eve.rule = MonthDay{12, 24};
  eve.hours = {{kNine, kNoon}};
  Holiday christmas;
  christmas.id = "christmas";
  christmas.rule = MonthDay{12, 25};
  christmas.days = 2;
  layer.holidays = {eve, christmas};
  layer.exceptions = {
      {absl::CivilDay(2026, 12, 27), absl::CivilDay(2026, 12, 27), "sale", {{kNine, kNoon}}}};
  const Calendar calendar = Compile(layer);
  // Thursday 24 December, Sunday 27 December.
  EXPECT_EQ(calendar.Add(At("2026-12-24 11:00", "Europe/Berlin"), 0, 120),
            At("2026-12-27 10:00", "Europe/Berlin"));
  EXPECT_EQ(calendar.OpeningOfDay(absl::CivilDay(2026, 12, 25), 1),
            At("2026-12-28 09:00", "Europe/Berlin"));
  EXPECT_EQ(calendar.WorkingDays(absl::CivilDay(2026, 12, 24), absl::CivilDay(2026, 12, 28)), 2);
}

TEST(CompiledTest, ClosedOutsideOfItsYears) {
  const Calendar calendar = Compile(AllDay("UTC"));
  const absl::Time end = absl::FromCivil(absl::CivilDay(kLastYear + 1, 1, 1), absl::UTCTimeZone());
  const absl::Time begin = absl::UnixEpoch();
  EXPECT_FALSE(calendar.IsOpen(end));
  EXPECT_FALSE(calendar.IsOpen(begin - absl::Nanoseconds(1)));
  EXPECT_EQ(calendar.NextOpening(end), absl::InfiniteFuture());
  EXPECT_EQ(calendar.NextOpening(absl::InfinitePast()), begin);
  EXPECT_EQ(calendar.NextOpening(absl::InfiniteFuture()), absl::InfiniteFuture());
  EXPECT_EQ(calendar.Add(end - absl::Minutes(5), 0, 5), end);
  EXPECT_EQ(calendar.Add(end - absl::Minutes(5), 0, 6), absl::InfiniteFuture());
  EXPECT_EQ(calendar.Add(end, 0, 0), absl::InfiniteFuture());
  EXPECT_EQ(calendar.Add(end, 0, -5), end - absl::Minutes(5));
  EXPECT_EQ(calendar.Add(begin + absl::Minutes(5), 0, -5), begin);
  EXPECT_EQ(calendar.Add(begin + absl::Minutes(5), 0, -6), absl::InfinitePast());
  EXPECT_EQ(calendar.Add(begin, -1, 0), absl::InfinitePast());
  EXPECT_EQ(calendar.Between(absl::InfinitePast(), absl::InfiniteFuture()), end - begin);
  EXPECT_EQ(calendar.OpeningOfDay(absl::CivilDay(1969, 1, 1), 0), begin);
  EXPECT_EQ(calendar.OpeningOfDay(absl::CivilDay(1970, 1, 1), -1), absl::InfinitePast());
  EXPECT_EQ(calendar.OpeningOfDay(absl::CivilDay(3000, 1, 1), 0), absl::InfiniteFuture());
}

TEST(CompiledTest, NumbersOfAnySizeAreSafe) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  const Calendar calendar = Compile(ShortFridays("Europe/Berlin"));
  const absl::Time start = At("2026-03-26 11:30", "Europe/Berlin");
  EXPECT_EQ(calendar.Add(start, kMost, kMost), absl::InfiniteFuture());
  EXPECT_EQ(calendar.Add(start, kLeast, kLeast), absl::InfinitePast());
  EXPECT_EQ(calendar.Add(start, 0, kMost), absl::InfiniteFuture());
  EXPECT_EQ(calendar.Add(start, 0, kLeast), absl::InfinitePast());
  EXPECT_EQ(calendar.OpeningOfDay(absl::CivilDay(2026, 1, 1), kMost), absl::InfiniteFuture());
  EXPECT_EQ(calendar.OpeningOfDay(absl::CivilDay(2026, 1, 1), kLeast), absl::InfinitePast());
}

TEST(CompiledTest, NeverOpen) {
  const Calendar calendar = Compile(Week("UTC", {}));
  const absl::Time start = At("2026-03-26 11:30", "UTC");
  EXPECT_FALSE(calendar.IsOpen(start));
  EXPECT_EQ(calendar.NextOpening(start), absl::InfiniteFuture());
  EXPECT_EQ(calendar.Add(start, 1, 1), absl::InfiniteFuture());
  EXPECT_EQ(calendar.Add(start, -1, 0), absl::InfinitePast());
  EXPECT_EQ(calendar.Between(absl::InfinitePast(), absl::InfiniteFuture()), absl::ZeroDuration());
  EXPECT_EQ(calendar.OpeningOfDay(absl::CivilDay(2026, 1, 1), 0), absl::InfiniteFuture());
}

TEST(CompiledTest, SecondsAndLessAreKept) {
  const Calendar calendar = Compile(ShortFridays("Europe/Berlin"));
  const absl::Duration odd = absl::Seconds(12) + absl::Nanoseconds(345);
  const absl::Time start = At("2026-03-26 11:30", "Europe/Berlin") + odd;
  EXPECT_EQ(calendar.Add(start, 0, 30), At("2026-03-26 13:00", "Europe/Berlin") + odd);
  EXPECT_EQ(calendar.Add(start, 1, 0), At("2026-03-27 11:30", "Europe/Berlin") + odd);
  EXPECT_EQ(calendar.Between(start, start + absl::Nanoseconds(7)), absl::Nanoseconds(7));
}

TEST(CompiledTest, UnknownZonesAreRefused) {
  Layer layer;
  layer.zone = "Europe/Berlyn";
  const std::vector<Layer> layers = {layer};
  EXPECT_EQ(base::ReasonOf(Calendar::Compile(layers).status()),
            base::Reason::ERROR_REASON_FIELD_INVALID);
}

TEST(CompiledTest, CopiesShareWhatWasPrecomputed) {
  const Calendar calendar = Compile(ShortFridays("UTC"));
  const Calendar copy = calendar;
  EXPECT_EQ(copy.bytes(), calendar.bytes());
  EXPECT_LT(calendar.bytes(), 6u << 20);
  EXPECT_EQ(Calendar::Create("UTC")->bytes(), 0u);
}

}  // namespace
}  // namespace plumbline::calendar
