// SPDX-License-Identifier: Apache-2.0
//
// Calendar files: reading them, and putting them into the catalog.
#ifndef PLUMBLINE_CLIENTS_CLI_CALENDARS_H_
#define PLUMBLINE_CLIENTS_CLI_CALENDARS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/session.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "plumbline/catalog/v1/calendar.pb.h"

namespace plumbline::cli {

inline constexpr char kCalendars[] = "/plumbline.catalog.v1.CalendarService/";

// Reads one YAML file ("name: calendars/{id}"); the name is made full.
absl::StatusOr<catalog::v1::Calendar> ReadCalendarFile(const Session& session,
                                                       const std::string& path);

struct AppliedCalendar {
  catalog::v1::Calendar calendar;
  bool unchanged = false;
};

// Creates or updates each file's calendar, those first from which others inherit. All files are
// read, and looked at by the catalog, before anything is written; with `validate_only` nothing is.
absl::StatusOr<std::vector<AppliedCalendar>> ApplyCalendarFiles(
    Session& session, const std::vector<std::string>& paths, bool validate_only);

// "09:00-12:00, 13:00-17:00"; "closed" for none.
std::string HoursText(const google::protobuf::RepeatedPtrField<catalog::v1::OpenHours>& hours);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_CALENDARS_H_
