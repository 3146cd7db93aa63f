// SPDX-License-Identifier: Apache-2.0
//
// Plans of trees (common/flow/test_trees.h), for tests.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_TESTING_TREES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_TESTING_TREES_H_

#include <string>
#include <vector>

#include "common/flow/proto/convert.h"
#include "common/flow/tree.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/frozen_plan.h"

namespace plumbline::onboarding::testing {

// workspaces/acme/processes/{process}@{revision}.
inline catalog::v1::Process ProcessOf(const flow::Node& tree, int revision,
                                      const std::string& process = "tree") {
  catalog::v1::Process made;
  made.set_name("workspaces/acme/processes/" + process + "@" + std::to_string(revision));
  made.set_title("Tree");
  made.set_owner("ops");
  made.set_state(catalog::v1::Process::STATE_PUBLISHED);
  made.set_revision(revision);
  *made.mutable_root() = flow::ToProto(tree);
  return made;
}

inline PlanPointer PlanOf(const std::vector<catalog::v1::Process>& revisions) {
  absl::StatusOr<PlanPointer> plan = Freeze(revisions);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return plan.ok() ? *plan : nullptr;
}

inline PlanPointer PlanOf(const flow::Node& tree, int revision = 1) {
  return PlanOf({ProcessOf(tree, revision)});
}

}  // namespace plumbline::onboarding::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_TESTING_TREES_H_
