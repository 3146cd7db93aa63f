// SPDX-License-Identifier: Apache-2.0
//
// Laws that compiled calendars keep, at random instants.
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/calendar/calendar.h"
#include "common/calendar/test_layers.h"
#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

// Without layers a compiled calendar says what the closed form says, within its years.
class OfficeHoursTest : public testing::TestWithParam<std::string> {};

TEST_P(OfficeHoursTest, EqualTheCompiledOnes) {
  Layer layer;
  layer.zone = GetParam();
  const Calendar compiled = Compile(layer);
  const Calendar closed_form = Calendar::Create(GetParam()).value();
  std::mt19937_64 random(20260323);
  const auto pick = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  for (int i = 0; i < 20'000; ++i) {
    const absl::Time t = absl::FromUnixSeconds(pick(400 * 86'400LL, 62'000 * 86'400LL)) +
                         absl::Nanoseconds(pick(0, 999'999'999));
    const int64_t days = pick(0, 2) == 0 ? 0 : pick(-300, 300);
    const int64_t minutes = pick(0, 2) == 0 ? 480 * pick(-3, 3) : pick(-3000, 3000);
    SCOPED_TRACE(absl::StrCat(absl::FormatTime(t), " ", days, " d ", minutes, " min"));
    ASSERT_EQ(compiled.IsOpen(t), closed_form.IsOpen(t));
    ASSERT_EQ(compiled.NextOpening(t), closed_form.NextOpening(t));
    ASSERT_EQ(compiled.Add(t, days, minutes), closed_form.Add(t, days, minutes));
    const absl::Time other = t + absl::Minutes(pick(-100'000, 100'000));
    ASSERT_EQ(compiled.Between(t, other), closed_form.Between(t, other));
    const absl::CivilDay day = absl::ToCivilDay(t, absl::UTCTimeZone());
    ASSERT_EQ(compiled.OpeningOfDay(day, days), closed_form.OpeningOfDay(day, days));
    ASSERT_EQ(compiled.WorkingDays(day, day + days), closed_form.WorkingDays(day, day + days));
  }
}

// Zones whose clocks do not change in office hours.
INSTANTIATE_TEST_SUITE_P(Zones, OfficeHoursTest,
                         testing::Values("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata",
                                         "Australia/Lord_Howe"),
                         [](const auto& row) {
                           std::string name;
                           for (char c : row.param) name += c == '/' ? '_' : c;
                           return name;
                         });

class LawsTest : public testing::TestWithParam<std::string> {
 protected:
  absl::Time RandomTime() {
    return absl::FromUnixSeconds(Pick(400 * 86'400LL, 62'000 * 86'400LL)) +
           absl::Nanoseconds(Pick(0, 999'999'999));
  }
  int64_t Pick(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random_);
  }
  std::mt19937_64 random_{20260323};
};

TEST_P(LawsTest, WhatWasAddedIsMeasured) {
  for (const Layer& layer : {ShortFridays(GetParam()), Nights(GetParam()), AllDay(GetParam())}) {
    const Calendar calendar = Compile(layer);
    for (int i = 0; i < 5000; ++i) {
      const absl::Time t = RandomTime();
      const int64_t minutes = Pick(-20'000, 20'000);
      const absl::Time end = calendar.Add(t, 0, minutes);
      ASSERT_EQ(calendar.Between(t, end), absl::Minutes(minutes)) << t << " + " << minutes;
      ASSERT_TRUE(minutes > 0 ? end > t : minutes == 0 || end < t);
      // There and back is the same point of open time.
      ASSERT_EQ(calendar.Between(t, calendar.Add(end, 0, -minutes)), absl::ZeroDuration());
      // In two steps as in one.
      const int64_t half = minutes / 2;
      ASSERT_EQ(calendar.Between(end, calendar.Add(calendar.Add(t, 0, half), 0, minutes - half)),
                absl::ZeroDuration());
    }
  }
}

TEST_P(LawsTest, LaterStaysLater) {
  const Calendar calendar = Compile(ShortFridays(GetParam()));
  for (int i = 0; i < 10'000; ++i) {
    const absl::Time t = RandomTime();
    const absl::Time later = t + absl::Minutes(Pick(0, 5000));
    const int64_t days = Pick(-50, 50);
    const int64_t minutes = days < 0 ? Pick(-500, 0) : Pick(0, 500);
    ASSERT_LE(calendar.Add(t, days, minutes), calendar.Add(later, days, minutes));
    ASSERT_LE(calendar.NextOpening(t), calendar.NextOpening(later));
    ASSERT_GE(calendar.Between(t, later), absl::ZeroDuration());
    ASSERT_LE(calendar.Between(t, later), later - t);
  }
}

TEST_P(LawsTest, DaysAreWorkingDays) {
  const Calendar calendar = Compile(ShortFridays(GetParam()));
  for (int i = 0; i < 10'000; ++i) {
    const absl::CivilDay day = absl::CivilDay(1980, 1, 1) + Pick(0, 60'000);
    const int64_t days = Pick(-300, 300);
    const absl::Time opening = calendar.OpeningOfDay(day, 0);
    ASSERT_EQ(calendar.Add(opening, days, 0), calendar.OpeningOfDay(day, days));
    const absl::CivilDay other =
        absl::ToCivilDay(calendar.OpeningOfDay(day, days), calendar.zone());
    ASSERT_EQ(calendar.WorkingDays(day, other), days);
  }
}

INSTANTIATE_TEST_SUITE_P(Zones, LawsTest,
                         testing::Values("UTC", "Europe/Berlin", "America/New_York",
                                         "Asia/Kathmandu", "Australia/Lord_Howe"),
                         [](const auto& row) {
                           std::string name;
                           for (char c : row.param) name += c == '/' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace plumbline::calendar
