// SPDX-License-Identifier: Apache-2.0
//
// get and delete.
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/calendars.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/life_commands.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

absl::Status UnknownKind(const std::string& name) {
  return base::FieldError(
      "NAME", absl::StrCat("'", name,
                           "' names no kind of resource; write processes/ID, processes/ID@3, "
                           "processes/ID@stable, calendars/ID, onboardings/ID, "
                           "onboardings/ID/tasks/TASK or eventLogs/ID"));
}

// Reads one resource whose response holds it in its first field.
template <typename Request, typename Response>
absl::Status GetAndPrint(Session& session, const char* service, const char* method,
                         const std::string& name, bool json) {
  Request request;
  request.set_name(name);
  Response response;
  RETURN_IF_ERROR(session.Call(service, method, request, &response));
  const auto& resource =
      response.GetReflection()->GetMessage(response, response.GetDescriptor()->field(0));
  if (json) {
    session.PrintJson(resource);
  } else {
    session.out() << yaml::Format(resource);
  }
  return absl::OkStatus();
}

absl::Status Get(Session& session, std::string name, bool json) {
  session.wording().Call({{"name", "NAME"}});
  // As `list logs` calls them.
  if (absl::StartsWith(name, "logs/"))
    name = absl::StrCat("eventLogs/", absl::StripPrefix(name, "logs/"));
  const std::string full = session.FullName(name);
  const std::string kind(
      absl::StripPrefix(full, full.substr(0, full.find('/', sizeof("workspaces/") - 1) + 1)));
  if (absl::StartsWith(kind, "processes/")) {
    return GetAndPrint<catalog::v1::GetProcessRequest, catalog::v1::GetProcessResponse>(
        session, kCatalog, "GetProcess", full, json);
  }
  if (absl::StartsWith(kind, "calendars/")) {
    return GetAndPrint<catalog::v1::GetCalendarRequest, catalog::v1::GetCalendarResponse>(
        session, kCalendars, "GetCalendar", full, json);
  }
  if (absl::StartsWith(kind, "onboardings/") && absl::StrContains(kind, "/tasks/")) {
    return GetAndPrint<ob::GetTaskRequest, ob::GetTaskResponse>(session, kOnboarding, "GetTask",
                                                                full, json);
  }
  if (absl::StartsWith(kind, "onboardings/")) {
    return GetAndPrint<ob::GetOnboardingRequest, ob::GetOnboardingResponse>(
        session, kOnboarding, "GetOnboarding", full, json);
  }
  if (absl::StartsWith(kind, "eventLogs/")) {
    return GetAndPrint<analytics::v1::GetEventLogRequest, analytics::v1::GetEventLogResponse>(
        session, kAnalytics, "GetEventLog", full, json);
  }
  return UnknownKind(name);
}

absl::Status DeleteLog(Session& session, const std::string& name, bool allow_refill) {
  session.wording().Call({{"name", "LOG"}, {"allow_refill", "--allow-refill"}});
  analytics::v1::DeleteEventLogRequest request;
  request.set_name(session.FullName("eventLogs", name));
  request.set_request_id(base::NewUuid());
  request.set_allow_refill(allow_refill);
  analytics::v1::DeleteEventLogResponse response;
  RETURN_IF_ERROR(session.Call(kAnalytics, "DeleteEventLog", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << session.ShortName(request.name()) << ": deleted\n";
  }
  return absl::OkStatus();
}

absl::Status DeleteProcess(Session& session, const std::string& name, bool allow_in_use) {
  catalog::v1::DeleteProcessRequest request;
  request.set_name(session.FullName("processes", name));
  request.set_allow_in_use(allow_in_use);
  return Change<catalog::v1::DeleteProcessResponse>(session, {}, "DeleteProcess", "deleted",
                                                    request);
}

}  // namespace

void AddResourceCommands(CLI::App& app, Action* action) {
  auto name = std::make_shared<std::string>();
  auto output = std::make_shared<std::string>("yaml");
  CLI::App* get = app.add_subcommand("get", "Show one resource in full, as YAML");
  get->group("Look");
  get->add_option("NAME", *name,
                  "processes/ID[@REVISION or @TAG], calendars/ID, onboardings/ID, "
                  "onboardings/ID/tasks/TASK or eventLogs/ID")
      ->required();
  get->add_option("-o,--output", *output, "yaml or json (default: yaml)")
      ->option_text("FORMAT")
      ->check(CLI::IsMember({"yaml", "json"}));
  AddExamples(*get, {{"plumbline get processes/quote-to-order > mine.yaml",
                      "the draft, to be edited and applied again"},
                     {"plumbline get processes/quote-to-order@1", "a published revision"},
                     {"plumbline get processes/quote-to-order@stable", "the one that a tag names"},
                     {"plumbline get calendars/germany", "hours and holidays"},
                     {"plumbline get onboardings/ada", "its progress and its open decisions"},
                     {"plumbline get onboardings/ada/tasks/sign-contract", ""}});
  get->callback(
      [=] { *action = [=](Session& s) { return Get(s, *name, s.json() || *output == "json"); }; });

  CLI::App* remove = app.add_subcommand(
      "delete", "Delete an event log with all its events, or a process that was never published");
  remove->group("Study");
  remove->add_option("LOG", *name, "Id of the event log, or processes/ID of the process")
      ->required();
  auto refill = std::make_shared<bool>(false);
  remove->add_flag(
      "--allow-refill", *refill,
      "Also a log that on-boarding keeps: it comes back, whole, with the next entry of "
      "its process");
  auto in_use = std::make_shared<bool>(false);
  remove->add_flag("--allow-in-use", *in_use,
                   "Also a process that drafts call (plumbline users PROCESS)");
  remove->callback([=] {
    *action = [=](Session& s) {
      return absl::StrContains(*name, "processes/") ? DeleteProcess(s, *name, *in_use)
                                                    : DeleteLog(s, *name, *refill);
    };
  });
}

}  // namespace plumbline::cli
