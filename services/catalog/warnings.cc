// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/warnings.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/nodes.h"

namespace plumbline::catalog {
namespace {

common::v1::Warning UtilityUnknown(absl::string_view workspace, const v1::Node& step,
                                   const std::string& field, const std::string& utility,
                                   const std::vector<std::string>& known) {
  common::v1::Warning warning;
  warning.set_reason(common::v1::ERROR_REASON_UTILITY_UNKNOWN);
  warning.set_field(field);
  warning.set_subject(absl::StrCat("workspaces/", workspace, "/utilities/", utility));
  warning.set_description(absl::StrCat(
      "step '", step.id(), "' uses '", utility, "', which is none of the utilities that are kept",
      base::DidYouMean(utility, known), " (else create it, so that it has an owner)"));
  return warning;
}

}  // namespace

absl::StatusOr<std::vector<common::v1::Warning>> FindWarnings(Snapshot& snapshot,
                                                              absl::string_view workspace,
                                                              const v1::Process& process) {
  std::vector<common::v1::Warning> warnings;
  bool uses_some = false;
  flow::ForEachNode(process.root(), [&](const v1::Node& node) {
    uses_some = uses_some || node.step().utilities_size() > 0;
  });
  if (!uses_some) return warnings;
  ASSIGN_OR_RETURN(const std::vector<std::string> known, snapshot.UtilityIds(workspace));
  if (known.empty()) return warnings;
  flow::ForEachNode(process.root(), "root", [&](const v1::Node& node, const std::string& path) {
    for (int i = 0; i < node.step().utilities_size(); ++i) {
      const std::string& utility = node.step().utilities(i);
      if (std::find(known.begin(), known.end(), utility) != known.end()) continue;
      if (warnings.size() == kMaxWarnings) return;
      const std::string field = absl::StrCat(path, ".step.utilities[", i, "]");
      warnings.push_back(UtilityUnknown(workspace, node, field, utility, known));
    }
  });
  return warnings;
}

}  // namespace plumbline::catalog
