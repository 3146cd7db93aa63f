// SPDX-License-Identifier: Apache-2.0
//
// Time zones (RFC 5545 section 3.6.5). Internal to this folder.
#ifndef PLUMBLINE_COMMON_CALENDAR_ICALENDAR_ZONE_H_
#define PLUMBLINE_COMMON_CALENDAR_ICALENDAR_ZONE_H_

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace plumbline::calendar {

// The lines of a VTIMEZONE that says how the clocks of `zone` go from the first to the last year:
// changes that come every year on the same weekday of a month as a rule, others one by one.
// O(changes).
std::vector<std::string> TimeZoneLines(const absl::TimeZone& zone, int first_year, int last_year);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_ICALENDAR_ZONE_H_
