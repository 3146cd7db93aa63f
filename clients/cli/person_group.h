// SPDX-License-Identifier: Apache-2.0
//
// The command group `plumbline person`.
#ifndef PLUMBLINE_CLIENTS_CLI_PERSON_GROUP_H_
#define PLUMBLINE_CLIENTS_CLI_PERSON_GROUP_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/args.h"
#include "clients/cli/list.h"
#include "clients/cli/session.h"
#include "plumbline/onboarding/v1/people.pb.h"

namespace plumbline::cli {

struct PersonOptions {
  std::string person, reason, request_id;
  bool dry_run = false, force = false;
  // set
  std::string display_name, email, manager, calendar, zone, quiet, state;
  std::vector<std::string> relations, groups, labels;
  // import
  std::string file;
  std::vector<std::string> columns;
  // absence
  std::string from, until, substitute, why;
  // who
  std::string role, at;
  ListOptions list;
};

// The subcommands, which share their options: only one of them runs.
class PersonGroup {
 public:
  using Command = absl::Status (*)(Session&, const PersonOptions&);

  PersonGroup(args::Command& app, Action* action);

  // Adds `plumbline person NAME` (or below `parent`), which takes a PERSON first where it is
  // `named`.
  args::Command* Add(const char* name, const char* purpose, Command command, bool named = true,
                     args::Command* parent = nullptr);
  // --reason, --dry-run and --request-id.
  void AddWriteOptions(args::Command& command);

  args::Command& app() { return *group_; }
  PersonOptions& options() { return *options_; }
  const std::shared_ptr<PersonOptions>& shared() { return options_; }

 private:
  Action* const action_;
  args::Command* group_;
  std::shared_ptr<PersonOptions> options_ = std::make_shared<PersonOptions>();
};

// The record of a person, as it is kept.
absl::StatusOr<onboarding::v1::Person> GetPerson(Session& session, const std::string& person);

// Writes fields of a record; none of them: the record is new. Prints what came of it.
absl::Status SavePerson(Session& session, const PersonOptions& options,
                        const onboarding::v1::Person& person,
                        const std::vector<std::string>& fields);

// absence add, remove, list.
void AddPersonAbsences(PersonGroup& group);
// import.
void AddPersonImport(PersonGroup& group);
// set.
void AddPersonSet(PersonGroup& group, Action* action);
// who.
void AddPersonWho(PersonGroup& group);

// Shows the people of the workspace, as `list people` and `person list` do.
absl::Status ListPeople(Session& session, const ListOptions& options);
ListKind PeopleList();

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_PERSON_GROUP_H_
