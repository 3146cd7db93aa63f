// SPDX-License-Identifier: Apache-2.0
//
// get, list and delete: one command each for all kinds of resource.
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "clients/cli/commands.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/utilities.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

struct ListOptions {
  std::string what, of, state, assignee, filter, order_by;
  bool open_only = false;
  int limit = 1000;
};

constexpr char kFilterHelp[] =
    "Filters compare fields: = != < <= > >=, with : for \"contains\", :* for \"is set\", and * in "
    "a "
    "value for any\ncharacters. AND, OR (which binds tighter), NOT or - and parentheses combine "
    "them; "
    "words by themselves are\nlooked for in title and owner. Fields: name, title, owner, "
    "labels.KEY, "
    "state, author, create_time,\nupdate_time, latest_revision; of revisions also revision and "
    "reason.\n"
    "  plumbline list processes --filter 'owner = sales-operations AND labels.region = emea OR "
    "labels.region = us'\n"
    "  plumbline list processes --filter 'title:quote -labels:archived' --order-by 'update_time "
    "desc'\n"
    "  plumbline list revisions deal-desk --filter 'create_time >= 2026-01-01 AND has(reason)'";

// "STATE_READY" -> "ready".
std::string StateWord(std::string name) {
  name = name.substr(name.find('_') + 1);
  for (char& c : name)
    c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

std::string IdOf(const std::string& name) { return name.substr(name.rfind('/') + 1); }

// Calls `method` page by page until `limit` rows were seen; `each` gets every response.
template <typename Request, typename Response>
absl::Status Pages(Session& session, const char* service, const char* method, Request request,
                   int limit, const std::function<int(const Response&)>& each) {
  for (int seen = 0; seen < limit;) {
    request.set_page_size(std::min(1000, limit - seen));
    Response response;
    RETURN_IF_ERROR(session.Call(service, method, request, &response));
    if (session.json()) session.PrintJsonLine(response);
    seen += each(response);
    if (response.next_page_token().empty()) return absl::OkStatus();
    request.set_page_token(response.next_page_token());
  }
  session.err() << "there is more: raise --limit (" << limit << ")\n";
  return absl::OkStatus();
}

void Show(Session& session, const Table& table, absl::string_view nothing) {
  if (session.json()) return;
  if (table.empty()) {
    session.out() << nothing << '\n';
  } else {
    table.Print(session.out());
  }
}

absl::Status ListProcesses(Session& session, const ListOptions& options) {
  catalog::v1::ListProcessesRequest request;
  request.set_parent(session.parent());
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  Table table({"PROCESS", "TITLE", "OWNER", ">REVISION", "UPDATED"});
  RETURN_IF_ERROR((Pages<catalog::v1::ListProcessesRequest, catalog::v1::ListProcessesResponse>(
      session, kCatalog, "ListProcesses", request, options.limit, [&](const auto& page) {
        for (const auto& p : page.processes()) {
          table.Add({IdOf(p.name()), p.title(), p.owner(),
                     p.latest_revision() == 0 ? "draft" : absl::StrCat(p.latest_revision()),
                     When(p.update_time())});
        }
        return page.processes_size();
      })));
  Show(session, table,
       options.filter.empty()
           ? "no processes; publish the shipped ones with: plumbline apply --publish processes"
           : "no process fits the filter");
  return absl::OkStatus();
}

absl::Status ListRevisions(Session& session, const ListOptions& options) {
  catalog::v1::ListProcessRevisionsRequest request;
  request.set_name(session.FullName("processes", options.of));
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  Table table({">REVISION", "TITLE", "PUBLISHED", "BY", "REASON"});
  RETURN_IF_ERROR(
      (Pages<catalog::v1::ListProcessRevisionsRequest, catalog::v1::ListProcessRevisionsResponse>(
          session, kCatalog, "ListProcessRevisions", request, options.limit, [&](const auto& page) {
            for (const auto& p : page.processes()) {
              table.Add({absl::StrCat(p.revision()), p.title(), When(p.update_time()), p.author(),
                         p.reason()});
            }
            return page.processes_size();
          })));
  Show(session, table,
       options.filter.empty() ? "no revision was published yet" : "no revision fits the filter");
  return absl::OkStatus();
}

absl::Status ListOnboardings(Session& session, const ListOptions& options) {
  ob::ListOnboardingsRequest request;
  request.set_parent(session.parent());
  if (!options.state.empty()) {
    ob::Onboarding::State state;
    if (!ob::Onboarding::State_Parse(absl::StrCat("STATE_", absl::AsciiStrToUpper(options.state)),
                                     &state)) {
      return base::FieldError("--state",
                              absl::StrCat("'", options.state, "' is none of active, completed"));
    }
    request.set_state(state);
  }
  Table table(
      {"ON-BOARDING", "PERSON", "PROCESS", "STATE", ">STEPS", ">BLOCKERS", "DAY ONE", "TARGET"});
  RETURN_IF_ERROR((Pages<ob::ListOnboardingsRequest, ob::ListOnboardingsResponse>(
      session, kOnboarding, "ListOnboardings", request, options.limit, [&](const auto& page) {
        for (const auto& o : page.onboardings()) {
          table.Add({IdOf(o.name()), o.display_name().empty() ? o.person() : o.display_name(),
                     IdOf(o.process()), StateWord(ob::Onboarding::State_Name(o.state())),
                     absl::StrCat(o.steps_ended(), "/", o.steps_total()),
                     absl::StrCat(o.open_impediments()), o.day_one(), When(o.target_time())});
        }
        return page.onboardings_size();
      })));
  Show(session, table,
       "no on-boardings; begin one with: plumbline start sales-rep-onboarding --id ID --person WHO "
       "--day-one DATE");
  return absl::OkStatus();
}

void AddTask(const ob::Task& t, bool with_onboarding, Table* table) {
  const std::vector<std::string> parts = absl::StrSplit(t.name(), '/');
  const std::string blocked = t.open_impediments().empty() ? "" : " (blocked)";
  table->Add({with_onboarding ? absl::StrCat(parts[3], "/", parts[5]) : parts[5], t.title(),
              t.assignee().empty() ? t.role() : t.assignee(),
              StateWord(ob::Task::State_Name(t.state())) + blocked,
              When(t.has_due_time() ? t.due_time() : t.planned_end_time()), When(t.end_time())});
}

absl::Status ListTasks(Session& session, const ListOptions& options) {
  ob::ListTasksRequest request;
  const bool all = options.of.empty();
  request.set_parent(session.FullName("onboardings", all ? "-" : options.of));
  request.set_assignee(options.assignee);
  if (!options.state.empty()) {
    ob::Task::State state;
    if (!ob::Task::State_Parse(
            absl::StrCat("STATE_",
                         absl::StrReplaceAll(absl::AsciiStrToUpper(options.state), {{"-", "_"}})),
            &state)) {
      return base::FieldError(
          "--state",
          absl::StrCat("'", options.state,
                       "' is none of pending, ready, in-progress, done, skipped, not-needed"));
    }
    request.set_state(state);
  }
  Table table({"TASK", "TITLE", "WHO", "STATE", "DUE", "ENDED"});
  RETURN_IF_ERROR((Pages<ob::ListTasksRequest, ob::ListTasksResponse>(
      session, kOnboarding, "ListTasks", request, options.limit, [&](const auto& page) {
        for (const auto& t : page.tasks()) AddTask(t, all, &table);
        return page.tasks_size();
      })));
  Show(session, table, "no tasks");
  return absl::OkStatus();
}

absl::Status ListImpediments(Session& session, const ListOptions& options) {
  ob::ListImpedimentsRequest request;
  request.set_parent(session.FullName("onboardings", options.of.empty() ? "-" : options.of));
  request.set_open_only(options.open_only);
  Table table({"IMPEDIMENT", "TASK", "CATEGORY", "UTILITY", "OPENED", "RESOLVED", "DESCRIPTION"});
  RETURN_IF_ERROR((Pages<ob::ListImpedimentsRequest, ob::ListImpedimentsResponse>(
      session, kOnboarding, "ListImpediments", request, options.limit, [&](const auto& page) {
        for (const auto& i : page.impediments()) {
          const std::vector<std::string> parts = absl::StrSplit(i.name(), '/');
          table.Add({absl::StrCat(parts[3], "/", parts[5]), IdOf(i.task()),
                     StateWord(ob::Impediment::Category_Name(i.category())), i.utility(),
                     When(i.open_time()), When(i.resolve_time()), i.description()});
        }
        return page.impediments_size();
      })));
  Show(session, table, "no impediments");
  return absl::OkStatus();
}

absl::Status ListHistory(Session& session, const ListOptions& options) {
  ob::ListHistoryRequest request;
  request.set_parent(session.FullName("onboardings", options.of));
  Table table({">#", "WHEN", "WHAT", "TASK", "WHO", "REASON"});
  RETURN_IF_ERROR((Pages<ob::ListHistoryRequest, ob::ListHistoryResponse>(
      session, kOnboarding, "ListHistory", request, options.limit, [&](const auto& page) {
        for (const auto& h : page.entries()) {
          table.Add({absl::StrCat(h.sequence()), When(h.occur_time()),
                     StateWord(ob::HistoryEntry::Kind_Name(h.kind())),
                     h.task().empty()
                         ? absl::StrCat(h.decision(), h.option().empty() ? "" : " -> ", h.option())
                         : h.task(),
                     h.resource().empty() ? h.actor() : h.resource(), h.reason()});
        }
        return page.entries_size();
      })));
  Show(session, table, "no history");
  return absl::OkStatus();
}

absl::Status ListLogs(Session& session, const ListOptions& options) {
  analytics::v1::ListEventLogsRequest request;
  request.set_parent(session.parent());
  Table table({"LOG", "TITLE", ">EVENTS", ">CASES", "FROM", "TO"});
  RETURN_IF_ERROR((Pages<analytics::v1::ListEventLogsRequest, analytics::v1::ListEventLogsResponse>(
      session, kAnalytics, "ListEventLogs", request, options.limit, [&](const auto& page) {
        for (const auto& l : page.event_logs()) {
          table.Add({IdOf(l.name()), l.title(), Count(l.event_count()), Count(l.case_count()),
                     When(l.first_time()), When(l.last_time())});
        }
        return page.event_logs_size();
      })));
  Show(session, table, "no event logs; bring one with: plumbline import FILE");
  return absl::OkStatus();
}

absl::Status ListUtilities(Session& session, const ListOptions& options) {
  catalog::v1::ListUtilitiesRequest request;
  request.set_parent(session.parent());
  Table table = UtilityTable();
  RETURN_IF_ERROR((Pages<catalog::v1::ListUtilitiesRequest, catalog::v1::ListUtilitiesResponse>(
      session, kUtilities, "ListUtilities", request, options.limit, [&](const auto& page) {
        for (const auto& utility : page.utilities()) AddUtility(utility, &table);
        return page.utilities_size();
      })));
  Show(session, table, "no utilities; bring the shipped ones with: plumbline apply -f utilities");
  return absl::OkStatus();
}

absl::Status List(Session& session, const ListOptions& options) {
  const std::string& what = options.what;
  const bool needs_one = what == "revisions" || what == "history";
  if (needs_one && options.of.empty()) {
    return base::FieldError("OF", absl::StrCat("is missing: plumbline list ", what,
                                               what == "history" ? " ON-BOARDING" : " PROCESS"));
  }
  if (what == "processes") return ListProcesses(session, options);
  if (what == "revisions") return ListRevisions(session, options);
  if (!options.filter.empty() || !options.order_by.empty()) {
    return base::FieldError(options.filter.empty() ? "--order-by" : "--filter",
                            "goes with processes and revisions only; leave it out");
  }
  if (what == "utilities") return ListUtilities(session, options);
  if (what == "onboardings") return ListOnboardings(session, options);
  if (what == "tasks") return ListTasks(session, options);
  if (what == "impediments") return ListImpediments(session, options);
  if (what == "history") return ListHistory(session, options);
  return ListLogs(session, options);
}

absl::Status GetOne(Session& session, const std::string& name, const std::string& output) {
  const bool is_process = absl::StrContains(name, "processes/");
  const auto print = [&](const google::protobuf::Message& message) {
    if (session.json() || output == "json") {
      session.PrintJson(message);
    } else {
      session.out() << yaml::Format(message);
    }
    return absl::OkStatus();
  };
  if (absl::StrContains(name, "/tasks/")) {
    ob::GetTaskRequest request;
    request.set_name(session.FullName(name));
    ob::GetTaskResponse response;
    RETURN_IF_ERROR(session.Call(kOnboarding, "GetTask", request, &response));
    return print(response.task());
  }
  if (absl::StrContains(name, "onboardings/")) {
    ob::GetOnboardingRequest request;
    request.set_name(session.FullName(name));
    ob::GetOnboardingResponse response;
    RETURN_IF_ERROR(session.Call(kOnboarding, "GetOnboarding", request, &response));
    return print(response.onboarding());
  }
  if (absl::StrContains(name, "eventLogs/")) {
    analytics::v1::GetEventLogRequest request;
    request.set_name(session.FullName(name));
    analytics::v1::GetEventLogResponse response;
    RETURN_IF_ERROR(session.Call(kAnalytics, "GetEventLog", request, &response));
    return print(response.event_log());
  }
  if (absl::StrContains(name, "utilities/")) {
    ASSIGN_OR_RETURN(const catalog::v1::Utility utility, GetUtility(session, name));
    return print(utility);
  }
  if (!is_process) {
    return base::FieldError(
        "NAME",
        absl::StrCat("'", name,
                     "' names no kind of resource; write processes/ID, processes/ID@3, "
                     "utilities/ID, onboardings/ID, onboardings/ID/tasks/TASK or eventLogs/ID"));
  }
  catalog::v1::GetProcessRequest request;
  request.set_name(session.FullName(name));
  catalog::v1::GetProcessResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "GetProcess", request, &response));
  return print(response.process());
}

