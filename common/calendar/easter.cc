// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/easter.h"

namespace plumbline::calendar {

absl::CivilDay WesternEaster(int year) {
  const int a = year % 19;
  const int b = year / 100;
  const int c = year % 100;
  const int d = b / 4;
  const int e = b % 4;
  const int f = (b + 8) / 25;
  const int g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4;
  const int k = c % 4;
  const int l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int n = h + l - 7 * m + 114;
  return absl::CivilDay(year, n / 31, n % 31 + 1);
}

absl::CivilDay OrthodoxEaster(int year) {
  const int a = year % 4;
  const int b = year % 7;
  const int c = year % 19;
  const int d = (19 * c + 15) % 30;
  const int e = (2 * a + 4 * b - d + 34) % 7;
  const int f = d + e + 114;
  // The Julian calendar is behind by ten days since 1582, and by one more after every century whose
  // year is no leap year in the Gregorian calendar.
  const int behind = year / 100 - year / 400 - 2;
  return absl::CivilDay(year, f / 31, f % 31 + 1) + behind;
}

}  // namespace plumbline::calendar
