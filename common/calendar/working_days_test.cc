// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/working_days.h"

#include <string>
#include <vector>

#include "common/calendar/test_layers.h"
#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

struct Row {
  std::string name;
  Calendar calendar;
  std::string from;
  std::string to;
  int64_t days;
};

class WorkingDaysTest : public testing::TestWithParam<Row> {};

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%dT%H:%M", text, &time, &error)) << error;
  return time;
}

TEST_P(WorkingDaysTest, HaveOpenTimeInBetween) {
  const Row& row = GetParam();
  EXPECT_EQ(WorkingDaysBetween(row.calendar, At(row.from), At(row.to)), row.days);
  EXPECT_EQ(WorkingDaysBetween(row.calendar, At(row.to), At(row.from)), -row.days);
  EXPECT_EQ(row.calendar.Between(At(row.from), At(row.to)) == absl::ZeroDuration(), row.days == 0);
}

Calendar Office() { return Calendar::Create("").value(); }
Calendar Never() { return Compile(Week("", {})); }

// 2026-01-05 is a Monday.
INSTANTIATE_TEST_SUITE_P(
    Rows, WorkingDaysTest,
    testing::ValuesIn(std::vector<Row>{
        {"AWholeDay", Office(), "2026-01-05T09:00", "2026-01-05T17:00", 1},
        {"TheNight", Office(), "2026-01-05T17:00", "2026-01-06T09:00", 0},
        {"AMinuteOfTheNextDay", Office(), "2026-01-05T17:00", "2026-01-06T09:01", 1},
        {"PartsOfTwo", Office(), "2026-01-05T15:00", "2026-01-06T15:00", 2},
        {"OverTheWeekend", Office(), "2026-01-09T16:00", "2026-01-12T10:00", 2},
        {"TheWeekend", Office(), "2026-01-09T17:00", "2026-01-12T09:00", 0},
        {"AWeekOfMidnights", Office(), "2026-01-05T00:00", "2026-01-12T00:00", 5},
        {"Nothing", Office(), "2026-01-05T10:00", "2026-01-05T10:00", 0},
        {"Compiled", Compile(ShortFridays("")), "2026-01-05T12:00", "2026-01-09T09:30", 5},
        {"TheLunchBreak", Compile(ShortFridays("")), "2026-01-05T12:00", "2026-01-05T13:00", 0},
        {"ANightShiftIsOneDay", Compile(Nights("")), "2026-01-05T22:00", "2026-01-06T06:00", 1},
        {"TheEndsOfTwoNights", Compile(Nights("")), "2026-01-06T05:00", "2026-01-06T23:00", 2},
        {"AlwaysOpen", Compile(AllDay("")), "2026-01-05T00:00", "2026-01-07T00:00", 2},
        {"NeverOpen", Never(), "2026-01-05T00:00", "2026-02-05T00:00", 0},
        {"UntilTheEndOfAllYears", Compile(ShortFridays("")), "2149-12-30T00:00", "2150-02-01T00:00",
         2},
    }),
    [](const auto& row) { return row.param.name; });

TEST(MeanWorkingDay, IsTheMeanOfAYear) {
  const absl::CivilDay day(2026, 1, 5);
  EXPECT_EQ(MeanWorkingDay(Office(), day), absl::Hours(8));
  EXPECT_EQ(MeanWorkingDay(Compile(AllDay("")), day), absl::Hours(24));
  EXPECT_EQ(MeanWorkingDay(Never(), day), absl::ZeroDuration());
  const Calendar fridays = Compile(ShortFridays(""));
  const absl::Duration week = fridays.Between(At("2026-01-05T00:00"), At("2026-01-12T00:00"));
  EXPECT_EQ(MeanWorkingDay(fridays, day), week / 5) << "shorter on Fridays";
}

}  // namespace
}  // namespace plumbline::calendar
