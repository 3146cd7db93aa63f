// SPDX-License-Identifier: Apache-2.0
//
// plumbline person list, get, delete, history; set, imports, absences and questions have files of
// their own.
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/commands.h"
#include "clients/cli/entry_changes.h"
#include "clients/cli/errors.h"
#include "clients/cli/help.h"
#include "clients/cli/person_group.h"
#include "clients/cli/terminal.h"
#include "clients/cli/units.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "plumbline/onboarding/v1/people_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;
using Options = PersonOptions;

absl::Status Get(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const ob::Person person, GetPerson(session, options.person));
  if (session.json()) {
    session.PrintJson(person);
  } else {
    session.out() << yaml::Format(person);
  }
  return absl::OkStatus();
}

absl::Status Delete(Session& session, const Options& options) {
  session.wording().Call({{"name", "PERSON"}, {"reason", "--reason"}, {"force", "--force"}});
  ob::DeletePersonRequest request;
  request.set_name(session.FullName("people", options.person));
  request.set_force(options.force);
  request.set_reason(options.reason);
  request.set_validate_only(options.dry_run);
  request.set_request_id(options.request_id.empty() ? base::NewUuid() : options.request_id);
  ob::DeletePersonResponse response;
  RETURN_IF_ERROR(session.Call(kPeople, "DeletePerson", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << session.ShortName(request.name()) << ": "
                  << (options.dry_run ? "possible, nothing written" : "deleted") << '\n';
  }
  return absl::OkStatus();
}

// Of an older entry, or of a record that was deleted, the fields alone.
std::string ChangeOf(const ob::PersonHistoryEntry& entry) {
  return entry.changes().empty() ? absl::StrJoin(entry.fields(), ", ")
                                 : ChangesText(entry.changes(), absl::UTCTimeZone());
}

absl::Status History(Session& session, const Options& options) {
  session.wording().Call({{"name", "PERSON"}, {"filter", "--filter"}, {"order_by", "--order-by"}});
  ob::ListPersonHistoryRequest request;
  request.set_name(session.FullName("people", options.person));
  request.set_filter(options.list.filter);
  request.set_order_by(options.list.order_by);
  Table table({">#", "WHEN (UTC)", "WHAT", "?|CHANGE", "?~WHO", "?|REASON"});
  ASSIGN_OR_RETURN(const bool more,
                   (Pages<ob::ListPersonHistoryRequest, ob::ListPersonHistoryResponse>(
                       session, kPeople, "ListPersonHistory", request, options.list.limit,
                       [&](const auto& page) {
                         for (const ob::PersonHistoryEntry& entry : page.entries()) {
                           table.Add({absl::StrCat(entry.sequence()), When(entry.create_time()),
                                      KindWords(ob::PersonHistoryEntry::Kind_Name(entry.kind())),
                                      ChangeOf(entry), entry.actor(), entry.reason()});
                         }
                         return page.entries_size();
                       })));
  ShowList(session, table, "no change fits the filter", more);
  return absl::OkStatus();
}

void AddOthers(PersonGroup& group) {
  Options& o = group.options();
  group.Add("get", "Show the record of a person, as YAML", &Get);
  args::Command* list = group.Add(
      "list", "People: to whom they report, their groups, whether they work here",
      [](Session& session, const Options& options) { return ListPeople(session, options.list); },
      /*named=*/false);
  const ListKind kind = PeopleList();
  Takes(list->add_option("--limit", o.list.limit, "At most so many rows (default: 1000)"), "N")
      ->check(args::Range(1, 10'000'000));
  AddFilterOptions(*list, kind.fields, &o.list.filter, &o.list.order_by);
  AddExamples(*list, kind.examples);
  args::Command* remove =
      group.Add("delete", "Delete the record of a person; others go on naming their id", &Delete);
  remove->add_flag("--force", o.force, "Though others report to them");
  group.AddWriteOptions(*remove);
  args::Command* history =
      group.Add("history", "Who changed the record, from what to what, when, and why", &History);
  Takes(history->add_option("--limit", o.list.limit, "At most so many rows (default: 1000)"), "N")
      ->check(args::Range(1, 10'000'000));
  AddFilterOptions(*history, "sequence, kind, create_time, actor, reason, fields", &o.list.filter,
                   &o.list.order_by);
}

}  // namespace

