// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/unknown_names.h"

#include <ostream>
#include <set>

#include "absl/strings/str_cat.h"
#include "clients/cli/errors.h"
#include "clients/cli/units.h"
#include "plumbline/catalog/v1/utility_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "plumbline/onboarding/v1/people_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;
namespace pb = catalog::v1;

// That many are counted.
constexpr int kManyTasks = 200;

void Warn(Session& session, absl::string_view what) {
  session.out().flush();
  PrintWarning(what, session.err());
}

// Whether a call that reads one resource says that there is none; other errors say nothing of it.
template <typename Request, typename Response>
absl::Status Find(Session& session, const char* service, const char* method,
                  const std::string& name) {
  Request request;
  request.set_name(name);
  Response response;
  return session.Call(service, method, request, &response);
}

bool KeepsRecords(Session& session) {
  ob::ListPeopleRequest request;
  request.set_parent(session.parent());
  request.set_page_size(1);
  ob::ListPeopleResponse response;
  return session.Call(kPeople, "ListPeople", request, &response).ok() && response.people_size() > 0;
}

void WarnOfNone(Session& session, const absl::Status& found, const char* flag, const char* what,
                const char* list, const std::string& id) {
  if (!absl::IsNotFound(found)) return;
  Warn(session, absl::StrCat(flag, ": the catalog has no ", what, " '", id,
                             "'; correct the name, or see 'plumbline list ", list, "'"));
}

}  // namespace

void WarnOfUnknownPeople(Session& session, const std::vector<std::string>& people) {
  std::vector<std::string> unknown;
  for (const std::string& person : std::set<std::string>(people.begin(), people.end())) {
    if (person.empty() || person.front() == '@') continue;
    const absl::Status found = Find<ob::GetPersonRequest, ob::GetPersonResponse>(
        session, kPeople, "GetPerson", session.FullName("people", person));
    if (absl::IsNotFound(found)) {
      unknown.push_back(person);
    } else if (absl::IsPermissionDenied(found) || absl::IsUnavailable(found)) {
      return;
    }
  }
  if (unknown.empty() || !KeepsRecords(session)) return;
  for (const std::string& person : unknown) {
    Warn(session, absl::StrCat("there is no record of '", person,
                               "'; correct the name, or create one with 'plumbline person set'"));
  }
}

void WarnIfLeft(Session& session, const char* flag, const std::string& person, const char* so) {
  if (person.empty()) return;
  ob::GetPersonRequest request;
  request.set_name(session.FullName("people", person));
  ob::GetPersonResponse response;
  const absl::Status found = session.Call(kPeople, "GetPerson", request, &response);
  if (!found.ok() || response.person().state() != ob::Person::STATE_LEFT) return;
  Warn(session, absl::StrCat(flag, ": '", person, "' left, ", so));
}

void WarnIfNobodys(Session& session, const char* flag, const std::string& who) {
  const absl::Status found = Find<ob::GetPersonRequest, ob::GetPersonResponse>(
      session, kPeople, "GetPerson", session.FullName("people", who));
  if (!absl::IsNotFound(found) || !KeepsRecords(session)) return;
  ob::ListTasksRequest request;
  request.set_parent(session.FullName("onboardings", "-"));
  request.set_assignee(who);
  request.set_page_size(1);
  ob::ListTasksResponse response;
  const absl::Status listed = session.Call(kOnboarding, "ListTasks", request, &response);
  if (!listed.ok() || response.tasks_size() > 0) return;
  Warn(session, absl::StrCat(flag, ": there is no record of '", who,
                             "', and no open task waits for a role of this name; correct the name, "
                             "or create one with 'plumbline person set'"));
}

void WarnOfTasksLeft(Session& session, const std::string& person) {
  ob::ListTasksRequest request;
  request.set_parent(session.FullName("onboardings", "-"));
  request.set_assignee(person);
  request.set_page_size(kManyTasks);
  ob::ListTasksResponse response;
  const absl::Status listed = session.Call(kOnboarding, "ListTasks", request, &response);
  if (!listed.ok() || response.tasks().empty()) return;
  Warn(session, absl::StrCat("'", person, "' still has ",
                             Number(response.tasks_size(), "open task", "open tasks"),
                             response.next_page_token().empty() ? "" : " or more",
                             "; see them with 'plumbline list tasks --assignee ", person,
                             "', and give each to somebody else with 'plumbline task assign'"));
}

void WarnOfUnknownUtility(Session& session, const char* flag, const std::string& utility) {
  if (utility.empty()) return;
  WarnOfNone(session,
             Find<pb::GetUtilityRequest, pb::GetUtilityResponse>(
                 session, kUtilities, "GetUtility", session.FullName("utilities", utility)),
             flag, "utility", "utilities", utility);
}

}  // namespace plumbline::cli
