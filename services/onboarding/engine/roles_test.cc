// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/roles.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Roles, AreThoseOfStepsAndOfDecisionsCalledProcessesIncluded) {
  // The owner decides on the choice and on the optional dinner; legal is in the called process.
  EXPECT_THAT(RolesOf(SalesRepPlan()->plan),
              ElementsAre("enablement", "hr", "it", "legal", "manager", "rep", "trainer"));
  // Who owns a process without decisions has nothing to do in it.
  EXPECT_THAT(RolesOf(PairPlan()->plan), ElementsAre("ops"));
  // Who verifies and who approves waivers is needed, too.
  EXPECT_THAT(RolesOf(OfferPlan()->plan), ElementsAre("ae", "cfo", "desk", "legal", "risk"));
}

TEST(Roles, AssigneesOfRolesThatAreThereAreFine) {
  const flow::Plan& plan = SalesRepPlan()->plan;
  EXPECT_TRUE(CheckAssignees(plan, {}).ok());
  EXPECT_TRUE(CheckAssignees(plan, {{"legal", "li@example.com"}, {"trainer", "t"}}).ok());
}

TEST(Roles, EveryUnknownRoleIsNamedWithThoseThatThereAre) {
  const absl::Status status =
      CheckAssignees(SalesRepPlan()->plan, {{"hr", "h"}, {"manger", "m"}, {"IT", "i"}});
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_FIELD_INVALID);
  const auto fields = base::FieldViolationsOf(status);
  ASSERT_EQ(fields.size(), 2u);
  EXPECT_EQ(fields[0].field, "onboarding.assignees[IT]");
  EXPECT_EQ(fields[1].field, "onboarding.assignees[manger]");
  EXPECT_EQ(fields[1].description,
            "'manger' is no role of this process; its roles are: enablement, hr, it, legal, "
            "manager, rep, trainer");
}

TEST(Roles, ALongListIsCut) {
  catalog::v1::Process process = Pair();
  auto* nodes = process.mutable_root()->mutable_sequence();
  for (int i = 0; i < 40; ++i) {
    catalog::v1::Node* node = nodes->add_nodes();
    *node = nodes->nodes(0);
    node->set_id(absl::StrCat("s", i));
    node->mutable_step()->set_role(absl::StrCat("role-", 100 + i));
  }
  auto plan = Freeze({process});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_THAT(std::string(CheckAssignees((*plan)->plan, {{"x", "y"}}).message()),
              HasSubstr("role-128 and 11 more"));
  for (auto& node : *process.mutable_root()->mutable_sequence()->mutable_nodes())
    node.mutable_step()->mutable_role()->append(190, 'x');
  plan = Freeze({process});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_THAT(std::string(CheckAssignees((*plan)->plan, {{"x", "y"}}).message()),
              HasSubstr(" and 35 more"));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
