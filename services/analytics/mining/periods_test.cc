// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/periods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/base/error.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kHour = int64_t{3600} * 1'000'000;

absl::TimeZone Zone(const char* name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone));
  return zone;
}
int64_t At(const char* text, absl::TimeZone zone = absl::UTCTimeZone()) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M", text, zone, &time, &error)) << error;
  return absl::ToUnixMicros(time);
}

TEST(Periods, WeeksBeginOnMonday) {
  // 2026-01-07 is a Wednesday.
  const auto weeks = Periods::Cover(PeriodLength::kWeek, absl::UTCTimeZone(),
                                    At("2026-01-07 10:00"), At("2026-01-12 00:00"));
  ASSERT_TRUE(weeks.ok());
  ASSERT_EQ(weeks->size(), 2u);
  EXPECT_EQ(weeks->begin(0), At("2026-01-05 00:00"));
  EXPECT_EQ(weeks->end(0), At("2026-01-12 00:00"));
  EXPECT_EQ(weeks->IndexOf(At("2026-01-11 23:59")), 0u);
  EXPECT_EQ(weeks->IndexOf(At("2026-01-12 00:00")), 1u);
}

TEST(Periods, MonthsHaveTheirLengths) {
  const auto months = Periods::Cover(PeriodLength::kMonth, absl::UTCTimeZone(),
                                     At("2024-01-31 10:00"), At("2024-03-01 00:00"));
  ASSERT_TRUE(months.ok());
  ASSERT_EQ(months->size(), 3u);
  EXPECT_EQ(months->end(1) - months->begin(1), 29 * 24 * kHour);
}

TEST(Periods, DaysFollowTheLocalClock) {
  const absl::TimeZone berlin = Zone("Europe/Berlin");
  const auto days = Periods::Cover(PeriodLength::kDay, berlin, At("2026-03-28 12:00", berlin),
                                   At("2026-03-30 12:00", berlin));
  ASSERT_TRUE(days.ok());
  ASSERT_EQ(days->size(), 3u);
  EXPECT_EQ(days->end(1) - days->begin(1), 23 * kHour);
  // Where midnight itself is skipped the day begins when the clock first shows it.
  const absl::TimeZone beirut = Zone("Asia/Beirut");
  const auto skipped = Periods::Cover(PeriodLength::kDay, beirut, At("2021-03-28 12:00", beirut),
                                      At("2021-03-28 12:00", beirut));
  ASSERT_TRUE(skipped.ok());
  EXPECT_EQ(skipped->end(0) - skipped->begin(0), 23 * kHour);
}

TEST(Periods, TooManyAreRefusedByName) {
  const auto days = Periods::Cover(PeriodLength::kDay, absl::UTCTimeZone(), At("1900-01-01 00:00"),
                                   At("2026-01-01 00:00"));
  ASSERT_FALSE(days.ok());
  EXPECT_EQ(base::FieldViolationsOf(days.status())[0].field, "period");
  EXPECT_TRUE(Periods::Cover(PeriodLength::kWeek, absl::UTCTimeZone(), At("1900-01-01 00:00"),
                             At("2026-01-01 00:00"))
                  .ok());
}

}  // namespace
}  // namespace plumbline::analytics
