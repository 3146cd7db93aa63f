// SPDX-License-Identifier: Apache-2.0
//
// All open time of 180 years, laid out in a row. Internal to this folder: use Calendar.
#ifndef PLUMBLINE_COMMON_CALENDAR_TIMELINE_H_
#define PLUMBLINE_COMMON_CALENDAR_TIMELINE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/calendar/layer.h"

namespace plumbline::calendar {

// A stretch of open time, within one working day, in which the zone's offset does not change.
// Instants are nanoseconds since 1970.
struct Segment {
  int64_t begin = 0;
  int64_t open_before = 0;  // nanoseconds of open time before it, since the first
  int32_t clock = 0;        // at its begin: seconds of the local clock after midnight of its day
  int32_t day = 0;          // number of its working day
};

// A working day.
struct WorkingDay {
  int32_t date = 0;  // days since 1970-01-01
  uint32_t first_segment = 0;
};

// Where to look in rising numbers: a table over equal steps of their range.
class Steps {
 public:
  // `value(i)` for i < count: rising, all above 0.
  template <typename Value>
  Steps(size_t count, Value value) {
    const int64_t last = count == 0 ? 0 : value(count - 1);
    while ((last >> shift_) > static_cast<int64_t>(count)) ++shift_;
    size_t i = 0;
    for (int64_t step = 0; step <= (last >> shift_); ++step) {
      while (i < count && value(i) <= (step << shift_)) ++i;
      starts_.push_back(static_cast<uint32_t>(i));
    }
    starts_.push_back(static_cast<uint32_t>(count));
  }

  // The first i with value(i) > x, or count. O(1) where numbers are spread evenly, else O(log n).
  template <typename Value>
  size_t FirstAbove(int64_t x, Value value) const {
    const int64_t steps = static_cast<int64_t>(starts_.size()) - 1;
    const int64_t step = x < 0 ? 0 : x >> shift_;
    if (step >= steps) return starts_.back();
    size_t low = starts_[step];
    size_t high = starts_[step + 1];
    while (low < high) {
      const size_t middle = (low + high) / 2;
      if (value(middle) > x) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  size_t bytes() const { return starts_.capacity() * sizeof(uint32_t); }

 private:
  int shift_ = 0;
  std::vector<uint32_t> starts_;  // of each step: the first i above its begin
};

// See Calendar for what the functions mean.
class Timeline {
 public:
  // `segments` in order, not touching what is before them but where the zone's offset changes or a
  // day ends; `days` in order. The open time after the last segment begins is `last_length`.
  Timeline(std::vector<Segment> segments, std::vector<WorkingDay> days, int64_t last_length);

  bool IsOpen(absl::Time t) const;
  absl::Time NextOpening(absl::Time t) const;
  absl::Time Add(absl::Time start, int64_t days, int64_t minutes) const;
  absl::Duration Between(absl::Time from, absl::Time to) const;
  absl::Time OpeningOfDay(absl::CivilDay day, int64_t offset) const;
  int64_t WorkingDays(absl::CivilDay from, absl::CivilDay to) const;
  size_t bytes() const;

 private:
  // A point of open time.
  struct Point {
    size_t segment;
    int64_t within;  // nanoseconds after its begin, 0 to its length
  };

  size_t count() const { return segments_.size() - 1; }
  int64_t LengthOf(size_t i) const {
    return segments_[i + 1].open_before - segments_[i].open_before;
  }
  int64_t EndOf(size_t i) const { return segments_[i].begin + LengthOf(i); }
  // The first segment that ends after `t`, or count().
  size_t EndingAfter(int64_t t) const;
  // Open time before `t`.
  int64_t OpenBefore(int64_t t) const;
  // Where counting begins.
  std::optional<Point> Forwards(int64_t t) const;
  std::optional<Point> Backwards(int64_t t) const;
  // These move `point`; false if that leads out of the timeline.
  bool MoveDays(int64_t days, Point* point) const;
  bool MoveOpenTime(int64_t open, Point* point) const;
  // The number of the first working day on or after `day`.
  int64_t NumberOf(absl::CivilDay day) const;
  // `number` + `days`, or a number beyond all working days.
  int64_t NumberAfter(int64_t number, int64_t days) const;
  bool IsNumber(int64_t number) const {
    return number >= 0 && number + 1 < static_cast<int64_t>(days_.size());
  }

  std::vector<Segment> segments_;  // and one more, which says where the last ends
  std::vector<WorkingDay> days_;   // and one more
  int64_t origin_;                 // instants are looked up by their distance from it
  Steps by_end_;
  Steps by_open_;
};

// What `layers` say together in `zone`. O(days of all years).
Timeline BuildTimeline(absl::Span<const Layer> layers, absl::TimeZone zone);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_TIMELINE_H_
