// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/duration.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace plumbline::flow::bpmn {
namespace {

constexpr int kDaysOfAWeek = 5;
constexpr double kMost = 999'999'999;

// One "12.5H": takes it off `text`. False if there is none.
bool TakePart(absl::string_view* text, double* value, char* unit) {
  size_t end = 0;
  while (end < text->size() && (absl::ascii_isdigit((*text)[end]) || (*text)[end] == '.')) ++end;
  if (end == 0 || end == text->size() || !absl::ascii_isdigit((*text)[0])) return false;
  if (!absl::SimpleAtod(text->substr(0, end), value) || *value > kMost) return false;
  *unit = (*text)[end];
  text->remove_prefix(end + 1);
  return true;
}

bool AddPart(double value, char unit, bool time, double* days, double* minutes) {
  const bool whole = value == std::floor(value);
  if (!time && unit == 'W' && whole) return *days += value * kDaysOfAWeek, true;
  if (!time && unit == 'D' && whole) return *days += value, true;
  if (time && unit == 'H') return *minutes += value * 60, true;
  if (time && unit == 'M') return *minutes += value, true;
  if (time && unit == 'S') return *minutes += value / 60, true;
  return false;
}

std::string Count(int64_t count, absl::string_view what) {
  return absl::StrCat(count, " ", what, count == 1 ? "" : "s");
}

}  // namespace

std::optional<BusinessDuration> ParseDuration(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (!absl::ConsumePrefix(&text, "P") || text.empty()) return std::nullopt;
  double days = 0, minutes = 0;
  bool time = false;
  while (!text.empty()) {
    if (!time && absl::ConsumePrefix(&text, "T")) {
      time = true;
      if (text.empty()) return std::nullopt;
      continue;
    }
    double value = 0;
    char unit = 0;
    if (!TakePart(&text, &value, &unit)) return std::nullopt;
    if (!AddPart(value, unit, time, &days, &minutes)) return std::nullopt;
  }
  // A ten thousandth of a minute is what decimals lose, not a minute more.
  minutes = std::ceil(minutes - 1e-4);
  if (days > kMost || minutes > kMost) return std::nullopt;
  return BusinessDuration{.days = static_cast<int32_t>(days),
                          .minutes = static_cast<int32_t>(minutes)};
}

std::string FormatDuration(const BusinessDuration& duration) {
  if (duration.minutes == 0) return absl::StrCat("P", duration.days, "D");
  return absl::StrCat("P", duration.days == 0 ? "" : absl::StrCat(duration.days, "D"), "T",
                      duration.minutes, "M");
}

std::string DurationInWords(const BusinessDuration& duration) {
  if (duration.minutes == 0) return Count(duration.days, "business day");
  const std::string minutes = Count(duration.minutes, "open minute");
  if (duration.days == 0) return minutes;
  return absl::StrCat(Count(duration.days, "business day"), " and ", minutes);
}

}  // namespace plumbline::flow::bpmn
