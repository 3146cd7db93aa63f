// SPDX-License-Identifier: Apache-2.0
//
// What people are told of an import.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/import_flags.h"
#include "clients/cli/importing.h"
#include "clients/cli/units.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

// "2026-03-04".
std::string DayOf(const google::protobuf::Timestamp& time) { return When(time).substr(0, 10); }

std::string InDoubt(const pb::TimeReading& times, absl::string_view again) {
  const bool day_first = times.format().find("%d") < times.format().find("%m");
  return absl::StrCat("day and month in doubt: '", times.sample(), "' in column '", times.column(),
                      "' was read as ", DayOf(times.sample_time()), ", but could be ",
                      DayOf(times.other_time()),
                      ", and no time of the column tells; if that is wrong, ", again,
                      " --date-order ", day_first ? kMonthFirst : kDayFirst);
}

std::string Unlikely(const pb::TimeReading& times, absl::string_view again) {
  const bool one = times.unlikely_count() == 1;
  return absl::StrCat(Number(times.unlikely_count(), "time", "times"), " in column '",
                      times.column(), "' ", one ? "is" : "are", " before 1980 or after 2100, ",
                      one ? "in " : "the first in ", times.unlikely_sample(),
                      "; if that is wrong, mend the file and ", again);
}

// Steps that begin and end are in the map twice, unless one transition is chosen.
bool MapWouldBePlainer(const pb::ImportEventLogResponse& response) {
  const auto& all = response.transitions();
  return response.event_log().map_transitions().empty() && all.size() > 1 &&
         std::any_of(all.begin(), all.end(), [](const auto& one) {
           return absl::EqualsIgnoreCase(one.transition(), "complete");
         });
}

}  // namespace

std::string TimeFormatWords(absl::string_view format) {
  constexpr std::pair<absl::string_view, absl::string_view> kWhole[] = {
      {"%Y-%m-%dT%H:%M:%S%z", "year-month-day, with or without a time of day (ISO 8601)"},
      {"iso", "year-month-day, with or without a time of day (ISO 8601)"},
      {"epoch_seconds", "seconds since 1970"},
      {"epoch_millis", "milliseconds since 1970"},
      {"epoch_micros", "microseconds since 1970"},
      {"epoch_nanos", "nanoseconds since 1970"},
      {"excel", "Excel's serial dates"}};
  for (const auto& [name, words] : kWhole) {
    if (format == name) return std::string(words);
  }
  const std::string plain = absl::StrReplaceAll(
      format, {{"%T", "%H:%M:%S"}, {"%R", "%H:%M"}, {"%F", "%Y-%m-%d"}, {"%z", ""}, {"%Z", ""}});
  return std::string(
      absl::StripAsciiWhitespace(absl::StrReplaceAll(plain, {{"%%", "%"},
                                                             {"%Y", "year"},
                                                             {"%y", "year of two digits"},
                                                             {"%m", "month"},
                                                             {"%d", "day"},
                                                             {"%e", "day"},
                                                             {"%b", "month name"},
                                                             {"%B", "month name"},
                                                             {"%h", "month name"},
                                                             {"%a", "weekday"},
                                                             {"%A", "weekday"},
                                                             {"%H", "hour"},
                                                             {"%I", "hour"},
                                                             {"%p", "AM or PM"},
                                                             {"%M", "minute"},
                                                             {"%S", "second"},
                                                             {"%f", "fraction"}})));
}

std::vector<std::string> ImportNotes(const pb::ImportEventLogResponse& response,
                                     absl::string_view again) {
  std::vector<std::string> notes;
  for (const pb::TimeReading& times : response.times()) {
    if (times.ambiguous()) notes.push_back(InDoubt(times, again));
    if (times.unlikely_count() > 0) notes.push_back(Unlikely(times, again));
  }
  if (MapWouldBePlainer(response)) {
    notes.push_back(absl::StrCat(
        "the map and the variants take every transition of a step for a step of its own; to have "
        "each step once, ",
        again, " --map-transition complete"));
  }
  return notes;
}

}  // namespace plumbline::cli
