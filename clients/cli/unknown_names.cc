// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/unknown_names.h"

#include <ostream>
#include <set>

#include "absl/strings/str_cat.h"
#include "clients/cli/terminal.h"
#include "plumbline/catalog/v1/utility_service.pb.h"
#include "plumbline/onboarding/v1/people_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;
namespace pb = catalog::v1;

void Warn(Session& session, absl::string_view what) {
  session.out().flush();
  session.err() << Printable(absl::StrCat("warning: ", what)) << '\n';
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

void WarnOfUnknownUtility(Session& session, const char* flag, const std::string& utility) {
  if (utility.empty()) return;
  WarnOfNone(session,
             Find<pb::GetUtilityRequest, pb::GetUtilityResponse>(
                 session, kUtilities, "GetUtility", session.FullName("utilities", utility)),
             flag, "utility", "utilities", utility);
}

}  // namespace plumbline::cli
