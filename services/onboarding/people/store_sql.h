// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_STORE_SQL_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_STORE_SQL_H_

#include <memory>

#include "common/sql/database.h"
#include "services/onboarding/people/store.h"

namespace plumbline::onboarding {

// The step of the schema that makes the tables of people.
extern const char kPeopleSchema[];
// The step that adds who is or will be away: when to look at them next, and, where they are away
// now and somebody stands in, since when. Records that are there already are looked at once.
extern const char kStandInsSchema[];

// A store over `database`, which must outlive it and whose schema is up to date.
std::unique_ptr<PeopleStore> NewPeopleStore(sql::Database& database);

// The parts of a record that lists filter by and that are rows of their own: labels, relations,
// groups. Private to the store.
absl::Status PutPersonParts(sql::Transaction& transaction, const PersonKey& key,
                            const v1::Person& person);

// Appends the entry under the next number, with its name. Private to the store, as what follows.
absl::Status AppendPersonHistory(sql::Transaction& transaction, const PersonKey& key,
                                 v1::PersonHistoryEntry entry);
// Takes the values out of all entries.
absl::Status ForgetPersonValues(sql::Transaction& transaction, const PersonKey& key);
absl::StatusOr<listing::Page<v1::PersonHistoryEntry>> ReadPersonHistory(
    sql::Transaction& transaction, const PersonKey& key, const listing::Query& query);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_STORE_SQL_H_
