// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/proto/text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/calendar/layer.h"
#include "common/flow/validate.h"

namespace plumbline::calendar {
namespace {

// Whether `text` looks like `shape`, in which 9 stands for any digit.
bool HasShape(absl::string_view text, absl::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (shape[i] == '9' ? !absl::ascii_isdigit(text[i]) : text[i] != shape[i]) return false;
  }
  return true;
}

int Number(absl::string_view digits) {
  int number = 0;
  for (char c : digits) number = number * 10 + (c - '0');
  return number;
}

}  // namespace

std::optional<absl::CivilDay> ParseDate(absl::string_view text) {
  if (!HasShape(text, "9999-99-99")) return std::nullopt;
  const int year = Number(text.substr(0, 4));
  const int month = Number(text.substr(5, 2));
  const int day = Number(text.substr(8, 2));
  if (year < kFirstYear || year > kLastYear) return std::nullopt;
  const absl::CivilDay date(year, month, day);
  if (date.month() != month || date.day() != day) return std::nullopt;
  return date;
}

std::string FormatDate(absl::CivilDay date) { return absl::FormatCivilTime(date); }

std::string DateFault(absl::string_view text) {
  return absl::StrCat("'", flow::ShortenText(text), "' is not a date; write one like 2026-12-24, ",
                      kFirstYear, " to ", kLastYear);
}

std::optional<int32_t> ParseClock(absl::string_view text) {
  if (!HasShape(text, "99:99")) return std::nullopt;
  const int32_t minute = Number(text.substr(3, 2));
  const int32_t minutes = Number(text.substr(0, 2)) * 60 + minute;
  if (minute > 59 || minutes > kMinutesOfDay) return std::nullopt;
  return minutes;
}

std::string FormatClock(int32_t minutes) {
  return absl::StrFormat("%02d:%02d", minutes / 60, minutes % 60);
}

}  // namespace plumbline::calendar
