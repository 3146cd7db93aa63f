// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/ids.h"

#include <functional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "google/rpc/error_details.pb.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/step_service.pb.h"
#include "plumbline/catalog/v1/utility_service.pb.h"
#include "plumbline/onboarding/v1/calendar_feed_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "plumbline/onboarding/v1/people_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ct = catalog::v1;
namespace ob = onboarding::v1;
using Found = absl::StatusOr<std::vector<Known>>;

constexpr int kMost = 1000;
constexpr double kHintSeconds = 2;

std::string IdOf(const std::string& name) { return name.substr(name.rfind('/') + 1); }

// The first page of a list, as `rows` describes it.
template <typename Response, typename Request, typename Rows>
Found FirstPage(Session& session, const char* service, const char* method, Request request,
                const Rows& rows) {
  request.set_page_size(kMost);
  Response response;
  RETURN_IF_ERROR(session.Call(service, method, request, &response));
  return rows(response);
}

template <typename Request, typename Response, typename Rows>
Found InWorkspace(Session& session, const char* service, const char* method, const Rows& rows) {
  Request request;
  request.set_parent(session.parent());
  return FirstPage<Response>(session, service, method, std::move(request), rows);
}

template <typename Request, typename Response, typename Rows>
Found OfProcess(Session& session, const char* method, absl::string_view process, const Rows& rows) {
  Request request;
  request.set_name(session.FullName("processes", process));
  return FirstPage<Response>(session, kCatalog, method, std::move(request), rows);
}

template <typename Resources>
std::vector<Known> Titles(const Resources& resources) {
  std::vector<Known> known;
  for (const auto& resource : resources) known.push_back({IdOf(resource.name()), resource.title()});
  return known;
}

absl::StatusOr<ob::Onboarding> GetOnboarding(Session& session, absl::string_view onboarding) {
  ob::GetOnboardingRequest request;
  request.set_name(session.FullName("onboardings", onboarding));
  ob::GetOnboardingResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "GetOnboarding", request, &response));
  return response.onboarding();
}

Found TasksOf(Session& session, absl::string_view onboarding,
              const std::function<bool(const ob::Task&)>& wanted) {
  ob::ListTasksRequest request;
  request.set_parent(session.FullName("onboardings", onboarding));
  return FirstPage<ob::ListTasksResponse>(session, kOnboarding, "ListTasks", std::move(request),
                                          [&](const auto& page) {
                                            std::vector<Known> known;
                                            for (const auto& t : page.tasks()) {
                                              if (wanted(t))
                                                known.push_back({IdOf(t.name()), t.title()});
                                            }
                                            return known;
                                          });
}

// The resource that an error is about: "Process" and "workspaces/w/processes/x".
std::pair<std::string, std::string> ResourceOf(const absl::Status& status) {
  google::rpc::ResourceInfo info;
  const auto payload = status.GetPayload(
      absl::StrCat("type.googleapis.com/", google::rpc::ResourceInfo::descriptor()->full_name()));
  if (!payload || !info.ParseFromString(std::string(*payload))) return {};
  return {info.resource_type().substr(info.resource_type().rfind('/') + 1), info.resource_name()};
}

// The command that lists the siblings of what is missing, and their ids.
std::pair<std::string, Found> SiblingsOf(Session& session, const std::string& type,
                                         const std::string& name) {
  if (type == "Process" && absl::StrContains(IdOf(name), '@')) {
    const std::string id = IdOf(name).substr(0, IdOf(name).find('@'));
    return {absl::StrCat("list revisions ", id), KnownProcesses(session)};
  }
  if (type == "Process") return {"list processes", KnownProcesses(session)};
  if (type == "Calendar") return {"list calendars", KnownCalendars(session)};
  if (type == "Utility") return {"list utilities", KnownUtilities(session)};
  if (type == "StepTemplate") return {"list steps", KnownSteps(session)};
  if (type == "Onboarding") return {"list onboardings", KnownOnboardings(session)};
  if (type == "EventLog") return {"list logs", KnownLogs(session)};
  if (type == "CalendarFeed") return {"calendar-feed list", KnownCalendarFeeds(session)};
  if (type == "Person") return {"list people", KnownPeople(session)};
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  if (type == "Task" && parts.size() > 3)
    return {absl::StrCat("list tasks ", parts[3]), KnownTasks(session, parts[3])};
  return {"", std::vector<Known>()};
}

