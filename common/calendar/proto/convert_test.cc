// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/proto/convert.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/calendar/proto/text.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

namespace v1 = catalog::v1;
using testing::ElementsAre;

v1::OpenHours HoursOf(const std::string& open, const std::string& close) {
  v1::OpenHours hours;
  hours.set_open(open);
  hours.set_close(close);
  return hours;
}

TEST(Text, Dates) {
  EXPECT_EQ(ParseDate("2028-02-29"), absl::CivilDay(2028, 2, 29));
  EXPECT_EQ(ParseDate("1970-01-01"), absl::CivilDay(1970, 1, 1));
  EXPECT_EQ(ParseDate("2149-12-31"), absl::CivilDay(2149, 12, 31));
  EXPECT_EQ(FormatDate(absl::CivilDay(2028, 2, 29)), "2028-02-29");
  for (const char* text : {"", "2027-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-1-1",
                           "20260101", "1969-12-31", "2150-01-01", "2026-01-01T00:00",
                           " 2026-01-01", "2026/01/01", "+026-01-01"}) {
    EXPECT_FALSE(ParseDate(text).has_value()) << text;
  }
}

TEST(Text, TimesOfDay) {
  EXPECT_EQ(ParseClock("00:00"), 0);
  EXPECT_EQ(ParseClock("09:30"), 570);
  EXPECT_EQ(ParseClock("24:00"), 1440);
  EXPECT_EQ(FormatClock(570), "09:30");
  EXPECT_EQ(FormatClock(1440), "24:00");
  for (const char* text : {"", "9:30", "09:60", "24:01", "25:00", "09.30", "09:30:00", "-1:00"})
    EXPECT_FALSE(ParseClock(text).has_value()) << text;
}

TEST(Convert, ALayerHoldsWhatTheCalendarSays) {
  v1::Calendar proto;
  proto.set_time_zone("Europe/Berlin");
  v1::WeekdayHours* week = proto.add_week();
  week->add_weekdays(v1::WEEKDAY_MONDAY);
  week->add_weekdays(v1::WEEKDAY_SUNDAY);
  *week->add_hours() = HoursOf("09:00", "12:00");
  *week->add_hours() = HoursOf("22:00", "06:00");
  proto.add_week()->add_weekdays(v1::WEEKDAY_FRIDAY);
  v1::Holiday* holiday = proto.add_holidays();
  holiday->set_id("works");
  holiday->set_title("Works outing");
  holiday->mutable_range()->set_first("2026-06-01");
  holiday->mutable_range()->set_last("2026-06-03");
  v1::CalendarException* exception = proto.add_exceptions();
  exception->set_date("2026-12-19");
  exception->set_title("Sale");
  *exception->add_hours() = HoursOf("10:00", "24:00");
  Violations violations;
  const Layer layer = FromProto(proto, "calendar", &violations);
  EXPECT_TRUE(violations.empty()) << violations[0].field << " " << violations[0].description;
  EXPECT_EQ(layer.zone, "Europe/Berlin");
  EXPECT_THAT(*layer.week[0], ElementsAre(Hours{540, 720}, Hours{1320, 1800}));
  EXPECT_EQ(layer.week[6], layer.week[0]);
  EXPECT_FALSE(layer.week[1].has_value());
  EXPECT_TRUE(layer.week[4].has_value() && layer.week[4]->empty());
  ASSERT_EQ(layer.holidays.size(), 1u);
  EXPECT_THAT(layer.holidays[0].dates, ElementsAre(absl::CivilDay(2026, 6, 1)));
  EXPECT_EQ(layer.holidays[0].days, 3);
  ASSERT_EQ(layer.exceptions.size(), 1u);
  EXPECT_EQ(layer.exceptions[0].first, absl::CivilDay(2026, 12, 19));
  EXPECT_EQ(layer.exceptions[0].last, absl::CivilDay(2026, 12, 19));
  EXPECT_THAT(layer.exceptions[0].hours, ElementsAre(Hours{600, 1440}));
}

Holiday RandomHoliday(std::mt19937& random) {
  const auto from = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const auto weekday = static_cast<absl::Weekday>(from(0, 6));
  Holiday holiday;
  holiday.id = absl::StrCat("h", from(0, 99));
  holiday.title = "Title";
  switch (from(0, 5)) {
    case 0:
      holiday.rule = MonthDay{from(1, 12), from(1, 28)};
      break;
    case 1:
      holiday.rule = WeekdayOfMonth{from(1, 12), weekday, from(1, 5)};
      break;
    case 2:
      holiday.rule = WeekdayFrom{from(1, 12), from(1, 28), weekday};
      break;
    case 3:
      holiday.rule = EasterDay{from(0, 1) == 1, from(-80, 200)};
      break;
    case 4:
      holiday.dropped = true;
      return holiday;
    default:
      holiday.dates = {absl::CivilDay(from(1970, 2147), from(1, 12), from(1, 28))};
      holiday.days = from(1, 366);
      return holiday;
  }
  for (int i = from(0, 2); i > 0; --i) holiday.dates.push_back(absl::CivilDay(2030, i, 1));
  for (int i = from(0, 2); i > 0; --i) holiday.skip.push_back(absl::CivilDay(2031, i, 1));
  if (from(0, 1) == 0) holiday.first_year = from(1970, 2000);
  if (from(0, 1) == 0) holiday.last_year = from(2000, 2149);
  if (from(0, 1) == 0) {
    holiday.days = from(1, 62);
  } else {
    holiday.observed = static_cast<Observance>(from(0, 2));
  }
  if (from(0, 1) == 0) holiday.hours = {{540, 720}, {1320, 1700}};
  return holiday;
}

TEST(Convert, WhatIsWrittenIsReadBack) {
  std::mt19937 random(20260323);
  for (int i = 0; i < 2000; ++i) {
    const Holiday holiday = RandomHoliday(random);
    v1::Calendar proto;
    *proto.add_holidays() = ToProto(holiday);
    Violations violations;
    const std::vector<Holiday> back = HolidaysFromProto(proto, "calendar", &violations);
    ASSERT_TRUE(violations.empty())
        << violations[0].field << " " << violations[0].description << "\n"
        << proto.DebugString();
    ASSERT_EQ(back.size(), 1u);
    ASSERT_EQ(back[0], holiday) << proto.DebugString();
  }
}

}  // namespace
}  // namespace plumbline::calendar
