// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/windows.h"

#include <gtest/gtest.h>

namespace plumbline::analytics::review {
namespace {

constexpr int64_t kDayMicros = int64_t{86'400} * 1'000'000;

int64_t At(int year, int month, int day, int hour, absl::TimeZone zone = absl::UTCTimeZone()) {
  return absl::ToUnixMicros(absl::FromCivil(absl::CivilSecond(year, month, day, hour), zone));
}

TEST(Windows, WeeksLieBackToBackAndOnlyWholeOnesAreKept) {
  const int64_t end = At(2026, 6, 15, 12) + 1;
  const Windows windows =
      Windows::Make(PeriodLength::kWeek, 2, absl::UTCTimeZone(), end, end - 45 * kDayMicros);
  ASSERT_EQ(windows.size(), 3);
  EXPECT_TRUE(windows.whole());
  EXPECT_EQ(windows.end(kThis), end);
  EXPECT_EQ(windows.begin(kThis), windows.end(kBefore));
  EXPECT_EQ(windows.Days(2), 14);
  EXPECT_EQ(windows.IndexOf(end), -1);
  EXPECT_EQ(windows.IndexOf(end - 1), 0);
  EXPECT_EQ(windows.IndexOf(windows.begin(kThis)), 0);
  EXPECT_EQ(windows.IndexOf(windows.begin(kThis) - 1), 1);
  EXPECT_EQ(windows.IndexOf(windows.begin(2) - 1), -1);
}

TEST(Windows, AMonthBackFromADayThatThereIsNotIsTheLast) {
  const Windows windows = Windows::Make(PeriodLength::kMonth, 1, absl::UTCTimeZone(),
                                        At(2026, 3, 31, 9) + 7, At(2025, 12, 1, 0));
  EXPECT_EQ(windows.begin(kThis), At(2026, 2, 28, 9) + 7);
  EXPECT_EQ(windows.begin(kBefore), At(2026, 1, 31, 9) + 7);
  EXPECT_EQ(windows.size(), 3);
  EXPECT_EQ(windows.begin(2), At(2025, 12, 31, 9) + 7);
}

TEST(Windows, MonthsAreThoseOfTheZone) {
  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &zone));
  const Windows windows =
      Windows::Make(PeriodLength::kMonth, 1, zone, At(2026, 4, 15, 0, zone), At(2025, 1, 1, 0));
  EXPECT_EQ(windows.begin(kThis), At(2026, 3, 15, 0, zone));
  EXPECT_NEAR(windows.Days(kThis), 31 - 1.0 / 24, 1e-9);  // the clock was put forward
}

TEST(Windows, OfAShortLogThePeriodIsKept) {
  const Windows windows = Windows::Make(PeriodLength::kMonth, 3, absl::UTCTimeZone(),
                                        At(2026, 4, 1, 0), At(2026, 3, 1, 0));
  EXPECT_EQ(windows.size(), 1);
  EXPECT_FALSE(windows.whole());
}

TEST(Windows, NoMoreThanTheMost) {
  const Windows windows = Windows::Make(PeriodLength::kWeek, 1, absl::UTCTimeZone(),
                                        At(2026, 4, 1, 0), At(1990, 3, 1, 0));
  EXPECT_EQ(windows.size(), kMostWindows);
}

}  // namespace
}  // namespace plumbline::analytics::review
