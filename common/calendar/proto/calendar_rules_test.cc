// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/proto/calendar_rules.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/flow/validate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

namespace v1 = catalog::v1;
using testing::HasSubstr;

void AddHours(const std::string& open, const std::string& close,
              google::protobuf::RepeatedPtrField<v1::OpenHours>* hours) {
  v1::OpenHours* added = hours->Add();
  added->set_open(open);
  added->set_close(close);
}

// A calendar with a part of every kind, all of it right.
v1::Calendar Valid() {
  v1::Calendar calendar;
  calendar.set_title("Company");
  calendar.set_time_zone("Europe/Berlin");
  v1::WeekdayHours* week = calendar.add_week();
  for (int day = v1::WEEKDAY_MONDAY; day <= v1::WEEKDAY_FRIDAY; ++day)
    week->add_weekdays(static_cast<v1::Weekday>(day));
  AddHours("09:00", "12:00", week->mutable_hours());
  AddHours("13:00", "17:00", week->mutable_hours());
  v1::Holiday* holiday = calendar.add_holidays();
  holiday->set_id("christmas");
  holiday->set_title("Christmas Day");
  holiday->mutable_yearly()->set_month(12);
  holiday->mutable_yearly()->set_day(25);
  v1::CalendarException* exception = calendar.add_exceptions();
  exception->set_date("2026-12-19");
  AddHours("10:00", "14:00", exception->mutable_hours());
  return calendar;
}

TEST(CalendarRules, AValidCalendarHasNoViolations) {
  const auto violations = ValidateCalendar(Valid(), "calendar");
  EXPECT_TRUE(violations.empty()) << violations[0].field << " " << violations[0].description;
}

struct Row {
  std::string name;
  std::function<void(v1::Calendar&)> spoil;
  std::string field;
  std::string description;
};

class CalendarRulesTest : public testing::TestWithParam<Row> {};

TEST_P(CalendarRulesTest, NamesFieldAndRemedy) {
  v1::Calendar calendar = Valid();
  GetParam().spoil(calendar);
  const auto violations = ValidateCalendar(calendar, "calendar");
  ASSERT_FALSE(violations.empty());
  EXPECT_EQ(violations[0].field, GetParam().field);
  EXPECT_THAT(violations[0].description, HasSubstr(GetParam().description));
  EXPECT_LT(violations[0].description.size(), 300u);
}

v1::Holiday& Holiday(v1::Calendar& calendar) { return *calendar.mutable_holidays(0); }

