// SPDX-License-Identifier: Apache-2.0
//
// Attributes over the in-process channel: at the start, later, and after the service was started
// anew.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;

constexpr char kAda[] = "workspaces/acme/onboardings/ada";

class AttributesTest : public ::testing::Test {
 protected:
  AttributesTest() {
    service_.catalog().Publish(Check());
    service_.catalog().Publish(Deal());
  }

  static v1::StartOnboardingRequest StartRequest() {
    v1::StartOnboardingRequest request = TestOnboarding::StartRequest("ada");
    request.mutable_onboarding()->set_process("workspaces/acme/processes/deal");
    request.mutable_onboarding()->clear_assignees();
    request.set_request_id("start");
    return request;
  }

  absl::StatusOr<v1::StartOnboardingResponse> Start(const v1::StartOnboardingRequest& request) {
    return service_.Call<v1::StartOnboardingResponse>("StartOnboarding", request);
  }

  static v1::SetAttributesRequest SetRequest(const std::string& id, const std::string& value) {
    v1::SetAttributesRequest request;
    request.set_name(kAda);
    (*request.mutable_attributes())[id] = value;
    return request;
  }

  absl::StatusOr<v1::SetAttributesResponse> Set(const v1::SetAttributesRequest& request) {
    return service_.Call<v1::SetAttributesResponse>("SetAttributes", request);
  }

  v1::Onboarding Get() {
    v1::GetOnboardingRequest request;
    request.set_name(kAda);
    return service_.Call<v1::GetOnboardingResponse>("GetOnboarding", request)->onboarding();
  }

  TestOnboarding service_;
};

TEST_F(AttributesTest, DecideAtTheStartAndAreKept) {
  v1::StartOnboardingRequest request = StartRequest();
  (*request.mutable_onboarding()->mutable_attributes())["amount"] = "600";
  const auto started = Start(request);
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->onboarding().decisions_size(), 0);
  EXPECT_EQ(started->tasks(0).state(), v1::Task::STATE_READY);
  EXPECT_EQ(started->tasks(1).state(), v1::Task::STATE_NOT_NEEDED);
  EXPECT_EQ(Get().attributes().at("amount"), "600");
  v1::ListHistoryRequest list;
  list.set_parent(kAda);
  const auto history = service_.Call<v1::ListHistoryResponse>("ListHistory", list);
  ASSERT_TRUE(history.ok());
  ASSERT_EQ(history->entries_size(), 3);
  EXPECT_EQ(history->entries(0).attributes().at("amount"), "600");
  EXPECT_TRUE(history->entries(1).by_condition());
  EXPECT_EQ(history->entries(1).option(), "cfo");
}

TEST_F(AttributesTest, AreSetOnceForOneRequest) {
  const auto started = Start(StartRequest());
  ASSERT_TRUE(started.ok()) << started.status();
  ASSERT_EQ(started->onboarding().decisions_size(), 1);
  v1::SetAttributesRequest request = SetRequest("amount", "200");
  request.set_reason("quoted");
  request.set_request_id("set");
  const auto set = Set(request);
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->onboarding().decisions_size(), 0);
  ASSERT_EQ(set->ready_tasks_size(), 1);
  EXPECT_EQ(set->ready_tasks(0).step(), "director");
  EXPECT_EQ(set->onboarding().attributes().at("amount"), "200");
  const auto again = Set(request);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->DebugString(), set->DebugString());
  const auto started_again = Start(StartRequest());
  ASSERT_TRUE(started_again.ok());
  EXPECT_EQ(started_again->DebugString(), started->DebugString())
      << "the answer to the start does not know what was set later";
}

TEST_F(AttributesTest, SayWhatIsWrong) {
  ASSERT_TRUE(Start(StartRequest()).ok());
  const absl::Status wrong = Set(SetRequest("amount", "-1")).status();
  EXPECT_EQ(ReasonText(wrong), "FIELD_INVALID");
  ASSERT_EQ(base::FieldViolationsOf(wrong).size(), 1u);
  EXPECT_EQ(base::FieldViolationsOf(wrong)[0].field, "attributes[amount]");
  v1::SetAttributesRequest empty;
  empty.set_name(kAda);
  EXPECT_EQ(ReasonText(Set(empty)), "FIELD_INVALID");
  v1::SetAttributesRequest many = SetRequest("amount", "1");
  for (int i = 0; i < 64; ++i) (*many.mutable_attributes())[absl::StrCat("a", i)] = "1";
  EXPECT_EQ(ReasonText(Set(many)), "FIELD_INVALID");
  v1::SetAttributesRequest nobody = SetRequest("amount", "1");
  nobody.set_name("workspaces/acme/onboardings/nobody");
  EXPECT_EQ(ReasonText(Set(nobody)), "RESOURCE_NOT_FOUND");
  v1::StartOnboardingRequest start = StartRequest();
  start.set_onboarding_id("eve");
  start.set_request_id("eve");
  (*start.mutable_onboarding()->mutable_attributes())["amount"] = "5000";
  EXPECT_EQ(ReasonText(Start(start)), "FIELD_INVALID");
}

}  // namespace
}  // namespace plumbline::onboarding::testing
