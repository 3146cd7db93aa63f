// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/person.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/time_util.h"
#include "services/onboarding/people/changes.h"
#include "services/onboarding/people/fields.h"
#include "services/onboarding/people/reporting.h"
#include "services/onboarding/people/rules.h"

namespace plumbline::onboarding {
namespace {

using v1::PersonHistoryEntry;

constexpr char kType[] = "Person";
// People whom an error names.
constexpr size_t kMostNamed = 50;
constexpr int kMostCounted = 10'000;

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

PersonHistoryEntry EntryOf(PersonHistoryEntry::Kind kind, const Author& author,
                           const std::string& reason, const std::string& etag,
                           const std::vector<std::string>& fields = {}) {
  PersonHistoryEntry entry;
  entry.set_kind(kind);
  *entry.mutable_create_time() = ToTimestamp(author.time);
  entry.set_actor(author.subject);
  entry.set_reason(reason);
  entry.set_etag(etag);
  entry.mutable_fields()->Assign(fields.begin(), fields.end());
  return entry;
}

absl::Status CheckEtag(const v1::Person& present, const std::string& etag) {
  if (etag.empty() || etag == present.etag()) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_ETAG_MISMATCH,
                     absl::StrCat("'", present.name(), "' has etag '", present.etag(),
                                  "', not the given one: read it again, then write"))
      .With("etag", present.etag())
      .Resource(kType, present.name());
}

// The rules of a record by itself and among the others.
absl::Status CheckPerson(PeopleReads& reads, const PersonKey& key, const v1::Person& person) {
  RETURN_IF_ERROR(base::FieldErrors(FindViolations(person, key.person, "person")));
  StoredDirectory people(reads, key.workspace);
  return CheckReporting(people, key.person, person.manager());
}

absl::Status InUse(const PersonKey& key, const std::vector<std::string>& naming) {
  base::Error error(
      base::Reason::ERROR_REASON_PERSON_IN_USE,
      absl::StrCat("'", NameOf(key), "' is the manager of, or something else to, '", naming[0], "'",
                   naming.size() > 1 ? " and others" : "",
                   ": name another person there, set state to STATE_LEFT instead, or delete it "
                   "with force"));
  error.With("user_count", absl::StrCat(naming.size())).Resource(kType, NameOf(key));
  for (size_t i = 0; i < std::min(naming.size(), kMostNamed); ++i) {
    error.Precondition("PERSON_IN_USE", NameOf(PersonKey{key.workspace, naming[i]}),
                       "names the person as manager or in a relation");
  }
  return error;
}

// Days and quiet hours count in the zone of the record alone: that of the calendar is the catalog's
// to know.
void AddIfZoneIsMissing(const PersonKey& key, const v1::Person& person,
                        std::vector<common::v1::Warning>* warnings) {
  if (person.calendar().empty() || !person.time_zone().empty()) return;
  common::v1::Warning& warning = warnings->emplace_back();
  warning.set_reason(common::v1::ERROR_REASON_FIELD_INVALID);
  warning.set_field("time_zone");
  warning.set_subject(NameOf(key));
  warning.set_description(absl::StrCat(
      "is empty, and calendar is '", person.calendar(),
      "', whose zone is not known here: absences and quiet hours count in UTC; set time_zone"));
}

}  // namespace

PersonChange ChangeTo(const PersonKey& key, const std::optional<StoredPerson>& present,
                      v1::Person content, const Author& author, const std::string& reason) {
  PersonChange change{PersonChange::Kind::kPut, key, {}};
  v1::Person& person = change.person.person;
  CopyFields(content, std::vector<std::string>(PersonFields().begin(), PersonFields().end()),
             &person);
  Normalize(&person);
  std::vector<std::string> changed;
  if (present.has_value()) {
    changed = ChangedFields(person, present->person);
    if (changed.empty()) return {PersonChange::Kind::kNothing, key, *present};
    *person.mutable_create_time() = present->person.create_time();
  } else {
    *person.mutable_create_time() = ToTimestamp(author.time);
  }
  person.set_name(NameOf(key));
  person.set_author(author.subject);
  *person.mutable_update_time() = ToTimestamp(author.time);
  change.person.version = present.has_value() ? present->version + 1 : 1;
  person.set_etag(EtagOf(person, change.person.version));
  change.entry = EntryOf(
      present.has_value() ? PersonHistoryEntry::KIND_UPDATED : PersonHistoryEntry::KIND_CREATED,
      author, reason, person.etag(), changed);
  const std::vector<v1::FieldChange> values =
      ChangesOf(present.has_value() ? present->person : v1::Person(), person);
  *change.entry.mutable_changes() = {values.begin(), values.end()};
  return change;
}

