// SPDX-License-Identifier: Apache-2.0
//
// Requests of UtilityService, and of CatalogService about composition, to commands: checks shape,
// not meaning. Errors: FIELD_INVALID with every violation that one look finds, PAGE_TOKEN_INVALID.
#ifndef PLUMBLINE_SERVICES_CATALOG_COMPOSITION_CONVERT_H_
#define PLUMBLINE_SERVICES_CATALOG_COMPOSITION_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/utility_service.pb.h"
#include "services/catalog/composition/composition.h"
#include "services/catalog/utilities/utility.h"

namespace plumbline::catalog {

absl::StatusOr<CreateUtilityCommand> ToCommand(const v1::CreateUtilityRequest& request);
absl::StatusOr<UpdateUtilityCommand> ToCommand(const v1::UpdateUtilityRequest& request);
absl::StatusOr<DeleteUtilityCommand> ToCommand(const v1::DeleteUtilityRequest& request);
absl::StatusOr<ListUtilitiesCommand> ToCommand(const v1::ListUtilitiesRequest& request);
absl::StatusOr<ImpactCommand> ToCommand(const v1::AnalyzeImpactRequest& request);
absl::StatusOr<ListCallersCommand> ToCommand(const v1::ListCallersRequest& request);
absl::StatusOr<ListDependenciesCommand> ToCommand(const v1::ListDependenciesRequest& request);

// "workspaces/{w}/utilities/{u}". The field is `name`.
absl::StatusOr<UtilityKey> ToUtilityKey(absl::string_view name);

// The tokens of the pages that begin behind these positions; "" for "".
std::string NextPageToken(const v1::ListUtilitiesRequest& request, absl::string_view next);
std::string NextPageToken(const v1::AnalyzeImpactRequest& request, absl::string_view next);
std::string NextPageToken(const v1::ListCallersRequest& request, absl::string_view next);
std::string NextPageToken(const v1::ListDependenciesRequest& request, absl::string_view next);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_COMPOSITION_CONVERT_H_
