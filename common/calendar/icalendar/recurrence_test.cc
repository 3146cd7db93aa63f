// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/icalendar/recurrence.h"

#include <string>
#include <vector>

#include "common/calendar/special_days.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

struct RuleRow {
  std::string name;
  std::string value;
  std::string start;
  std::string days;  // of the first four years and the last, "20261225 20271225 ..."
  std::string skip = "";
};

class RecurrenceTest : public testing::TestWithParam<RuleRow> {};

TEST_P(RecurrenceTest, FallsOnTheseDays) {
  const RuleRow& row = GetParam();
  const absl::CivilDay start = ReadDate(row.start).value();
  Holiday holiday;
  if (!row.skip.empty()) holiday.skip.push_back(ReadDate(row.skip).value());
  ASSERT_EQ(ReadRecurrence(row.value, start, &holiday), "");
  std::vector<std::string> days;
  for (int year = kFirstYear; year <= kLastYear; ++year) {
    if (const auto date = OccurrenceIn(holiday, year)) days.push_back(WriteDate(*date));
  }
  std::string shown;
  for (size_t i = 0; i < days.size() && i < 4; ++i) shown += days[i] + " ";
  if (days.size() > 4) shown += "... " + days.back();
  EXPECT_EQ(shown, row.days);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RecurrenceTest,
    testing::ValuesIn(std::vector<RuleRow>{
        {"TheDateOfTheStart", "FREQ=YEARLY", "20261225",
         "20261225 20271225 20281225 20291225 ... 21491225"},
        {"ADate", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25", "20261225",
         "20261225 20271225 20281225 20291225 ... 21491225"},
        {"AMonth", "FREQ=YEARLY;INTERVAL=1;WKST=SU;BYMONTH=12", "20261225",
         "20261225 20271225 20281225 20291225 ... 21491225"},
        {"SmallLetters", "freq=yearly;bymonth=11;byday=4th", "20261126",
         "20261126 20271125 20281123 20291122 ... 21491127"},
        {"FourthThursday", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "20261126",
         "20261126 20271125 20281123 20291122 ... 21491127"},
        {"PlusSign", "FREQ=YEARLY;BYMONTH=11;BYDAY=+4TH", "20261126",
         "20261126 20271125 20281123 20291122 ... 21491127"},
        {"BySetPos", "FREQ=YEARLY;BYMONTH=11;BYDAY=TH;BYSETPOS=4", "20261126",
         "20261126 20271125 20281123 20291122 ... 21491127"},
        {"LastMonday", "FREQ=YEARLY;BYDAY=-1MO;BYMONTH=5", "20260525",
         "20260525 20270531 20280529 20290528 ... 21490526"},
        {"FifthMondayWhereThereIsOne", "FREQ=YEARLY;BYMONTH=3;BYDAY=5MO", "20260330",
         "20260330 20270329 20310331 20320329 ... 21490331"},
        {"TuesdayFrom2November", "FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
         "20261103", "20261103 20271102 20281107 20291106 ... 21491104"},
        {"UnorderedDays", "FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=8,7,6,5,4,3,2", "20261103",
         "20261103 20271102 20281107 20291106 ... 21491104"},
        {"LeapDay", "FREQ=YEARLY", "20280229", "20280229 20320229 20360229 20400229 ... 21480229"},
        {"BeforeAllYears", "FREQ=YEARLY", "19000101",
         "19700101 19710101 19720101 19730101 ... 21490101"},
        {"Once", "FREQ=YEARLY;COUNT=1", "20261225", "20261225 "},
        {"ThreeTimes", "FREQ=YEARLY;COUNT=3", "20261225", "20261225 20271225 20281225 "},
        {"ThreeLeapDays", "FREQ=YEARLY;COUNT=3", "20280229", "20280229 20320229 20360229 "},
        {"CountedFromBeforeAllYears", "FREQ=YEARLY;COUNT=72", "19000101", "19700101 19710101 "},
        {"MoreThanThereAre", "FREQ=YEARLY;COUNT=1000", "20261225",
         "20261225 20271225 20281225 20291225 ... 21491225"},
        {"UntilTheDay", "FREQ=YEARLY;UNTIL=20271225", "20261225", "20261225 20271225 "},
        {"UntilTheDayBefore", "FREQ=YEARLY;UNTIL=20271224", "20261225", "20261225 "},
        {"UntilATime", "FREQ=YEARLY;UNTIL=20271225T235959Z", "20261225", "20261225 20271225 "},
        {"UntilFarAway", "FREQ=YEARLY;UNTIL=99991231", "21471225", "21471225 21481225 21491225 "},
        {"UntilAYearWithoutTheDay", "FREQ=YEARLY;UNTIL=20301231", "20280229", "20280229 "},
        {"WithoutItsFirstDay", "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=4", "20260704",
         "20270704 20280704 20290704 20300704 ... 21490704", "20260704"},
        {"WithoutTheFirstDayOfAllYears", "FREQ=YEARLY", "19600501",
         "19710501 19720501 19730501 19740501 ... 21490501", "19700501"},
        {"CountedWithTheDayThatIsSkipped", "FREQ=YEARLY;COUNT=3", "20260704", "20260704 20280704 ",
         "20270704"},
        {"CountedWithTheLastDayThatIsSkipped", "FREQ=YEARLY;COUNT=2", "20260704", "20260704 ",
         "20270704"},
    }),
    [](const auto& row) { return row.param.name; });

