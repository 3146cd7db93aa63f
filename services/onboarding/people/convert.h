// SPDX-License-Identifier: Apache-2.0
//
// Requests to commands: checks shape (names, ids, lengths, masks, tokens), not meaning. Errors:
// FIELD_INVALID, PAGE_TOKEN_INVALID.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_CONVERT_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/listing/query.h"
#include "plumbline/onboarding/v1/people_service.pb.h"
#include "services/onboarding/people/import.h"
#include "services/onboarding/people/person.h"
#include "services/onboarding/people/role.h"

namespace plumbline::onboarding {

absl::StatusOr<std::string> ToWorkspaceId(absl::string_view field, absl::string_view name);
absl::StatusOr<PersonKey> ToPersonKey(absl::string_view field, absl::string_view name);

absl::StatusOr<CreatePersonCommand> ToCommand(const v1::CreatePersonRequest& request);
absl::StatusOr<UpdatePersonCommand> ToCommand(const v1::UpdatePersonRequest& request);
absl::StatusOr<DeletePersonCommand> ToCommand(const v1::DeletePersonRequest& request);
absl::StatusOr<ImportCommand> ToCommand(const v1::ImportPeopleRequest& request);

// A question about a person, or about a role for one.
struct ResolveCommand {
  PersonKey key;
  RelativeRole role;
  absl::Time time;
};
absl::StatusOr<ResolveCommand> ToCommand(const v1::ResolvePersonRequest& request, absl::Time now);
absl::StatusOr<ResolveCommand> ToCommand(const v1::ResolveRoleRequest& request, absl::Time now);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_CONVERT_H_