absl::Status DeleteLog(Session& session, const std::string& name) {
  analytics::v1::DeleteEventLogRequest request;
  request.set_name(session.FullName("eventLogs", name));
  request.set_request_id(base::NewUuid());
  analytics::v1::DeleteEventLogResponse response;
  RETURN_IF_ERROR(session.Call(kAnalytics, "DeleteEventLog", request, &response));
  if (!session.json()) session.out() << session.ShortName(request.name()) << ": deleted\n";
  return absl::OkStatus();
}

}  // namespace

void AddResourceCommands(CLI::App& app, Action* action) {
  auto name = std::make_shared<std::string>();
  auto output = std::make_shared<std::string>("yaml");
  CLI::App* get =
      app.add_subcommand("get", "Show one resource, as YAML (process YAML can be applied again)");
  get->add_option(
         "NAME", *name,
         "processes/ID[@REVISION], utilities/ID, onboardings/ID, onboardings/ID/tasks/TASK, "
         "eventLogs/ID")
      ->required();
  get->add_option("-o,--output", *output, "yaml or json")->check(CLI::IsMember({"yaml", "json"}));
  get->callback([=] { *action = [=](Session& s) { return GetOne(s, *name, *output); }; });

  auto list = std::make_shared<ListOptions>();
  CLI::App* list_command = app.add_subcommand("list", "List resources");
  list_command
      ->add_option("WHAT", list->what,
                   "processes, revisions, utilities, onboardings, tasks, impediments, history or "
                   "logs")
      ->required()
      ->check(CLI::IsMember({"processes", "revisions", "utilities", "onboardings", "tasks",
                             "impediments", "history", "logs"}));
  list_command->add_option("OF", list->of,
                           "The process (revisions) or on-boarding (tasks, impediments, history)");
  list_command->add_option("--state", list->state, "Only on-boardings or tasks in this state");
  list_command->add_option("--assignee", list->assignee,
                           "Only tasks of this person, or role where no person is named");
  list_command->add_flag("--open", list->open_only, "Only impediments that are open");
  list_command->add_option("--filter", list->filter,
                           "Only processes or revisions that fit; see below");
  list_command->add_option("--order-by", list->order_by,
                           "Fields, each with desc if you like: 'update_time desc, title'");
  list_command->footer(kFilterHelp);
  list_command->add_option("--limit", list->limit, "At most so many")
      ->check(CLI::Range(1, 10'000'000));
  list_command->callback([=] { *action = [=](Session& s) { return List(s, *list); }; });

  auto force = std::make_shared<bool>(false);
  CLI::App* remove =
      app.add_subcommand("delete", "Delete an event log with all its events, or a utility");
  remove->add_option("NAME", *name, "Id of an event log, eventLogs/ID or utilities/ID")->required();
  remove->add_flag("--force", *force, "A utility: though processes use it");
  remove->callback([=] {
    *action = [=](Session& s) {
      return absl::StrContains(*name, "utilities/") ? DeleteUtility(s, *name, *force)
                                                    : DeleteLog(s, *name);
    };
  });
}

}  // namespace plumbline::cli
