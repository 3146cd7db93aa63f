// SPDX-License-Identifier: Apache-2.0
//
// What is asked of calendars, over the in-process channel.
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/time_util.h"
#include "gtest/gtest.h"
#include "services/catalog/calendars/testing.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::TimeUtil;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

google::protobuf::Timestamp At(const std::string& text) {
  google::protobuf::Timestamp time;
  EXPECT_TRUE(TimeUtil::FromString(text, &time)) << text;
  return time;
}

// A company in UTC, Germany in its own zone, a team that closes early on Fridays.
class CalendarEvaluateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    v1::Calendar company = CalendarOf("Company");
    *company.add_holidays() = YearlyHoliday("founding", 3, 30);
    ASSERT_TRUE(CreateCalendarIn(catalog_, "company", company).ok());
    v1::Calendar germany = CalendarOf("Germany", "company");
    germany.set_time_zone("Europe/Berlin");
    v1::Holiday easter;
    easter.set_id("easter-monday");
    easter.set_title("Easter Monday");
    easter.mutable_easter()->set_days(1);
    *germany.add_holidays() = easter;
    ASSERT_TRUE(CreateCalendarIn(catalog_, "germany", germany).ok());
    v1::Calendar team = CalendarOf("Team", "germany");
    for (int day = v1::WEEKDAY_MONDAY; day <= v1::WEEKDAY_FRIDAY; ++day) {
      v1::WeekdayHours* week = team.add_week();
      week->add_weekdays(static_cast<v1::Weekday>(day));
      v1::OpenHours* hours = week->add_hours();
      hours->set_open("08:00");
      hours->set_close(day == v1::WEEKDAY_FRIDAY ? "12:00" : "16:00");
    }
    v1::Holiday dropped;
    dropped.set_id("founding");
    dropped.set_dropped(true);
    *team.add_holidays() = dropped;
    v1::CalendarException* outing = team.add_exceptions();
    outing->set_date("2026-05-20");
    outing->set_title("Outing");
    ASSERT_TRUE(CreateCalendarIn(catalog_, "team", team).ok());
  }

  absl::StatusOr<v1::AddBusinessTimeResponse> Add(absl::string_view id, const std::string& start,
                                                  int days, int minutes) {
    v1::AddBusinessTimeRequest request;
    request.set_name(CalendarNameOf(id));
    *request.mutable_start_time() = At(start);
    request.mutable_duration()->set_days(days);
    request.mutable_duration()->set_minutes(minutes);
    return catalog_.CallCalendars<v1::AddBusinessTimeResponse>("AddBusinessTime", request);
  }

  TestCatalog catalog_;
};

// 2026-03-27 is a Friday; Easter Monday of 2026 is 6 April.
TEST_F(CalendarEvaluateTest, AddsAndGoesBack) {
  EXPECT_EQ(Add("company", "2026-03-27T16:00:00Z", 1, 0)->local_end_time(),
            "2026-03-31T16:00:00+00:00");
  EXPECT_EQ(Add("team", "2026-03-27T09:00:00Z", 1, 0)->local_end_time(),
            "2026-03-30T10:00:00+02:00");
  EXPECT_EQ(Add("team", "2026-03-27T09:00:00Z", 0, 180)->local_end_time(),
            "2026-03-30T09:00:00+02:00");
  EXPECT_EQ(Add("germany", "2026-04-02T10:00:00Z", 2, 0)->local_end_time(),
            "2026-04-07T12:00:00+02:00");
  EXPECT_EQ(Add("germany", "2026-04-07T10:00:00Z", -2, -60)->local_end_time(),
            "2026-04-02T11:00:00+02:00");
  EXPECT_EQ(TimeUtil::ToString(Add("team", "2026-03-27T09:00:00Z", 1, 0)->end_time()),
            "2026-03-30T08:00:00Z");
}