PersonGroup::PersonGroup(args::Command& app, Action* action) : action_(action) {
  group_ = app.add_subcommand("person", "People: managers, buddies, groups, absences");
  group_->group("Run");
  group_->require_subcommand(1);
}

args::Command* PersonGroup::Add(const char* name, const char* purpose, Command command, bool named,
                                args::Command* parent) {
  args::Command* sub = (parent == nullptr ? group_ : parent)->add_subcommand(name, purpose);
  if (named)
    sub->add_option("PERSON", options_->person, "As on-boardings call them: ada@example.com")
        ->required();
  sub->callback([action = action_, options = options_, command] {
    *action = [options, command](Session& session) { return command(session, *options); };
  });
  return sub;
}

void PersonGroup::AddWriteOptions(args::Command& command) {
  Takes(command.add_option("--reason", options_->reason, "Why, kept in the history"), "TEXT");
  command.add_flag("--dry-run", options_->dry_run, "Check everything, write nothing");
  Takes(command.add_option("--request-id", options_->request_id,
                           "Makes a repeated call take effect once (default: a new one)"),
        "ID");
}

absl::StatusOr<ob::Person> GetPerson(Session& session, const std::string& person) {
  session.wording().Call({{"name", "PERSON"}});
  ob::GetPersonRequest request;
  request.set_name(session.FullName("people", person));
  ob::GetPersonResponse response;
  RETURN_IF_ERROR(session.Call(kPeople, "GetPerson", request, &response));
  return std::move(*response.mutable_person());
}

absl::Status SavePerson(Session& session, const Options& options, const ob::Person& person,
                        const std::vector<std::string>& fields) {
  // Another command has the option for the zone.
  const bool sets = fields != std::vector<std::string>{"absences"};
  session.wording().Call({{"person.name", "PERSON"},
                          {"person.display_name", "--name"},
                          {"person.email", "--email"},
                          {"person.manager", "--manager"},
                          {"person.relations", "--relation"},
                          {"person.groups", "--group"},
                          {"person.calendar", "--calendar"},
                          {"person.time_zone", sets ? "--zone" : "--zone of 'person set'"},
                          {"person.quiet_hours", "--quiet"},
                          {"person.labels", "--label"},
                          {"reason", "--reason"}});
  ob::UpdatePersonRequest request;
  *request.mutable_person() = person;
  request.mutable_update_mask()->mutable_paths()->Assign(fields.begin(), fields.end());
  request.set_allow_missing(person.etag().empty());
  request.set_reason(options.reason);
  request.set_validate_only(options.dry_run);
  request.set_request_id(options.request_id.empty() ? base::NewUuid() : options.request_id);
  ob::UpdatePersonResponse response;
  RETURN_IF_ERROR(session.Call(kPeople, "UpdatePerson", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  const bool same = !person.etag().empty() && response.person().etag() == person.etag();
  session.out() << session.ShortName(response.person().name())
                << (same              ? ": is so already"
                    : options.dry_run ? ": possible, nothing written"
                    : fields.empty()  ? ": created"
                                      : ": changed")
                << '\n';
  session.out().flush();
  for (const common::v1::Warning& warning : response.warnings()) {
    const std::string field = absl::StrCat("person.", warning.field());
    PrintWarning(session.wording().Violation({field, warning.description()}), session.err());
  }
  return absl::OkStatus();
}

void AddPersonCommands(args::Command& app, Action* action) {
  PersonGroup group(app, action);
  AddOthers(group);
  AddPersonSet(group, action);
  AddPersonAbsences(group);
  AddPersonImport(group);
  AddPersonWho(group);
  AddExamples(
      group.app(),
      {{"plumbline person import people.csv --dry-run", "what an export of the HR system would do"},
       {"plumbline list people --filter 'manager = \"eve@example.com\"'",
        "who reports to somebody"},
       {"plumbline person absence add eve@example.com 2027-07-01 2027-07-14 --substitute "
        "bob@example.com",
        "a holiday, and who stands in"},
       {"plumbline person who manager.manager --for ada@example.com", "and why"}});
}

}  // namespace plumbline::cli
