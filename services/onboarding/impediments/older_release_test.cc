// SPDX-License-Identifier: Apache-2.0
//
// Replicas of a release that knows no records of impediments write while this one runs already.
#include <memory>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "services/onboarding/impediments/testing.h"

namespace plumbline::onboarding::testing {
namespace {

// Both engines: service_test.cc says so for all tests of this fixture.

class OlderRelease : public ImpedimentTest {
 protected:
  // Blocks a task as such a replica would: it knows neither the column nor the tables.
  void BlockAsBefore(const std::string& task) {
    v1::BlockTaskRequest block;
    block.set_name(TaskOf(task));
    block.mutable_impediment()->set_category(v1::Impediment::CATEGORY_PEOPLE);
    block.mutable_impediment()->set_description("on leave");
    ASSERT_TRUE(service_->Call<v1::BlockTaskResponse>("BlockTask", block).ok());
    const auto forget = [](sql::Transaction& tx) -> absl::Status {
      for (const char* text :
           {"UPDATE impediments SET record = ''", "DELETE FROM impediment_records",
            "DELETE FROM impediment_entries"}) {
        const absl::Status status = tx.Execute(text).status();
        if (!status.ok()) return status;
      }
      return absl::OkStatus();
    };
    ASSERT_TRUE(database_->Write(service_->context(), forget).ok());
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, OlderRelease, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

TEST_P(OlderRelease, WhatBlocksWithoutARecordIsToldByItsOnboarding) {
  BlockAsBefore("ada/paperwork");
  v1::ListBlockersRequest request;
  request.set_parent("workspaces/acme");
  const auto list = Call<v1::ListBlockersResponse>("ListBlockers", request);
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->blockers_size(), 1);
  const v1::ImpedimentRecord& impediment = list->blockers(0).impediment();
  EXPECT_EQ(impediment.name(), "workspaces/acme/impediments/ada.i1");
  EXPECT_EQ(impediment.category(), v1::Impediment::CATEGORY_PEOPLE);
  EXPECT_EQ(impediment.description(), "on leave");
  EXPECT_EQ(impediment.state(), v1::ImpedimentRecord::STATE_OPEN);
  EXPECT_EQ(impediment.open_task_count(), 1);
  EXPECT_EQ(impediment.open_onboarding_count(), 1);
}

TEST_P(OlderRelease, ItsImpedimentsGetRecordsWhileThisOneRuns) {
  OnboardingOptions options;
  options.background_interval = absl::Milliseconds(5);
  service_ = std::make_unique<TestOnboarding>(database_.get(), common::v1::AuthConfig(), options);
  BlockAsBefore("ada/paperwork");
  v1::GetImpedimentRequest get;
  get.set_name("workspaces/acme/impediments/ada.i1");
  ASSERT_FALSE(Call<v1::GetImpedimentResponse>("GetImpediment", get).ok());
  service_->app().Start();
  const absl::Time end = absl::Now() + absl::Seconds(30);
  while (!Call<v1::GetImpedimentResponse>("GetImpediment", get).ok() && absl::Now() < end)
    absl::SleepFor(absl::Milliseconds(5));
  service_->app().Stop();
  EXPECT_EQ(Get("ada.i1").description(), "on leave");
  EXPECT_EQ(Get("ada.i1").open_task_count(), 1);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
