// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/calendars/convert.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/calendar/proto/text.h"
#include "common/listing/request.h"
#include "services/catalog/calendars/change.h"
#include "services/catalog/calendars/fields.h"
#include "services/catalog/processes/convert.h"
#include "services/catalog/processes/convert_parts.h"

namespace plumbline::catalog {
namespace {

using calendar::kFirstYear;
using calendar::kLastYear;

constexpr int kMaxDays = 3660;
constexpr int kMaxMinutes = 1'000'000;
constexpr int kMaxWorkingDays = 100'000;
constexpr int kMaxListedDays = 3660;
constexpr int kMaxExportedYears = 50;

absl::StatusOr<CalendarKey> ToCalendarKey(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(auto ids, base::ParseName(field, name, "workspaces/*/calendars/*"));
  return CalendarKey{ids[0], ids[1]};
}

// What a page token of special days is bound to besides filter and order.
std::string ScopeOf(const v1::ListSpecialDaysRequest& request) {
  return absl::StrCat(request.name(), "\n", request.first_date(), "\n", request.last_date());
}

absl::Status CheckRange(absl::string_view field, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return absl::OkStatus();
  return base::FieldError(field, absl::StrCat("is ", value, "; it takes ", low, " to ", high));
}

absl::StatusOr<absl::CivilDay> ToDate(absl::string_view field, const std::string& text) {
  if (const auto date = calendar::ParseDate(text)) return *date;
  return base::FieldError(
      field, text.empty() ? "is required: a date like 2026-12-24" : calendar::DateFault(text));
}

absl::StatusOr<absl::Time> ToTime(absl::string_view field,
                                  const google::protobuf::Timestamp& timestamp) {
  const absl::Time time =
      absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
  const int64_t year = absl::ToCivilYear(time, absl::UTCTimeZone()).year();
  if (timestamp.nanos() >= 0 && timestamp.nanos() < 1'000'000'000 && year >= kFirstYear &&
      year <= kLastYear) {
    return time;
  }
  return base::FieldError(field, absl::StrCat("is not in the years that calendars know, ",
                                              kFirstYear, " to ", kLastYear, " (UTC)"));
}

absl::StatusOr<absl::Time> ToRequiredTime(absl::string_view field, bool given,
                                          const google::protobuf::Timestamp& timestamp) {
  if (!given) return base::FieldError(field, "is required: an instant");
  return ToTime(field, timestamp);
}

}  // namespace

absl::StatusOr<CreateCalendarCommand> ToCommand(const v1::CreateCalendarRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ASSIGN_OR_RETURN(auto ids, base::ParseName("parent", request.parent(), "workspaces/*"));
  RETURN_IF_ERROR(base::CheckId("calendar_id", request.calendar_id()));
  if (!request.has_calendar())
    return base::FieldError("calendar", "is missing; give the calendar to create");
  CreateCalendarCommand command{
      {ids[0], request.calendar_id()}, request.calendar(), request.reason()};
  const std::string name = NameOf(command.key);
  if (!request.calendar().name().empty() && request.calendar().name() != name) {
    return base::FieldError(
        "calendar.name",
        absl::StrCat("is '", request.calendar().name(), "', but parent and calendar_id say '", name,
                     "'; leave it empty or make them agree"));
  }
  return command;
}

absl::StatusOr<UpdateCalendarCommand> ToCommand(const v1::UpdateCalendarRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  if (!request.has_calendar())
    return base::FieldError("calendar", "is missing; give the calendar to update");
  UpdateCalendarCommand command;
  ASSIGN_OR_RETURN(command.key, ToCalendarKey("calendar.name", request.calendar().name()));
  ASSIGN_OR_RETURN(command.fields, ToFields(request.update_mask(), CalendarContentFields()));
  command.content = request.calendar();
  command.etag = request.calendar().etag();
  command.allow_missing = request.allow_missing();
  command.reason = request.reason();
  return command;
}

absl::StatusOr<DeleteCalendarCommand> ToCommand(const v1::DeleteCalendarRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ASSIGN_OR_RETURN(CalendarKey key, ToCalendarKey("name", request.name()));
  return DeleteCalendarCommand{std::move(key), request.etag(), request.force(), request.reason()};
}

absl::StatusOr<ImportHolidaysCommand> ToCommand(const v1::ImportHolidaysRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ImportHolidaysCommand command;
  ASSIGN_OR_RETURN(command.key, ToCalendarKey("name", request.name()));
  command.etag = request.etag();
  command.reason = request.reason();
  if (request.icalendar().empty())
    return base::FieldError("icalendar", "is required: the text of an iCalendar file");
  ASSIGN_OR_RETURN(command.file,
                   calendar::ReadICalendar(request.icalendar(), request.skip_unsupported()));
  return command;
}

absl::StatusOr<CalendarKey> ToCommand(const v1::GetCalendarRequest& request) {
  // What is read is never older than what was answered before: any token will do.
  RETURN_IF_ERROR(ToPosition(request.min_freshness()).status());
  return ToCalendarKey("name", request.name());
}

absl::StatusOr<ListCalendarsCommand> ToCommand(const v1::ListCalendarsRequest& request) {
  ListCalendarsCommand command;
  ASSIGN_OR_RETURN(auto ids, base::ParseName("parent", request.parent(), "workspaces/*"));
  command.workspace = ids[0];
  ASSIGN_OR_RETURN(command.query,
                   listing::ToQuery("ListCalendars", request.parent(), request, CalendarSchema()));
  return command;
}

absl::StatusOr<ExportCalendarCommand> ToCommand(const v1::ExportCalendarRequest& request) {
  ExportCalendarCommand command;
  ASSIGN_OR_RETURN(command.key, ToCalendarKey("name", request.name()));
  command.first_year = request.first_year();
  command.last_year = request.last_year();
  if (command.first_year != 0)
    RETURN_IF_ERROR(CheckRange("first_year", command.first_year, kFirstYear, kLastYear));
  if (command.last_year == 0) return command;
  if (command.first_year == 0)
    return base::FieldError("first_year", "is required where last_year is given");
  RETURN_IF_ERROR(CheckRange("last_year", command.last_year, command.first_year,
                             std::min(kLastYear, command.first_year + kMaxExportedYears)));
  return command;
}

std::string NextPageToken(const v1::ListSpecialDaysRequest& request, absl::string_view position) {
  return listing::NextPageToken("ListSpecialDays", ScopeOf(request), request, position);
}

absl::StatusOr<SpecialDaysCommand> ToCommand(const v1::ListSpecialDaysRequest& request) {
  SpecialDaysCommand command;
  ASSIGN_OR_RETURN(command.key, ToCalendarKey("name", request.name()));
  ASSIGN_OR_RETURN(command.first, ToDate("first_date", request.first_date()));
  ASSIGN_OR_RETURN(command.last, ToDate("last_date", request.last_date()));
  if (command.last < command.first || command.last - command.first > kMaxListedDays) {
    return base::FieldError(
        "last_date", absl::StrCat("is ", request.last_date(), "; it must be ", request.first_date(),
                                  " or up to ", kMaxListedDays, " days after it"));
  }
  ASSIGN_OR_RETURN(command.query, listing::ToQuery("ListSpecialDays", ScopeOf(request), request,
                                                   SpecialDaySchema()));
  return command;
}

absl::StatusOr<AddCommand> ToCommand(const v1::AddBusinessTimeRequest& request) {
  AddCommand command;
  ASSIGN_OR_RETURN(command.key, ToCalendarKey("name", request.name()));
  ASSIGN_OR_RETURN(command.start,
                   ToRequiredTime("start_time", request.has_start_time(), request.start_time()));
  if (!request.has_duration())
    return base::FieldError("duration", "is required: working days and open minutes to add");
  command.days = request.duration().days();
  command.minutes = request.duration().minutes();
  RETURN_IF_ERROR(CheckRange("duration.days", command.days, -kMaxDays, kMaxDays));
  RETURN_IF_ERROR(CheckRange("duration.minutes", command.minutes, -kMaxMinutes, kMaxMinutes));
  if ((command.days < 0 && command.minutes > 0) || (command.days > 0 && command.minutes < 0)) {
    return base::FieldError("duration",
                            absl::StrCat("has ", command.days, " days and ", command.minutes,
                                         " minutes; both go forwards or both back"));
  }
  return command;
}

absl::StatusOr<MeasureCommand> ToCommand(const v1::MeasureBusinessTimeRequest& request) {
  MeasureCommand command;
  ASSIGN_OR_RETURN(command.key, ToCalendarKey("name", request.name()));
  ASSIGN_OR_RETURN(command.start,
                   ToRequiredTime("start_time", request.has_start_time(), request.start_time()));
  ASSIGN_OR_RETURN(command.end,
                   ToRequiredTime("end_time", request.has_end_time(), request.end_time()));
  return command;
}

absl::StatusOr<CheckOpenCommand> ToCommand(const v1::CheckOpenRequest& request) {
  CheckOpenCommand command;
  ASSIGN_OR_RETURN(command.key, ToCalendarKey("name", request.name()));
  if (!request.has_time()) return command;
  ASSIGN_OR_RETURN(command.time, ToTime("time", request.time()));
  return command;
}

absl::StatusOr<FindWorkingDayCommand> ToCommand(const v1::FindWorkingDayRequest& request) {
  FindWorkingDayCommand command;
  ASSIGN_OR_RETURN(command.key, ToCalendarKey("name", request.name()));
  ASSIGN_OR_RETURN(command.date, ToDate("date", request.date()));
  command.working_days = request.working_days();
  RETURN_IF_ERROR(
      CheckRange("working_days", command.working_days, -kMaxWorkingDays, kMaxWorkingDays));
  return command;
}

}  // namespace plumbline::catalog
