// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

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

// Eight bytes of text, the first of them the least.
uint64_t LoadEight(const char* at) {
  uint64_t eight = 0;
  for (int i = 0; i < 8; ++i) eight |= uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
  return eight;
}

// "08:05:00" as seconds, all eight bytes at once. False if it is no time of a day.
bool ReadClock(const char* at, int64_t* seconds) {
  constexpr uint64_t kZeros = 0x30303a30303a3030;  // "00:00:00"
  constexpr uint64_t kHigh = 0xf0f0f0f0f0f0f0f0, kSix = 0x0606060606060606;
  const uint64_t digits = LoadEight(at) ^ kZeros;
  // No byte is more than 9, and those of the colons are 0.
  if (((digits | (digits + kSix)) & kHigh) != 0 || (digits & 0x0000ff0000ff0000) != 0) return false;
  const uint64_t pairs = digits * 10 + (digits >> 8);
  const int64_t hour = pairs & 0xff, minute = (pairs >> 24) & 0xff, second = (pairs >> 48) & 0xff;
  *seconds = hour * 3'600 + minute * 60 + second;
  return hour <= 23 && minute <= 59 && second <= 60;
}

// A time of the day that was read last. False for any other, and where it is not simple.
bool ReadOnLastDay(absl::string_view text, const absl::TimeZone& zone, const LastDay& last,
                   int64_t* micros) {
  constexpr size_t kDate = sizeof(last.text), kToSeconds = kDate + 9;
  if (!last.known || text.size() < kToSeconds) return false;
  if (std::memcmp(text.data(), last.text, kDate) != 0) return false;
  int64_t seconds;
  if (!IsBetween(text[kDate]) || !ReadClock(text.data() + kDate + 1, &seconds)) return false;
  TextCursor in(text.substr(kToSeconds));
  CivilTime t;
  if (!ReadFraction(in, t) || !t.ReadOffset(in) || !in.done()) return false;
  if (!t.has_offset && zone != absl::UTCTimeZone()) return false;
  return CivilTime::Join(last.seconds + seconds - t.offset_seconds, t.micros, micros);
}

// Remembers the day of `t`, which `text` begins with and which is `micros`.
void Remember(absl::string_view text, const CivilTime& t, int64_t micros, LastDay* last) {
  last->known = true;
  std::memcpy(last->text, text.data(), sizeof(last->text));
  const int64_t seconds = (micros - t.micros) / 1'000'000;  // without a rest
  last->seconds = seconds + t.offset_seconds - (t.hour * 3'600 + t.minute * 60 + t.second);
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

bool ReadIsoTime(absl::string_view text, const absl::TimeZone& zone, int64_t* micros,
                 LastDay* last) {
  if (last != nullptr && ReadOnLastDay(text, zone, *last, micros)) return true;
  TextCursor in(text);
  CivilTime t;
  if (!ReadFixed(in, t)) return ReadLoose(TextCursor(text), zone, micros);
  if (!ReadFraction(in, t) || !t.ReadOffset(in)) return false;
  if (!in.done() || !t.ToMicros(zone, micros)) return false;
  // Where clocks change, days of a zone have no fixed length.
  if (last != nullptr && (t.has_offset || zone == absl::UTCTimeZone()))
    Remember(text, t, *micros, last);
  return true;
}

}  // namespace plumbline::analytics
