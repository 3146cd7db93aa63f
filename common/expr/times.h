// SPDX-License-Identifier: Apache-2.0
//
// Dates, timestamps and durations as text.
#ifndef PLUMBLINE_COMMON_EXPR_TIMES_H_
#define PLUMBLINE_COMMON_EXPR_TIMES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace plumbline::expr {

// Each reads the whole of `text` and returns false if it is not of the form; years are 0001 to
// 9999.

// "2026-01-31" into days since 1970-01-01.
bool ParseDate(absl::string_view text, int64_t* days);
// RFC 3339 with up to six digits of a second, or a date (midnight UTC), into microseconds since
// 1970.
bool ParseTimestamp(absl::string_view text, int64_t* micros);
// "20s", "1.5s", "90m", "1h30m", "-5s" into microseconds.
bool ParseDuration(absl::string_view text, int64_t* micros);

std::string FormatDate(int64_t days);
std::string FormatTimestamp(int64_t micros);  // in UTC

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_TIMES_H_