// How to see all users of something, where an error has room for some.
std::string UsersHint(Session& session, const absl::Status& status) {
  const std::string name = session.ShortName(ResourceOf(status).second);
  const base::Reason reason = base::ReasonOf(status);
  if (reason == base::Reason::ERROR_REASON_UTILITY_IN_USE ||
      reason == base::Reason::ERROR_REASON_STEP_IN_USE)
    return absl::StrCat("see all with: plumbline callers ", name);
  if (reason == base::Reason::ERROR_REASON_PROCESS_IN_USE)
    return absl::StrCat("see all with: plumbline users ", IdOf(name));
  return "";
}

std::string MissingHint(Session& session, const absl::Status& status) {
  const auto [type, name] = ResourceOf(status);
  const auto [list, siblings] = SiblingsOf(session, type, name);
  if (list.empty()) return "";
  std::vector<std::string> ids;
  if (siblings.ok()) {
    for (const Known& one : *siblings) ids.push_back(one.id);
  }
  // Of a person the '@' is a part of the id.
  const std::string id = type == "Person" ? IdOf(name) : IdOf(name).substr(0, IdOf(name).find('@'));
  const std::string nearest = base::Nearest(id, ids);
  const std::string see = absl::StrCat("see what is there with: plumbline ", list);
  // Some services say it themselves.
  if (absl::StrContains(status.message(), "did you mean ")) return see;
  if (nearest.empty() || nearest == id) return see;
  return absl::StrCat("did you mean '", nearest, "'? ", see);
}

}  // namespace

Found KnownProcesses(Session& session) {
  return InWorkspace<ct::ListProcessesRequest, ct::ListProcessesResponse>(
      session, kCatalog, "ListProcesses",
      [](const auto& page) { return Titles(page.processes()); });
}

Found KnownCalendars(Session& session) {
  return InWorkspace<ct::ListCalendarsRequest, ct::ListCalendarsResponse>(
      session, kCalendars, "ListCalendars",
      [](const auto& page) { return Titles(page.calendars()); });
}

Found KnownUtilities(Session& session) {
  return InWorkspace<ct::ListUtilitiesRequest, ct::ListUtilitiesResponse>(
      session, kUtilities, "ListUtilities",
      [](const auto& page) { return Titles(page.utilities()); });
}

Found KnownSteps(Session& session) {
  return InWorkspace<ct::ListStepsRequest, ct::ListStepsResponse>(
      session, kSteps, "ListSteps", [](const auto& page) { return Titles(page.steps()); });
}

Found KnownLogs(Session& session) {
  return InWorkspace<analytics::v1::ListEventLogsRequest, analytics::v1::ListEventLogsResponse>(
      session, kAnalytics, "ListEventLogs",
      [](const auto& page) { return Titles(page.event_logs()); });
}

Found KnownPeople(Session& session) {
  return InWorkspace<ob::ListPeopleRequest, ob::ListPeopleResponse>(
      session, kPeople, "ListPeople", [](const auto& page) {
        std::vector<Known> known;
        for (const ob::Person& p : page.people())
          known.push_back({IdOf(p.name()), p.display_name()});
        return known;
      });
}

Found KnownCalendarFeeds(Session& session) {
  return InWorkspace<ob::ListCalendarFeedsRequest, ob::ListCalendarFeedsResponse>(
      session, kCalendarFeeds, "ListCalendarFeeds", [](const auto& page) {
        std::vector<Known> known;
        for (const ob::CalendarFeed& f : page.calendar_feeds())
          known.push_back({IdOf(f.name()), f.person()});
        return known;
      });
}

