// SPDX-License-Identifier: Apache-2.0
//
// What a mutation of a record would change, as a function of a snapshot: nothing here writes, so
// that validate_only runs the same rules.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_PERSON_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_PERSON_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plumbline/common/v1/types.pb.h"
#include "services/onboarding/people/directory.h"
#include "services/onboarding/people/store.h"

namespace plumbline::onboarding {

// Who changes something, and when.
struct Author {
  std::string subject;
  absl::Time time;
};

struct CreatePersonCommand {
  PersonKey key;
  v1::Person content;
  std::string reason;
};

struct UpdatePersonCommand {
  PersonKey key;
  v1::Person content;
  std::vector<std::string> fields;  // of the content, those to replace
  std::string etag;                 // "" = whatever it is
  bool allow_missing = false;
  std::string reason;
};

struct DeletePersonCommand {
  PersonKey key;
  std::string etag;  // "" = whatever it is
  bool force = false;
  std::string reason;
};

struct PersonChange {
  enum class Kind { kNothing, kPut, kRemove };
  Kind kind = Kind::kPut;
  PersonKey key;
  StoredPerson person;  // as it is after the change, or was before it was removed
  v1::PersonHistoryEntry entry = {};
};

// The methods of PeopleService with these names, which list their errors.
absl::StatusOr<PersonChange> Create(PeopleReads& reads, const CreatePersonCommand& command,
                                    const Author& author);
absl::StatusOr<PersonChange> Update(PeopleReads& reads, const UpdatePersonCommand& command,
                                    const Author& author);
absl::StatusOr<PersonChange> Delete(PeopleReads& reads, const DeletePersonCommand& command,
                                    const Author& author);

// The record, or RESOURCE_NOT_FOUND.
absl::StatusOr<StoredPerson> RequirePerson(PeopleReads& reads, const PersonKey& key);

// What `content` instead of `present` (nullopt = there is no record) changes, whatever the rules
// say of it; kNothing if they are the same. O(size).
PersonChange ChangeTo(const PersonKey& key, const std::optional<StoredPerson>& present,
                      v1::Person content, const Author& author, const std::string& reason);

// PERSON_UNKNOWN for everybody whom the record names and of whom there is none; FIELD_INVALID (of
// time_zone) where it names a calendar and no zone. O(names).
absl::StatusOr<std::vector<common::v1::Warning>> FindWarnings(Directory& people,
                                                              const PersonKey& key,
                                                              const v1::Person& person);

// RESOURCE_NOT_FOUND of a field `calendar`: "calendars/{c}", of which the catalog says that there
// is none.
common::v1::Warning UnknownCalendar(absl::string_view workspace, absl::string_view calendar);

// The records of one workspace in a snapshot, which must outlive it.
class StoredDirectory final : public Directory {
 public:
  StoredDirectory(PeopleReads& reads, absl::string_view workspace)
      : reads_(reads), workspace_(workspace) {}
  absl::StatusOr<std::optional<v1::Person>> Find(absl::string_view person) override;
  absl::StatusOr<std::vector<std::string>> Members(absl::string_view group, int limit) override;

 private:
  PeopleReads& reads_;
  const std::string workspace_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_PERSON_H_
