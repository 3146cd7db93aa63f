// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/calendars.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "clients/cli/processes.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"

namespace plumbline::cli {
namespace {

using catalog::v1::Calendar;

// A calendar with the file that it was read from.
struct CalendarFile {
  Calendar calendar;
  std::string path, text;
};

absl::StatusOr<CalendarFile> Read(Session& session, const std::string& path) {
  session.wording().InFile("", "", "");
  CalendarFile file;
  file.path = path == "-" ? "standard input" : path;
  ASSIGN_OR_RETURN(file.text, ReadFile(path));
  session.wording().InFile(file.path, file.text, "calendar");
  RETURN_IF_ERROR(yaml::Parse(file.path, file.text, &file.calendar));
  if (file.calendar.name().empty())
    return base::FieldError("calendar.name",
                            "is missing; begin the file with 'name: calendars/{id}'");
  const bool bare = !absl::StrContains(file.calendar.name(), '/');
  const std::string name = session.FullName(bare ? absl::StrCat("calendars/", file.calendar.name())
                                                 : file.calendar.name());
  if (!absl::StrContains(name, "/calendars/")) {
    return base::FieldError("calendar.name",
                            absl::StrCat("'", file.calendar.name(),
                                         "' names no calendar; begin the file with 'name: "
                                         "calendars/{id}'"));
  }
  file.calendar.set_name(name);
  // What `get` printed can be applied again, whatever has become of the calendar since.
  file.calendar.clear_etag();
  return file;
}

// Every file of `paths`; two of the same name are FIELD_INVALID.
absl::StatusOr<std::vector<CalendarFile>> ReadAll(Session& session,
                                                  const std::vector<std::string>& paths) {
  std::vector<CalendarFile> all;
  std::map<std::string, std::string> path_of;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const std::vector<std::string> names, ProcessFiles(path));
    for (const std::string& name : names) {
      ASSIGN_OR_RETURN(CalendarFile file, Read(session, name));
      const auto [it, fresh] = path_of.emplace(file.calendar.name(), name);
      if (!fresh) {
        return base::FieldError(
            "calendar.name",
            absl::StrCat("'", session.ShortName(file.calendar.name()), "' is also the name in ",
                         it->second, "; give each file its own"));
      }
      all.push_back(std::move(file));
    }
  }
  session.wording().InFile("", "", "");
  return all;
}

absl::Status Cycle(const Session& session, std::vector<std::string> names) {
  names.push_back(names.front());
  for (std::string& name : names) name = session.ShortName(name);
  const std::string chain = absl::StrJoin(names, " -> ");
  return base::Error(base::Reason::ERROR_REASON_CALENDAR_CYCLE,
                     absl::StrCat("these calendars inherit from each other in a circle: ", chain,
                                  "; change what one of them inherits"))
      .With("chain", chain);
}

// What is inherited before who inherits it. O(files * log files).
absl::StatusOr<std::vector<const CalendarFile*>> InOrder(const Session& session,
                                                         const std::vector<CalendarFile>& files) {
  std::map<std::string, const CalendarFile*> by_name;
  for (const CalendarFile& file : files) by_name[file.calendar.name()] = &file;
  std::vector<const CalendarFile*> ordered;
  std::set<std::string> placed;
  for (const CalendarFile& file : files) {
    // From the file up to what is placed or lies in no file.
    std::vector<std::string> chain;
    std::string name = file.calendar.name();
    for (auto it = by_name.find(name); it != by_name.end() && placed.count(name) == 0;
         it = by_name.find(name)) {
      const auto begun = std::find(chain.begin(), chain.end(), name);
      if (begun != chain.end()) return Cycle(session, std::vector<std::string>(begun, chain.end()));
      chain.push_back(name);
      name = session.FullName(it->second->calendar.inherits());
    }
    for (auto one = chain.rbegin(); one != chain.rend(); ++one) {
      placed.insert(*one);
      ordered.push_back(by_name[*one]);
    }
  }
  return ordered;
}

// The etag of the calendar as it is, "" if there is none.
absl::StatusOr<std::string> PresentEtag(Session& session, const std::string& name) {
  catalog::v1::GetCalendarRequest request;
  request.set_name(name);
  catalog::v1::GetCalendarResponse response;
  const absl::Status status = session.Call(kCalendars, "GetCalendar", request, &response);
  // What is wrong with a name, the update says in its words.
  if (absl::IsNotFound(status) ||
      base::ReasonOf(status) == base::Reason::ERROR_REASON_FIELD_INVALID)
    return std::string();
  RETURN_IF_ERROR(status);
  return response.calendar().etag();
}

absl::StatusOr<AppliedCalendar> ApplyOne(Session& session, const Calendar& calendar,
                                         absl::string_view present_etag, bool validate_only) {
  catalog::v1::UpdateCalendarRequest update;
  *update.mutable_calendar() = calendar;
  update.set_allow_missing(true);
  update.set_validate_only(validate_only);
  update.set_request_id(base::NewUuid());
  catalog::v1::UpdateCalendarResponse updated;
  RETURN_IF_ERROR(session.Call(kCalendars, "UpdateCalendar", update, &updated));
  const bool unchanged = updated.calendar().etag() == present_etag;
  return AppliedCalendar{std::move(*updated.mutable_calendar()), unchanged};
}

// The same error with the file in front of its message, for programs; people get it from the
// session's wording.
absl::Status InFile(const std::string& path, const absl::Status& status) {
  absl::Status named(status.code(), absl::StrCat(path, ": ", status.message()));
  status.ForEachPayload(
      [&](absl::string_view type, const absl::Cord& payload) { named.SetPayload(type, payload); });
  return named;
}

// Applies one file after the other. With `validate_only`, what is not there yet because it lies in
// a file before is taken for there.
absl::StatusOr<std::vector<AppliedCalendar>> ApplyAll(Session& session,
                                                      const std::vector<const CalendarFile*>& files,
                                                      bool validate_only) {
  std::vector<AppliedCalendar> applied;
  std::set<std::string> to_come;
  for (const CalendarFile* file : files) {
    session.wording().InFile(file->path, file->text, "calendar");
    Calendar calendar = file->calendar;
    ASSIGN_OR_RETURN(const std::string etag, PresentEtag(session, calendar.name()));
    if (validate_only && etag.empty()) to_come.insert(calendar.name());
    if (to_come.count(session.FullName(calendar.inherits())) > 0) calendar.clear_inherits();
    absl::StatusOr<AppliedCalendar> one = ApplyOne(session, calendar, etag, validate_only);
    if (!one.ok()) return InFile(file->path, one.status());
    one->calendar.set_inherits(file->calendar.inherits());
    applied.push_back(*std::move(one));
  }
  session.wording().InFile("", "", "");
  return applied;
}

}  // namespace

absl::StatusOr<std::vector<AppliedCalendar>> ApplyCalendarFiles(
    Session& session, const std::vector<std::string>& paths, bool validate_only) {
  ASSIGN_OR_RETURN(const std::vector<CalendarFile> files, ReadAll(session, paths));
  ASSIGN_OR_RETURN(const std::vector<const CalendarFile*> ordered, InOrder(session, files));
  ASSIGN_OR_RETURN(std::vector<AppliedCalendar> applied,
                   ApplyAll(session, ordered, /*validate_only=*/true));
  if (validate_only) return applied;
  return ApplyAll(session, ordered, /*validate_only=*/false);
}

}  // namespace plumbline::cli
