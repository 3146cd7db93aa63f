// SPDX-License-Identifier: Apache-2.0
//
// Working days are numbered: Monday 1970-01-05 is 0, Friday 1970-01-09 is 4, Monday 1970-01-12
// is 5. All arithmetic is on these numbers and on the local clock; the zone is asked only at the
// two ends.
#include "common/calendar/calendar.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace plumbline::calendar {
namespace {

constexpr int kOpeningHour = 9;
constexpr absl::Duration kOpenPerDay = absl::Hours(8);
constexpr int kWorkingDays = 5;  // of the week
constexpr int kWeek = 7;
constexpr size_t kMaxZoneName = 64;

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

// The tz library also opens files by path; only names of the database may reach it.
bool IsZoneName(absl::string_view zone) {
  const bool plain = std::all_of(zone.begin(), zone.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '/' || c == '_' || c == '-' || c == '+';
  });
  return plain && zone.size() <= kMaxZoneName && !absl::StartsWith(zone, "/") &&
         zone != "localtime";
}

}  // namespace

absl::StatusOr<Calendar> Calendar::Create(absl::string_view zone) {
  if (zone.empty()) return Calendar(absl::UTCTimeZone());
  absl::TimeZone loaded;
  if (!IsZoneName(zone) || !absl::LoadTimeZone(zone, &loaded)) {
    return base::FieldError("time_zone",
                            absl::StrCat("'", zone.substr(0, kMaxZoneName),
                                         "' is not a zone of the IANA tz database; write one like "
                                         "'Europe/Berlin' or leave it empty for UTC"));
  }
  return Calendar(loaded);
}

Calendar::Point Calendar::PointOf(absl::Time t) const {
  const absl::TimeZone::CivilInfo local = zone_.At(t);
  const absl::CivilDay day(local.cs);
  if (!IsWorkingDay(day)) return {NumberOf(day), absl::ZeroDuration()};
  const absl::CivilSecond opening = absl::CivilSecond(day) + kOpeningHour * 3600;
  const absl::Duration open = absl::Seconds(local.cs - opening) + local.subsecond;
  return {NumberOf(day), std::clamp(open, absl::ZeroDuration(), kOpenPerDay)};
}

absl::Time Calendar::TimeOf(const Point& point) const {
  absl::Duration rest;
  const int64_t seconds = absl::IDivDuration(point.open, absl::Seconds(1), &rest);
  return absl::FromCivil(absl::CivilSecond(DayOf(point.day)) + kOpeningHour * 3600 + seconds,
                         zone_) +
         rest;
}

bool Calendar::IsOpen(absl::Time t) const {
  const absl::CivilSecond local = zone_.At(t).cs;
  return IsWorkingDay(absl::CivilDay(local)) && local.hour() >= kOpeningHour &&
         local.hour() < kOpeningHour + kOpenPerDay / absl::Hours(1);
}

absl::Time Calendar::NextOpening(absl::Time t) const {
  if (IsOpen(t)) return t;
  Point point = PointOf(t);
  if (point.open > absl::ZeroDuration()) point = {point.day + 1, absl::ZeroDuration()};
  return TimeOf(point);
}

absl::Time Calendar::Add(absl::Time start, int64_t days, int64_t minutes) const {
  Point point = PointOf(NextOpening(start));
  absl::Duration rest;
  const int64_t whole_days =
      absl::IDivDuration(point.open + absl::Minutes(minutes), kOpenPerDay, &rest);
  point = {point.day + days + whole_days, rest};
  if (minutes > 0 && rest == absl::ZeroDuration()) point = {point.day - 1, kOpenPerDay};
  return TimeOf(point);
}

absl::Duration Calendar::Between(absl::Time from, absl::Time to) const {
  const Point begin = PointOf(from);
  const Point end = PointOf(to);
  return (end.day - begin.day) * kOpenPerDay + (end.open - begin.open);
}

absl::Time Calendar::OpeningOfDay(absl::CivilDay day, int64_t offset) const {
  return TimeOf({NumberOf(day) + offset, absl::ZeroDuration()});
}

}  // namespace plumbline::calendar
