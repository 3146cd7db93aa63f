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

// The warnings of one answer stop here.
inline constexpr size_t kMaxWarnings = 50;

// The utilities of a workspace as one snapshot has them, each asked for once; and how much one
// answer has warned of them.
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
  // Whether it keeps none at all.
  absl::StatusOr<bool> KeepsNone();
  // "; did you mean 'crm'?", or "", for one that is not kept. KeepsNone came before.
  const std::string& DidYouMean(const std::string& utility);

  // Whether one more warning is told; else it is counted.
  bool MayWarn();
  // Says in the last warning of the answer how many were left out, if any.
  void TellLeftOut(common::v1::Warning* last) const;

 private:
  Snapshot& snapshot_;
  const std::string workspace_;
  std::map<std::string, bool> known_;
  std::optional<std::vector<std::string>> all_;  // sorted
  std::map<std::string, std::string> did_you_mean_;
  size_t told_ = 0, left_out_ = 0;
};

// UTILITY_UNKNOWN for every step that names a utility that the workspace does not keep, with the
// nearest that it keeps. A workspace that keeps none is not asked to: then utilities are only
// names. With those that `kept` has told before there are at most kMaxWarnings. O(nodes), and
// O(utilities of the workspace) for each name that is told and new.
absl::StatusOr<std::vector<common::v1::Warning>> FindWarnings(UtilitiesKept& kept,
                                                              const v1::Process& process);

// CALENDAR_UNKNOWN for a utility that is supported by a calendar that the workspace does not keep,
// with the nearest that it keeps.
absl::StatusOr<std::vector<common::v1::Warning>> FindWarnings(UtilityReads& reads,
                                                              absl::string_view workspace,
                                                              const v1::Utility& utility);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_WARNINGS_H_
