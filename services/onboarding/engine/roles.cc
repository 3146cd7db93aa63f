// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/roles.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace plumbline::onboarding {
namespace {

// A sentence stays one that people read, and fits into the details of an error.
constexpr size_t kMaxListed = 30;
constexpr size_t kMaxBytes = 1000;

bool Decides(const flow::PlanNode& node) {
  return node.optional || node.kind == flow::NodeKind::kChoice ||
         node.kind == flow::NodeKind::kLoop;
}

std::string ListOf(const std::vector<std::string>& roles) {
  std::string text;
  size_t listed = 0;
  for (; listed < roles.size() && listed < kMaxListed && text.size() < kMaxBytes; ++listed)
    absl::StrAppend(&text, listed == 0 ? "" : ", ", roles[listed]);
  if (listed < roles.size()) absl::StrAppend(&text, " and ", roles.size() - listed, " more");
  return text;
}

}  // namespace

std::vector<std::string> RolesOf(const flow::Plan& plan) {
  std::vector<std::string> roles;
  for (const flow::PlanNode& node : plan.nodes()) {
    if (node.kind == flow::NodeKind::kStep) {
      roles.push_back(node.step.role);
      for (const std::string& other : {node.step.verifier, node.step.waiver_approver})
        if (!other.empty()) roles.push_back(other);
    }
    if (Decides(node)) roles.push_back(node.decider);
  }
  std::sort(roles.begin(), roles.end());
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  return roles;
}

absl::Status CheckAssignees(const flow::Plan& plan,
                            const std::map<std::string, std::string>& assignees) {
  if (assignees.empty()) return absl::OkStatus();
  const std::vector<std::string> roles = RolesOf(plan);
  std::vector<base::FieldViolation> violations;
  for (const auto& [role, person] : assignees) {
    if (std::binary_search(roles.begin(), roles.end(), role)) continue;
    violations.push_back(
        {absl::StrCat("onboarding.assignees[", role, "]"),
         absl::StrCat("'", role, "' is no role of this process; its roles are: ", ListOf(roles))});
  }
  return base::FieldErrors(violations);
}

}  // namespace plumbline::onboarding
