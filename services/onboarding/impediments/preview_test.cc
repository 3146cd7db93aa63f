// SPDX-License-Identifier: Apache-2.0
//
// What validate_only says of impediments, on both engines.
#include "gtest/gtest.h"
#include "services/onboarding/impediments/testing.h"

namespace plumbline::onboarding::testing {
namespace {

class PreviewTest : public ImpedimentTest {};

INSTANTIATE_TEST_SUITE_P(Engines, PreviewTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

// The answer is what the call would have said.
TEST_P(PreviewTest, ValidateOnlyTellsWhatWouldBeBlockedAndFreed) {
  v1::OpenImpedimentRequest open = OpenRequest("no-badge", {"ada/paperwork", "bob/paperwork"});
  const auto try_open = [&] {
    open.set_validate_only(true);
    auto would = Call<v1::OpenImpedimentResponse>("OpenImpediment", open);
    open.set_validate_only(false);
    EXPECT_TRUE(would.ok()) << would.status();
    return would.ok() ? would->impediment() : v1::ImpedimentRecord();
  };
  const auto same = [](const v1::ImpedimentRecord& would, const v1::ImpedimentRecord& is) {
    EXPECT_EQ(would.open_task_count(), is.open_task_count());
    EXPECT_EQ(would.open_onboarding_count(), is.open_onboarding_count());
    EXPECT_EQ(would.pending(), is.pending());
    EXPECT_EQ(would.state(), is.state());
  };
  v1::ImpedimentRecord would = try_open();
  EXPECT_EQ(would.open_task_count(), 2);
  auto opened = Call<v1::OpenImpedimentResponse>("OpenImpediment", open);
  ASSERT_TRUE(opened.ok()) << opened.status();
  same(would, opened->impediment());
  open.set_validate_only(true);
  EXPECT_EQ(ReasonText(Call<v1::OpenImpedimentResponse>("OpenImpediment", open)),
            "RESOURCE_ALREADY_EXISTS");
  v1::ResolveImpedimentRequest resolve;
  resolve.set_name("workspaces/acme/impediments/no-badge");
  resolve.set_resolution("x");
  resolve.set_validate_only(true);
  const auto freed = Call<v1::ResolveImpedimentResponse>("ResolveImpediment", resolve);
  ASSERT_TRUE(freed.ok()) << freed.status();
  EXPECT_EQ(freed->impediment().open_task_count(), 0);
  EXPECT_EQ(Get("no-badge").open_task_count(), 2) << "nothing happened";
  resolve.set_validate_only(false);
  const auto resolved = Call<v1::ResolveImpedimentResponse>("ResolveImpediment", resolve);
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  same(freed->impediment(), resolved->impediment());
  open = OpenRequest("signature-down", {});
  open.mutable_impediment()->set_category(v1::Impediment::CATEGORY_UTILITY_DOWN);
  open.mutable_impediment()->set_utility("e-signature");
  open.mutable_impediment()->set_all_users(true);
  would = try_open();
  EXPECT_EQ(would.open_task_count(), 3);
  EXPECT_FALSE(Blocked("ada/paperwork"));
  opened = Call<v1::OpenImpedimentResponse>("OpenImpediment", open);
  ASSERT_TRUE(opened.ok()) << opened.status();
  same(would, opened->impediment());
}

}  // namespace
}  // namespace plumbline::onboarding::testing
