// SPDX-License-Identifier: Apache-2.0
//
// Requests of CalendarService to commands: checks shape, not meaning. Errors: FIELD_INVALID with
// every violation that one look finds, PAGE_TOKEN_INVALID; those of ReadICalendar.
#ifndef PLUMBLINE_SERVICES_CATALOG_CALENDARS_CONVERT_H_
#define PLUMBLINE_SERVICES_CATALOG_CALENDARS_CONVERT_H_

#include "absl/status/statusor.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"
#include "services/catalog/calendars/command.h"

namespace plumbline::catalog {

absl::StatusOr<CreateCalendarCommand> ToCommand(const v1::CreateCalendarRequest& request);
absl::StatusOr<UpdateCalendarCommand> ToCommand(const v1::UpdateCalendarRequest& request);
absl::StatusOr<DeleteCalendarCommand> ToCommand(const v1::DeleteCalendarRequest& request);
absl::StatusOr<ImportHolidaysCommand> ToCommand(const v1::ImportHolidaysRequest& request);
absl::StatusOr<CalendarKey> ToCommand(const v1::GetCalendarRequest& request);
absl::StatusOr<ListCalendarsCommand> ToCommand(const v1::ListCalendarsRequest& request);
absl::StatusOr<ExportCalendarCommand> ToCommand(const v1::ExportCalendarRequest& request);
absl::StatusOr<SpecialDaysCommand> ToCommand(const v1::ListSpecialDaysRequest& request);
std::string NextPageToken(const v1::ListSpecialDaysRequest& request, absl::string_view position);
absl::StatusOr<AddCommand> ToCommand(const v1::AddBusinessTimeRequest& request);
absl::StatusOr<MeasureCommand> ToCommand(const v1::MeasureBusinessTimeRequest& request);
absl::StatusOr<CheckOpenCommand> ToCommand(const v1::CheckOpenRequest& request);
absl::StatusOr<FindWorkingDayCommand> ToCommand(const v1::FindWorkingDayRequest& request);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CALENDARS_CONVERT_H_
