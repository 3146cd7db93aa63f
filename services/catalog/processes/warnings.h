// SPDX-License-Identifier: Apache-2.0
//
// What the catalog allows and takes for a probable mistake.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_WARNINGS_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_WARNINGS_H_

#include <map>
#include <optional>
#include <set>
#include <string>
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

// The utilities of a workspace as one snapshot has them, each asked for once.
class UtilitiesKept {
 public:
  // `snapshot` must outlive it; while this lives, no utility is written in it.
  UtilitiesKept(Snapshot& snapshot, absl::string_view workspace)
      : snapshot_(snapshot), workspace_(workspace) {}

  const std::string& workspace() const { return workspace_; }
  // Whether all of them are kept. O(log of what was asked before) where none is new.
  absl::StatusOr<bool> Keeps(const std::set<std::string>& utilities);
  // Whether one is, of which Keeps has looked.
  bool Has(const std::string& utility) const { return known_.at(utility); }
  // The ids of all, sorted.
  absl::StatusOr<const std::vector<std::string>*> All();

 private:
  Snapshot& snapshot_;
  const std::string workspace_;
  std::map<std::string, bool> known_;
  std::optional<std::vector<std::string>> all_;
};

// UTILITY_UNKNOWN for every step that names a utility that the workspace does not keep, with the
// nearest that it keeps. A workspace that keeps none is not asked to: then utilities are only
// names. O(nodes), and O(utilities of the workspace) where there is something to warn of.
absl::StatusOr<std::vector<common::v1::Warning>> FindWarnings(UtilitiesKept& kept,
                                                              const v1::Process& process);

// CALENDAR_UNKNOWN for a utility that is supported by a calendar that the workspace does not keep,
// with the nearest that it keeps.
absl::StatusOr<std::vector<common::v1::Warning>> FindWarnings(UtilityReads& reads,
                                                              absl::string_view workspace,
                                                              const v1::Utility& utility);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_WARNINGS_H_
