// SPDX-License-Identifier: Apache-2.0
//
// The arithmetic against a slow reference that walks minute by minute (or day by day) and asks the
// zone at every one.
#include <algorithm>
#include <random>
#include <string>

#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

class Reference {
 public:
  explicit Reference(absl::TimeZone zone) : zone_(zone) {}

  static bool Works(absl::CivilDay day) {
    const absl::Weekday weekday = absl::GetWeekday(day);
    return weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday;
  }
  bool IsOpen(absl::Time t) const {
    const absl::CivilMinute local = absl::ToCivilMinute(t, zone_);
    return Works(absl::CivilDay(local)) && local.hour() >= 9 && local.hour() < 17;
  }
  absl::Time NextOpening(absl::Time t) const {
    while (!IsOpen(t)) t += absl::Minutes(1);
    return t;
  }
  absl::Time Add(absl::Time start, int64_t days, int64_t minutes) const {
    absl::Time t = NextOpening(start);
    for (int64_t i = 0; i < days; ++i) t = SameTimeOfNextWorkingDay(t);
    for (int64_t i = 0; i < minutes; ++i) t = NextOpening(t) + absl::Minutes(1);
    return t;
  }
  int64_t MinutesBetween(absl::Time from, absl::Time to) const {
    int64_t minutes = 0;
    for (absl::Time t = from; t < to; t += absl::Minutes(1)) minutes += IsOpen(t) ? 1 : 0;
    return minutes;
  }
  absl::Time SameTimeOfNextWorkingDay(absl::Time t) const {
    const absl::CivilMinute local = absl::ToCivilMinute(t, zone_);
    absl::CivilDay day = absl::CivilDay(local) + 1;
    while (!Works(day)) ++day;
    return absl::FromCivil(
        absl::CivilMinute(day.year(), day.month(), day.day(), local.hour(), local.minute()), zone_);
  }

 private:
  absl::TimeZone zone_;
};

class CalendarReferenceTest : public testing::TestWithParam<std::string> {
 protected:
  CalendarReferenceTest() : calendar_(Calendar::Create(GetParam()).value()) {
    EXPECT_TRUE(absl::LoadTimeZone(GetParam(), &zone_));
  }
  // A minute near a change of the clock more often than not: around the ends of March and October,
  // or anywhere in 100 years.
  absl::Time RandomTime() {
    const int64_t year = 1971 + Pick(100);
    const int64_t minute = Pick(60 * 24 * 40);
    const int month = Pick(3) == 0 ? 1 + static_cast<int>(Pick(12)) : (Pick(2) == 0 ? 3 : 10);
    return absl::FromCivil(absl::CivilMinute(year, month, 1, 0, 0) + minute, zone_);
  }
  int64_t Pick(int64_t below) {
    return std::uniform_int_distribution<int64_t>(0, below - 1)(random_);
  }

  absl::TimeZone zone_;
  Calendar calendar_;
  std::mt19937_64 random_{20260323};
};

TEST_P(CalendarReferenceTest, AddEqualsMinuteByMinute) {
  const Reference reference(zone_);
  for (int i = 0; i < 300; ++i) {
    const absl::Time start = RandomTime();
    const int64_t days = Pick(20);
    const int64_t minutes = Pick(4) == 0 ? 480 * Pick(4) : Pick(3000);
    SCOPED_TRACE(absl::FormatTime(start, zone_) + " + " + std::to_string(days) + " d " +
                 std::to_string(minutes) + " min");
    ASSERT_EQ(calendar_.NextOpening(start), reference.NextOpening(start));
    ASSERT_EQ(calendar_.Add(start, days, minutes), reference.Add(start, days, minutes));
  }
}

TEST_P(CalendarReferenceTest, BetweenEqualsMinuteByMinute) {
  const Reference reference(zone_);
  for (int i = 0; i < 150; ++i) {
    const absl::Time from = RandomTime();
    const absl::Time to = from + absl::Minutes(Pick(60 * 24 * 20));
    SCOPED_TRACE(absl::FormatTime(from, zone_) + " to " + absl::FormatTime(to, zone_));
    ASSERT_EQ(calendar_.IsOpen(from), reference.IsOpen(from));
    ASSERT_EQ(calendar_.Between(from, to), absl::Minutes(reference.MinutesBetween(from, to)));
    ASSERT_EQ(calendar_.Between(to, from), -calendar_.Between(from, to));
  }
}

TEST_P(CalendarReferenceTest, AHundredYearsDayByDay) {
  const absl::CivilDay first(1971, 1, 1);
  const absl::Time start = calendar_.OpeningOfDay(first, 0) + absl::Minutes(75);
  const Reference reference(zone_);
  absl::Time walked = start;
  int64_t days = 0;
  for (; days < 26'100; ++days) {
    ASSERT_EQ(calendar_.Add(start, days, 0), walked) << days;
    ASSERT_EQ(calendar_.Between(start, walked), absl::Hours(8) * days) << days;
    ASSERT_EQ(calendar_.OpeningOfDay(first, days) + absl::Minutes(75), walked) << days;
    walked = reference.SameTimeOfNextWorkingDay(walked);
  }
  EXPECT_GE(absl::ToCivilYear(walked, zone_).year(), 2071 - 1);
}

INSTANTIATE_TEST_SUITE_P(Zones, CalendarReferenceTest,
                         testing::Values("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata",
                                         "Australia/Lord_Howe"),
                         [](const auto& row) {
                           std::string name = row.param;
                           std::replace(name.begin(), name.end(), '/', '_');
                           return name;
                         });

}  // namespace
}  // namespace plumbline::calendar
