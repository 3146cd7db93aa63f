// SPDX-License-Identifier: Apache-2.0
//
// What an iCalendar file brings into a calendar.
#ifndef PLUMBLINE_SERVICES_CATALOG_CALENDARS_IMPORT_H_
#define PLUMBLINE_SERVICES_CATALOG_CALENDARS_IMPORT_H_

#include <vector>

#include "absl/status/status.h"
#include "common/calendar/icalendar/icalendar.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"

namespace plumbline::catalog {

// Changes `calendar` as ImportHolidaysRequest has it, and counts and tells in `response` what came
// of it. `chain` is the calendar as it is kept and what it inherits from, in order; not empty. What
// is made of it is still to be validated.
absl::Status BringIn(const calendar::ICalendarHolidays& file, std::vector<v1::Calendar> chain,
                     v1::Calendar* calendar, v1::ImportHolidaysResponse* response);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CALENDARS_IMPORT_H_
