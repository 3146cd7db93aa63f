// SPDX-License-Identifier: Apache-2.0
//
// Business time: open Monday to Friday, 09:00 to 17:00 in one IANA zone. Pure functions; right
// across changes of daylight saving time. A "day" of a BusinessDuration is one working day of the
// calendar.
#ifndef PLUMBLINE_COMMON_CALENDAR_CALENDAR_H_
#define PLUMBLINE_COMMON_CALENDAR_CALENDAR_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace plumbline::calendar {

// Immutable, cheap to copy.
class Calendar {
 public:
  // FIELD_INVALID (field "time_zone") for a zone that is not in the tz database. "" = UTC.
  static absl::StatusOr<Calendar> Create(absl::string_view zone);

  bool IsOpen(absl::Time t) const;
  // `t` if open then, else the next opening.
  absl::Time NextOpening(absl::Time t) const;
  // The instant at which `days` working days and `minutes` open minutes have passed since `start`.
  // A working day moves to the same time of the next working day; from outside opening hours,
  // counting begins at the next opening. An end that falls on a closing hour stays there (17:00,
  // not 09:00 of the next day). days, minutes >= 0. O(1) in days, minutes and zone changes.
  absl::Time Add(absl::Time start, int64_t days, int64_t minutes) const;
  // Open time between two instants; negative when to < from. O(1).
  absl::Duration Between(absl::Time from, absl::Time to) const;
  // 09:00 of the `offset`-th working day after `day` (negative: before). A `day` that is no working
  // day counts as the next one. O(1).
  absl::Time OpeningOfDay(absl::CivilDay day, int64_t offset) const;

 private:
  // A point of business time: the open time before it on its working day, 0 to 8 hours.
  struct Point {
    int64_t day;  // number of the working day, see calendar.cc
    absl::Duration open;
  };

  explicit Calendar(absl::TimeZone zone) : zone_(zone) {}
  Point PointOf(absl::Time t) const;
  absl::Time TimeOf(const Point& point) const;

  absl::TimeZone zone_;
};

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_CALENDAR_H_
