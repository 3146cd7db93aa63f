// SPDX-License-Identifier: Apache-2.0
#include "common/expr/times.h"

#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/expr/decimal.h"

namespace plumbline::expr {
namespace {

constexpr int64_t kSecond = 1'000'000;

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

// Takes exactly `count` digits from the front.
bool TakeNumber(absl::string_view* text, size_t count, int* number) {
  if (text->size() < count) return false;
  *number = 0;
  for (size_t i = 0; i < count; ++i) {
    if (!IsDigit((*text)[i])) return false;
    *number = *number * 10 + ((*text)[i] - '0');
  }
  text->remove_prefix(count);
  return true;
}

bool TakeChar(absl::string_view* text, char c) {
  if (text->empty() || absl::ascii_toupper(static_cast<unsigned char>(text->front())) != c)
    return false;
  text->remove_prefix(1);
  return true;
}

bool TakeDate(absl::string_view* text, absl::CivilDay* day) {
  int y = 0, m = 0, d = 0;
  if (!TakeNumber(text, 4, &y) || !TakeChar(text, '-') || !TakeNumber(text, 2, &m) ||
      !TakeChar(text, '-') || !TakeNumber(text, 2, &d)) {
    return false;
  }
  *day = absl::CivilDay(y, m, d);  // which carries what is too large
  return y >= 1 && day->month() == m && day->day() == d;
}

// "09:00:00.5" into microseconds since midnight.
bool TakeClock(absl::string_view* text, int64_t* micros) {
  int h = 0, m = 0, s = 0;
  if (!TakeNumber(text, 2, &h) || !TakeChar(text, ':') || !TakeNumber(text, 2, &m) ||
      !TakeChar(text, ':') || !TakeNumber(text, 2, &s) || h > 23 || m > 59 || s > 59) {
    return false;
  }
  *micros = (h * 3600 + m * 60 + s) * kSecond;
  if (!TakeChar(text, '.')) return true;
  size_t count = 0;
  int64_t fraction = 0;
  for (; count < text->size() && IsDigit((*text)[count]); ++count) {
    if (count < 6) fraction = fraction * 10 + ((*text)[count] - '0');
    if (count >= 6 && (*text)[count] != '0') return false;
  }
  if (count == 0) return false;
  for (size_t i = count; i < 6; ++i) fraction *= 10;
  text->remove_prefix(count);
  *micros += fraction;
  return true;
}

// "Z" or "+01:00" into minutes east of UTC.
bool TakeOffset(absl::string_view* text, int* minutes) {
  *minutes = 0;
  if (TakeChar(text, 'Z')) return true;
  const bool west = TakeChar(text, '-');
  int h = 0, m = 0;
  if (!west && !TakeChar(text, '+')) return false;
  if (!TakeNumber(text, 2, &h) || !TakeChar(text, ':') || !TakeNumber(text, 2, &m) || h > 23 ||
      m > 59) {
    return false;
  }
  *minutes = (west ? -1 : 1) * (h * 60 + m);
  return true;
}

}  // namespace

bool ParseDate(absl::string_view text, int64_t* days) {
  absl::CivilDay day;
  if (!TakeDate(&text, &day) || !text.empty()) return false;
  *days = day - absl::CivilDay(1970, 1, 1);
  return true;
}

bool ParseTimestamp(absl::string_view text, int64_t* micros) {
  absl::CivilDay day;
  if (!TakeDate(&text, &day)) return false;
  int64_t clock = 0;
  int offset = 0;
  if (!text.empty() && (!TakeChar(&text, 'T') || !TakeClock(&text, &clock) ||
                        !TakeOffset(&text, &offset) || !text.empty())) {
    return false;
  }
  *micros = (day - absl::CivilDay(1970, 1, 1)) * 86'400 * kSecond + clock - offset * 60 * kSecond;
  return true;
}

bool ParseDuration(absl::string_view text, int64_t* micros) {
  constexpr std::array<std::pair<char, int>, 3> kUnits = {{{'h', 3600}, {'m', 60}, {'s', 1}}};
  const bool negative = absl::ConsumePrefix(&text, "-");
  if (text.empty()) return false;
  __int128 sum = 0;
  size_t unit = 0;
  while (!text.empty()) {
    size_t end = 0;
    while (end < text.size() && (IsDigit(text[end]) || text[end] == '.')) ++end;
    int64_t number = 0;
    if (ParseDecimal(text.substr(0, end), &number) != DecimalFault::kNone) return false;
    // Larger units come first, each once.
    while (unit < kUnits.size() && (end == text.size() || text[end] != kUnits[unit].first)) ++unit;
    if (unit == kUnits.size()) return false;
    sum += static_cast<__int128>(number) * kUnits[unit].second;
    ++unit;
    text.remove_prefix(end + 1);
  }
  if (sum > INT64_MAX) return false;
  *micros = static_cast<int64_t>(negative ? -sum : sum);
  return true;
}

std::string FormatDate(int64_t days) {
  return absl::FormatTime("%E4Y-%m-%d", absl::UnixEpoch() + days * absl::Hours(24),
                          absl::UTCTimeZone());
}

std::string FormatTimestamp(int64_t micros) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", absl::FromUnixMicros(micros),
                          absl::UTCTimeZone());
}

}  // namespace plumbline::expr
