// SPDX-License-Identifier: Apache-2.0
//
// plumbline calendar ...: calendars, and questions about business time.
#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/strip.h"
#include "clients/cli/calendar_group.h"
#include "clients/cli/calendars.h"
#include "clients/cli/commands.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"

namespace plumbline::cli {
namespace {

namespace v1 = catalog::v1;
using Options = CalendarOptions;
using Group = CalendarGroup;

absl::Status Apply(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const std::vector<AppliedCalendar> applied,
                   ApplyCalendarFiles(session, options.files, options.dry_run));
  for (const AppliedCalendar& one : applied) {
    if (session.json()) {
      session.PrintJsonLine(one.calendar);
      continue;
    }
    session.out() << session.ShortName(one.calendar.name()) << ": "
                  << (options.dry_run ? "valid, nothing written"
                      : one.unchanged ? "unchanged"
                                      : "saved")
                  << '\n';
  }
  return absl::OkStatus();
}

absl::Status Get(Session& session, const Options& options) {
  v1::GetCalendarRequest request;
  request.set_name(CalendarName(session, options));
  v1::GetCalendarResponse response;
  RETURN_IF_ERROR(session.Call(kCalendars, "GetCalendar", request, &response));
  if (session.json() || options.output == "json") {
    session.PrintJson(response.calendar());
  } else {
    response.mutable_calendar()->set_name(session.ShortName(response.calendar().name()));
    session.out() << yaml::Format(response.calendar());
  }
  return absl::OkStatus();
}

absl::Status List(Session& session, const Options& options) {
  v1::ListCalendarsRequest request;
  request.set_parent(session.parent());
  Table table({"CALENDAR", "TITLE", "INHERITS", "ZONE", "UPDATED"});
  for (int seen = 0; seen < options.limit;) {
    request.set_page_size(std::min(1000, options.limit - seen));
    v1::ListCalendarsResponse response;
    RETURN_IF_ERROR(session.Call(kCalendars, "ListCalendars", request, &response));
    if (session.json()) session.PrintJsonLine(response);
    for (const v1::Calendar& calendar : response.calendars()) {
      table.Add({calendar.name().substr(calendar.name().rfind('/') + 1), calendar.title(),
                 std::string(absl::StripPrefix(calendar.inherits(), "calendars/")),
                 calendar.time_zone(), When(calendar.update_time())});
    }
    seen += response.calendars_size();
    if (response.next_page_token().empty()) break;
    if (seen >= options.limit)
      session.err() << "there is more: raise --limit (" << options.limit << ")\n";
    request.set_page_token(response.next_page_token());
  }
  if (session.json()) return absl::OkStatus();
  if (table.empty()) {
    session.out()
        << "no calendars; save the shipped ones with: plumbline calendar apply calendars\n";
  } else {
    table.Print(session.paper());
  }
  return absl::OkStatus();
}

absl::Status Delete(Session& session, const Options& options) {
  v1::DeleteCalendarRequest request;
  request.set_name(CalendarName(session, options));
  request.set_etag(options.etag);
  request.set_force(options.force);
  request.set_validate_only(options.dry_run);
  request.set_request_id(base::NewUuid());
  v1::DeleteCalendarResponse response;
  RETURN_IF_ERROR(session.Call(kCalendars, "DeleteCalendar", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  session.out() << session.ShortName(request.name()) << ": "
                << (options.dry_run ? "can be deleted" : "deleted") << '\n';
  for (const std::string& name : response.changed_calendars())
    session.out() << session.ShortName(name) << ": inherits from what it inherited\n";
  return absl::OkStatus();
}

absl::Status Import(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(options.file));
  v1::ImportHolidaysRequest request;
  request.set_name(CalendarName(session, options));
  request.set_icalendar(text);
  request.set_skip_unsupported(options.skip_unsupported);
  request.set_etag(options.etag);
  request.set_validate_only(options.dry_run);
  request.set_request_id(base::NewUuid());
  v1::ImportHolidaysResponse response;
  RETURN_IF_ERROR(session.Call(kCalendars, "ImportHolidays", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  session.out() << session.ShortName(request.name()) << ": " << response.added() << " added, "
                << response.replaced() << " replaced, " << response.unchanged() << " unchanged"
                << (options.dry_run ? "; nothing written" : "") << '\n';
  for (const v1::ICalendarProblem& problem : response.skipped()) {
    session.err() << "left out: line " << problem.line() << ", " << problem.property() << ": "
                  << problem.reason() << '\n';
  }
  return absl::OkStatus();
}

absl::Status Export(Session& session, const Options& options) {
  v1::ExportCalendarRequest request;
  request.set_name(CalendarName(session, options));
  request.set_first_year(options.first_year);
  request.set_last_year(options.last_year);
  v1::ExportCalendarResponse response;
  RETURN_IF_ERROR(session.Call(kCalendars, "ExportCalendar", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << response.icalendar();
  }
  return absl::OkStatus();
}

void AddResources(Group& group) {
  Options& o = group.options();
  CLI::App* apply = group.Add("apply", "Create or update calendars from YAML files", &Apply, false);
  apply->add_option("FILE", o.files, "Calendar files or folders of them; - is standard input")
      ->required();
  apply->add_flag("--dry-run", o.dry_run, "Check everything, write nothing");
  group.Add("get", "Show a calendar, as YAML that can be applied again", &Get)
      ->add_option("-o,--output", o.output, "yaml or json")
      ->check(CLI::IsMember({"yaml", "json"}));
  group.Add("list", "List calendars", &List, false)
      ->add_option("--limit", o.limit, "At most so many")
      ->check(CLI::Range(1, 10'000'000));
  CLI::App* remove = group.Add("delete", "Delete a calendar", &Delete);
  remove->add_flag("--force", o.force,
                   "Though others inherit from it: they inherit what it inherits, and change");
  remove->add_option("--etag", o.etag, "Refuse if the calendar has changed since");
  remove->add_flag("--dry-run", o.dry_run, "Check everything, write nothing");
}

void AddFiles(Group& group) {
  Options& o = group.options();
  CLI::App* import = group.Add("import", "Take over holidays from an iCalendar file", &Import);
  import->add_option("FILE", o.file, "An .ics file; - is standard input")->required();
  import->add_flag("--skip-unsupported", o.skip_unsupported,
                   "Leave out what is not understood, and say what");
  import->add_option("--etag", o.etag, "Refuse if the calendar has changed since");
  import->add_flag("--dry-run", o.dry_run, "Check everything, write nothing");
  CLI::App* out = group.Add("export", "Print holidays as an iCalendar file", &Export);
  out->add_option("--first-year", o.first_year,
                  "The first year of what is written out (default: the present one)");
  out->add_option("--last-year", o.last_year, "The last (default: ten years later)");
}

}  // namespace

void AddCalendarCommands(CLI::App& app, Action* action) {
  Group group(app, action);
  AddResources(group);
  AddFiles(group);
  AddCalendarQuestions(group);
}

}  // namespace plumbline::cli
