// SPDX-License-Identifier: Apache-2.0
//
// plumbline calendar ...: iCalendar files in and out; questions about business time are in
// calendar_questions.cc. Calendars are saved by apply and deleted by delete, as all resources are.
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/calendar_group.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/terminal.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"

namespace plumbline::cli {
namespace {

namespace v1 = catalog::v1;
using Options = CalendarOptions;
using Group = CalendarGroup;

constexpr char kDefaults[] =
    "A calendar that says no `week` and inherits none is open Monday to Friday, 09:00 to 17:00. "
    "Its next opening: plumbline calendar open.";

absl::Status Import(Session& session, const Options& options) {
  const std::string path = options.file == "-" ? "standard input" : options.file;
  // Lines of the file say where: the field is the whole of it.
  session.wording().Call({{"icalendar", ""},
                          {"etag", "--etag"},
                          {"reason", "--reason"},
                          {"skip_unsupported", "--skip-unsupported"}});
  v1::ImportHolidaysRequest request;
  ASSIGN_OR_RETURN(*request.mutable_icalendar(), ReadFile(options.file));
  if (request.icalendar().empty()) {
    return base::FieldError(
        "FILE", absl::StrCat("'", path, "' holds nothing; give the text of an iCalendar file"));
  }
  session.wording().InFile(path, "", "");
  request.set_skip_unsupported(options.skip_unsupported);
  request.set_etag(options.etag);
  request.set_reason(options.reason);
  request.set_validate_only(options.dry_run);
  request.set_request_id(base::NewUuid());
  const absl::Status status = CallCalendar<v1::ImportHolidaysRequest, v1::ImportHolidaysResponse>(
      session, options, "ImportHolidays", request, [&](const auto& response) {
        session.out() << session.ShortName(response.calendar().name()) << ": " << response.added()
                      << " added, " << response.replaced() << " replaced, " << response.unchanged()
                      << " unchanged"
                      << (response.covered() == 0
                              ? ""
                              : absl::StrCat(" (", response.covered(), " by other holidays)"))
                      << (options.dry_run ? "; nothing written" : "") << '\n';
        for (const v1::ICalendarProblem& problem : response.skipped()) {
          session.err() << Printable(absl::StrCat(path, ":", problem.line(), ": left out: ",
                                                  problem.property(), " ", problem.reason()))
                        << '\n';
        }
      });
  if (base::ReasonOf(status) == base::Reason::ERROR_REASON_ICALENDAR_UNSUPPORTED) {
    session.SetHint("--skip-unsupported leaves out what is not understood, and says what");
  }
  return status;
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

void AddFiles(Group& group) {
  Options& o = group.options();
  args::Command* import = group.Add("import", "Take over holidays from an iCalendar file", &Import);
  import->add_option("FILE", o.file, "An .ics file; - is standard input")->required();
  import->add_flag("--skip-unsupported", o.skip_unsupported,
                   "Leave out what is not understood, and say what");
  Takes(import->add_option("--etag", o.etag, "Refuse if the calendar has changed since"), "ETAG");
  Takes(import->add_option("--reason", o.reason, "Why, kept in the history"), "TEXT");
  import->add_flag("--dry-run", o.dry_run, "Check everything, write nothing");
  AddExamples(*import, {{"plumbline calendar import germany holidays.ics --dry-run",
                         "what would be added and replaced"}});
  args::Command* out =
      group.Add("export", "Print it as an iCalendar file: holidays, hours", &Export);
  Takes(out->add_option("--first-year", o.first_year,
                        "The first year of what is written out (default: the present one)"),
        "YEAR");
  Takes(out->add_option("--last-year", o.last_year, "The last (default: ten years later)"), "YEAR");
  AddExamples(*out, {{"plumbline calendar export germany > germany.ics",
                      "for the calendars that people keep"}});
}

}  // namespace

void AddCalendarCommands(args::Command& app, Action* action) {
  Group group(app, action);
  AddFiles(group);
  AddCalendarQuestions(group);
  AddExamples(group.app(),
              {{"plumbline apply -f calendars", "the shipped calendars"},
               {"plumbline list calendars", "what there is; plumbline get calendars/ID shows one"},
               {"plumbline calendar days germany", "what is closed this year, and who says so"},
               {"plumbline calendar add us-federal 2026-11-25T15:00:00-05:00 --days 2",
                "when two working days have passed"},
               {"plumbline calendar open germany", "whether it is open now, or its next opening"}});
  group.app().footer(absl::StrCat(group.app().get_footer(), "\n\n", kDefaults));
}

}  // namespace plumbline::cli
