// SPDX-License-Identifier: Apache-2.0
//
// What the catalog is asked about calendars, in its own words: requests whose shape has been
// checked.
#ifndef PLUMBLINE_SERVICES_CATALOG_CALENDARS_COMMAND_H_
#define PLUMBLINE_SERVICES_CATALOG_CALENDARS_COMMAND_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/calendar/icalendar/icalendar.h"
#include "common/listing/query.h"
#include "services/catalog/calendars/store.h"

namespace plumbline::catalog {

struct CreateCalendarCommand {
  CalendarKey key;
  v1::Calendar content;
  std::string reason;
};

struct UpdateCalendarCommand {
  CalendarKey key;
  v1::Calendar content;
  std::vector<std::string> fields;  // of the content, those to replace
  std::string etag;                 // "" = whatever it is
  bool allow_missing = false;
  std::string reason;
};

struct DeleteCalendarCommand {
  CalendarKey key;
  std::string etag;  // "" = whatever it is
  bool force = false;
  std::string reason;
};

struct ImportHolidaysCommand {
  CalendarKey key;
  std::string etag;  // "" = whatever it is
  calendar::ICalendarHolidays file;
  std::string reason;
};

struct ListCalendarsCommand {
  std::string workspace;
  listing::Query query;
};

struct ExportCalendarCommand {
  CalendarKey key;
  int first_year = 0;  // 0 = the present one
  int last_year = 0;   // 0 = ten after the first
};

struct SpecialDaysCommand {
  CalendarKey key;
  absl::CivilDay first;
  absl::CivilDay last;
  listing::Query query;  // of SpecialDaySchema()
};

struct AddCommand {
  CalendarKey key;
  absl::Time start;
  int days = 0;
  int minutes = 0;
};

struct MeasureCommand {
  CalendarKey key;
  absl::Time start;
  absl::Time end;
};

struct CheckOpenCommand {
  CalendarKey key;
  std::optional<absl::Time> time;  // absent = now
};

struct FindWorkingDayCommand {
  CalendarKey key;
  absl::CivilDay date;
  int working_days = 0;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CALENDARS_COMMAND_H_
