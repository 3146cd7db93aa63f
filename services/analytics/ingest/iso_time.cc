// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "services/analytics/ingest/civil.h"
#include "services/analytics/ingest/time_format.h"

namespace plumbline::analytics {
namespace {

bool IsMark(char c) { return c == '-' || c == '/' || c == '.'; }
// Between date and time.
bool IsBetween(char c) { return c == 'T' || c == ' ' || c == 't'; }

bool ReadFraction(TextCursor& in, CivilTime& t) {
  return !(in.Skip('.') || in.Skip(',')) || in.Fraction(&t.micros);
}

// "2010-03-09T08:05:00", each number with all its digits: what nearly all times begin with. Leaves
// the cursor behind it.
bool ReadFixed(TextCursor& in, CivilTime& t) {
  constexpr ptrdiff_t kLength = 19;
  if (in.end - in.at < kLength) return false;
  const char* const s = in.at;
  unsigned most = 0;  // what is no digit is more than 9
  const auto pair = [&](int at) {
    const unsigned tens = static_cast<unsigned char>(s[at]) - unsigned{'0'};
    const unsigned ones = static_cast<unsigned char>(s[at + 1]) - unsigned{'0'};
    most = std::max({most, tens, ones});
    return static_cast<int>(10 * tens + ones);
  };
  t.year = 100 * pair(0) + pair(2);
  t.month = pair(5);
  t.day = pair(8);
  t.hour = pair(11);
  t.minute = pair(14);
  t.second = pair(17);
  if (most > 9 || !IsMark(s[4]) || s[7] != s[4] || s[13] != ':' || s[16] != ':') return false;
  if (!IsBetween(s[10])) return false;
  in.at += kLength;
  return true;
}

// All of it in all its forms, the time of the day being optional.
bool ReadLoose(TextCursor in, const absl::TimeZone& zone, int64_t* micros) {
  CivilTime t;
  if (!in.Number(4, 4, &t.year) || in.done()) return false;
  const char mark = *in.at;
  if (!IsMark(mark)) return false;
  ++in.at;
  if (!in.Number(1, 2, &t.month) || !in.Skip(mark) || !in.Number(1, 2, &t.day)) return false;
  if (!in.done() && (IsBetween(*in.at))) {
    ++in.at;
    in.SkipSpaces();
    if (!in.Number(1, 2, &t.hour) || !in.Skip(':') || !in.Number(2, 2, &t.minute)) return false;
    if (in.Skip(':')) {
      if (!in.Number(2, 2, &t.second)) return false;
      if (!ReadFraction(in, t)) return false;
    }
    if (!in.done() && !t.ReadOffset(in)) return false;
  }
  return in.done() && t.ToMicros(zone, micros);
}

}  // namespace

bool ReadIsoTime(absl::string_view text, const absl::TimeZone& zone, int64_t* micros) {
  TextCursor in(text);
  CivilTime t;
  if (!ReadFixed(in, t)) return ReadLoose(TextCursor(text), zone, micros);
  if (!ReadFraction(in, t) || !t.ReadOffset(in)) return false;
  return in.done() && t.ToMicros(zone, micros);
}

}  // namespace plumbline::analytics
