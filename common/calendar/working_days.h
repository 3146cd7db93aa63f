// SPDX-License-Identifier: Apache-2.0
//
// On how many working days the open time between two instants lies, and how long such a day is.
#ifndef PLUMBLINE_COMMON_CALENDAR_WORKING_DAYS_H_
#define PLUMBLINE_COMMON_CALENDAR_WORKING_DAYS_H_

#include <cstdint>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/calendar/calendar.h"

namespace plumbline::calendar {

// The working days of which some open time lies between the two: none exactly where
// Calendar::Between is zero, and Monday 09:00 to 17:00 is one. Negative when to < from. O(log n).
int64_t WorkingDaysBetween(const Calendar& calendar, absl::Time from, absl::Time to);

// Open time of a working day, the mean of the year from `from` on; zero where it is never open
// then. O(log n).
absl::Duration MeanWorkingDay(const Calendar& calendar, absl::CivilDay from);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_WORKING_DAYS_H_
