// SPDX-License-Identifier: Apache-2.0
//
// plumbline person set: what flags say of a person.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/help.h"
#include "clients/cli/person_group.h"
#include "clients/cli/unknown_names.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;
using Options = PersonOptions;

// Pairs KEY=VALUE put into a map; nothing behind the '=' takes the entry out.
absl::Status SetPairs(const char* flag, const char* form, const std::vector<std::string>& pairs,
                      google::protobuf::Map<std::string, std::string>* map) {
  for (const std::string& pair : pairs) {
    const std::vector<std::string> parts = absl::StrSplit(pair, absl::MaxSplits('=', 1));
    if (parts.size() != 2 || parts[0].empty())
      return base::FieldError(flag, absl::StrCat("'", pair, "' is not ", form));
    map->erase(parts[0]);
    if (!parts[1].empty()) (*map)[parts[0]] = parts[1];
  }
  return absl::OkStatus();
}

absl::Status SetQuiet(const std::string& quiet, ob::Person* person) {
  person->clear_quiet_hours();
  if (quiet.empty()) return absl::OkStatus();
  const std::vector<std::string> parts = absl::StrSplit(quiet, '-');
  if (parts.size() != 2)
    return base::FieldError("--quiet", absl::StrCat("'", quiet, "' is not HH:MM-HH:MM"));
  person->mutable_quiet_hours()->set_start(parts[0]);
  person->mutable_quiet_hours()->set_end(parts[1]);
  return absl::OkStatus();
}

// Which of the flags were given: an empty text is a value too, and takes one away.
struct Given {
  const args::Command* command;
  bool operator()(const char* flag) const { return command->count(flag) > 0; }
};

absl::StatusOr<std::vector<std::string>> Apply(const Options& options, const Given& given,
                                               ob::Person* person) {
  std::vector<std::string> fields;
  const auto changes = [&](const char* flag, const char* field) {
    if (given(flag)) fields.emplace_back(field);
    return given(flag);
  };
  if (changes("--name", "display_name")) person->set_display_name(options.display_name);
  if (changes("--email", "email")) person->set_email(options.email);
  if (changes("--manager", "manager")) person->set_manager(options.manager);
  if (changes("--calendar", "calendar")) {
    const bool bare = !options.calendar.empty() && options.calendar.find('/') == std::string::npos;
    person->set_calendar(bare ? absl::StrCat("calendars/", options.calendar) : options.calendar);
  }
  if (changes("--zone", "time_zone")) person->set_time_zone(options.zone);
  if (changes("--quiet", "quiet_hours")) RETURN_IF_ERROR(SetQuiet(options.quiet, person));
  if (changes("--group", "groups")) {
    person->clear_groups();
    for (const std::string& group : options.groups)
      if (!group.empty()) person->add_groups(group);
  }
  if (changes("--relation", "relations"))
    RETURN_IF_ERROR(
        SetPairs("--relation", "NAME=PERSON", options.relations, person->mutable_relations()));
  if (changes("--label", "labels"))
    RETURN_IF_ERROR(SetPairs("--label", "KEY=VALUE", options.labels, person->mutable_labels()));
  if (changes("--state", "state")) {
    person->set_state(options.state == "left" ? ob::Person::STATE_LEFT : ob::Person::STATE_ACTIVE);
  }
  return fields;
}

absl::Status Set(Session& session, const Options& options, const Given& given) {
  absl::StatusOr<ob::Person> found = GetPerson(session, options.person);
  ob::Person person;
  if (found.ok()) {
    person = *std::move(found);
  } else if (absl::IsNotFound(found.status())) {
    person.set_name(session.FullName("people", options.person));
  } else {
    return found.status();
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> fields, Apply(options, given, &person));
  const bool is_new = person.etag().empty();
  if (fields.empty() && !is_new)
    return base::FieldError("person set", "changes nothing; give a value, as in --manager PERSON");
  RETURN_IF_ERROR(
      SavePerson(session, options, person, is_new ? std::vector<std::string>() : fields));
  if (given("--state") && person.state() == ob::Person::STATE_LEFT)
    WarnOfTasksLeft(session, options.person);
  return absl::OkStatus();
}

}  // namespace

void AddPersonSet(PersonGroup& group, Action* action) {
  Options& o = group.options();
  args::Command* set = group.Add("set", "Say something of a person; who has no record gets one",
                                 [](Session&, const Options&) { return absl::OkStatus(); });
  Takes(set->add_option("--name", o.display_name, "Their name"), "NAME");
  Takes(set->add_option("--email", o.email, "Where messages go"), "ADDRESS");
  Takes(set->add_option("--manager", o.manager, "To whom they report"), "PERSON");
  Takes(set->add_option("--relation", o.relations,
                        "Who else is something to them, as in buddy=bob@example.com (repeatable)"),
        "NAME=PERSON")
      ->allow_extra_args(false);
  Takes(set->add_option("--group", o.groups, "All groups that they belong to (repeatable)"), "ID")
      ->allow_extra_args(false);
  Takes(set->add_option("--calendar", o.calendar,
                        "When they work: a calendar of the catalog; give --zone, too"),
        "CALENDAR");
  Takes(
      set->add_option("--zone", o.zone,
                      "Their time zone, as in Europe/Berlin; without one their absences and quiet "
                      "hours count in UTC, whatever the zone of the calendar"),
      "ZONE");
  Takes(set->add_option("--quiet", o.quiet, "When nothing may disturb them, as in 22:00-07:00"),
        "FROM-UNTIL");
  Takes(set->add_option("--label", o.labels, "Label to find them by (repeatable)"), "KEY=VALUE")
      ->allow_extra_args(false);
  Takes(set->add_option("--state", o.state, "active or left"), "STATE")
      ->check(args::IsMember({"active", "left"}));
  group.AddWriteOptions(*set);
  AddExamples(*set, {{"plumbline person set ada@example.com --manager eve@example.com --relation "
                      "buddy=bob@example.com",
                      "to whom she reports, who helps her"},
                     {"plumbline person set ada@example.com --state left --reason 'gone to sea'",
                      "no work goes to her any more; 'plumbline list tasks --assignee' shows hers"},
                     {"plumbline person set ada@example.com --relation buddy= --manager ''",
                      "nothing behind it takes a value away"}});
  set->callback([action, options = group.shared(), set] {
    *action = [options, set](Session& session) { return Set(session, *options, Given{set}); };
  });
}

}  // namespace plumbline::cli
