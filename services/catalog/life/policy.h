// SPDX-License-Identifier: Apache-2.0
//
// What a workspace demands before a process may be published.
#ifndef PLUMBLINE_SERVICES_CATALOG_LIFE_POLICY_H_
#define PLUMBLINE_SERVICES_CATALOG_LIFE_POLICY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/catalog/resource/change.h"

namespace plumbline::catalog {

// "workspaces/{w}/catalogPolicy"
inline std::string PolicyName(absl::string_view workspace) {
  return absl::StrCat("workspaces/", workspace, "/catalogPolicy");
}

// The fields that can be replaced, in the order of the proto.
absl::Span<const absl::string_view> PolicyFields();

// The policy as it is answered; the default one (version 0) if it was never changed.
absl::StatusOr<StoredPolicy> ReadPolicy(Snapshot& snapshot, absl::string_view workspace);

struct PolicyChange {
  bool writes = true;
  StoredPolicy stored;
  v1::CatalogHistoryEntry entry;
};

// Errors: ETAG_MISMATCH.
absl::StatusOr<PolicyChange> UpdatePolicy(Snapshot& snapshot, const PolicyCommand& command,
                                          const Author& author);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_LIFE_POLICY_H_
