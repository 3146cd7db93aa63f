// SPDX-License-Identifier: Apache-2.0
//
// Utilities for the commands get, list and delete.
#ifndef PLUMBLINE_CLIENTS_CLI_UTILITIES_H_
#define PLUMBLINE_CLIENTS_CLI_UTILITIES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/session.h"
#include "clients/cli/table.h"
#include "plumbline/catalog/v1/utility_service.pb.h"

namespace plumbline::cli {

absl::StatusOr<catalog::v1::Utility> GetUtility(Session& session, const std::string& name);

// `force`: though processes use it.
absl::Status DeleteUtility(Session& session, const std::string& name, bool force);

Table UtilityTable();
void AddUtility(const catalog::v1::Utility& utility, Table* table);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_UTILITIES_H_
