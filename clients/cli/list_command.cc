// SPDX-License-Identifier: Apache-2.0
//
// list: a command for each kind of resource. Those of the catalog and of analytics are here.
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/person_group.h"
#include "clients/cli/units.h"
#include "clients/cli/utilities.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/utility_service.pb.h"

namespace plumbline::cli {
namespace {

namespace cat = catalog::v1;
namespace an = analytics::v1;

// "deprecated", "archived", or nothing.
std::string RetiredWord(const cat::Process& process) {
  return process.has_retirement() ? StateWord(cat::Process::State_Name(process.state())) : "";
}

// "submitted", "approved", "rejected", or nothing.
std::string ApprovalWord(const cat::Process& process) {
  return process.has_approval() ? StateWord(cat::Approval::State_Name(process.approval().state()))
                                : "";
}

// "edited" since the latest revision, or nothing.
std::string DraftWord(const cat::Process& process) {
  return process.unpublished_changes() && process.latest_revision() > 0 ? "edited" : "";
}

// "@stable=2 @trial=3" of a head, "@stable" of a revision.
std::string TagsOf(const cat::Process& process) {
  return absl::StrJoin(process.tags(), " ", [&](std::string* out, const cat::Tag& tag) {
    absl::StrAppend(out, "@", tag.tag());
    if (process.revision() == 0) absl::StrAppend(out, "=", tag.revision());
  });
}

absl::Status ListProcesses(Session& session, const ListOptions& options) {
  cat::ListProcessesRequest request;
  request.set_parent(session.parent());
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  session.wording().Call({{"filter", "--filter"}, {"order_by", "--order-by"}});
  Table table({"PROCESS", "~TITLE", "?~OWNER", ">REVISION", "?DRAFT", "?STATE", "?APPROVAL",
               "?~TAGS", "?UPDATED (UTC)"},
              60, 20);
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<cat::ListProcessesRequest, cat::ListProcessesResponse>(
          session, kCatalog, "ListProcesses", request, options.limit, [&](const auto& page) {
            for (const auto& p : page.processes()) {
              table.Add({IdOf(p.name()), p.title(), p.owner(),
                         p.latest_revision() == 0 ? "draft" : absl::StrCat(p.latest_revision()),
                         DraftWord(p), RetiredWord(p), ApprovalWord(p), TagsOf(p),
                         When(p.update_time())});
            }
            return page.processes_size();
          })));
  ShowList(session, table,
           options.filter.empty()
               ? "no processes; publish the shipped ones with: plumbline apply --publish processes"
               : "no process fits the filter",
           more);
  return absl::OkStatus();
}

absl::Status ListRevisions(Session& session, const ListOptions& options) {
  cat::ListProcessRevisionsRequest request;
  request.set_name(session.FullName("processes", options.of));
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  session.wording().Call({{"name", "PROCESS"}, {"filter", "--filter"}, {"order_by", "--order-by"}});
  Table table({">REVISION", "~TITLE", "PUBLISHED (UTC)", "?STATE", "?~TAGS", "?FROM (UTC)",
               "?UNTIL (UTC)", "?~BY", "?|REASON"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<cat::ListProcessRevisionsRequest, cat::ListProcessRevisionsResponse>(
          session, kCatalog, "ListProcessRevisions", request, options.limit, [&](const auto& page) {
            for (const auto& p : page.processes()) {
              table.Add({absl::StrCat(p.revision()), p.title(), When(p.update_time()),
                         RetiredWord(p), TagsOf(p), When(p.effective_from()),
                         When(p.effective_until()), p.author(), p.reason()});
            }
            return page.processes_size();
          })));
  ShowList(session, table,
           options.filter.empty()
               ? absl::StrCat("no revision was published yet; publish the draft with: plumbline ",
                              "publish ", options.of)
               : "no revision fits the filter",
           more);
  return absl::OkStatus();
}

// The zone by which a calendar counts: its own, else that of the one that it inherits from. ""
// where that cannot be read, which is no reason to show no list.
std::string ZoneOf(Session& session, cat::Calendar calendar,
                   std::map<std::string, cat::Calendar>* known) {
  constexpr int kMostAbove = 20;
  for (int above = 0; calendar.time_zone().empty(); ++above) {
    if (calendar.inherits().empty()) return "UTC";
    if (above == kMostAbove) return "";
    const std::string name = session.FullName("calendars", calendar.inherits());
    auto found = known->find(name);
    if (found == known->end()) {
      cat::GetCalendarRequest request;
      request.set_name(name);
      cat::GetCalendarResponse response;
      if (!session.Call(kCalendars, "GetCalendar", request, &response).ok()) return "";
      found = known->emplace(name, response.calendar()).first;
    }
    calendar = found->second;
  }
  return calendar.time_zone();
}

absl::Status ListCalendars(Session& session, const ListOptions& options) {
  cat::ListCalendarsRequest request;
  request.set_parent(session.parent());
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  session.wording().Call({{"filter", "--filter"}, {"order_by", "--order-by"}});
  std::map<std::string, cat::Calendar> known;
  Table table({"CALENDAR", "~TITLE", "?INHERITS", "?ZONE", "?~OWNER", "?UPDATED (UTC)"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<cat::ListCalendarsRequest, cat::ListCalendarsResponse>(
          session, kCalendars, "ListCalendars", request, options.limit, [&](const auto& page) {
            if (session.json()) return page.calendars_size();
            for (const auto& c : page.calendars()) known.emplace(c.name(), c);
            for (const auto& c : page.calendars()) {
              table.Add({IdOf(c.name()), c.title(), IdOf(c.inherits()), ZoneOf(session, c, &known),
                         c.owner(), When(c.update_time())});
            }
            return page.calendars_size();
          })));
  ShowList(session, table,
           options.filter.empty()
               ? "no calendars; save the shipped ones with: plumbline apply -f calendars"
               : "no calendar fits the filter",
           more);
  return absl::OkStatus();
}

