// SPDX-License-Identifier: Apache-2.0
#include "absl/strings/str_join.h"
#include "clients/cli/list.h"
#include "clients/cli/person_group.h"
#include "plumbline/onboarding/v1/people_service.pb.h"

namespace plumbline::cli {

namespace ob = onboarding::v1;

namespace {

// "until 2031-07-14" of who is away on the present day of UTC; their own day may be another.
std::string AwayText(const ob::Person& person, absl::Time now) {
  const std::string day = absl::FormatTime("%Y-%m-%d", now, absl::UTCTimeZone());
  for (const ob::Absence& one : person.absences()) {
    if (one.from_date() <= day && day <= one.until_date())
      return absl::StrCat("until ", one.until_date());
  }
  return "";
}

}  // namespace

absl::Status ListPeople(Session& session, const ListOptions& options) {
  ob::ListPeopleRequest request;
  request.set_parent(session.parent());
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  session.wording().Call({{"filter", "--filter"}, {"order_by", "--order-by"}});
  Table table({"PERSON", "~NAME", "MANAGER", "?~GROUPS", "?AWAY", "?STATE", "?CALENDAR", "?ZONE"});
  const absl::Time now = session.clock().Now();
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<ob::ListPeopleRequest, ob::ListPeopleResponse>(
          session, kPeople, "ListPeople", request, options.limit, [&](const auto& page) {
            for (const ob::Person& p : page.people()) {
              table.Add({IdOf(p.name()), p.display_name(), p.manager(),
                         absl::StrJoin(p.groups(), ", "), AwayText(p, now),
                         p.state() == ob::Person::STATE_LEFT ? "left" : "", IdOf(p.calendar()),
                         p.time_zone()});
            }
            return page.people_size();
          })));
  ShowList(session, table,
           options.filter.empty()
               ? "no people; bring them in with: plumbline person import people.csv"
               : "nobody fits the filter",
           more);
  return absl::OkStatus();
}

ListKind PeopleList() {
  return {.name = "people",
          .help = "People: to whom they report, their groups, whether they work here",
          .fields =
              "name, display_name, email, manager, relations.KEY, groups, calendar, "
              "time_zone, labels.KEY, state, author, create_time, update_time",
          .examples = {{"plumbline list people --filter 'manager = \"eve@example.com\" state = "
                        "ACTIVE'",
                        "who reports to somebody"},
                       {"plumbline list people --filter groups:sales-ops", "a group"}},
          .run = ListPeople};
}

}  // namespace plumbline::cli
