// SPDX-License-Identifier: Apache-2.0
//
// plumbline calendar ...: calendars into the catalog and out of it; questions about business time
// are in calendar_questions.cc.
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/calendar_group.h"
#include "clients/cli/calendars.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/terminal.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
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

absl::Status Delete(Session& session, const Options& options) {
  session.wording().Call({{"etag", "--etag"}, {"force", "--force"}});
  v1::DeleteCalendarRequest request;
  request.set_etag(options.etag);
  request.set_force(options.force);
  request.set_validate_only(options.dry_run);
  request.set_request_id(base::NewUuid());
  return CallCalendar<v1::DeleteCalendarRequest, v1::DeleteCalendarResponse>(
      session, options, "DeleteCalendar", request, [&](const auto& response) {
        const std::string deleted = session.ShortName(session.FullName("calendars", options.name));
        session.out() << deleted << ": " << (options.dry_run ? "can be deleted" : "deleted")
                      << '\n';
        for (const std::string& name : response.changed_calendars()) {
          session.out() << session.ShortName(name) << ": "
                        << (options.dry_run ? "would inherit" : "inherits") << " what " << deleted
                        << (options.dry_run ? " inherits\n" : " inherited\n");
        }
      });
}

absl::Status Import(Session& session, const Options& options) {
  const std::string path = options.file == "-" ? "standard input" : options.file;
  // Lines of the file say where: the field is the whole of it.
  session.wording().Call(
      {{"icalendar", ""}, {"etag", "--etag"}, {"skip_unsupported", "--skip-unsupported"}});
  v1::ImportHolidaysRequest request;
  ASSIGN_OR_RETURN(*request.mutable_icalendar(), ReadFile(options.file));
  session.wording().InFile(path, "", "");
  request.set_skip_unsupported(options.skip_unsupported);
  request.set_etag(options.etag);
  request.set_validate_only(options.dry_run);
  request.set_request_id(base::NewUuid());
  return CallCalendar<v1::ImportHolidaysRequest, v1::ImportHolidaysResponse>(
      session, options, "ImportHolidays", request, [&](const auto& response) {
        session.out() << session.ShortName(response.calendar().name()) << ": " << response.added()
                      << " added, " << response.replaced() << " replaced, " << response.unchanged()
                      << " unchanged" << (options.dry_run ? "; nothing written" : "") << '\n';
        for (const v1::ICalendarProblem& problem : response.skipped()) {
          session.err() << Printable(absl::StrCat(path, ":", problem.line(), ": left out: ",
                                                  problem.property(), " ", problem.reason()))
                        << '\n';
        }
      });
}

absl::Status Export(Session& session, const Options& options) {
  session.wording().Call({{"first_year", "--first-year"}, {"last_year", "--last-year"}});
  v1::ExportCalendarRequest request;
  request.set_first_year(options.first_year);
  request.set_last_year(options.last_year);
  return CallCalendar<v1::ExportCalendarRequest, v1::ExportCalendarResponse>(
      session, options, "ExportCalendar", request,
      [&](const auto& response) { session.out() << response.icalendar(); });
}

void AddApply(Group& group) {
  Options& o = group.options();
  CLI::App* apply = group.Add("apply", "Create or update calendars from YAML files", &Apply, false);
  apply->add_option("FILE", o.files, "Calendar files or folders of them; - is standard input")
      ->required();
  apply->add_flag("--dry-run", o.dry_run, "Check everything, write nothing");
  AddExamples(*apply, {{"plumbline calendar apply calendars", "the shipped ones"},
                       {"plumbline calendar apply --dry-run mine.yaml", ""},
                       {"plumbline get calendars/germany > mine.yaml",
                        "a calendar as a file, to be edited and applied again"}});
}

void AddDelete(Group& group) {
  Options& o = group.options();
  CLI::App* remove = group.Add("delete", "Delete a calendar", &Delete);
  remove->add_flag("--force", o.force,
                   "Though others inherit from it: they inherit what it inherits, and change");
  Takes(remove->add_option("--etag", o.etag, "Refuse if the calendar has changed since"), "ETAG");
  remove->add_flag("--dry-run", o.dry_run, "Check everything, write nothing");
  AddExamples(*remove, {{"plumbline calendar delete germany --dry-run", "who inherits from it"}});
}

void AddFiles(Group& group) {
  Options& o = group.options();
  CLI::App* import = group.Add("import", "Take over holidays from an iCalendar file", &Import);
  import->add_option("FILE", o.file, "An .ics file; - is standard input")->required();
  import->add_flag("--skip-unsupported", o.skip_unsupported,
                   "Leave out what is not understood, and say what");
  Takes(import->add_option("--etag", o.etag, "Refuse if the calendar has changed since"), "ETAG");
  import->add_flag("--dry-run", o.dry_run, "Check everything, write nothing");
  AddExamples(*import, {{"plumbline calendar import germany holidays.ics --dry-run",
                         "what would be added and replaced"}});
  CLI::App* out = group.Add("export", "Print holidays as an iCalendar file", &Export);
  Takes(out->add_option("--first-year", o.first_year,
                        "The first year of what is written out (default: the present one)"),
        "YEAR");
  Takes(out->add_option("--last-year", o.last_year, "The last (default: ten years later)"), "YEAR");
  AddExamples(*out, {{"plumbline calendar export germany > germany.ics",
                      "for the calendars that people keep"}});
}

}  // namespace

void AddCalendarCommands(CLI::App& app, Action* action) {
  Group group(app, action);
  AddApply(group);
  AddDelete(group);
  AddFiles(group);
  AddCalendarQuestions(group);
  AddExamples(group.app(),
              {{"plumbline calendar apply calendars", "the shipped calendars"},
               {"plumbline list calendars", "what there is; plumbline get calendars/ID shows one"},
               {"plumbline calendar days germany", "what is closed this year, and who says so"},
               {"plumbline calendar add us-federal 2026-11-25T15:00:00-05:00 --days 2",
                "when two working days have passed"}});
}

}  // namespace plumbline::cli
