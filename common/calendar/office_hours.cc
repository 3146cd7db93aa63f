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

absl::CivilDay FirstMonday() { return absl::CivilDay(1970, 1, 5); }

// 0 = Monday.
int64_t WeekdayOf(absl::CivilDay day) { return DivideDown(day - FirstMonday(), kWeek).remainder; }

bool IsWorkingDay(absl::CivilDay day) { return WeekdayOf(day) < kWorkingDays; }

// The number of `day`, or of the next working day.
int64_t NumberOf(absl::CivilDay day) {
  const Division week = DivideDown(day - FirstMonday(), kWeek);
  return week.quotient * kWorkingDays + std::min<int64_t>(week.remainder, kWorkingDays);
}

absl::CivilDay DayOf(int64_t number) {
  const Division week = DivideDown(number, kWorkingDays);
  return FirstMonday() + week.quotient * kWeek + week.remainder;
}

absl::CivilSecond OpeningOf(absl::CivilDay day) {
  return absl::CivilSecond(day) + kOpeningHour * 3600;
}

}  // namespace

OfficeHours::Point OfficeHours::PointOf(absl::Time t) const {
  const absl::TimeZone::CivilInfo local = zone_.At(t);
  const absl::CivilDay day(local.cs);
  if (!IsWorkingDay(day)) return {NumberOf(day), absl::ZeroDuration()};
  const absl::Duration open = absl::Seconds(local.cs - OpeningOf(day)) + local.subsecond;
  return {NumberOf(day), std::clamp(open, absl::ZeroDuration(), kOpenPerDay)};
}

OfficeHours::Point OfficeHours::PointBefore(absl::Time t) const {
  const Point point = PointOf(t);
  const absl::TimeZone::CivilInfo local = zone_.At(t);
  const bool opens_later =
      point.open == absl::ZeroDuration() &&
      (local.cs != OpeningOf(absl::CivilDay(local.cs)) || !IsWorkingDay(absl::CivilDay(local.cs)));
  return opens_later ? Point{point.day - 1, kOpenPerDay} : point;
}

absl::Time OfficeHours::TimeOf(const Point& point) const {
  absl::Duration rest;
  const int64_t seconds = absl::IDivDuration(point.open, absl::Seconds(1), &rest);
  return absl::FromCivil(OpeningOf(DayOf(point.day)) + seconds, zone_) + rest;
}

bool OfficeHours::IsOpen(absl::Time t) const {
  const absl::CivilSecond local = zone_.At(t).cs;
  return IsWorkingDay(absl::CivilDay(local)) && local.hour() >= kOpeningHour &&
         local.hour() < kOpeningHour + kOpenPerDay / absl::Hours(1);
}

absl::Time OfficeHours::NextOpening(absl::Time t) const {
  if (IsOpen(t)) return t;
  Point point = PointOf(t);
  if (point.open > absl::ZeroDuration()) point = {point.day + 1, absl::ZeroDuration()};
  return TimeOf(point);
}

absl::Time OfficeHours::Add(absl::Time start, int64_t days, int64_t minutes) const {
  const bool backwards = days < 0 || (days == 0 && minutes < 0);
  Point point = backwards ? PointBefore(start) : PointOf(NextOpening(start));
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
  return TimeOf({NumberOf(day) + offset, absl::ZeroDuration()});
}

int64_t OfficeHours::WorkingDays(absl::CivilDay from, absl::CivilDay to) const {
  return NumberOf(to) - NumberOf(from);
}

}  // namespace plumbline::calendar
