// SPDX-License-Identifier: Apache-2.0
//
// What the catalog allows and takes for a probable mistake.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_WARNINGS_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_WARNINGS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "plumbline/common/v1/types.pb.h"
#include "services/catalog/processes/store.h"
#include "services/catalog/utilities/store.h"

namespace plumbline::catalog {

// A list of warnings stops here.
inline constexpr size_t kMaxWarnings = 50;

// UTILITY_UNKNOWN for every step that names a utility that the workspace does not keep, with the
// nearest that it keeps. A workspace that keeps none is not asked to: then utilities are only
// names. O(nodes), and O(utilities of the workspace) where there is something to warn of.
absl::StatusOr<std::vector<common::v1::Warning>> FindWarnings(Snapshot& snapshot,
                                                              absl::string_view workspace,
                                                              const v1::Process& process);

// CALENDAR_UNKNOWN for a utility that is supported by a calendar that the workspace does not keep,
// with the nearest that it keeps.
absl::StatusOr<std::vector<common::v1::Warning>> FindWarnings(UtilityReads& reads,
                                                              absl::string_view workspace,
                                                              const v1::Utility& utility);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_WARNINGS_H_
