// SPDX-License-Identifier: Apache-2.0
//
// What people who are away are asked, to verify and to approve, goes to who stands in, and back.
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/onboarding/escalation/stand_in_testing.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::escalation::testing {
namespace {

class AskedTest : public StandInTest {};

INSTANTIATE_TEST_SUITE_P(Engines, AskedTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

// hr verifies what was proposed, and approves that insurance is left out.
TEST_P(AskedTest, WhatTheyAreAskedGoesAndComesBack) {
  service_->catalog().Publish(onboarding::testing::Offer());
  service_->catalog().Publish(onboarding::testing::Price());
  v1::StartOnboardingRequest start = TestOnboarding::StartRequest("ada");
  start.mutable_onboarding()->set_process("workspaces/acme/processes/offer@1");
  start.mutable_onboarding()->clear_assignees();
  for (const char* role : {"legal", "cfo"})
    (*start.mutable_onboarding()->mutable_assignees())[role] = kHr;
  const auto started = service_->Call<v1::StartOnboardingResponse>("StartOnboarding", start);
  ASSERT_TRUE(started.ok()) << started.status();
  const auto queue = [&](const std::string& who, const std::string& filter) {
    v1::ListTasksRequest request;
    request.set_parent("workspaces/acme/onboardings/-");
    request.set_assignee(who);
    request.set_filter(filter);
    const auto list = service_->Call<v1::ListTasksResponse>("ListTasks", request);
    EXPECT_TRUE(list.ok()) << list.status();
    return list.ok() ? list->tasks_size() : -1;
  };
  v1::CompleteTaskRequest done;
  done.set_name(absl::StrCat(kAda, "/tasks/propose"));
  (*done.mutable_outputs())["discount"] = "5";
  ASSERT_TRUE(service_->Call<v1::CompleteTaskResponse>("CompleteTask", done).ok());
  EXPECT_EQ(queue(kHr, ""), 1);
  Leave();
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(Handed(), "0 handed over");
  EXPECT_EQ(queue(kHr, ""), 0);
  EXPECT_EQ(queue(kBob, ""), 1) << "what is to be verified";
  EXPECT_EQ(Last().kind(), v1::HistoryEntry::KIND_TASK_DELEGATED);
  EXPECT_EQ(Last().owner(), kHr);
  Return();
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(queue(kHr, ""), 1);
  EXPECT_EQ(queue(kBob, ""), 0);
}

TEST_P(AskedTest, WaiversGoAndComeBack) {
  service_->catalog().Publish(onboarding::testing::Waivable());
  v1::StartOnboardingRequest start = TestOnboarding::StartRequest("ada");
  start.mutable_onboarding()->set_process("workspaces/acme/processes/waivable@1");
  start.mutable_onboarding()->clear_assignees();
  (*start.mutable_onboarding()->mutable_assignees())["cfo"] = kHr;
  const auto started = service_->Call<v1::StartOnboardingResponse>("StartOnboarding", start);
  ASSERT_TRUE(started.ok()) << started.status();
  v1::SkipTaskRequest skip;
  skip.set_name(absl::StrCat(kAda, "/tasks/insure"));
  skip.set_reason("small");
  ASSERT_TRUE(service_->Call<v1::SkipTaskResponse>("SkipTask", skip).ok());
  const auto asked = [&](const std::string& who) {
    v1::ListTasksRequest request;
    request.set_parent("workspaces/acme/onboardings/-");
    request.set_filter(absl::StrCat("waiver = \"", who, "\""));
    const auto list = service_->Call<v1::ListTasksResponse>("ListTasks", request);
    EXPECT_TRUE(list.ok()) << list.status();
    return list.ok() ? list->tasks_size() : -1;
  };
  EXPECT_EQ(asked(kHr), 1);
  Leave();
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(Handed(), "0 handed over");
  EXPECT_EQ(asked(kHr), 0);
  EXPECT_EQ(asked(kBob), 1);
  EXPECT_EQ(Last().kind(), v1::HistoryEntry::KIND_WAIVER_DELEGATED);
  EXPECT_EQ(Task("insure").waiver().owner(), kHr);
  v1::Person bob;
  bob.set_state(v1::Person::STATE_LEFT);
  Put("cyn@example.com", {});
  v1::Absence& absence = *bob.add_absences();
  absence.set_from_date("2031-03-04");
  absence.set_until_date("2031-03-04");
  absence.set_substitute("cyn@example.com");
  bob.set_state(v1::Person::STATE_ACTIVE);
  Put(kBob, bob);
  EXPECT_EQ(Handed(), "1 handed over") << "who is asked fell ill";
  EXPECT_EQ(asked("cyn@example.com"), 1);
  Return();
  EXPECT_EQ(Handed(), "1 handed over");
  EXPECT_EQ(asked(kHr), 1);
  EXPECT_EQ(Last().owner(), "");
}

}  // namespace
}  // namespace plumbline::onboarding::escalation::testing
