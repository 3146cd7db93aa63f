// SPDX-License-Identifier: Apache-2.0
//
// Comparisons between their two forms: requests to commands, differences to messages.
#ifndef PLUMBLINE_SERVICES_CATALOG_DIFF_CONVERT_H_
#define PLUMBLINE_SERVICES_CATALOG_DIFF_CONVERT_H_

#include "absl/status/statusor.h"
#include "plumbline/catalog/v1/diff.pb.h"
#include "services/catalog/diff/diff.h"

namespace plumbline::catalog {

// FIELD_INVALID for names that are none, of two workspaces, or given beside content.
absl::StatusOr<DiffCommand> ToCommand(const v1::DiffRevisionsRequest& request);

v1::DiffRevisionsResponse ToResponse(const Compared& compared);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_DIFF_CONVERT_H_
