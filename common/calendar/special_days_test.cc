// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/special_days.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

using absl::CivilDay;
using absl::Weekday;
using testing::ElementsAre;

Holiday HolidayOf(const std::string& id, const Rule& rule) {
  Holiday holiday;
  holiday.id = id;
  holiday.title = id;
  holiday.rule = rule;
  return holiday;
}

// "2026-12-25 christmas" of every special day of the years; with hours "540-720", with "*" if it is
// a substitute, with the number of the layer where it is not the first.
std::vector<std::string> Days(const std::vector<Layer>& layers, int first_year, int last_year) {
  std::vector<std::string> days;
  for (const SpecialDay& day :
       SpecialDays(layers, CivilDay(first_year, 1, 1), CivilDay(last_year, 12, 31))) {
    std::string text = absl::StrCat(absl::FormatCivilTime(day.date), " ", day.title);
    for (const Hours& hours : day.hours) absl::StrAppend(&text, " ", hours.begin, "-", hours.end);
    if (day.substitute) text += "*";
    if (day.layer > 0) absl::StrAppend(&text, " of ", day.layer);
    days.push_back(text);
  }
  return days;
}

Layer LayerOf(const std::vector<Holiday>& holidays) {
  Layer layer;
  layer.holidays = holidays;
  return layer;
}

struct RuleRow {
  std::string name;
  Rule rule;
  std::string dates;  // of 2026 to 2028
};

class RuleTest : public testing::TestWithParam<RuleRow> {};

