// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_PEOPLE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_PEOPLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/listing/query.h"
#include "services/onboarding/people/import.h"
#include "services/onboarding/people/person.h"
#include "services/onboarding/people/store.h"

namespace plumbline::onboarding {

// The answer to a mutation.
struct WrittenPerson {
  v1::Person person;
  int64_t position = 0;  // of the write; of the snapshot, where nothing was written
  std::vector<common::v1::Warning> warnings = {};
};

// Reads and changes records of people. Thread-safe. Everything given must outlive it.
class People {
 public:
  People(PeopleStore& store, const base::Clock& clock) : store_(store), clock_(clock) {}

  // What the change is, as a function of the snapshot that it is carried out on.
  using Plan = absl::FunctionRef<absl::StatusOr<PersonChange>(PeopleReads&, const Author&)>;

  // Carries out `plan`, once for all calls with the same request. Without a request: what that
  // would answer; nothing is written.
  absl::StatusOr<WrittenPerson> Write(const base::CallContext& context,
                                      const std::optional<PeopleRequest>& request, Plan plan);

  // The same for a table.
  absl::StatusOr<v1::ImportPeopleResponse> Import(const base::CallContext& context,
                                                  const std::optional<PeopleRequest>& request,
                                                  const ImportCommand& command);

  // Errors: RESOURCE_NOT_FOUND.
  absl::StatusOr<v1::Person> Get(const base::CallContext& context, const PersonKey& key);

  // Errors: PAGE_TOKEN_INVALID.
  absl::StatusOr<listing::Page<v1::Person>> List(const base::CallContext& context,
                                                 absl::string_view workspace,
                                                 const listing::Query& query);

  // Errors: PAGE_TOKEN_INVALID, RESOURCE_NOT_FOUND (there never was a record).
  absl::StatusOr<listing::Page<v1::PersonHistoryEntry>> ListHistory(
      const base::CallContext& context, const PersonKey& key, const listing::Query& query);

  // Runs `body` over the records of a workspace in one snapshot; it may run several times.
  absl::Status Use(const base::CallContext& context, absl::string_view workspace,
                   absl::FunctionRef<absl::Status(Directory&)> body);

 private:
  PeopleStore& store_;
  const base::Clock& clock_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_PEOPLE_H_
