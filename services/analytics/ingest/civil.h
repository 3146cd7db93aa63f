// SPDX-License-Identifier: Apache-2.0
//
// A point of the calendar as read from text, and how its parts are read. Internal to this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_CIVIL_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_CIVIL_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace plumbline::analytics {

// A cursor over text. Every Read leaves it where it was when it gives false.
struct TextCursor {
  const char* at;
  const char* end;

  explicit TextCursor(absl::string_view text) : at(text.data()), end(at + text.size()) {}
  bool done() const { return at == end; }
  bool Skip(char c) {
    if (at == end || *at != c) return false;
    ++at;
    return true;
  }
  void SkipSpaces() {
    while (at != end && (*at == ' ' || *at == '\t')) ++at;
  }
  // A number of `least` to `most` digits.
  bool Number(int least, int most, int* value) {
    int n = 0, v = 0;
    for (; n < most && at + n != end && at[n] >= '0' && at[n] <= '9'; ++n)
      v = 10 * v + (at[n] - '0');
    if (n < least) return false;
    *value = v;
    at += n;
    return true;
  }
  // Digits after a decimal mark, as microseconds; what is finer is cut off.
  bool Fraction(int* micros) {
    int digits = 0, v = 0;
    if (SixDigits(&v)) digits = 6;
    for (; at != end && *at >= '0' && *at <= '9'; ++at, ++digits) {
      if (digits < 6) v = 10 * v + (*at - '0');
    }
    if (digits == 0) return false;
    for (; digits < 6; ++digits) v *= 10;
    *micros = v;
    return true;
  }
  // What most fractions are, all at once.
  bool SixDigits(int* value) {
    if (end - at < 6) return false;
    unsigned v = 0, most = 0;
    for (int i = 0; i < 6; ++i) {
      const unsigned digit = static_cast<unsigned char>(at[i]) - unsigned{'0'};
      most = digit > most ? digit : most;
      v = 10 * v + digit;
    }
    if (most > 9) return false;  // what is no digit is more
    *value = static_cast<int>(v);
    at += 6;
    return true;
  }
};

struct CivilTime {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, micros = 0;
  bool has_offset = false;
  int offset_seconds = 0;

  // "Z", "UTC", "GMT", "+hh", "+hhmm", "+hh:mm", also after spaces; nothing is fine too. False if
  // it is none of them.
  bool ReadOffset(TextCursor& text);
  // Microseconds since 1970 UTC; a time without an offset is in `zone`. False if there is no such
  // time, or beyond the years 1 to 9999. Second 60 is taken as the second after 59.
  bool ToMicros(const absl::TimeZone& zone, int64_t* result) const;
  // The same of seconds since 1970 UTC.
  static bool Join(int64_t seconds, int micros, int64_t* result);
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_CIVIL_H_