INSTANTIATE_TEST_SUITE_P(
    Calendar, CalendarRulesTest,
    testing::ValuesIn(std::vector<Row>{
        {"NoTitle", [](auto& c) { c.clear_title(); }, "calendar.title", "is required"},
        {"LongTitle", [](auto& c) { c.set_title(std::string(201, 'x')); }, "calendar.title",
         "has 201 characters"},
        {"LongPurpose", [](auto& c) { c.set_purpose(std::string(4001, 'x')); }, "calendar.purpose",
         "has 4001 characters"},
        {"LongOwner", [](auto& c) { c.set_owner(std::string(201, 'x')); }, "calendar.owner",
         "has 201"},
        {"InheritsAProcess", [](auto& c) { c.set_inherits("processes/x"); }, "calendar.inherits",
         "write 'calendars/{c}'"},
        {"InheritsAFullName", [](auto& c) { c.set_inherits("workspaces/a/calendars/x"); },
         "calendar.inherits", "write 'calendars/{c}'"},
        {"UnknownZone", [](auto& c) { c.set_time_zone("Europe/Berlyn"); }, "calendar.time_zone",
         "'Europe/Berlyn' is not a zone"},
        {"ZoneByPath", [](auto& c) { c.set_time_zone("/etc/localtime"); }, "calendar.time_zone",
         "is not a zone"},
        {"LabelThatIsNoId", [](auto& c) { (*c.mutable_labels())["A b"] = ""; },
         "calendar.labels['A b']", "has a key that is not an id"},
        {"ManyLabels",
         [](auto& c) {
           for (int i = 0; i < 65; ++i) (*c.mutable_labels())[absl::StrCat("l", i)] = "";
         },
         "calendar.labels", "has 65 entries"},
    }),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Hours, CalendarRulesTest,
    testing::ValuesIn(std::vector<Row>{
        {"NoWeekday", [](auto& c) { c.mutable_week(0)->clear_weekdays(); },
         "calendar.week[0].weekdays", "is required"},
        {"UnknownWeekday",
         [](auto& c) { c.mutable_week(0)->set_weekdays(1, static_cast<v1::Weekday>(8)); },
         "calendar.week[0].weekdays[1]", "is not a weekday"},
        {"WeekdayTwice", [](auto& c) { c.add_week()->add_weekdays(v1::WEEKDAY_FRIDAY); },
         "calendar.week[1].weekdays[0]", "WEEKDAY_FRIDAY has hours already"},
        {"NoTime", [](auto& c) { c.mutable_week(0)->mutable_hours(0)->set_open("9"); },
         "calendar.week[0].hours[0].open", "'9' is not a time of day"},
        {"OpensAt24", [](auto& c) { c.mutable_week(0)->mutable_hours(1)->set_open("24:00"); },
         "calendar.week[0].hours[1].open", "up to 23:59"},
        {"ClosesAt25", [](auto& c) { c.mutable_week(0)->mutable_hours(1)->set_close("25:00"); },
         "calendar.week[0].hours[1].close", "up to 24:00"},
        {"NoTimeAtAll", [](auto& c) { c.mutable_week(0)->mutable_hours(0)->set_close("09:00"); },
         "calendar.week[0].hours[0].close", "equals open"},
        {"Overlapping", [](auto& c) { c.mutable_week(0)->mutable_hours(1)->set_open("11:59"); },
         "calendar.week[0].hours[1].open", "in order, not overlapping"},
        {"AfterANightShift",
         [](auto& c) {
           c.mutable_week(0)->mutable_hours(0)->set_open("22:00");
           c.mutable_week(0)->mutable_hours(0)->set_close("06:00");
         },
         "calendar.week[0].hours[1].open", "in order, not overlapping"},
        {"IntoTheNextDay",
         [](auto& c) {
           c.mutable_week(0)->mutable_hours(1)->set_open("22:00");
           c.mutable_week(0)->mutable_hours(1)->set_close("09:30");
         },
         "calendar.week", "the hours of WEEKDAY_MONDAY run into those of the next day"},
        {"NineStretches",
         [](auto& c) {
           for (int i = 0; i < 7; ++i)
             AddHours(absl::StrCat(18 + i / 2, i % 2 == 0 ? ":00" : ":30"),
                      absl::StrCat(18 + i / 2, i % 2 == 0 ? ":10" : ":40"),
                      c.mutable_week(0)->mutable_hours());
         },
         "calendar.week[0].hours", "has 9 entries; it takes up to 8"},
        {"ExceptionWithoutDate", [](auto& c) { c.mutable_exceptions(0)->clear_date(); },
         "calendar.exceptions[0].date", "'' is not a date"},
        {"ExceptionBackwards",
         [](auto& c) { c.mutable_exceptions(0)->set_last_date("2026-12-18"); },
         "calendar.exceptions[0].last_date", "it must be 2026-12-19 or up to 365 days after it"},
        {"ExceptionOfAYearAndMore",
         [](auto& c) { c.mutable_exceptions(0)->set_last_date("2027-12-20"); },
         "calendar.exceptions[0].last_date", "up to 365 days after it"},
        {"ExceptionWithALongTitle",
         [](auto& c) { c.mutable_exceptions(0)->set_title(std::string(201, 'x')); },
         "calendar.exceptions[0].title", "has 201 characters"},
        {"ManyExceptions",
         [](auto& c) {
           for (int i = 0; i < 500; ++i) *c.add_exceptions() = c.exceptions(0);
         },
         "calendar.exceptions", "has 501 entries"},
    }),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Holidays, CalendarRulesTest,
    testing::ValuesIn(std::vector<Row>{
        {"NoId", [](auto& c) { Holiday(c).clear_id(); }, "calendar.holidays[0].id",
         "'' is not an id"},
        {"IdTwice", [](auto& c) { *c.add_holidays() = c.holidays(0); }, "calendar.holidays[1].id",
         "is the id of an earlier holiday too"},
        {"NoTitle", [](auto& c) { Holiday(c).clear_title(); }, "calendar.holidays[0].title",
         "is required"},
        {"Never", [](auto& c) { Holiday(c).clear_yearly(); }, "calendar.holidays[0].dates",
         "when does the holiday fall?"},
        {"MonthThirteen", [](auto& c) { Holiday(c).mutable_yearly()->set_month(13); },
         "calendar.holidays[0].yearly.month", "is 13; it takes 1 to 12"},
        {"ThirtiethOfFebruary",
         [](auto& c) {
           Holiday(c).mutable_yearly()->set_month(2);
           Holiday(c).mutable_yearly()->set_day(30);
         },
         "calendar.holidays[0].yearly.day", "is 30; it takes 1 to 29"},
        {"NoWeekday",
         [](auto& c) {
           Holiday(c).mutable_weekday_of_month()->set_month(5);
           Holiday(c).mutable_weekday_of_month()->set_n(1);
         },
         "calendar.holidays[0].weekday_of_month.weekday", "is required"},
        {"SixthMonday",
         [](auto& c) {
           Holiday(c).mutable_weekday_of_month()->set_month(5);
           Holiday(c).mutable_weekday_of_month()->set_weekday(v1::WEEKDAY_MONDAY);
           Holiday(c).mutable_weekday_of_month()->set_n(6);
         },
         "calendar.holidays[0].weekday_of_month.n", "it takes 1 to 5, or -1"},
        {"WeekdayFromLeapDay",
         [](auto& c) {
           Holiday(c).mutable_weekday_from()->set_month(2);
           Holiday(c).mutable_weekday_from()->set_day(29);
           Holiday(c).mutable_weekday_from()->set_weekday(v1::WEEKDAY_MONDAY);
         },
         "calendar.holidays[0].weekday_from.day", "it takes 1 to 28"},
        {"FarFromEaster", [](auto& c) { Holiday(c).mutable_easter()->set_days(-81); },
         "calendar.holidays[0].easter.days", "it takes -80 to 200"},
        {"NoSuchDate", [](auto& c) { Holiday(c).add_dates("2026-02-29"); },
         "calendar.holidays[0].dates[0]", "'2026-02-29' is not a date"},
        {"NoSuchSkip", [](auto& c) { Holiday(c).add_skip_dates("tomorrow"); },
         "calendar.holidays[0].skip_dates[0]", "'tomorrow' is not a date"},
        {"ManyDates",
         [](auto& c) {
           for (int i = 0; i < 201; ++i) Holiday(c).add_dates("2026-01-01");
         },
         "calendar.holidays[0].dates", "has 201 entries"},
        {"RangeBackwards",
         [](auto& c) {
           Holiday(c).mutable_range()->set_first("2026-12-24");
           Holiday(c).mutable_range()->set_last("2026-12-23");
         },
         "calendar.holidays[0].range.last", "it must be 2026-12-24 or up to 365 days after it"},
        {"RangeAndDates",
         [](auto& c) {
           Holiday(c).mutable_range()->set_first("2026-12-24");
           Holiday(c).mutable_range()->set_last("2026-12-25");
           Holiday(c).add_dates("2027-12-24");
         },
         "calendar.holidays[0].dates", "cannot be given with a range"},
        {"RangeAndDays",
         [](auto& c) {
           Holiday(c).mutable_range()->set_first("2026-12-24");
           Holiday(c).mutable_range()->set_last("2026-12-25");
           Holiday(c).set_days(2);
         },
         "calendar.holidays[0].days", "cannot be given with a range"},
        {"TooLong", [](auto& c) { Holiday(c).set_days(63); }, "calendar.holidays[0].days",
         "is 63; it takes 1 to 62"},
        {"YearTooEarly", [](auto& c) { Holiday(c).set_first_year(1969); },
         "calendar.holidays[0].first_year", "it takes 1970 to 2149"},
        {"YearsBackwards",
         [](auto& c) {
           Holiday(c).set_first_year(2030);
           Holiday(c).set_last_year(2029);
         },
         "calendar.holidays[0].last_year", "is 2029, before first_year, 2030"},
        {"UnknownObservance",
         [](auto& c) { Holiday(c).set_observance(static_cast<v1::Observance>(9)); },
         "calendar.holidays[0].observance", "is 9"},
        {"ObservedForDays",
         [](auto& c) {
           Holiday(c).set_days(2);
           Holiday(c).set_observance(v1::OBSERVANCE_NEXT_WORKING_DAY);
         },
         "calendar.holidays[0].observance", "is for holidays of one day"},
        {"DroppedWithARule", [](auto& c) { Holiday(c).set_dropped(true); },
         "calendar.holidays[0].dropped", "nothing but id and title may be given"},
        {"ManyHolidays",
         [](auto& c) {
           for (int i = 0; i < 500; ++i) *c.add_holidays() = c.holidays(0);
         },
         "calendar.holidays", "has 501 entries"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(CalendarRules, AListOfViolationsIsBounded) {
  v1::Calendar calendar = Valid();
  for (int i = 0; i < 100'000; ++i) calendar.add_holidays();
  for (int i = 0; i < 100'000; ++i) calendar.add_exceptions()->set_title(std::string(300, 'x'));
  for (int i = 0; i < 100'000; ++i) calendar.add_week();
  EXPECT_EQ(ValidateCalendar(calendar, "calendar").size(), flow::kMaxViolations);
}

TEST(CalendarRules, InheritsIsAnIdOfTheWorkspace) {
  EXPECT_EQ(ParseInherits("calendars/company"), "company");
  for (const char* text : {"", "company", "calendars/", "calendars/A", "calendars/a/b"})
    EXPECT_FALSE(ParseInherits(text).has_value()) << text;
}

}  // namespace
}  // namespace plumbline::calendar
