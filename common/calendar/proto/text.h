// SPDX-License-Identifier: Apache-2.0
//
// Dates and times of day as calendar.proto writes them.
#ifndef PLUMBLINE_COMMON_CALENDAR_PROTO_TEXT_H_
#define PLUMBLINE_COMMON_CALENDAR_PROTO_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace plumbline::calendar {

// "2026-03-27"; nullopt for anything else: no such date, or not in kFirstYear to kLastYear.
std::optional<absl::CivilDay> ParseDate(absl::string_view text);
std::string FormatDate(absl::CivilDay date);

// What a field that holds no date is told; names the text.
std::string DateFault(absl::string_view text);

// "09:30" is 570, "24:00" is 1440; nullopt for anything else.
std::optional<int32_t> ParseClock(absl::string_view text);
// `minutes` from 0 to 1440.
std::string FormatClock(int32_t minutes);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_PROTO_TEXT_H_
