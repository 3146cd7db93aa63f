// SPDX-License-Identifier: Apache-2.0
//
// plumbline person who: who does a role for a person, and why.
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/help.h"
#include "clients/cli/person_group.h"
#include "clients/cli/terminal.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/people_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;
using Options = PersonOptions;

const char* OutcomeText(ob::Outcome outcome) {
  switch (outcome) {
    case ob::OUTCOME_AWAY:
      return " (is away, and nobody who is there stands in)";
    case ob::OUTCOME_LEFT:
      return " (left)";
    case ob::OUTCOME_CYCLE:
      return " (is away, as are all who stand in)";
    default:
      return "";
  }
}

template <typename Response>
void Print(Session& session, const Response& response) {
  if (session.json()) {
    session.PrintJson(response);
    return;
  }
  session.out() << (response.person().empty() ? "nobody" : response.person())
                << OutcomeText(response.outcome()) << '\n';
  for (const ob::ResolutionStep& step : response.steps())
    session.out() << "  " << Printable(step.text()) << '\n';
}

absl::Status WhoDoesTheirWork(Session& session, const Options& options) {
  ob::ResolvePersonRequest request;
  request.set_name(session.FullName("people", options.person));
  RETURN_IF_ERROR(SetTime("--at", options.at, &request, "time"));
  ob::ResolvePersonResponse response;
  RETURN_IF_ERROR(session.Call(kPeople, "ResolvePerson", request, &response));
  Print(session, response);
  return absl::OkStatus();
}

absl::Status Who(Session& session, const Options& options) {
  session.wording().Call(
      {{"name", "--for"}, {"person", "--for"}, {"role", "ROLE"}, {"time", "--at"}});
  if (options.role.empty() && options.person.empty())
    return base::FieldError("ROLE",
                            "is missing; write a role and for whom, as in 'manager --for "
                            "ada@example.com', or whose work it is with --for alone");
  if (options.role.empty()) return WhoDoesTheirWork(session, options);
  ob::ResolveRoleRequest request;
  request.set_parent(session.parent());
  request.set_person(options.person);
  request.set_role(options.role);
  RETURN_IF_ERROR(SetTime("--at", options.at, &request, "time"));
  ob::ResolveRoleResponse response;
  RETURN_IF_ERROR(session.Call(kPeople, "ResolveRole", request, &response));
  Print(session, response);
  if (!session.json() && response.members_size() > 1)
    session.out() << "  the group: " << absl::StrJoin(response.members(), ", ") << '\n';
  return absl::OkStatus();
}

}  // namespace

void AddPersonWho(PersonGroup& group) {
  Options& o = group.options();
  args::Command* who = group.Add("who", "Who does a role for a person at a time, and why", &Who,
                                 /*named=*/false);
  who->add_option("ROLE", o.role,
                  "manager, manager.manager, buddy or another relation, group:ID (default: who "
                  "does the person's own work)");
  Takes(who->add_option("--for", o.person, "For whom"), "PERSON");
  Takes(who->add_option("--at", o.at,
                        "When: 2026-01-31, 2026-01-31T09:00 (UTC) or 2026-01-31T09:00:00+01:00 "
                        "(default: now)"),
        "TIME");
  AddExamples(*who,
              {{"plumbline person who manager.manager --for ada@example.com",
                "the manager of her manager, or who stands in"},
               {"plumbline person who --for eve@example.com --at 2027-07-05",
                "who does the work of somebody who may be away"},
               {"plumbline person who group:sales-ops", "the first of a group who is there"}});
}

}  // namespace plumbline::cli
