// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/calendars.h"

#include <functional>
#include <map>
#include <set>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/processes.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"

namespace plumbline::cli {
namespace {

using catalog::v1::Calendar;

struct CalendarFile {
  std::string path;
  Calendar calendar;
};

absl::StatusOr<std::vector<CalendarFile>> ReadFiles(const Session& session,
                                                    const std::vector<std::string>& paths) {
  std::vector<CalendarFile> files;
  std::map<std::string, std::string> path_of;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const std::vector<std::string> names, ProcessFiles(path));
    for (const std::string& name : names) {
      ASSIGN_OR_RETURN(Calendar calendar, ReadCalendarFile(session, name));
      const auto [it, fresh] = path_of.emplace(calendar.name(), name);
      if (!fresh) {
        return base::FieldError(
            "name", absl::StrCat(name, ": '", session.ShortName(calendar.name()),
                                 "' is also the name in ", it->second, "; give each file its own"));
      }
      files.push_back({name, std::move(calendar)});
    }
  }
  return files;
}

// Those first from which others inherit. A cycle is left to the catalog, which names its chain.
std::vector<CalendarFile> InOrder(const Session& session, const std::vector<CalendarFile>& files) {
  std::map<std::string, const CalendarFile*> by_name;
  for (const CalendarFile& file : files) by_name[file.calendar.name()] = &file;
  std::vector<CalendarFile> ordered;
  std::set<std::string> seen;
  const std::function<void(const CalendarFile&)> visit = [&](const CalendarFile& file) {
    if (!seen.insert(file.calendar.name()).second) return;
    const auto it = by_name.find(session.FullName(file.calendar.inherits()));
    if (it != by_name.end()) visit(*it->second);
    ordered.push_back(file);
  };
  for (const CalendarFile& file : files) visit(file);
  return ordered;
}

// The same error with the file in front of its message.
absl::Status InFile(const std::string& file, const absl::Status& status) {
  absl::Status named(status.code(), absl::StrCat(file, ": ", status.message()));
  status.ForEachPayload(
      [&](absl::string_view type, const absl::Cord& payload) { named.SetPayload(type, payload); });
  return named;
}

absl::StatusOr<AppliedCalendar> Apply(Session& session, const Calendar& calendar,
                                      bool validate_only) {
  catalog::v1::GetCalendarRequest get;
  get.set_name(calendar.name());
  catalog::v1::GetCalendarResponse present;
  const absl::Status found = session.Call(kCalendars, "GetCalendar", get, &present);
  if (!found.ok() && !absl::IsNotFound(found)) return found;
  catalog::v1::UpdateCalendarRequest update;
  *update.mutable_calendar() = calendar;
  update.set_allow_missing(true);
  update.set_validate_only(validate_only);
  update.set_request_id(base::NewUuid());
  catalog::v1::UpdateCalendarResponse updated;
  RETURN_IF_ERROR(session.Call(kCalendars, "UpdateCalendar", update, &updated));
  const bool unchanged = updated.calendar().etag() == present.calendar().etag();
  return AppliedCalendar{std::move(*updated.mutable_calendar()), unchanged};
}

}  // namespace

absl::StatusOr<Calendar> ReadCalendarFile(const Session& session, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  Calendar calendar;
  RETURN_IF_ERROR(yaml::Parse(path, text, &calendar));
  const std::string name = session.FullName(calendar.name());
  if (!absl::StrContains(name, "/calendars/")) {
    return base::FieldError("name", absl::StrCat(path, ": is '", calendar.name(),
                                                 "'; begin the file with 'name: calendars/{id}'"));
  }
  calendar.set_name(name);
  calendar.clear_etag();
  return calendar;
}

absl::StatusOr<std::vector<AppliedCalendar>> ApplyCalendarFiles(
    Session& session, const std::vector<std::string>& paths, bool validate_only) {
  ASSIGN_OR_RETURN(const std::vector<CalendarFile> files, ReadFiles(session, paths));
  const std::vector<CalendarFile> ordered = InOrder(session, files);
  std::set<std::string> names;
  for (const CalendarFile& file : files) names.insert(file.calendar.name());
  std::vector<AppliedCalendar> looked_at;
  for (const CalendarFile& file : ordered) {
    // What it inherits from may be in another of the files and not be there yet.
    Calendar calendar = file.calendar;
    if (names.contains(session.FullName(calendar.inherits()))) calendar.clear_inherits();
    auto one = Apply(session, calendar, true);
    if (!one.ok()) return InFile(file.path, one.status());
    one->calendar.set_inherits(file.calendar.inherits());
    looked_at.push_back(*std::move(one));
  }
  if (validate_only) return looked_at;
  std::vector<AppliedCalendar> applied;
  for (const CalendarFile& file : ordered) {
    auto one = Apply(session, file.calendar, false);
    if (!one.ok()) return InFile(file.path, one.status());
    applied.push_back(*std::move(one));
  }
  return applied;
}

std::string HoursText(const google::protobuf::RepeatedPtrField<catalog::v1::OpenHours>& hours) {
  std::string text;
  for (const auto& one : hours)
    absl::StrAppend(&text, text.empty() ? "" : ", ", one.open(), "-", one.close());
  return text.empty() ? "closed" : text;
}

}  // namespace plumbline::cli
