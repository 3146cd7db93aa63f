// SPDX-License-Identifier: Apache-2.0
//
// For tests: the meaning of layers, read off their definition by looking at every date and every
// minute of a window.
#ifndef PLUMBLINE_COMMON_CALENDAR_TEST_REFERENCE_H_
#define PLUMBLINE_COMMON_CALENDAR_TEST_REFERENCE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/calendar/layer.h"

namespace plumbline::calendar {

// All instants are whole minutes of the window. Answers are nullopt where they lie outside of it.
class Reference {
 public:
  Reference(std::vector<Layer> layers, absl::TimeZone zone, absl::CivilDay first,
            absl::CivilDay last);

  bool IsOpen(absl::Time t) const { return open_[IndexOf(t)]; }
  std::optional<absl::Time> NextOpening(absl::Time t) const;
  std::optional<absl::Time> Add(absl::Time start, int64_t days, int64_t minutes) const;
  int64_t OpenMinutesBetween(absl::Time from, absl::Time to) const;
  std::optional<absl::Time> OpeningOfDay(absl::CivilDay day, int64_t offset) const;

 private:
  struct Stretch {
    int64_t begin;  // minutes of the window
    int64_t end;
  };
  struct Day {
    absl::CivilDay date;
    std::vector<Stretch> stretches;
  };

  const DayHours& WeekHoursOf(absl::CivilDay day) const;
  bool Falls(const Holiday& holiday, absl::CivilDay day) const;
  std::map<absl::CivilDay, DayHours> SpecialHours(absl::CivilDay first, absl::CivilDay last) const;
  void AddDay(absl::CivilDay date, const DayHours& hours, const DayHours& next);

  int64_t IndexOf(absl::Time t) const { return (t - begin_) / absl::Minutes(1); }
  std::optional<absl::Time> TimeOf(std::optional<int64_t> index) const;
  int64_t FirstShowing(absl::CivilMinute clock) const;
  std::optional<int64_t> OpenFrom(int64_t index) const;
  // The index, and the number of its working day.
  std::optional<std::pair<int64_t, int64_t>> StartOf(int64_t index, bool backwards) const;
  int64_t SameClock(const Day& day, int64_t clock, bool backwards) const;

  const std::vector<Layer> layers_;
  absl::Time begin_;
  std::vector<absl::CivilMinute> clock_;  // of every minute
  std::vector<bool> open_;
  std::vector<Day> days_;  // working days
};

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_TEST_REFERENCE_H_