absl::Status ListUtilities(Session& session, const ListOptions& options) {
  cat::ListUtilitiesRequest request;
  request.set_parent(session.parent());
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  session.wording().Call({{"filter", "--filter"}, {"order_by", "--order-by"}});
  Table table({"UTILITY", "~TITLE", "~OWNER", "UPTIME TARGET", "?~CONTACT"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<cat::ListUtilitiesRequest, cat::ListUtilitiesResponse>(
          session, kUtilities, "ListUtilities", request, options.limit, [&](const auto& page) {
            for (const auto& u : page.utilities())
              table.Add({IdOf(u.name()), u.title(), u.owner(), UptimeTarget(u), u.contact()});
            return page.utilities_size();
          })));
  ShowList(session, table,
           options.filter.empty()
               ? "no utilities; bring the shipped ones with: plumbline apply -f utilities"
               : "no utility fits the filter",
           more);
  return absl::OkStatus();
}

absl::Status ListLogs(Session& session, const ListOptions& options) {
  an::ListEventLogsRequest request;
  request.set_parent(session.parent());
  Table table({"LOG", "~TITLE", ">EVENTS", ">CASES", "?FIRST EVENT (UTC)", "?LAST EVENT (UTC)"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<an::ListEventLogsRequest, an::ListEventLogsResponse>(
          session, kAnalytics, "ListEventLogs", request, options.limit, [&](const auto& page) {
            for (const auto& l : page.event_logs()) {
              // Cases of a large log are counted when somebody asks for them.
              const bool uncounted = l.case_count() == 0 && l.event_count() > 0;
              table.Add({IdOf(l.name()), l.title(), Count(l.event_count()),
                         uncounted ? "" : Count(l.case_count()), When(l.first_time()),
                         When(l.last_time())});
            }
            return page.event_logs_size();
          })));
  ShowList(session, table, "no event logs; bring one with: plumbline import FILE", more);
  return absl::OkStatus();
}

ListKind ProcessList() {
  return {.name = "processes",
          .help = "Processes of the catalog",
          .fields =
              "name, title, owner, labels.KEY, state, author, create_time, update_time, "
              "latest_revision, approval.state, unpublished_changes",
          .examples = {{"plumbline list processes --filter 'owner = \"Head of Sales\"'",
                        "those that somebody answers for"},
                       {"plumbline list processes --filter 'state = DEPRECATED'",
                        "those with which nothing new shall begin"},
                       {"plumbline list processes --filter 'latest_revision = 0'",
                        "those that were never published"},
                       {"plumbline list processes --filter 'unpublished_changes = true AND "
                        "latest_revision > 0'",
                        "those that were edited since"},
                       {"plumbline list processes --filter 'approval.state = SUBMITTED'",
                        "those that wait for approval"},
                       {"plumbline list processes --filter 'title:quote -labels:archived'",
                        "with a word in the title, without a label"},
                       {"plumbline list processes --filter 'labels.region = emea OR "
                        "labels.region = us' --order-by 'update_time desc'",
                        "by a label, those that changed last first"}},
          .run = ListProcesses};
}

ListKind RevisionList() {
  return {.name = "revisions",
          .help = "Published revisions of a process, latest first",
          .of = "PROCESS",
          .of_help = "Id of the process",
          .of_required = true,
          .fields =
              "name, title, owner, labels.KEY, state, author, create_time, update_time, "
              "revision, reason",
          .examples = {{"plumbline list revisions deal-desk-approval --filter "
                        "'create_time >= 2026-01-01 AND has(reason)'",
                        "since a day, with a reason"}},
          .run = ListRevisions};
}

ListKind CalendarList() {
  return {
      .name = "calendars",
      .help = "Calendars: working hours and holidays",
      .fields =
          "name, title, owner, inherits, time_zone, labels.KEY, author, create_time, update_time",
      .examples = {{"plumbline list calendars --filter 'inherits = \"calendars/company\"'",
                    "those that inherit from one"}},
      .run = ListCalendars};
}

ListKind UtilityList() {
  return {.name = "utilities",
          .help = "Background services that steps depend on",
          .fields =
              "name, title, owner, contact, support_calendar, uptime_target.availability, "
              "labels.KEY, author, create_time, update_time",
          .examples = {{"plumbline list utilities --filter 'owner = it -has(uptime_target."
                        "availability)'",
                        "those of somebody that promise nothing"}},
          .run = ListUtilities};
}

}  // namespace

void AddListCommand(args::Command& app, Action* action) {
  args::Command* list =
      app.add_subcommand("list", "List what there is: tasks, on-boardings, logs, ...");
  list->group("Look");
  list->require_subcommand(1);
  auto options = std::make_shared<ListOptions>();
  for (const ListKind& kind : {ProcessList(), RevisionList(), CalendarList(), UtilityList()})
    AddListKind(*list, action, options, kind);
  AddStepLists(*list, action);
  AddOnboardingLists(*list, action);
  AddListKind(*list, action, options, PeopleList());
  AddListKind(*list, action, options,
              {.name = "logs", .help = "Event logs that can be studied", .run = ListLogs});
  AddExamples(
      *list,
      {{"plumbline list tasks --state ready", "what can be worked on, over all on-boardings"},
       {"plumbline list history ada", "everything that happened to one on-boarding"},
       {"plumbline list onboardings --json | jq -r 'select(.openImpediments > 0).name'",
        "with --json every row is a line of its own"}});
}

}  // namespace plumbline::cli