TEST_P(RuleTest, FallsOnTheseDates) {
  std::string dates;
  for (int year = 2026; year <= 2028; ++year) {
    if (const auto date = OccurrenceIn(HolidayOf("x", GetParam().rule), year))
      absl::StrAppend(&dates, dates.empty() ? "" : " ", absl::FormatCivilTime(*date));
  }
  EXPECT_EQ(dates, GetParam().dates);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RuleTest,
    testing::ValuesIn(std::vector<RuleRow>{
        {"Never", std::monostate(), ""},
        {"Yearly", MonthDay{12, 25}, "2026-12-25 2027-12-25 2028-12-25"},
        {"LeapDay", MonthDay{2, 29}, "2028-02-29"},
        {"FourthThursday", WeekdayOfMonth{11, Weekday::thursday, 4},
         "2026-11-26 2027-11-25 2028-11-23"},
        {"LastMonday", WeekdayOfMonth{5, Weekday::monday, -1}, "2026-05-25 2027-05-31 2028-05-29"},
        {"FirstMondayWhenTheMonthBeginsSo", WeekdayOfMonth{6, Weekday::monday, 1},
         "2026-06-01 2027-06-07 2028-06-05"},
        {"FifthFriday", WeekdayOfMonth{1, Weekday::friday, 5}, "2026-01-30 2027-01-29"},
        {"FifthFridayFromTheEnd", WeekdayOfMonth{1, Weekday::friday, -5}, "2026-01-02 2027-01-01"},
        {"LastDayOfTheYear", WeekdayOfMonth{12, Weekday::thursday, -1},
         "2026-12-31 2027-12-30 2028-12-28"},
        {"FridayFrom23November", WeekdayFrom{11, 23, Weekday::friday},
         "2026-11-27 2027-11-26 2028-11-24"},
        {"OnTheDateItself", WeekdayFrom{11, 27, Weekday::friday},
         "2026-11-27 2027-12-03 2028-12-01"},
        {"IntoTheNextYear", WeekdayFrom{12, 29, Weekday::monday},
         "2027-01-04 2028-01-03 2029-01-01"},
        {"GoodFriday", EasterDay{false, -2}, "2026-04-03 2027-03-26 2028-04-14"},
        {"OrthodoxEasterMonday", EasterDay{true, 1}, "2026-04-13 2027-05-03 2028-04-17"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(SpecialDays, YearsSkipsAndFurtherDates) {
  Holiday holiday = HolidayOf("may", MonthDay{5, 1});
  holiday.first_year = 2027;
  holiday.last_year = 2029;
  holiday.skip = {CivilDay(2028, 5, 1)};
  holiday.dates = {CivilDay(2026, 5, 4), CivilDay(2028, 5, 1)};
  EXPECT_THAT(Days({LayerOf({holiday})}, 2025, 2031),
              ElementsAre("2026-05-04 may", "2027-05-01 may", "2029-05-01 may"));
}

TEST(SpecialDays, LongOnesCrossTheYear) {
  Holiday holiday = HolidayOf("break", MonthDay{12, 30});
  holiday.days = 4;
  EXPECT_THAT(
      Days({LayerOf({holiday})}, 2027, 2027),
      ElementsAre("2027-01-01 break", "2027-01-02 break", "2027-12-30 break", "2027-12-31 break"));
}

// US federal holidays: 1 January 2022 was a Saturday and observed in the year before; 4 July 2021 a
// Sunday (U.S. Office of Personnel Management).
TEST(SpecialDays, TheNearestWorkingDay) {
  std::vector<Holiday> holidays = {HolidayOf("new-year", MonthDay{1, 1}),
                                   HolidayOf("independence", MonthDay{7, 4})};
  for (Holiday& holiday : holidays) holiday.observed = Observance::kNearestWorkingDay;
  EXPECT_THAT(
      Days({LayerOf(holidays)}, 2020, 2022),
      ElementsAre("2020-01-01 new-year", "2020-07-03 independence*", "2021-01-01 new-year",
                  "2021-07-05 independence*", "2021-12-31 new-year*", "2022-07-04 independence"));
}

// Bank holidays of England and Wales at Christmas (gov.uk): Saturday and Sunday in 2021, Sunday and
// Monday in 2022, Friday and Saturday in 2020.
TEST(SpecialDays, TheNextWorkingDayThatIsFree) {
  std::vector<Holiday> holidays = {HolidayOf("christmas", MonthDay{12, 25}),
                                   HolidayOf("boxing", MonthDay{12, 26})};
  for (Holiday& holiday : holidays) holiday.observed = Observance::kNextWorkingDay;
  EXPECT_THAT(Days({LayerOf(holidays)}, 2020, 2022),
              ElementsAre("2020-12-25 christmas", "2020-12-28 boxing*", "2021-12-27 christmas*",
                          "2021-12-28 boxing*", "2022-12-26 boxing", "2022-12-27 christmas*"));
}

TEST(SpecialDays, WhoWorksOnSaturdaysNeedsNoSubstitute) {
  Layer layer = LayerOf({HolidayOf("christmas", MonthDay{12, 25})});
  layer.holidays[0].observed = Observance::kNextWorkingDay;
  layer.week[static_cast<size_t>(Weekday::saturday)] = DayHours{{600, 840}};
  EXPECT_THAT(Days({layer}, 2021, 2021), ElementsAre("2021-12-25 christmas"));
}

TEST(SpecialDays, NoWorkingDaysNoSubstitutes) {
  Layer layer = LayerOf({HolidayOf("christmas", MonthDay{12, 25})});
  layer.holidays[0].observed = Observance::kNearestWorkingDay;
  for (auto& day : layer.week) day = DayHours();
  EXPECT_THAT(Days({layer}, 2021, 2021), ElementsAre());
}

TEST(SpecialDays, TheNearestLayerDecides) {
  Layer company = LayerOf({HolidayOf("founding", MonthDay{3, 2}), HolidayOf("may", MonthDay{5, 1}),
                           HolidayOf("party", MonthDay{6, 6})});
  company.exceptions = {{CivilDay(2026, 8, 3), CivilDay(2026, 8, 4), "stocktaking", {}}};
  Layer team = LayerOf({HolidayOf("may", MonthDay{5, 4}), HolidayOf("party", std::monostate()),
                        HolidayOf("late", MonthDay{8, 4})});
  team.holidays[1].dropped = true;
  team.holidays[2].hours = {{600, 720}};
  team.exceptions = {{CivilDay(2026, 3, 2), CivilDay(2026, 3, 2), "open day", {{540, 660}}}};
  EXPECT_THAT(Days({team, company}, 2026, 2026),
              ElementsAre("2026-03-02 open day 540-660", "2026-05-04 may",
                          "2026-08-03 stocktaking of 1", "2026-08-04 late 600-720"));
}

TEST(SpecialDays, ExceptionsBeatHolidaysAndTheFirstBeatsTheRest) {
  Layer layer = LayerOf({HolidayOf("first", MonthDay{5, 1}), HolidayOf("second", MonthDay{5, 1})});
  EXPECT_THAT(Days({layer}, 2026, 2026), ElementsAre("2026-05-01 first"));
  layer.exceptions = {{CivilDay(2026, 5, 1), CivilDay(2026, 5, 1), "a", {{0, 60}}},
                      {CivilDay(2026, 4, 30), CivilDay(2026, 5, 2), "b", {}}};
  EXPECT_THAT(Days({layer}, 2026, 2026),
              ElementsAre("2026-04-30 b", "2026-05-01 a 0-60", "2026-05-02 b"));
}

// 24 December is a Thursday in 2026, a Friday in 2027, a Sunday in 2028.
TEST(SpecialDays, AShortenedDayOpensNothingThatTheWeekKeepsClosed) {
  Layer layer = LayerOf({HolidayOf("eve", MonthDay{12, 24})});
  layer.holidays[0].hours = {{480, 720}, {990, 1080}};
  layer.week[static_cast<size_t>(Weekday::thursday)] = DayHours{{540, 600}, {600, 1020}};
  layer.week[static_cast<size_t>(Weekday::friday)] = DayHours{{780, 960}};
  EXPECT_THAT(Days({layer}, 2026, 2028),
              ElementsAre("2026-12-24 eve 540-720 990-1020", "2027-12-24 eve", "2028-12-24 eve"));
  layer.exceptions = {{CivilDay(2028, 12, 24), CivilDay(2028, 12, 24), "sale", {{480, 720}}}};
  EXPECT_THAT(Days({layer}, 2028, 2028), ElementsAre("2028-12-24 sale 480-720"))
      << "an exception opens it";
}

TEST(SpecialDays, TheEdgesOfAllYears) {
  Layer layer = LayerOf({HolidayOf("eve", MonthDay{12, 31}), HolidayOf("new", MonthDay{1, 1})});
  layer.holidays[0].days = 2;
  layer.exceptions = {{CivilDay(1970, 1, 1), CivilDay(2149, 12, 31), "never", {}}};
  const std::vector<Layer> layers = {layer};
  const auto days = SpecialDays(layers, CivilDay(kFirstYear, 1, 1), CivilDay(kLastYear, 12, 31));
  EXPECT_EQ(days.size(), CivilDay(2150, 1, 1) - CivilDay(1970, 1, 1));
}

TEST(MergeWeeks, WeekdaysAreInheritedOneByOne) {
  Layer company;
  company.week[0] = DayHours{{540, 1020}};
  company.week[4] = DayHours{{540, 780}};
  Layer team;
  team.week[4] = DayHours();
  team.week[5] = DayHours{{600, 720}};
  const std::vector<Layer> layers = {team, company};
  const auto week = MergeWeeks(layers);
  EXPECT_THAT(week[0], ElementsAre(Hours{540, 1020}));
  EXPECT_THAT(week[1], ElementsAre()) << "named by none";
  EXPECT_THAT(week[4], ElementsAre()) << "closed by the team";
  EXPECT_THAT(week[5], ElementsAre(Hours{600, 720}));
}

TEST(MergeWeeks, OfficeHoursWhereNoneNamesAny) {
  const std::vector<Layer> layers(2);
  const auto week = MergeWeeks(layers);
  for (size_t day = 0; day < 5; ++day) EXPECT_THAT(week[day], ElementsAre(Hours{540, 1020}));
  EXPECT_THAT(week[5], ElementsAre());
  EXPECT_THAT(week[6], ElementsAre());
}

struct SaidRow {
  std::string name;
  Holiday holiday;
  bool said;
};

class SaidTest : public testing::TestWithParam<SaidRow> {};

Holiday DatesOf(const std::vector<CivilDay>& dates, int days = 1, const DayHours& hours = {}) {
  Holiday holiday = HolidayOf("of-a-file", {});
  holiday.dates = dates;
  holiday.days = days;
  holiday.hours = hours;
  return holiday;
}

Holiday Without(Holiday holiday, CivilDay skipped) {
  holiday.skip = {skipped};
  return holiday;
}

Holiday Until(int year, Holiday holiday) {
  holiday.last_year = year;
  return holiday;
}

// A team that closes for New Year's Eve 2026 and is open on Christmas Eve until noon, below a
// country with Easter Monday, Christmas and its substitute.
TEST_P(SaidTest, OnEveryDateOfItOrNot) {
  Layer team, country = LayerOf({HolidayOf("easter-monday", EasterDay{false, 1}),
                                 HolidayOf("christmas", MonthDay{12, 25})});
  country.holidays[1].observed = Observance::kNextWorkingDay;
  team.holidays = {HolidayOf("christmas-eve", MonthDay{12, 24})};
  team.holidays[0].hours = {{540, 720}};
  team.exceptions = {{CivilDay(2026, 12, 30), CivilDay(2026, 12, 31), "Closed", {}}};
  EXPECT_EQ(AlreadySaid({team, country}, {GetParam().holiday})[0], GetParam().said);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SaidTest,
    testing::ValuesIn(std::vector<SaidRow>{
        {"ADateOfEaster", DatesOf({CivilDay(2026, 4, 6)}), true},
        {"SeveralDates", DatesOf({CivilDay(2026, 4, 6), CivilDay(2027, 3, 29)}), true},
        {"OneOfThemIsNot", DatesOf({CivilDay(2026, 4, 6), CivilDay(2027, 3, 30)}), false},
        {"TheOneThatIsNotIsSkipped",
         Without(DatesOf({CivilDay(2026, 4, 6), CivilDay(2027, 3, 30)}), CivilDay(2027, 3, 30)),
         true},
        {"AnotherDay", DatesOf({CivilDay(2026, 4, 7)}), false},
        {"TheSubstitute", DatesOf({CivilDay(2027, 12, 27)}), true},
        {"WhatHasASubstitute", DatesOf({CivilDay(2027, 12, 25)}), false},
        {"AnException", DatesOf({CivilDay(2026, 12, 30)}, 2), true},
        {"LongerThanTheException", DatesOf({CivilDay(2026, 12, 30)}, 3), false},
        {"ClosedWhereItIsOpen", DatesOf({CivilDay(2026, 12, 24)}), false},
        {"TheSameHours", DatesOf({CivilDay(2026, 12, 24)}, 1, {{540, 720}}), true},
        {"OpenBeforeTheWeekIs", DatesOf({CivilDay(2026, 12, 24)}, 1, {{480, 720}}), false},
        {"OtherHours", DatesOf({CivilDay(2026, 12, 24)}, 1, {{540, 780}}), false},
        {"OpenWhereItIsClosed", DatesOf({CivilDay(2026, 4, 6)}, 1, {{540, 720}}), false},
        {"ARule", HolidayOf("easter", EasterDay{false, 1}), true},
        {"ARuleThatDiffersInSomeYear", HolidayOf("christmas-day", MonthDay{12, 25}), false},
        {"ARuleUntilThen",
         [] {
           Holiday holiday = Until(2026, HolidayOf("christmas-day", MonthDay{12, 25}));
           holiday.first_year = 2023;  // a Monday; 2026 a Friday
           return holiday;
         }(),
         true},
        {"NoDate", DatesOf({}), false},
        {"OutsideOfTheYears", DatesOf({CivilDay(1950, 4, 6)}), false},
    }),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace plumbline::calendar
