// SPDX-License-Identifier: Apache-2.0
//
// Calendar files: reading them, and putting them into the catalog.
#ifndef PLUMBLINE_CLIENTS_CLI_CALENDARS_H_
#define PLUMBLINE_CLIENTS_CLI_CALENDARS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/session.h"
#include "plumbline/catalog/v1/calendar.pb.h"

namespace plumbline::cli {

inline constexpr char kCalendars[] = "/plumbline.catalog.v1.CalendarService/";

struct AppliedCalendar {
  catalog::v1::Calendar calendar;
  bool unchanged = false;
};

// Creates or updates the calendar of each file ("name: calendars/{id}"), what is inherited before
// who inherits it. All files are read, and looked at by the catalog, before anything is written;
// with `validate_only` nothing is. Beside the catalog's errors: FIELD_INVALID (a file, two with the
// same name), CALENDAR_CYCLE (files that inherit from one another). The session's wording knows the
// file.
absl::StatusOr<std::vector<AppliedCalendar>> ApplyCalendarFiles(
    Session& session, const std::vector<std::string>& paths, bool validate_only);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_CALENDARS_H_
