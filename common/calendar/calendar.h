// SPDX-License-Identifier: Apache-2.0
//
// Business time. Pure functions over hours, holidays and exceptions in one IANA zone.
//
//  1. A calendar is open in stretches of time. A stretch begins the first time that the local clock
//     shows the opening (where the clock leaps over it: when it leaps) and ends the first time
//     after that at which it shows the closing. Open time is counted as it passes: a night shift
//     from 22:00 to 06:00 has seven hours when the clocks go forward and nine when they go back.
//  2. A working day is a date on which a stretch begins, and has all the stretches that begin on
//  it:
//     a night shift belongs to the day on which it begins. Where hours run into the opening of
//     another day, that day takes over.
//  3. A "day" of a BusinessDuration moves to the same time of the clock on the next working day,
//     however long the two are. Where that is not open, it is the next opening on that day, or
//     where there is none its closing; backwards the closing before it on that day, or where there
//     is none its opening. (15:00 on Thursday and one day, where Friday closes at 13:00: 13:00.)
//  4. Minutes are open minutes.
#ifndef PLUMBLINE_COMMON_CALENDAR_CALENDAR_H_
#define PLUMBLINE_COMMON_CALENDAR_CALENDAR_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/calendar/layer.h"
#include "common/calendar/office_hours.h"
#include "common/calendar/timeline.h"

namespace plumbline::calendar {

// Immutable, cheap to copy; copies share what was precomputed. Thread-safe.
class Calendar {
 public:
  // Open Monday to Friday, 09:00 to 17:00 in `zone`, "" = UTC. Costs nothing.
  // FIELD_INVALID (field "time_zone") for a zone that is not in the tz database.
  static absl::StatusOr<Calendar> Create(absl::string_view zone);

  // What `layers` say together, the one that inherits first; they must keep the rules of
  // calendar.proto. The zone is that of the first layer that names one, else UTC. Knows the years
  // kFirstYear to kLastYear and is closed outside of them. FIELD_INVALID (field "time_zone").
  // O(days of those years); milliseconds.
  static absl::StatusOr<Calendar> Compile(absl::Span<const Layer> layers);

  bool IsOpen(absl::Time t) const { return timeline_ ? timeline_->IsOpen(t) : office_.IsOpen(t); }
  // `t` if open then, else the next opening; InfiniteFuture if there is none. O(1).
  absl::Time NextOpening(absl::Time t) const {
    return timeline_ ? timeline_->NextOpening(t) : office_.NextOpening(t);
  }
  // The instant at which `days` working days and then `minutes` open minutes have passed since
  // `start`. From outside opening hours, counting begins at the next opening. An end that falls on
  // a closing stays there (17:00, not 09:00 of the next day).
  // Negative ones plan backwards: from outside opening hours, counting begins at the closing before
  // `start`; an end that falls on an opening stays there. InfiniteFuture or InfinitePast where the
  // calendar is not open for so long. Days and minutes of different signs are two moves.
  // O(1) where open time is spread evenly, never worse than O(log n).
  absl::Time Add(absl::Time start, int64_t days, int64_t minutes) const {
    return timeline_ ? timeline_->Add(start, days, minutes) : office_.Add(start, days, minutes);
  }
  // Open time between two instants, to the nanosecond; negative when to < from. O(1).
  absl::Duration Between(absl::Time from, absl::Time to) const {
    return timeline_ ? timeline_->Between(from, to) : office_.Between(from, to);
  }
  // The first opening of the `offset`-th working day after `day` (negative: before). A `day` that
  // is no working day counts as the next one. InfiniteFuture or InfinitePast where there is none.
  // O(log n).
  absl::Time OpeningOfDay(absl::CivilDay day, int64_t offset) const {
    return timeline_ ? timeline_->OpeningOfDay(day, offset) : office_.OpeningOfDay(day, offset);
  }
  // Working days from `from` until before `to`; negative when to < from. O(log n).
  int64_t WorkingDays(absl::CivilDay from, absl::CivilDay to) const {
    return timeline_ ? timeline_->WorkingDays(from, to) : office_.WorkingDays(from, to);
  }

  absl::TimeZone zone() const { return zone_; }
  // Memory that copies share.
  size_t bytes() const { return timeline_ ? timeline_->bytes() : 0; }

 private:
  Calendar(absl::TimeZone zone, std::shared_ptr<const Timeline> timeline)
      : zone_(zone), office_(zone), timeline_(std::move(timeline)) {}

  absl::TimeZone zone_;
  OfficeHours office_;                        // what it is, unless
  std::shared_ptr<const Timeline> timeline_;  // it was compiled
};

// The zone of this name; "" = UTC. FIELD_INVALID names `field`.
absl::StatusOr<absl::TimeZone> LoadZone(absl::string_view field, absl::string_view name);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_CALENDAR_H_
