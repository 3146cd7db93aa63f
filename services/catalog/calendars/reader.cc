// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/calendars/reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/calendar/icalendar/icalendar.h"
#include "common/calendar/proto/convert.h"
#include "common/calendar/proto/text.h"
#include "common/calendar/special_days.h"
#include "common/calendar/working_days.h"
#include "google/protobuf/util/time_util.h"
#include "services/catalog/calendars/change.h"
#include "services/catalog/calendars/fields.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::TimeUtil;

constexpr int kExportedYears = 10;

std::string LocalText(absl::Time time, const calendar::Calendar& calendar) {
  return absl::FormatTime(absl::RFC3339_full, time, calendar.zone());
}

absl::Status Closed(const CalendarKey& key, absl::Time nowhere) {
  const bool past = nowhere == absl::InfinitePast();
  return base::Error(base::Reason::ERROR_REASON_CALENDAR_CLOSED,
                     absl::StrCat("'", NameOf(key), "' is not open for so long ",
                                  past ? "since the beginning of " : "until the end of ",
                                  past ? calendar::kFirstYear : calendar::kLastYear,
                                  "; give it hours, or ask for less"))
      .Resource("Calendar", NameOf(key));
}

v1::SpecialDay ToMessage(const calendar::SpecialDay& day, const std::string& name) {
  v1::SpecialDay message;
  message.set_date(calendar::FormatDate(day.date));
  message.set_weekday(calendar::ToProto(absl::GetWeekday(day.date)));
  message.set_title(std::string(day.title));
  message.set_holiday(std::string(day.id));
  message.set_calendar(name);
  calendar::ToProto(day.hours, message.mutable_hours());
  message.set_substitute(day.substitute);
  return message;
}

bool IsNowhere(absl::Time time) {
  return time == absl::InfiniteFuture() || time == absl::InfinitePast();
}

}  // namespace

absl::StatusOr<std::vector<v1::Calendar>> CalendarReader::Chain(const base::CallContext& context,
                                                                const CalendarKey& key) {
  std::vector<v1::Calendar> chain;
  RETURN_IF_ERROR(store_.Read(context, [&](CalendarSnapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(chain, ReadChain(snapshot, key));
    return absl::OkStatus();
  }));
  return chain;
}

absl::StatusOr<calendar::Calendar> CalendarReader::Compiled(const base::CallContext& context,
                                                            const CalendarKey& key) {
  CalendarVersion version{.name = NameOf(key), .as_of = clock_.Now()};
  std::optional<calendar::Calendar> known;
  std::vector<v1::Calendar> chain;
  RETURN_IF_ERROR(store_.Read(context, [&](CalendarSnapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(version.position, snapshot.LastChange(key.workspace));
    known = memory_.Find(version.name, version.position, version.as_of);
    if (known.has_value()) return absl::OkStatus();
    ASSIGN_OR_RETURN(chain, ReadChain(snapshot, key));
    return absl::OkStatus();
  }));
  if (known.has_value()) return *std::move(known);
  // An etag is a hash of name, version and content.
  for (const v1::Calendar& calendar : chain)
    absl::StrAppend(&version.content, calendar.etag(), "/");
  if (known = memory_.Find(version); known.has_value()) return *std::move(known);
  ASSIGN_OR_RETURN(const std::vector<calendar::Layer> layers, ToLayers(chain));
  ASSIGN_OR_RETURN(calendar::Calendar compiled, calendar::Calendar::Compile(layers));
  memory_.Put(version, compiled);
  return compiled;
}

absl::StatusOr<v1::Calendar> CalendarReader::Get(const base::CallContext& context,
                                                 const CalendarKey& key) {
  v1::Calendar calendar;
  RETURN_IF_ERROR(store_.Read(context, [&](CalendarSnapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(KeptCalendar kept, RequireCalendar(snapshot, key));
    calendar = std::move(kept.calendar);
    return absl::OkStatus();
  }));
  return calendar;
}

absl::StatusOr<CalendarReader::Page> CalendarReader::List(const base::CallContext& context,
                                                          const ListCalendarsCommand& command) {
  Page page;
  RETURN_IF_ERROR(store_.Read(context, [&](CalendarSnapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(page, snapshot.ListCalendars(command.workspace, command.query));
    return absl::OkStatus();
  }));
  return page;
}

