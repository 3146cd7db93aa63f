// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_CALENDAR_EASTER_H_
#define PLUMBLINE_COMMON_CALENDAR_EASTER_H_

#include "absl/time/civil_time.h"

namespace plumbline::calendar {

// Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, 1991, chapter 8; the
// "anonymous" algorithm of 1876). `year` from 1583. O(1).
absl::CivilDay WesternEaster(int year);

// Easter Sunday of the Orthodox churches: computed by the Julian calendar (Meeus, chapter 8), given
// as the Gregorian date. `year` from 1583. O(1).
absl::CivilDay OrthodoxEaster(int year);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_EASTER_H_