TEST_F(CalendarEvaluateTest, Measures) {
  v1::MeasureBusinessTimeRequest request;
  request.set_name(CalendarNameOf("team"));
  *request.mutable_start_time() = At("2026-03-26T13:00:00.5Z");
  *request.mutable_end_time() = At("2026-03-30T07:00:00Z");
  auto measured =
      catalog_.CallCalendars<v1::MeasureBusinessTimeResponse>("MeasureBusinessTime", request);
  ASSERT_TRUE(measured.ok()) << measured.status();
  // Thursday 14:00:00.5 to 16:00, Friday 8:00 to 12:00, Monday 8:00 to 9:00.
  EXPECT_EQ(TimeUtil::DurationToMilliseconds(measured->open_time()), 7 * 3'600'000 - 500);
  EXPECT_EQ(measured->working_days(), 3);
  std::swap(*request.mutable_start_time(), *request.mutable_end_time());
  measured =
      catalog_.CallCalendars<v1::MeasureBusinessTimeResponse>("MeasureBusinessTime", request);
  EXPECT_EQ(TimeUtil::DurationToMilliseconds(measured->open_time()), 500 - 7 * 3'600'000);
  EXPECT_EQ(measured->working_days(), -3);
  // A day and a night.
  *request.mutable_start_time() = At("2026-03-30T06:00:00Z");
  *request.mutable_end_time() = At("2026-03-30T14:00:00Z");
  measured =
      catalog_.CallCalendars<v1::MeasureBusinessTimeResponse>("MeasureBusinessTime", request);
  EXPECT_EQ(measured->working_days(), 1);
  *request.mutable_start_time() = At("2026-03-30T14:00:00Z");
  *request.mutable_end_time() = At("2026-03-31T06:00:00Z");
  measured =
      catalog_.CallCalendars<v1::MeasureBusinessTimeResponse>("MeasureBusinessTime", request);
  EXPECT_EQ(measured->working_days(), 0);
}