Found KnownOnboardings(Session& session) {
  return InWorkspace<ob::ListOnboardingsRequest, ob::ListOnboardingsResponse>(
      session, kOnboarding, "ListOnboardings", [](const auto& page) {
        std::vector<Known> known;
        for (const auto& o : page.onboardings()) {
          const bool named = !o.display_name().empty();
          known.push_back({IdOf(o.name()), named ? o.display_name() : o.person()});
        }
        return known;
      });
}

Found KnownRevisions(Session& session, absl::string_view process) {
  return OfProcess<ct::ListProcessRevisionsRequest, ct::ListProcessRevisionsResponse>(
      session, "ListProcessRevisions", process, [](const auto& page) {
        std::vector<Known> known;
        for (const auto& p : page.processes())
          known.push_back({absl::StrCat(p.revision()), p.reason()});
        return known;
      });
}

Found KnownTags(Session& session, absl::string_view process) {
  return OfProcess<ct::ListTagsRequest, ct::ListTagsResponse>(
      session, "ListTags", process, [](const auto& page) {
        std::vector<Known> known;
        for (const auto& tag : page.tags())
          known.push_back({tag.tag(), absl::StrCat("revision ", tag.revision())});
        return known;
      });
}

Found KnownTasks(Session& session, absl::string_view onboarding) {
  return TasksOf(session, onboarding, [](const ob::Task&) { return true; });
}

Found KnownOpenTasks(Session& session, absl::string_view onboarding) {
  return TasksOf(session, onboarding, [](const ob::Task& task) {
    return task.state() == ob::Task::STATE_READY || task.state() == ob::Task::STATE_IN_PROGRESS;
  });
}

Found KnownChecklist(Session& session, absl::string_view task) {
  const std::vector<std::string> parts = absl::StrSplit(task, absl::MaxSplits('/', 1));
  if (parts.size() != 2) return std::vector<Known>();
  ob::GetTaskRequest request;
  request.set_name(absl::StrCat(session.FullName("onboardings", parts[0]), "/tasks/", parts[1]));
  ob::GetTaskResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "GetTask", request, &response));
  std::vector<Known> known;
  for (const std::string& item : response.task().checklist()) known.push_back({item, ""});
  return known;
}

Found KnownDecisions(Session& session, absl::string_view onboarding) {
  ASSIGN_OR_RETURN(const ob::Onboarding found, GetOnboarding(session, onboarding));
  std::vector<Known> known;
  for (const auto& d : found.decisions()) known.push_back({d.id(), d.title()});
  return known;
}

Found KnownOptions(Session& session, absl::string_view onboarding, absl::string_view decision) {
  ASSIGN_OR_RETURN(const ob::Onboarding found, GetOnboarding(session, onboarding));
  std::vector<Known> known;
  for (const auto& d : found.decisions()) {
    if (d.id() != decision) continue;
    for (const std::string& option : d.options()) known.push_back({option, ""});
  }
  return known;
}

std::string HintFor(Session& session, const absl::Status& status) {
  if (!session.hint().empty()) return session.hint();
  if (std::string users = UsersHint(session, status); !users.empty()) return users;
  if (base::ReasonOf(status) == base::Reason::ERROR_REASON_RESOURCE_ALREADY_EXISTS &&
      ResourceOf(status).first == "EventLog") {
    return "put the file in its place with --replace, add to it with --append, or give another id "
           "with --log";
  }
  if (base::ReasonOf(status) == base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND) {
    session.SetTimeout(kHintSeconds);
    return MissingHint(session, status);
  }
  if (base::ReasonOf(status) == base::Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE &&
      absl::StrContains(status.message(), session.options().address)) {
    return "is it running there? Try ./dev demo --keep, or name another with --address or "
           "PLUMBLINE_ADDRESS";
  }
  return "";
}

}  // namespace plumbline::cli
