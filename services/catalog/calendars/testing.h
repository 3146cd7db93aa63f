// SPDX-License-Identifier: Apache-2.0
//
// Calendars for tests of the catalog.
#ifndef PLUMBLINE_SERVICES_CATALOG_CALENDARS_TESTING_H_
#define PLUMBLINE_SERVICES_CATALOG_CALENDARS_TESTING_H_

#include <string>

#include "absl/strings/string_view.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {

inline std::string CalendarNameOf(absl::string_view id) {
  return absl::StrCat("workspaces/acme/calendars/", id);
}

// A valid calendar that inherits from this one; "" = none.
inline v1::Calendar CalendarOf(absl::string_view title, absl::string_view inherits = "") {
  v1::Calendar calendar;
  calendar.set_title(std::string(title));
  if (!inherits.empty()) calendar.set_inherits(absl::StrCat("calendars/", inherits));
  return calendar;
}

inline v1::Holiday YearlyHoliday(absl::string_view id, int month, int day) {
  v1::Holiday holiday;
  holiday.set_id(std::string(id));
  holiday.set_title(absl::StrCat("Title of ", id));
  holiday.mutable_yearly()->set_month(month);
  holiday.mutable_yearly()->set_day(day);
  return holiday;
}

inline v1::CreateCalendarRequest CreateCalendarRequestOf(absl::string_view id,
                                                         const v1::Calendar& calendar) {
  v1::CreateCalendarRequest request;
  request.set_parent("workspaces/acme");
  request.set_calendar_id(std::string(id));
  *request.mutable_calendar() = calendar;
  return request;
}

inline absl::StatusOr<v1::CreateCalendarResponse> CreateCalendarIn(TestCatalog& catalog,
                                                                   absl::string_view id,
                                                                   const v1::Calendar& calendar) {
  return catalog.CallCalendars<v1::CreateCalendarResponse>("CreateCalendar",
                                                           CreateCalendarRequestOf(id, calendar));
}

inline absl::StatusOr<v1::Calendar> GetCalendarFrom(TestCatalog& catalog, absl::string_view id) {
  v1::GetCalendarRequest request;
  request.set_name(CalendarNameOf(id));
  auto response = catalog.CallCalendars<v1::GetCalendarResponse>("GetCalendar", request);
  if (!response.ok()) return response.status();
  return response->calendar();
}

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CALENDARS_TESTING_H_