TEST_F(CalendarEvaluateTest, SaysWhetherItIsOpen) {
  v1::CheckOpenRequest request;
  request.set_name(CalendarNameOf("germany"));
  *request.mutable_time() = At("2026-03-27T15:59:59Z");
  auto checked = catalog_.CallCalendars<v1::CheckOpenResponse>("CheckOpen", request);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_TRUE(checked->open());
  EXPECT_EQ(TimeUtil::ToString(checked->opening_time()), "2026-03-27T15:59:59Z");
  *request.mutable_time() = At("2026-03-27T16:00:00Z");
  checked = catalog_.CallCalendars<v1::CheckOpenResponse>("CheckOpen", request);
  EXPECT_FALSE(checked->open());
  // Monday 30 March is the founding day.
  EXPECT_EQ(checked->local_opening_time(), "2026-03-31T09:00:00+02:00");
  request.clear_time();
  catalog_.clock().Set(absl::FromUnixSeconds(1'774'602'000));  // 2026-03-27 09:00 UTC
  EXPECT_TRUE(catalog_.CallCalendars<v1::CheckOpenResponse>("CheckOpen", request)->open());
}

TEST_F(CalendarEvaluateTest, AShortenedHolidayOpensNoSunday) {
  v1::Calendar sales = CalendarOf("Sales", "germany");
  *sales.add_holidays() = YearlyHoliday("christmas-eve", 12, 24);
  sales.mutable_holidays(0)->add_hours()->set_open("09:00");
  sales.mutable_holidays(0)->mutable_hours(0)->set_close("12:00");
  ASSERT_EQ(ReasonText(CreateCalendarIn(catalog_, "sales", sales)), "OK");
  v1::CheckOpenRequest open;
  open.set_name(CalendarNameOf("sales"));
  *open.mutable_time() = At("2028-12-24T09:00:00Z");
  EXPECT_EQ(catalog_.CallCalendars<v1::CheckOpenResponse>("CheckOpen", open)->local_opening_time(),
            "2028-12-25T09:00:00+01:00");
  *open.mutable_time() = At("2027-12-24T09:00:00Z");  // a Friday
  EXPECT_TRUE(catalog_.CallCalendars<v1::CheckOpenResponse>("CheckOpen", open)->open());
  v1::FindWorkingDayRequest day;
  day.set_name(CalendarNameOf("sales"));
  day.set_date("2028-12-23");
  EXPECT_EQ(catalog_.CallCalendars<v1::FindWorkingDayResponse>("FindWorkingDay", day)->date(),
            "2028-12-25");
  v1::ListSpecialDaysRequest list;
  list.set_name(CalendarNameOf("sales"));
  list.set_first_date("2028-12-24");
  list.set_last_date("2028-12-24");
  const auto listed = catalog_.CallCalendars<v1::ListSpecialDaysResponse>("ListSpecialDays", list);
  ASSERT_EQ(listed->days_size(), 1);
  EXPECT_EQ(listed->days(0).hours_size(), 0) << "closed";
}

TEST_F(CalendarEvaluateTest, FindsWorkingDays) {
  v1::FindWorkingDayRequest request;
  request.set_name(CalendarNameOf("germany"));
  request.set_date("2026-04-04");
  const auto find = [&](int days) {
    request.set_working_days(days);
    auto found = catalog_.CallCalendars<v1::FindWorkingDayResponse>("FindWorkingDay", request);
    EXPECT_TRUE(found.ok()) << found.status();
    return found->date() + " " + found->local_opening_time();
  };
  EXPECT_EQ(find(0), "2026-04-07 2026-04-07T09:00:00+02:00");
  EXPECT_EQ(find(3), "2026-04-10 2026-04-10T09:00:00+02:00");
  EXPECT_EQ(find(-1), "2026-04-03 2026-04-03T09:00:00+02:00");
  EXPECT_EQ(find(-5), "2026-03-27 2026-03-27T09:00:00+01:00") << "over the founding day";
}

TEST_F(CalendarEvaluateTest, ListsSpecialDaysWithWhereTheyComeFrom) {
  v1::ListSpecialDaysRequest request;
  request.set_name(CalendarNameOf("team"));
  request.set_first_date("2026-01-01");
  request.set_last_date("2026-12-31");
  auto listed = catalog_.CallCalendars<v1::ListSpecialDaysResponse>("ListSpecialDays", request);
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->days_size(), 2);
  EXPECT_EQ(listed->days(0).date(), "2026-04-06");
  EXPECT_EQ(listed->days(0).weekday(), v1::WEEKDAY_MONDAY);
  EXPECT_EQ(listed->days(0).title(), "Easter Monday");
  EXPECT_EQ(listed->days(0).holiday(), "easter-monday");
  EXPECT_EQ(listed->days(0).calendar(), CalendarNameOf("germany"));
  EXPECT_EQ(listed->days(1).title(), "Outing");
  EXPECT_EQ(listed->days(1).holiday(), "");
  EXPECT_EQ(listed->days(1).calendar(), CalendarNameOf("team"));
}

TEST_F(CalendarEvaluateTest, AChangeAboveIsSeenBelowAtOnce) {
  EXPECT_EQ(Add("germany", "2026-03-27T15:00:00Z", 1, 0)->local_end_time(),
            "2026-03-31T16:00:00+02:00");
  v1::UpdateCalendarRequest update;
  update.mutable_calendar()->set_name(CalendarNameOf("company"));
  update.mutable_update_mask()->add_paths("holidays");
  ASSERT_TRUE(catalog_.CallCalendars<v1::UpdateCalendarResponse>("UpdateCalendar", update).ok());
  EXPECT_EQ(Add("germany", "2026-03-27T15:00:00Z", 1, 0)->local_end_time(),
            "2026-03-30T16:00:00+02:00");
}

TEST_F(CalendarEvaluateTest, WhatIsExportedCanBeImported) {
  v1::ExportCalendarRequest request;
  request.set_name(CalendarNameOf("germany"));
  request.set_first_year(2026);
  request.set_last_year(2028);
  auto exported = catalog_.CallCalendars<v1::ExportCalendarResponse>("ExportCalendar", request);
  ASSERT_TRUE(exported.ok()) << exported.status();
  EXPECT_THAT(exported->icalendar(), HasSubstr("X-WR-TIMEZONE:Europe/Berlin\r\n"));
  EXPECT_THAT(exported->icalendar(), HasSubstr("UID:founding@germany.acme.plumbline\r\n"));
  ASSERT_TRUE(CreateCalendarIn(catalog_, "copy", CalendarOf("Copy")).ok());
  v1::ImportHolidaysRequest import;
  import.set_name(CalendarNameOf("copy"));
  import.set_icalendar(exported->icalendar());
  ASSERT_EQ(
      ReasonText(catalog_.CallCalendars<v1::ImportHolidaysResponse>("ImportHolidays", import)),
      "OK");
  const auto dates = [&](absl::string_view id) {
    v1::ListSpecialDaysRequest list;
    list.set_name(CalendarNameOf(id));
    list.set_first_date("2026-01-01");
    list.set_last_date("2028-12-31");
    std::vector<std::string> found;
    auto days = catalog_.CallCalendars<v1::ListSpecialDaysResponse>("ListSpecialDays", list);
    for (const v1::SpecialDay& day : days->days()) found.push_back(day.date() + " " + day.title());
    return found;
  };
  EXPECT_EQ(dates("copy"), dates("germany"));
  EXPECT_EQ(dates("copy").size(), 6u);
}

TEST_F(CalendarEvaluateTest, ExportsTheYearsFromNowOnUnlessTold) {
  catalog_.clock().Set(absl::FromUnixSeconds(1'774'602'000));  // 2026
  v1::ExportCalendarRequest request;
  request.set_name(CalendarNameOf("germany"));
  auto exported = catalog_.CallCalendars<v1::ExportCalendarResponse>("ExportCalendar", request);
  ASSERT_TRUE(exported.ok()) << exported.status();
  EXPECT_THAT(exported->icalendar(), HasSubstr("UID:easter-monday-20260406@"));
  EXPECT_THAT(exported->icalendar(), HasSubstr("UID:easter-monday-2036"));
  EXPECT_THAT(exported->icalendar(), testing::Not(HasSubstr("UID:easter-monday-2037")));
}

TEST_F(CalendarEvaluateTest, AFileThatIsTooLargeIsNotExported) {
  v1::Calendar many = CalendarOf("Many");
  for (int i = 0; i < 500; ++i) {
    v1::Holiday holiday;
    holiday.set_id(absl::StrCat("h", i));
    holiday.set_title("Title");
    holiday.mutable_easter()->set_days(i % 200);
    *many.add_holidays() = holiday;
  }
  ASSERT_TRUE(CreateCalendarIn(catalog_, "many", many).ok());
  v1::ExportCalendarRequest request;
  request.set_name(CalendarNameOf("many"));
  request.set_first_year(2026);
  request.set_last_year(2076);
  const auto status =
      catalog_.CallCalendars<v1::ExportCalendarResponse>("ExportCalendar", request).status();
  EXPECT_EQ(ReasonText(status), "FIELD_INVALID");
  ASSERT_EQ(base::FieldViolationsOf(status).size(), 1u);
  EXPECT_EQ(base::FieldViolationsOf(status)[0].field, "last_year");
}

TEST_F(CalendarEvaluateTest, ClosedForGood) {
  v1::Calendar calendar = CalendarOf("Never");
  v1::WeekdayHours* week = calendar.add_week();
  for (int day = v1::WEEKDAY_MONDAY; day <= v1::WEEKDAY_SUNDAY; ++day)
    week->add_weekdays(static_cast<v1::Weekday>(day));
  ASSERT_TRUE(CreateCalendarIn(catalog_, "never", calendar).ok());
  EXPECT_EQ(ReasonText(Add("never", "2026-03-27T15:00:00Z", 0, 1)), "CALENDAR_CLOSED");
  v1::CheckOpenRequest open;
  open.set_name(CalendarNameOf("never"));
  const auto checked = catalog_.CallCalendars<v1::CheckOpenResponse>("CheckOpen", open);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_FALSE(checked->open());
  EXPECT_FALSE(checked->has_opening_time());
  EXPECT_EQ(checked->local_opening_time(), "");
  const absl::Status late = Add("company", "2149-12-31T16:00:00Z", 1, 0).status();
  EXPECT_EQ(ReasonText(late), "CALENDAR_CLOSED");
  EXPECT_THAT(std::string(late.message()), HasSubstr("until the end of 2149"));
}

}  // namespace
}  // namespace plumbline::catalog
