// SPDX-License-Identifier: Apache-2.0
//
// plumbline person absence add, remove, list.
#include <algorithm>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/help.h"
#include "clients/cli/person_group.h"
#include "clients/cli/table.h"
#include "clients/cli/unknown_names.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;
using Options = PersonOptions;

absl::Status Add(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(ob::Person person, GetPerson(session, options.person));
  const int index = person.absences_size();
  ob::Absence* absence = person.add_absences();
  absence->set_from_date(options.from);
  absence->set_until_date(options.until.empty() ? options.from : options.until);
  absence->set_substitute(options.substitute);
  absence->set_reason(options.why);
  const std::string field = absl::StrCat("person.absences[", index, "]");
  session.wording().Call({{field + ".from_date", "FROM"},
                          {field + ".until_date", "UNTIL"},
                          {field + ".substitute", "--substitute"},
                          {field + ".reason", "--why"}});
  RETURN_IF_ERROR(SavePerson(session, options, person, {"absences"}));
  WarnIfLeft(session, "--substitute", options.substitute,
             "and stands in for nobody; name somebody who is there");
  return absl::OkStatus();
}

absl::Status Remove(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(ob::Person person, GetPerson(session, options.person));
  auto& absences = *person.mutable_absences();
  const auto found = std::find_if(absences.begin(), absences.end(), [&](const ob::Absence& one) {
    return one.from_date() <= options.from && options.from <= one.until_date();
  });
  if (found == absences.end()) {
    return base::FieldError(
        "DATE", absl::StrCat("'", options.from, "' is in no absence of ", options.person,
                             "; see them with: plumbline person absence list ", options.person));
  }
  absences.erase(found);
  return SavePerson(session, options, person, {"absences"});
}

absl::Status List(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(ob::Person person, GetPerson(session, options.person));
  std::sort(
      person.mutable_absences()->begin(), person.mutable_absences()->end(),
      [](const ob::Absence& a, const ob::Absence& b) { return a.from_date() < b.from_date(); });
  Table table({"FROM", "UNTIL", "?SUBSTITUTE", "?|WHY"});
  for (const ob::Absence& one : person.absences()) {
    if (session.json()) session.PrintJsonLine(one);
    table.Add({one.from_date(), one.until_date(), one.substitute(), one.reason()});
  }
  ShowList(session, table, "no absences", /*more=*/false);
  return absl::OkStatus();
}

}  // namespace

void AddPersonAbsences(PersonGroup& group) {
  Options& o = group.options();
  args::Command* absence =
      group.app().add_subcommand("absence", "When they are away, and who stands in");
  absence->require_subcommand(1);
  args::Command* add = group.Add("add", "Say when they are away: whole days of their zone", &Add,
                                 /*named=*/true, absence);
  add->add_option("FROM", o.from, "The first day, YYYY-MM-DD")->required();
  add->add_option("UNTIL", o.until, "The last day (default: the same day)");
  Takes(add->add_option("--substitute", o.substitute, "Who does their work meanwhile"), "PERSON");
  Takes(add->add_option("--why", o.why, "Why they are away; everybody may read it"), "TEXT");
  group.AddWriteOptions(*add);
  args::Command* remove =
      group.Add("remove", "Take an absence out", &Remove, /*named=*/true, absence);
  remove->add_option("DATE", o.from, "A day of it")->required();
  group.AddWriteOptions(*remove);
  group.Add("list", "Their absences in the order of time", &List, /*named=*/true, absence);
}

}  // namespace plumbline::cli
