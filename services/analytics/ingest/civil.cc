// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/civil.h"

#include "absl/time/civil_time.h"

namespace plumbline::analytics {
namespace {

bool IsLeap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int DaysOfMonth(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1] + (month == 2 && IsLeap(year) ? 1 : 0);
}

// Days from 1970-01-01 in the proleptic Gregorian calendar, for years from 1. Years are counted
// from March, so that the leap day is the last of its year and the months before it have a fixed
// pattern (153 days in every five of them).
int64_t DaysSince1970(int year, int month, int day) {
  const int64_t y = year - (month <= 2 ? 1 : 0);
  const int m = month > 2 ? month - 3 : month + 9;
  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719'468;
}

constexpr int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z

}  // namespace

bool CivilTime::ReadOffset(TextCursor& text) {
  text.SkipSpaces();
  if (text.done()) return true;
  has_offset = true;
  if (text.Skip('Z') || text.Skip('z')) return true;
  const absl::string_view rest(text.at, static_cast<size_t>(text.end - text.at));
  if (rest.substr(0, 3) == "UTC" || rest.substr(0, 3) == "GMT") {
    text.at += 3;
    if (text.done()) return true;  // else "UTC+02:00"
  }
  const bool minus = text.Skip('-');
  if (!minus && !text.Skip('+')) return false;
  int hours = 0, minutes = 0;
  if (!text.Number(2, 2, &hours)) return false;
  text.Skip(':');
  if (!text.done() && !text.Number(2, 2, &minutes)) return false;
  if (hours > 18 || minutes > 59) return false;
  offset_seconds = (minus ? -1 : 1) * (hours * 3600 + minutes * 60);
  return true;
}

bool CivilTime::ToMicros(const absl::TimeZone& zone, int64_t* result) const {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  if (day > 28 && day > DaysOfMonth(year, month)) return false;
  if (hour > 23 || minute > 59 || second > 60) return false;
  int64_t seconds;
  if (has_offset || zone == absl::UTCTimeZone()) {
    seconds = DaysSince1970(year, month, day) * 86'400 + hour * 3'600 + minute * 60 + second;
    seconds -= offset_seconds;
  } else {
    const absl::CivilSecond civil(year, month, day, hour, minute, second);
    seconds = absl::ToUnixSeconds(absl::FromCivil(civil, zone));
  }
  return Join(seconds, micros, result);
}

bool CivilTime::Join(int64_t seconds, int micros, int64_t* result) {
  if (seconds < kFirstSecond || seconds > kLastSecond) return false;
  *result = seconds * 1'000'000 + micros;
  return true;
}

}  // namespace plumbline::analytics
