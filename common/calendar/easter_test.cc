// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/easter.h"

#include <utility>

#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

using absl::CivilDay;

// Clavius' tables of 1582, as Knuth gives them (The Art of Computer Programming, volume 1, 1.3.2,
// exercise 14): another way than the one of the library.
CivilDay Knuth(int year) {
  const int golden = year % 19 + 1;
  const int century = year / 100 + 1;
  const int skipped_leap_years = 3 * century / 4 - 12;
  const int moon = (8 * century + 5) / 25 - 5;
  const int sunday = 5 * year / 4 - skipped_leap_years - 10;
  int epact = (11 * golden + 20 + moon - skipped_leap_years) % 30;
  if (epact < 0) epact += 30;
  if ((epact == 25 && golden > 11) || epact == 24) ++epact;
  int full_moon = 44 - epact;
  if (full_moon < 21) full_moon += 30;
  full_moon = full_moon + 7 - (sunday + full_moon) % 7;
  return CivilDay(year, 3, 1) + full_moon - 1;
}

// The day after the full moon of the Julian tables, next Sunday, counted day by day.
CivilDay JulianDayByDay(int year) {
  const int golden = year % 19;
  const int epact = (11 * golden + 8) % 30;  // of the old tables, without corrections
  // Full moons fall on 21 March + (53 - epact) mod 30 of the Julian calendar.
  const int after = (53 - epact) % 30;
  const int behind = year / 100 - year / 400 - 2;
  CivilDay day = CivilDay(year, 3, 21) + after + behind;
  do {
    ++day;
  } while (absl::GetWeekday(day) != absl::Weekday::sunday);
  return day;
}

TEST(Easter, KnownDates) {
  for (const CivilDay day : {CivilDay(1818, 3, 22), CivilDay(1943, 4, 25), CivilDay(1961, 4, 2),
                             CivilDay(2000, 4, 23), CivilDay(2008, 3, 23), CivilDay(2011, 4, 24),
                             CivilDay(2024, 3, 31), CivilDay(2025, 4, 20), CivilDay(2026, 4, 5),
                             CivilDay(2027, 3, 28), CivilDay(2038, 4, 25), CivilDay(2285, 3, 22)}) {
    EXPECT_EQ(WesternEaster(static_cast<int>(day.year())), day);
  }
  for (const CivilDay day :
       {CivilDay(2000, 4, 30), CivilDay(2005, 5, 1), CivilDay(2010, 4, 4), CivilDay(2013, 5, 5),
        CivilDay(2016, 5, 1), CivilDay(2021, 5, 2), CivilDay(2024, 5, 5), CivilDay(2025, 4, 20),
        CivilDay(2026, 4, 12), CivilDay(2027, 5, 2)}) {
    EXPECT_EQ(OrthodoxEaster(static_cast<int>(day.year())), day);
  }
}

TEST(Easter, EqualsTheTablesInEveryYear) {
  for (int year = 1583; year <= 4099; ++year) {
    ASSERT_EQ(WesternEaster(year), Knuth(year)) << year;
    ASSERT_EQ(absl::GetWeekday(WesternEaster(year)), absl::Weekday::sunday) << year;
    ASSERT_EQ(OrthodoxEaster(year), JulianDayByDay(year)) << year;
  }
}

}  // namespace
}  // namespace plumbline::calendar
