// SPDX-License-Identifier: Apache-2.0
//
// Requests of ResourceHistoryService to commands: checks shape, not meaning. Errors: FIELD_INVALID,
// PAGE_TOKEN_INVALID.
#ifndef PLUMBLINE_SERVICES_CATALOG_HISTORY_CONVERT_H_
#define PLUMBLINE_SERVICES_CATALOG_HISTORY_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/catalog/v1/resource_history_service.pb.h"
#include "services/catalog/history/resource_history.h"

namespace plumbline::catalog {

absl::StatusOr<ListResourceHistoryCommand> ToCommand(const v1::ListResourceHistoryRequest& request);

// The token of the page that begins behind this position; "" for "".
std::string NextPageToken(const v1::ListResourceHistoryRequest& request, absl::string_view next);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_HISTORY_CONVERT_H_
