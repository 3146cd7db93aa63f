// SPDX-License-Identifier: Apache-2.0
//
// What is kept of people. Invariants, which the domain upholds and the store relies on:
//  1. Everything belongs to a workspace; no call crosses into another.
//  2. A person has at most one record; its `version` grows by one with every change of it.
//  3. Whoever writes or removes a record gives the entry of its history with it; a history counts
//     1, 2, 3, ... and is only ever appended to, also when the record is deleted and made anew. Its
//     entries say what values changed only as long as the record that they are of is there.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_STORE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/listing/query.h"
#include "plumbline/onboarding/v1/people.pb.h"
#include "plumbline/onboarding/v1/people_service.pb.h"

namespace plumbline::onboarding {

struct PersonKey {
  std::string workspace;
  std::string person;
  bool operator==(const PersonKey&) const = default;
};

// "workspaces/{w}/people/{person}"
inline std::string NameOf(const PersonKey& key) {
  return absl::StrCat("workspaces/", key.workspace, "/people/", key.person);
}

// A record, as it is answered.
struct StoredPerson {
  v1::Person person;
  int64_t version = 0;  // of the row, from 1
};

// What can be read within one snapshot. Used by one thread, within the body that got it. Errors of
// all methods: DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL; what is not there is an empty
// result, not an error.
class PeopleReads {
 public:
  virtual ~PeopleReads() = default;
  virtual absl::StatusOr<std::optional<StoredPerson>> FindPerson(const PersonKey& key) = 0;
  // A page; the query is of PersonSchema(). PAGE_TOKEN_INVALID for a position of another order.
  virtual absl::StatusOr<listing::Page<v1::Person>> ListPeople(absl::string_view workspace,
                                                               const listing::Query& query) = 0;
  // Ids of those who name the group and have not left, by id, the first `limit`.
  virtual absl::StatusOr<std::vector<std::string>> Members(absl::string_view workspace,
                                                           absl::string_view group, int limit) = 0;
  // Ids of those who name the person as manager or in a relation, by id, the first `limit`.
  virtual absl::StatusOr<std::vector<std::string>> Naming(const PersonKey& key, int limit) = 0;
  // A page, newest first where the query, which is of PersonHistorySchema(), does not say how.
  virtual absl::StatusOr<listing::Page<v1::PersonHistoryEntry>> ListHistory(
      const PersonKey& key, const listing::Query& query) = 0;
  // The place of this transaction; see sql::Transaction::Position.
  virtual absl::StatusOr<int64_t> Position() = 0;
};

// A snapshot that can be changed. Reads see the writes before them.
class PeopleChanges : public PeopleReads {
 public:
  // Inserts (version 1) or replaces. `entry` is for the history, but for its name and number.
  virtual absl::Status PutPerson(const PersonKey& key, const StoredPerson& person,
                                 v1::PersonHistoryEntry entry) = 0;
  // Takes the values out of the entries before, too.
  virtual absl::Status RemovePerson(const PersonKey& key, v1::PersonHistoryEntry entry) = 0;
};

// What makes two mutations the same; see common/sql/requests.h.
struct PeopleRequest {
  std::string workspace;
  std::string method;
  std::string request_id;  // "" = not remembered
  std::string body;
};

// Thread-safe.
class PeopleStore {
 public:
  virtual ~PeopleStore() = default;

  virtual absl::Status Read(const base::CallContext& context,
                            absl::FunctionRef<absl::Status(PeopleReads&)> body) = 0;

  // Runs `body` in a transaction and returns its answer once that is on disk, or the answer that
  // the same request got before; nothing remains of a body that fails. Writes of one workspace run
  // one after the other: what the body reads cannot be changed by another before it commits. `body`
  // may run several times, on another thread. REQUEST_ID_REUSED for another body under the id.
  virtual absl::StatusOr<std::string> Write(
      const base::CallContext& context, const PeopleRequest& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(PeopleChanges&)> body) = 0;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_STORE_H_
