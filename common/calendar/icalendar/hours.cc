// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/icalendar/hours.h"

#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace plumbline::calendar {
namespace {

// As calendar.proto has them.
constexpr size_t kMaxStretches = 8;

constexpr std::array<absl::string_view, 7> kCodes = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
constexpr std::array<absl::string_view, 7> kNames = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                     "Friday", "Saturday", "Sunday"};

std::string Clock(int32_t minutes) {
  if (minutes > kMinutesOfDay) minutes -= kMinutesOfDay;
  return absl::StrFormat("%02d:%02d", minutes / 60, minutes % 60);
}

std::optional<int32_t> ReadClock(absl::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const size_t i : {0, 1, 3, 4})
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return std::nullopt;
  const int32_t hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int32_t minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (minute > 59 || hour * 60 + minute > kMinutesOfDay) return std::nullopt;
  return hour * 60 + minute;
}

}  // namespace

std::string WriteHours(const DayHours& hours) {
  return absl::StrJoin(hours, ",", [](std::string* out, const Hours& one) {
    absl::StrAppend(out, Clock(one.begin), "-", Clock(one.end));
  });
}

std::string ReadHours(absl::string_view text, DayHours* hours) {
  const std::vector<absl::string_view> stretches = absl::StrSplit(text, ',');
  if (stretches.size() > kMaxStretches)
    return absl::StrCat("has ", stretches.size(), " stretches; it takes up to ", kMaxStretches);
  for (const absl::string_view stretch : stretches) {
    const std::vector<absl::string_view> ends = absl::StrSplit(stretch, '-');
    const auto open = ReadClock(ends[0]);
    const auto close = ends.size() == 2 ? ReadClock(ends[1]) : std::nullopt;
    if (!open || !close || *open == *close || *open == kMinutesOfDay)
      return absl::StrCat("'", stretch.substr(0, 20), "' is no stretch like 09:00-17:00");
    if (!hours->empty() && *open < hours->back().end)
      return absl::StrCat("'", stretch, "' begins before the stretch before it ends");
    hours->push_back({*open, *close > *open ? *close : *close + kMinutesOfDay});
  }
  return "";
}

std::string HoursInWords(const DayHours& hours) {
  if (hours.empty()) return "closed";
  return absl::StrJoin(hours, " and ", [](std::string* out, const Hours& one) {
    absl::StrAppend(out, Clock(one.begin), " to ", Clock(one.end));
  });
}

std::string WeekInWords(const std::array<DayHours, 7>& week) {
  std::vector<std::string> parts;
  for (size_t day = 0; day < week.size();) {
    size_t end = day + 1;
    while (end < week.size() && week[end] == week[day]) ++end;
    const std::string days =
        end - day == 1
            ? std::string(kNames[day])
            : absl::StrCat(kNames[day], end - day == 2 ? " and " : " to ", kNames[end - 1]);
    if (!week[day].empty()) parts.push_back(absl::StrCat(days, " ", HoursInWords(week[day])));
    day = end;
  }
  return parts.empty() ? "closed" : absl::StrJoin(parts, "; ");
}

absl::string_view WeekdayCode(size_t weekday) { return kCodes[weekday]; }

}  // namespace plumbline::calendar