absl::StatusOr<v1::ExportCalendarResponse> CalendarReader::Export(
    const base::CallContext& context, const ExportCalendarCommand& command) {
  ASSIGN_OR_RETURN(const std::vector<v1::Calendar> chain, Chain(context, command.key));
  ASSIGN_OR_RETURN(const std::vector<calendar::Layer> layers, ToLayers(chain));
  calendar::ICalendarHeader header;
  header.title = chain.front().title();
  header.domain = absl::StrCat(command.key.calendar, ".", command.key.workspace, ".plumbline");
  for (const v1::Calendar& calendar : chain) {
    if (header.zone.empty()) header.zone = calendar.time_zone();
    header.stamp =
        std::max(header.stamp,
                 absl::FromUnixMicros(TimeUtil::TimestampToMicroseconds(calendar.update_time())));
  }
  int first = command.first_year;
  if (first == 0) first = absl::ToCivilYear(clock_.Now(), absl::UTCTimeZone()).year();
  const int last = command.last_year == 0 ? std::min(first + kExportedYears, calendar::kLastYear)
                                          : command.last_year;
  header.week = calendar::MergeWeeks(layers);
  header.first_year = first;
  header.last_year = last;
  std::string file = calendar::WriteICalendar(header, calendar::Expressible(layers, first, last));
  if (file.size() > calendar::kMaxICalendarBytes) {
    return base::FieldError(
        "last_year", absl::StrCat("makes a file of ", file.size(), " bytes; at most ",
                                  calendar::kMaxICalendarBytes,
                                  " are given: ask for fewer years, or give the calendar fewer "
                                  "holidays"));
  }
  v1::ExportCalendarResponse response;
  response.set_icalendar(std::move(file));
  return response;
}

absl::StatusOr<listing::Page<v1::SpecialDay>> CalendarReader::SpecialDays(
    const base::CallContext& context, const SpecialDaysCommand& command) {
  ASSIGN_OR_RETURN(const std::vector<v1::Calendar> chain, Chain(context, command.key));
  ASSIGN_OR_RETURN(const std::vector<calendar::Layer> layers, ToLayers(chain));
  const std::vector<calendar::SpecialDay> days =
      calendar::SpecialDays(layers, command.first, command.last);
  const auto name_of = [&](size_t row) -> const std::string& {
    return chain[days[row].layer].name();
  };
  listing::Page<v1::SpecialDay> page;
  ASSIGN_OR_RETURN(page.next, SpecialDayList().Read(
                                  days.size(),
                                  [&](size_t row, int field) {
                                    return SpecialDayValue(days[row], name_of(row), field);
                                  },
                                  [&](size_t row) {
                                    page.rows.push_back(ToMessage(days[row], name_of(row)));
                                    return page.rows.back().ByteSizeLong();
                                  },
                                  command.query));
  return page;
}

absl::StatusOr<v1::AddBusinessTimeResponse> CalendarReader::Add(const base::CallContext& context,
                                                                const AddCommand& command) {
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, Compiled(context, command.key));
  const absl::Time end = calendar.Add(command.start, command.days, command.minutes);
  if (IsNowhere(end)) return Closed(command.key, end);
  v1::AddBusinessTimeResponse response;
  *response.mutable_end_time() = ToTimestamp(end);
  response.set_local_end_time(LocalText(end, calendar));
  return response;
}

absl::StatusOr<v1::MeasureBusinessTimeResponse> CalendarReader::Measure(
    const base::CallContext& context, const MeasureCommand& command) {
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, Compiled(context, command.key));
  v1::MeasureBusinessTimeResponse response;
  *response.mutable_open_time() = TimeUtil::NanosecondsToDuration(
      absl::ToInt64Nanoseconds(calendar.Between(command.start, command.end)));
  response.set_working_days(
      static_cast<int32_t>(calendar::WorkingDaysBetween(calendar, command.start, command.end)));
  return response;
}

absl::StatusOr<v1::CheckOpenResponse> CalendarReader::CheckOpen(const base::CallContext& context,
                                                                const CheckOpenCommand& command) {
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, Compiled(context, command.key));
  const absl::Time time = command.time.value_or(clock_.Now());
  const absl::Time opening = calendar.NextOpening(time);
  v1::CheckOpenResponse response;
  if (IsNowhere(opening)) return response;  // closed, for good
  response.set_open(calendar.IsOpen(time));
  *response.mutable_opening_time() = ToTimestamp(opening);
  response.set_local_opening_time(LocalText(opening, calendar));
  return response;
}

absl::StatusOr<v1::FindWorkingDayResponse> CalendarReader::FindWorkingDay(
    const base::CallContext& context, const FindWorkingDayCommand& command) {
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, Compiled(context, command.key));
  const absl::Time opening = calendar.OpeningOfDay(command.date, command.working_days);
  if (IsNowhere(opening)) return Closed(command.key, opening);
  v1::FindWorkingDayResponse response;
  response.set_date(calendar::FormatDate(absl::ToCivilDay(opening, calendar.zone())));
  *response.mutable_opening_time() = ToTimestamp(opening);
  response.set_local_opening_time(LocalText(opening, calendar));
  return response;
}

}  // namespace plumbline::catalog
