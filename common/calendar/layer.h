// SPDX-License-Identifier: Apache-2.0
//
// What one named calendar says: hours, holidays, exceptions. Calendars inherit (company -> country
// -> team), so a working calendar is a list of these layers, the one that inherits first. Values
// only; the rules that they keep stand in calendar.proto and are checked by calendar/proto.
#ifndef PLUMBLINE_COMMON_CALENDAR_LAYER_H_
#define PLUMBLINE_COMMON_CALENDAR_LAYER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/civil_time.h"

namespace plumbline::calendar {

// The years that compiled calendars know; outside of them they are closed.
inline constexpr int kFirstYear = 1970;
inline constexpr int kLastYear = 2149;

inline constexpr int32_t kMinutesOfDay = 24 * 60;

// Open from `begin` until just before `end`, in minutes of the local clock after the midnight with
// which the day begins: 0 <= begin < 1440, begin < end <= begin + 1440. Beyond 1440: a night shift,
// which belongs to the day on which it begins.
struct Hours {
  int32_t begin = 0;
  int32_t end = 0;
  bool operator==(const Hours&) const = default;
};

// The hours of one day, in order, not overlapping. Empty: closed.
using DayHours = std::vector<Hours>;

// By absl::Weekday: Monday first. Absent: this layer does not say.
using WeekHours = std::array<std::optional<DayHours>, 7>;

// Every year on this date; 29 February only in leap years.
struct MonthDay {
  int month = 0;
  int day = 0;
  bool operator==(const MonthDay&) const = default;
};

// The n-th such weekday of the month: 1 to 5, or from its end -1 to -5. None where the month has no
// fifth.
struct WeekdayOfMonth {
  int month = 0;
  absl::Weekday weekday = absl::Weekday::monday;
  int n = 0;
  bool operator==(const WeekdayOfMonth&) const = default;
};

// The first such weekday on or after the date.
struct WeekdayFrom {
  int month = 0;
  int day = 0;
  absl::Weekday weekday = absl::Weekday::monday;
  bool operator==(const WeekdayFrom&) const = default;
};

// Days after Easter Sunday (negative: before).
struct EasterDay {
  bool orthodox = false;  // by the Julian calendar
  int days = 0;
  bool operator==(const EasterDay&) const = default;
};

using Rule = std::variant<std::monostate, MonthDay, WeekdayOfMonth, WeekdayFrom, EasterDay>;

// What becomes of a holiday on a day that has no hours by the week.
enum class Observance {
  kNone,               // nothing: it is lost
  kNearestWorkingDay,  // the nearest day with hours that is no holiday; of two the earlier
  kNextWorkingDay,     // the next one
};

struct Holiday {
  std::string id;
  std::string title;
  Rule rule;
  std::vector<absl::CivilDay> dates;  // beside those of the rule
  std::vector<absl::CivilDay> skip;   // dates of either that do not count
  int days = 1;                       // how long it lasts
  int first_year = kFirstYear;        // of the rule
  int last_year = kLastYear;
  Observance observed = Observance::kNone;
  DayHours hours;        // of a shortened day
  bool dropped = false;  // the inherited one of this id does not apply
  bool operator==(const Holiday&) const = default;
};

// Dates with hours of their own (none: closed), whatever the week and the holidays say.
struct Exception {
  absl::CivilDay first;
  absl::CivilDay last;
  std::string title;
  DayHours hours;
};

struct Layer {
  std::string zone;  // "": as inherited
  WeekHours week;
  std::vector<Holiday> holidays;
  std::vector<Exception> exceptions;
};

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_LAYER_H_