absl::StatusOr<PersonChange> Create(PeopleReads& reads, const CreatePersonCommand& command,
                                    const Author& author) {
  ASSIGN_OR_RETURN(const std::optional<StoredPerson> present, reads.FindPerson(command.key));
  if (present.has_value()) return base::AlreadyExists(kType, NameOf(command.key));
  RETURN_IF_ERROR(CheckPerson(reads, command.key, command.content));
  return ChangeTo(command.key, std::nullopt, command.content, author, command.reason);
}

absl::StatusOr<PersonChange> Update(PeopleReads& reads, const UpdatePersonCommand& command,
                                    const Author& author) {
  ASSIGN_OR_RETURN(const std::optional<StoredPerson> present, reads.FindPerson(command.key));
  // An etag says that it was there: then it is not for us to make it anew.
  if (!present.has_value() && (!command.allow_missing || !command.etag.empty()))
    return base::NotFound(kType, NameOf(command.key));
  v1::Person content = command.content;
  if (present.has_value()) {
    RETURN_IF_ERROR(CheckEtag(present->person, command.etag));
    content = present->person;
    CopyFields(command.content, command.fields, &content);
  }
  RETURN_IF_ERROR(CheckPerson(reads, command.key, content));
  return ChangeTo(command.key, present, std::move(content), author, command.reason);
}

absl::StatusOr<PersonChange> Delete(PeopleReads& reads, const DeletePersonCommand& command,
                                    const Author& author) {
  ASSIGN_OR_RETURN(StoredPerson present, RequirePerson(reads, command.key));
  RETURN_IF_ERROR(CheckEtag(present.person, command.etag));
  if (!command.force) {
    ASSIGN_OR_RETURN(const std::vector<std::string> naming,
                     reads.Naming(command.key, kMostCounted));
    if (!naming.empty()) return InUse(command.key, naming);
  }
  PersonHistoryEntry entry =
      EntryOf(PersonHistoryEntry::KIND_DELETED, author, command.reason, present.person.etag());
  return PersonChange{PersonChange::Kind::kRemove, command.key, std::move(present),
                      std::move(entry)};
}

absl::StatusOr<StoredPerson> RequirePerson(PeopleReads& reads, const PersonKey& key) {
  ASSIGN_OR_RETURN(std::optional<StoredPerson> person, reads.FindPerson(key));
  if (!person.has_value()) return base::NotFound(kType, NameOf(key));
  return *std::move(person);
}

absl::StatusOr<std::vector<common::v1::Warning>> FindWarnings(Directory& people,
                                                              const PersonKey& key,
                                                              const v1::Person& person) {
  // By field, so that the answer does not depend on the order of a map.
  std::map<std::string, std::string> named;
  if (!person.manager().empty()) named["manager"] = person.manager();
  for (const auto& [relation, related] : person.relations())
    named[absl::StrCat("relations[", relation, "]")] = related;
  for (int i = 0; i < person.absences_size(); ++i) {
    const std::string& substitute = person.absences(i).substitute();
    if (!substitute.empty()) named[absl::StrCat("absences[", i, "].substitute")] = substitute;
  }
  std::vector<common::v1::Warning> warnings;
  for (const auto& [field, id] : named) {
    if (id == key.person) continue;
    ASSIGN_OR_RETURN(const std::optional<v1::Person> found, people.Find(id));
    if (found.has_value()) continue;
    common::v1::Warning& warning = warnings.emplace_back();
    warning.set_reason(common::v1::ERROR_REASON_PERSON_UNKNOWN);
    warning.set_field(field);
    warning.set_subject(NameOf(PersonKey{key.workspace, id}));
    warning.set_description(absl::StrCat("there is no record of '", id,
                                         "'; create it, or correct the name, or chains end here"));
  }
  AddIfZoneIsMissing(key, person, &warnings);
  return warnings;
}

common::v1::Warning UnknownCalendar(absl::string_view workspace, absl::string_view calendar) {
  common::v1::Warning warning;
  warning.set_reason(common::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
  warning.set_field("calendar");
  warning.set_subject(absl::StrCat("workspaces/", workspace, "/", calendar));
  warning.set_description(absl::StrCat("the catalog has no calendar '",
                                       absl::StripPrefix(calendar, "calendars/"),
                                       "'; create it, or correct the name, or starts for this "
                                       "person fail that name no other calendar"));
  return warning;
}

absl::StatusOr<std::optional<v1::Person>> StoredDirectory::Find(absl::string_view person) {
  ASSIGN_OR_RETURN(std::optional<StoredPerson> found,
                   reads_.FindPerson({workspace_, std::string(person)}));
  if (!found.has_value()) return std::nullopt;
  return std::move(found->person);
}

absl::StatusOr<std::vector<std::string>> StoredDirectory::Members(absl::string_view group,
                                                                  int limit) {
  return reads_.Members(workspace_, group, limit);
}

}  // namespace plumbline::onboarding
