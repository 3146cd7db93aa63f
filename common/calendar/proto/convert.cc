// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/proto/convert.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/calendar/proto/text.h"
#include "common/flow/validate.h"

namespace plumbline::calendar {
namespace {

namespace v1 = catalog::v1;

constexpr int kMaxStretches = 8;
constexpr int kMaxExceptions = 500;
constexpr int kLongestException = 366;  // days

std::optional<int32_t> ClockOf(const std::string& text, const std::string& path,
                               absl::string_view latest, Violations* violations) {
  const std::optional<int32_t> minutes = ParseClock(text);
  const bool midnight = latest == "24:00";
  if (minutes.has_value() && (*minutes < kMinutesOfDay || midnight)) return minutes;
  violations->push_back(
      {path, absl::StrCat("'", flow::ShortenText(text),
                          "' is not a time of day; write it like 09:00, up to ", latest)});
  return std::nullopt;
}

void ReadWeekday(const v1::WeekdayHours& proto, int number, const DayHours& hours,
                 const std::string& path, WeekHours* week, Violations* violations) {
  const std::string field = absl::StrCat(path, ".weekdays[", number, "]");
  const v1::Weekday weekday = proto.weekdays(number);
  if (weekday < v1::WEEKDAY_MONDAY || weekday > v1::WEEKDAY_SUNDAY) {
    violations->push_back({field, "is not a weekday; write WEEKDAY_MONDAY to WEEKDAY_SUNDAY"});
    return;
  }
  std::optional<DayHours>& place = (*week)[weekday - v1::WEEKDAY_MONDAY];
  if (place.has_value()) {
    violations->push_back({field, absl::StrCat(v1::Weekday_Name(weekday),
                                               " has hours already; name each weekday once")});
  }
  place = hours;
}

// A night shift must be over when the next day opens; the mistake would go unseen otherwise.
void CheckNights(const WeekHours& week, const std::string& path, Violations* violations) {
  for (size_t day = 0; day < week.size(); ++day) {
    const auto& today = week[day];
    const auto& tomorrow = week[(day + 1) % week.size()];
    if (!today || !tomorrow || today->empty() || tomorrow->empty()) continue;
    if (today->back().end <= kMinutesOfDay + tomorrow->front().begin) continue;
    violations->push_back(
        {path, absl::StrCat("the hours of ",
                            v1::Weekday_Name(static_cast<v1::Weekday>(day + v1::WEEKDAY_MONDAY)),
                            " run into those of the next day, which open at ",
                            FormatClock(tomorrow->front().begin), ": end them before")});
  }
}

WeekHours WeekFromProto(const v1::Calendar& proto, const std::string& path,
                        Violations* violations) {
  WeekHours week;
  for (int i = 0; i < proto.week_size(); ++i) {
    const v1::WeekdayHours& entry = proto.week(i);
    const std::string field = absl::StrCat(path, ".week[", i, "]");
    const DayHours hours = HoursFromProto(entry.hours(), absl::StrCat(field, ".hours"), violations);
    if (entry.weekdays().empty())
      violations->push_back(
          {absl::StrCat(field, ".weekdays"), "is required: whose hours are these?"});
    for (int k = 0; k < entry.weekdays_size() && k <= 7; ++k)
      ReadWeekday(entry, k, hours, field, &week, violations);
    if (violations->size() >= flow::kMaxViolations) return week;
  }
  CheckNights(week, absl::StrCat(path, ".week"), violations);
  return week;
}

Exception ExceptionFromProto(const v1::CalendarException& proto, const std::string& path,
                             Violations* violations) {
  Exception exception;
  exception.title = proto.title();
  exception.hours = HoursFromProto(proto.hours(), absl::StrCat(path, ".hours"), violations);
  const auto first = ParseDate(proto.date());
  const auto last = proto.last_date().empty() ? first : ParseDate(proto.last_date());
  if (!first.has_value())
    violations->push_back({absl::StrCat(path, ".date"), DateFault(proto.date())});
  if (!last.has_value() && !proto.last_date().empty())
    violations->push_back({absl::StrCat(path, ".last_date"), DateFault(proto.last_date())});
  if (!first.has_value() || !last.has_value()) return exception;
  if (*last < *first || *last - *first >= kLongestException) {
    violations->push_back({absl::StrCat(path, ".last_date"),
                           absl::StrCat("is ", proto.last_date(), "; it must be ", proto.date(),
                                        " or up to ", kLongestException - 1, " days after it")});
  }
  exception.first = *first;
  exception.last = *last;
  return exception;
}

}  // namespace

DayHours HoursFromProto(const google::protobuf::RepeatedPtrField<v1::OpenHours>& proto,
                        const std::string& path, Violations* violations) {
  DayHours hours;
  if (proto.size() > kMaxStretches) {
    violations->push_back(
        {path, absl::StrCat("has ", proto.size(), " entries; it takes up to ", kMaxStretches)});
    return hours;
  }
  for (int i = 0; i < proto.size(); ++i) {
    const std::string field = absl::StrCat(path, "[", i, "]");
    const auto open = ClockOf(proto[i].open(), field + ".open", "23:59", violations);
    const auto close = ClockOf(proto[i].close(), field + ".close", "24:00", violations);
    if (!open.has_value() || !close.has_value()) return hours;
    if (*open == *close) {
      violations->push_back(
          {field + ".close", "equals open; a whole day is open 00:00, close 24:00"});
      return hours;
    }
    const int32_t end = *close > *open ? *close : *close + kMinutesOfDay;
    if (!hours.empty() && *open < hours.back().end) {
      violations->push_back(
          {field + ".open", absl::StrCat("is ", proto[i].open(),
                                         ", before the stretch before it ends; "
                                         "write them in order, not overlapping")});
      return hours;
    }
    hours.push_back({*open, end});
  }
  return hours;
}

Layer FromProto(const v1::Calendar& proto, absl::string_view path, Violations* violations) {
  const std::string prefix(path);
  Layer layer;
  layer.zone = proto.time_zone();
  layer.week = WeekFromProto(proto, prefix, violations);
  layer.holidays = HolidaysFromProto(proto, prefix, violations);
  if (proto.exceptions_size() > kMaxExceptions) {
    violations->push_back(
        {prefix + ".exceptions", absl::StrCat("has ", proto.exceptions_size(),
                                              " entries; it takes up to ", kMaxExceptions)});
    return layer;
  }
  for (int i = 0; i < proto.exceptions_size() && violations->size() < flow::kMaxViolations; ++i) {
    layer.exceptions.push_back(ExceptionFromProto(
        proto.exceptions(i), absl::StrCat(prefix, ".exceptions[", i, "]"), violations));
  }
  return layer;
}

void ToProto(const DayHours& hours, google::protobuf::RepeatedPtrField<v1::OpenHours>* proto) {
  for (const Hours& one : hours) {
    v1::OpenHours* added = proto->Add();
    added->set_open(FormatClock(one.begin));
    added->set_close(FormatClock(one.end > kMinutesOfDay ? one.end - kMinutesOfDay : one.end));
  }
}

v1::Weekday ToProto(absl::Weekday weekday) {
  return static_cast<v1::Weekday>(static_cast<int>(weekday) + v1::WEEKDAY_MONDAY);
}

}  // namespace plumbline::calendar
