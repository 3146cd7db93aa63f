// SPDX-License-Identifier: Apache-2.0
//
// What the workspace demands before a process may be published.
#ifndef PLUMBLINE_CLIENTS_CLI_POLICY_H_
#define PLUMBLINE_CLIENTS_CLI_POLICY_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/session.h"
#include "plumbline/catalog/v1/policy.pb.h"

namespace plumbline::cli {

inline constexpr char kPolicies[] = "/plumbline.catalog.v1.CatalogPolicyService/";

// That of the session's workspace: "workspaces/{w}/catalogPolicy".
std::string PolicyName(const Session& session);

// The policy of this name; without `update_time` if nobody ever changed it.
absl::StatusOr<catalog::v1::CatalogPolicy> GetPolicy(Session& session, const std::string& name);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_POLICY_H_