struct FaultRow {
  std::string name;
  std::string value;
  std::string fault;
  std::string start = "20261225";
};

class FaultTest : public testing::TestWithParam<FaultRow> {};

TEST_P(FaultTest, IsNotUnderstood) {
  const FaultRow& row = GetParam();
  Holiday holiday;
  EXPECT_THAT(ReadRecurrence(row.value, ReadDate(row.start).value(), &holiday),
              testing::HasSubstr(row.fault));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, FaultTest,
    testing::ValuesIn(std::vector<FaultRow>{
        {"Nothing", "", "is no NAME=value"},
        {"NoFrequency", "BYMONTH=12", "FREQ= is not understood"},
        {"Weekly", "FREQ=WEEKLY", "FREQ=WEEKLY"},
        {"Twice", "FREQ=YEARLY;FREQ=YEARLY", "FREQ is given twice"},
        {"EveryOtherYear", "FREQ=YEARLY;INTERVAL=2", "INTERVAL"},
        {"WeekOfYear", "FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO is not understood"},
        {"DayOfYear", "FREQ=YEARLY;BYYEARDAY=100", "BYYEARDAY is not understood"},
        {"TwoMonths", "FREQ=YEARLY;BYMONTH=1,7", "BYMONTH must be one month"},
        {"MonthThirteen", "FREQ=YEARLY;BYMONTH=13", "BYMONTH must be one month"},
        {"DayOfEveryMonth", "FREQ=YEARLY;BYMONTHDAY=25", "without BYMONTH"},
        {"TwoDays", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25,26", "BYMONTHDAY must be one day"},
        {"LastDayOfMonth", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1", "BYMONTHDAY must be one day"},
        {"WeekdayOfYear", "FREQ=YEARLY;BYDAY=20MO", "BYDAY needs one BYMONTH"},
        {"EveryMonday", "FREQ=YEARLY;BYMONTH=12;BYDAY=MO", "BYDAY needs a number"},
        {"TwoWeekdays", "FREQ=YEARLY;BYMONTH=12;BYDAY=1MO,1TU", "takes 1 to 5"},
        {"SixthMonday", "FREQ=YEARLY;BYMONTH=12;BYDAY=6MO", "takes 1 to 5"},
        {"ZerothMonday", "FREQ=YEARLY;BYMONTH=12;BYDAY=0MO", "takes 1 to 5"},
        {"NoWeekday", "FREQ=YEARLY;BYMONTH=12;BYDAY=4XX", "one weekday"},
        {"HalfAWeekday", "FREQ=YEARLY;BYMONTH=12;BYDAY=M", "one weekday"},
        {"SixDays", "FREQ=YEARLY;BYMONTH=12;BYDAY=MO;BYMONTHDAY=1,2,3,4,5,6", "seven days"},
        {"DaysWithAGap", "FREQ=YEARLY;BYMONTH=12;BYDAY=MO;BYMONTHDAY=1,2,3,4,5,6,8", "seven days"},
        {"LeapDayWithin", "FREQ=YEARLY;BYMONTH=2;BYDAY=MO;BYMONTHDAY=23,24,25,26,27,28,29",
         "seven days"},
        {"NumberAndSetPos", "FREQ=YEARLY;BYMONTH=12;BYDAY=1MO;BYSETPOS=1", "cannot stand"},
        {"CountAndUntil", "FREQ=YEARLY;COUNT=2;UNTIL=20301231", "cannot stand together"},
        {"CountOfNone", "FREQ=YEARLY;COUNT=0", "COUNT must be 1 or more"},
        {"CountOfWords", "FREQ=YEARLY;COUNT=two", "COUNT must be 1 or more"},
        {"UntilBefore", "FREQ=YEARLY;UNTIL=20261224", "UNTIL is before DTSTART"},
        {"UntilNever", "FREQ=YEARLY;UNTIL=soon", "UNTIL must be a date"},
        {"StartIsAnotherDay", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "DTSTART (20261225)"},
        {"StartIsNoThursday", "FREQ=YEARLY;BYMONTH=12;BYDAY=4TH", "DTSTART (20261225)"},
        {"OverBeforeAllYears", "FREQ=YEARLY;COUNT=70", "ends before 1970", "19000101"},
        {"UntilBeforeAllYears", "FREQ=YEARLY;UNTIL=19691231", "ends before 1970", "19000101"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(Recurrence, RulesWithoutWordsAreNotWritten) {
  EXPECT_FALSE(WriteRecurrence(EasterDay{false, 1}, kLastYear).has_value());
  EXPECT_FALSE(WriteRecurrence(std::monostate(), kLastYear).has_value());
  EXPECT_FALSE(
      WriteRecurrence(WeekdayFrom{10, 31, absl::Weekday::saturday}, kLastYear).has_value());
  EXPECT_FALSE(WriteRecurrence(WeekdayFrom{2, 23, absl::Weekday::monday}, kLastYear).has_value());
  EXPECT_EQ(WriteRecurrence(WeekdayOfMonth{5, absl::Weekday::monday, -1}, 2030),
            "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;UNTIL=20301231");
}

TEST(Recurrence, DatesHaveEightDigits) {
  EXPECT_EQ(ReadDate("20280229"), absl::CivilDay(2028, 2, 29));
  for (const char* text : {"", "2028029", "202802290", "20270229", "20281301", "20280100",
                           "2028-2-9", "20280229T000000", "15821015", "+2028022"}) {
    EXPECT_FALSE(ReadDate(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace plumbline::calendar
