// SPDX-License-Identifier: Apache-2.0
//
// The hours of a calendar that says nothing: Monday to Friday, 09:00 to 17:00 of the local clock,
// no holidays, for ever. In closed form: nothing is precomputed, so it costs nothing to make.
#ifndef PLUMBLINE_COMMON_CALENDAR_OFFICE_HOURS_H_
#define PLUMBLINE_COMMON_CALENDAR_OFFICE_HOURS_H_

#include <cstdint>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace plumbline::calendar {

// See Calendar for what the functions mean. O(1), but for looking up the zone's offset.
class OfficeHours {
 public:
  explicit OfficeHours(absl::TimeZone zone) : zone_(zone) {}

  bool IsOpen(absl::Time t) const;
  absl::Time NextOpening(absl::Time t) const;
  absl::Time Add(absl::Time start, int64_t days, int64_t minutes) const;
  absl::Duration Between(absl::Time from, absl::Time to) const;
  absl::Time OpeningOfDay(absl::CivilDay day, int64_t offset) const;
  int64_t WorkingDays(absl::CivilDay from, absl::CivilDay to) const;

 private:
  // A point of business time: the open time before it on its working day, 0 to 8 hours.
  struct Point {
    int64_t day;  // number of the working day, see office_hours.cc
    absl::Duration open;
  };

  Point PointOf(absl::Time t) const;
  // Where counting backwards begins: `t` if open or closing then, else the closing before it.
  Point PointBefore(absl::Time t) const;
  absl::Time TimeOf(const Point& point) const;

  absl::TimeZone zone_;
};

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_OFFICE_HOURS_H_
