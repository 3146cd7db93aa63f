// SPDX-License-Identifier: Apache-2.0
//
// Working days are numbered: Monday 1970-01-05 is 0, Friday 1970-01-09 is 4, Monday 1970-01-12
// is 5. All arithmetic is on these numbers and on the local clock; the zone is asked only at the
// two ends.
#include "common/calendar/office_hours.h"

#include <algorithm>

namespace plumbline::calendar {
namespace {

constexpr int kOpeningHour = 9;
constexpr absl::Duration kOpenPerDay = absl::Hours(8);
constexpr int kWorkingDays = 5;  // of the week
constexpr int kWeek = 7;

struct Division {
  int64_t quotient;
  int64_t remainder;  // 0 to divisor - 1
};

Division DivideDown(int64_t value, int64_t divisor) {
  const int64_t remainder = ((value % divisor) + divisor) % divisor;
  return {(value - remainder) / divisor, remainder};
}

constexpr absl::CivilDay kFirstMonday(1970, 1, 5);

// 0 = Monday.
Division WeekOf(absl::CivilDay day) { return DivideDown(day - kFirstMonday, kWeek); }

bool IsWorkingDay(const Division& week) { return week.remainder < kWorkingDays; }

// The number of a day, or of the next working day.
int64_t NumberOf(const Division& week) {
  return week.quotient * kWorkingDays + std::min<int64_t>(week.remainder, kWorkingDays);
}

absl::CivilDay DayOf(int64_t number) {
  const Division week = DivideDown(number, kWorkingDays);
  return kFirstMonday + (week.quotient * kWeek + week.remainder);
}

// What the local clock shows. Plans ask for it thousands of times a second: the zone and the
// calendar of civil days are asked once.
struct Local {
  int64_t day;  // number of the day, or of the next working day
  bool is_working_day;
  absl::Duration since_opening;  // of the clock; negative before it
};

Local LocalOf(const absl::TimeZone& zone, absl::Time t) {
  const absl::TimeZone::CivilInfo local = zone.At(t);
  const Division week = WeekOf(absl::CivilDay(local.cs));
  const int64_t seconds =
      (local.cs.hour() - kOpeningHour) * 3600 + local.cs.minute() * 60 + local.cs.second();
  return {NumberOf(week), IsWorkingDay(week), absl::Seconds(seconds) + local.subsecond};
}

bool IsOpenAt(const Local& local) {
  return local.is_working_day && local.since_opening >= absl::ZeroDuration() &&
         local.since_opening < kOpenPerDay;
}

absl::Duration OpenBefore(const Local& local) {
  if (!local.is_working_day) return absl::ZeroDuration();
  return std::clamp(local.since_opening, absl::ZeroDuration(), kOpenPerDay);
}

}  // namespace

OfficeHours::Point OfficeHours::PointOf(absl::Time t) const {
  const Local local = LocalOf(zone_, t);
  return {local.day, OpenBefore(local)};
}

OfficeHours::Point OfficeHours::PointBefore(absl::Time t) const {
  const Local local = LocalOf(zone_, t);
  const absl::Duration open = OpenBefore(local);
  const bool opens_later = open == absl::ZeroDuration() &&
                           (!local.is_working_day || local.since_opening != absl::ZeroDuration());
  return opens_later ? Point{local.day - 1, kOpenPerDay} : Point{local.day, open};
}

absl::Time OfficeHours::TimeOf(const Point& point) const {
  absl::Duration rest;
  const int64_t seconds = absl::IDivDuration(point.open, absl::Seconds(1), &rest);
  const absl::CivilSecond local(DayOf(point.day));
  return absl::FromCivil(local + (kOpeningHour * 3600 + seconds), zone_) + rest;
}

bool OfficeHours::IsOpen(absl::Time t) const { return IsOpenAt(LocalOf(zone_, t)); }

absl::Time OfficeHours::NextOpening(absl::Time t) const {
  const Local local = LocalOf(zone_, t);
  if (IsOpenAt(local)) return t;
  const bool is_over = OpenBefore(local) > absl::ZeroDuration();
  return TimeOf({local.day + is_over, absl::ZeroDuration()});
}

absl::Time OfficeHours::Add(absl::Time start, int64_t days, int64_t minutes) const {
  const bool backwards = days < 0 || (days == 0 && minutes < 0);
  const auto point_after = [&]() -> Point {
    const Local local = LocalOf(zone_, start);
    if (IsOpenAt(local)) return {local.day, local.since_opening};
    return PointOf(NextOpening(start));
  };
  Point point = backwards ? PointBefore(start) : point_after();
  absl::Duration rest;
  int64_t whole_days = absl::IDivDuration(point.open + absl::Minutes(minutes), kOpenPerDay, &rest);
  if (rest < absl::ZeroDuration()) {
    --whole_days;
    rest += kOpenPerDay;
  }
  point = {point.day + days + whole_days, rest};
  // Forwards the end of a day is its closing; backwards, or where nothing moved, it stays what it
  // was.
  const bool at_closing = minutes > 0 || (minutes == 0 && whole_days > 0);
  if (at_closing && rest == absl::ZeroDuration()) point = {point.day - 1, kOpenPerDay};
  return TimeOf(point);
}

absl::Duration OfficeHours::Between(absl::Time from, absl::Time to) const {
  const Point begin = PointOf(from);
  const Point end = PointOf(to);
  return (end.day - begin.day) * kOpenPerDay + (end.open - begin.open);
}

absl::Time OfficeHours::OpeningOfDay(absl::CivilDay day, int64_t offset) const {
  return TimeOf({NumberOf(WeekOf(day)) + offset, absl::ZeroDuration()});
}

int64_t OfficeHours::WorkingDays(absl::CivilDay from, absl::CivilDay to) const {
  return NumberOf(WeekOf(to)) - NumberOf(WeekOf(from));
}

}  // namespace plumbline::calendar
