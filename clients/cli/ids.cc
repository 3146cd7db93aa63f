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
#include "plumbline/catalog/v1/utility_service.pb.h"
#include "plumbline/catalog/v1/step_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;
using Found = absl::StatusOr<std::vector<Known>>;

constexpr int kMost = 1000;
constexpr double kHintSeconds = 2;

std::string IdOf(const std::string& name) { return name.substr(name.rfind('/') + 1); }

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
  request.set_page_size(kMost);
  ob::ListTasksResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "ListTasks", request, &response));
  std::vector<Known> known;
  for (const auto& t : response.tasks()) {
    if (wanted(t)) known.push_back({IdOf(t.name()), t.title()});
  }
  return known;
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
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  if (type == "Task" && parts.size() > 3)
    return {absl::StrCat("list tasks ", parts[3]), KnownTasks(session, parts[3])};
  return {"", std::vector<Known>()};
}

std::string MissingHint(Session& session, const absl::Status& status) {
  const auto [type, name] = ResourceOf(status);
  const auto [list, siblings] = SiblingsOf(session, type, name);
  if (list.empty()) return "";
  std::vector<std::string> ids;
  if (siblings.ok()) {
    for (const Known& one : *siblings) ids.push_back(one.id);
  }
  const std::string id = IdOf(name).substr(0, IdOf(name).find('@'));
  const std::string nearest = base::Nearest(id, ids);
  const std::string see = absl::StrCat("see what is there with: plumbline ", list);
  if (nearest.empty() || nearest == id) return see;
  return absl::StrCat("did you mean '", nearest, "'? ", see);
}

}  // namespace

Found KnownProcesses(Session& session) {
  catalog::v1::ListProcessesRequest request;
  request.set_parent(session.parent());
  request.set_page_size(kMost);
  catalog::v1::ListProcessesResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "ListProcesses", request, &response));
  std::vector<Known> known;
  for (const auto& p : response.processes()) known.push_back({IdOf(p.name()), p.title()});
  return known;
}

Found KnownCalendars(Session& session) {
  catalog::v1::ListCalendarsRequest request;
  request.set_parent(session.parent());
  request.set_page_size(kMost);
  catalog::v1::ListCalendarsResponse response;
  RETURN_IF_ERROR(session.Call(kCalendars, "ListCalendars", request, &response));
  std::vector<Known> known;
  for (const auto& c : response.calendars()) known.push_back({IdOf(c.name()), c.title()});
  return known;
}

Found KnownRevisions(Session& session, absl::string_view process) {
  catalog::v1::ListProcessRevisionsRequest request;
  request.set_name(session.FullName("processes", process));
  request.set_page_size(kMost);
  catalog::v1::ListProcessRevisionsResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "ListProcessRevisions", request, &response));
  std::vector<Known> known;
  for (const auto& p : response.processes())
    known.push_back({absl::StrCat(p.revision()), p.reason()});
  return known;
}

Found KnownTags(Session& session, absl::string_view process) {
  catalog::v1::ListTagsRequest request;
  request.set_name(session.FullName("processes", process));
  request.set_page_size(kMost);
  catalog::v1::ListTagsResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "ListTags", request, &response));
  std::vector<Known> known;
  for (const auto& tag : response.tags())
    known.push_back({tag.tag(), absl::StrCat("revision ", tag.revision())});
  return known;
}

Found KnownUtilities(Session& session) {
  catalog::v1::ListUtilitiesRequest request;
  request.set_parent(session.parent());
  request.set_page_size(kMost);
  catalog::v1::ListUtilitiesResponse response;
  RETURN_IF_ERROR(session.Call(kUtilities, "ListUtilities", request, &response));
  std::vector<Known> known;
  for (const auto& u : response.utilities()) known.push_back({IdOf(u.name()), u.title()});
  return known;
}

Found KnownSteps(Session& session) {
  catalog::v1::ListStepsRequest request;
  request.set_parent(session.parent());
  request.set_page_size(kMost);
  catalog::v1::ListStepsResponse response;
  RETURN_IF_ERROR(session.Call(kSteps, "ListSteps", request, &response));
  std::vector<Known> known;
  for (const auto& s : response.steps()) known.push_back({IdOf(s.name()), s.title()});
  return known;
}

Found KnownOnboardings(Session& session) {
  ob::ListOnboardingsRequest request;
  request.set_parent(session.parent());
  request.set_page_size(kMost);
  ob::ListOnboardingsResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "ListOnboardings", request, &response));
  std::vector<Known> known;
  for (const auto& o : response.onboardings()) {
    known.push_back({IdOf(o.name()), o.display_name().empty() ? o.person() : o.display_name()});
  }
  return known;
}

Found KnownLogs(Session& session) {
  analytics::v1::ListEventLogsRequest request;
  request.set_parent(session.parent());
  request.set_page_size(kMost);
  analytics::v1::ListEventLogsResponse response;
  RETURN_IF_ERROR(session.Call(kAnalytics, "ListEventLogs", request, &response));
  std::vector<Known> known;
  for (const auto& l : response.event_logs()) known.push_back({IdOf(l.name()), l.title()});
  return known;
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
