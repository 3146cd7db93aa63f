// SPDX-License-Identifier: Apache-2.0
//
// PlanOnboarding, and what a start takes from records of people, over the in-process channel.
#include "services/onboarding/testing/service.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/ids.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plumbline/onboarding/v1/people_service.pb.h"
#include "plumbline/onboarding/v1/plan_service.pb.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PlanTest : public ::testing::Test {
 protected:
  void Keep(const std::string& id, const v1::Person& person) {
    v1::CreatePersonRequest request;
    request.set_parent("workspaces/acme");
    request.set_person_id(id);
    *request.mutable_person() = person;
    v1::CreatePersonResponse response;
    const absl::Status status = service_.channel().Call(
        service_.context(), "/plumbline.onboarding.v1.PeopleService/CreatePerson", request,
        &response);
    ASSERT_TRUE(status.ok()) << status;
  }
  absl::StatusOr<v1::PlanOnboardingResponse> Plan(const v1::Onboarding& onboarding,
                                                  const std::string& token = "") {
    v1::PlanOnboardingRequest request;
    request.set_parent("workspaces/acme");
    *request.mutable_onboarding() = onboarding;
    v1::PlanOnboardingResponse response;
    const absl::Status status = service_.ChannelOf(token).Call(
        service_.context(), "/plumbline.onboarding.v1.PlanService/PlanOnboarding", request,
        &response);
    if (!status.ok()) return status;
    return response;
  }
  static v1::Onboarding SalesRep() { return TestOnboarding::StartRequest("x").onboarding(); }
  static const v1::PlannedTask& TaskOf(const v1::PlanOnboardingResponse& plan,
                                       const std::string& step) {
    for (const v1::PlannedTask& task : plan.tasks())
      if (task.step() == step) return task;
    ADD_FAILURE() << "no " << step;
    return v1::PlannedTask::default_instance();
  }

  TestOnboarding service_;
};

TEST_F(PlanTest, IsWhatAStartWouldStart) {
  const auto plan = Plan(SalesRep());
  ASSERT_TRUE(plan.ok()) << plan.status();
  const auto started = service_.Start("ada");
  ASSERT_TRUE(started.ok()) << started.status();
  ASSERT_EQ(plan->tasks_size(), started->tasks_size());
  for (int i = 0; i < plan->tasks_size(); ++i) {
    EXPECT_EQ(plan->tasks(i).step(), started->tasks(i).step());
    EXPECT_EQ(plan->tasks(i).owner().person(), started->tasks(i).assignee());
    EXPECT_EQ(plan->tasks(i).planned_start_time().seconds(),
              started->tasks(i).planned_start_time().seconds());
    EXPECT_EQ(plan->tasks(i).planned_end_time().seconds(),
              started->tasks(i).planned_end_time().seconds());
    EXPECT_FALSE(plan->tasks(i).reasons().empty());
  }
  EXPECT_EQ(plan->onboarding().process(), started->onboarding().process());
  EXPECT_EQ(plan->onboarding().target_time().seconds(),
            started->onboarding().target_time().seconds());
  EXPECT_EQ(plan->onboarding().name(), "") << "nothing was started";
  EXPECT_TRUE(TaskOf(*plan, "study").repeats_only());
  EXPECT_EQ(plan->critical_path().rbegin()->empty(), false);
}

// What would be late from its start on is late in the plan already.
TEST_F(PlanTest, SaysHowItWouldStand) {
  v1::Onboarding onboarding = SalesRep();
  onboarding.set_day_one("2031-04-07");
  const auto in_time = Plan(onboarding);
  onboarding.set_day_one("2031-02-03");
  const auto late = Plan(onboarding);
  ASSERT_TRUE(in_time.ok() && late.ok()) << in_time.status() << late.status();
  EXPECT_EQ(in_time->onboarding().readiness(), v1::Readiness::LEVEL_GREEN);
  EXPECT_FALSE(in_time->onboarding().at_risk());
  EXPECT_LT(late->planned_end_time().seconds(),
            late->onboarding().expected_finish_time().seconds());
  v1::StartOnboardingRequest start = TestOnboarding::StartRequest("ada");
  start.mutable_onboarding()->set_day_one("2031-02-03");
  const auto started = service_.Call<v1::StartOnboardingResponse>("StartOnboarding", start);
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->onboarding().expected_finish_time().seconds(),
            late->onboarding().expected_finish_time().seconds());
  EXPECT_EQ(started->onboarding().readiness(), late->onboarding().readiness());
  EXPECT_NE(started->onboarding().readiness(), v1::Readiness::LEVEL_UNSPECIFIED);
}

// "paperwork: it was due on ..." of each task at risk; then the milestones.
std::vector<std::string> Named(const v1::PlanRisk& risk) {
  std::vector<std::string> named;
  for (const v1::TaskRisk& task : risk.tasks())
    named.push_back(absl::StrCat(task.task(), ": ", task.reason()));
  for (const v1::MilestoneRisk& milestone : risk.milestones()) named.push_back(milestone.reason());
  return named;
}

TEST_F(PlanTest, SaysWhatWouldBeLateAndMissedAsTheStartDoes) {
  catalog::v1::Process ramp = RampUp();
  ramp.set_name("workspaces/acme/processes/ramp-up@1");
  service_.catalog().Publish(ramp);
  v1::StartOnboardingRequest start = TestOnboarding::StartRequest("ada");
  start.mutable_onboarding()->set_process(ramp.name());
  start.mutable_onboarding()->set_day_one("2031-01-06");
  const auto plan = Plan(start.onboarding());
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_GT(plan->risk().task_count(), 0);
  EXPECT_GT(plan->risk().milestone_count(), 0);
  EXPECT_EQ(plan->risk().tasks_size(), plan->risk().task_count());
  start.set_validate_only(true);
  const auto dry = service_.Call<v1::StartOnboardingResponse>("StartOnboarding", start);
  ASSERT_TRUE(dry.ok()) << dry.status();
  EXPECT_EQ(dry->risk().DebugString(), plan->risk().DebugString());
  start.set_validate_only(false);
  start.set_request_id("once");
  const auto started = service_.Call<v1::StartOnboardingResponse>("StartOnboarding", start);
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->risk().DebugString(), plan->risk().DebugString());

  v1::GetPlanRequest get;
  get.set_name(started->onboarding().name());
  v1::GetPlanResponse live;
  ASSERT_TRUE(
      service_.channel()
          .Call(service_.context(), "/plumbline.onboarding.v1.PlanService/GetPlan", get, &live)
          .ok());
  std::vector<std::string> told;
  for (const v1::LivePlanTask& task : live.tasks())
    if (task.at_risk()) told.push_back(absl::StrCat(task.step(), ": ", task.risk_reason()));
  for (const std::string& reason : live.reasons())
    if (absl::StartsWith(reason, "milestone ")) told.push_back(reason);
  EXPECT_EQ(Named(plan->risk()), told);
  for (const std::string& reason : plan->risk().reasons())
    EXPECT_THAT(live.reasons(), Contains(reason));

  service_.clock().Advance(absl::Hours(30));
  EXPECT_EQ(
      service_.Call<v1::StartOnboardingResponse>("StartOnboarding", start)->SerializeAsString(),
      started->SerializeAsString())
      << "as of its start, whenever it is asked again";
}

TEST_F(PlanTest, OfWhatIsInTimeNothingIsAtRisk) {
  v1::StartOnboardingRequest start = TestOnboarding::StartRequest("ada");
  start.mutable_onboarding()->set_day_one("2031-04-07");
  EXPECT_FALSE(Plan(start.onboarding())->has_risk());
  EXPECT_FALSE(service_.Call<v1::StartOnboardingResponse>("StartOnboarding", start)->has_risk());
}

TEST_F(PlanTest, OfManyTheFirstRisksAreTold) {
  v1::BatchStartOnboardingsRequest batch;
  batch.set_parent("workspaces/acme");
  batch.set_validate_only(true);
  for (const char* day : {"2030-06-03", "2031-04-07"}) {
    v1::StartOnboardingRequest& one = *batch.add_requests();
    one = TestOnboarding::StartRequest(absl::StrCat("on-", day));
    one.mutable_onboarding()->set_day_one(day);
  }
  const auto plan = Plan(batch.requests(0).onboarding());
  const auto many =
      service_.Call<v1::BatchStartOnboardingsResponse>("BatchStartOnboardings", batch);
  ASSERT_TRUE(plan.ok() && many.ok()) << plan.status() << many.status();
  ASSERT_EQ(many->failed_count(), 0);
  const v1::PlanRisk& late = many->results(0).risk();
  EXPECT_GT(late.task_count(), 3);
  EXPECT_EQ(late.task_count(), plan->risk().task_count());
  ASSERT_EQ(late.tasks_size(), 3);
  EXPECT_EQ(late.tasks(2).DebugString(), plan->risk().tasks(2).DebugString());
  EXPECT_FALSE(many->results(1).has_risk());
}

TEST_F(PlanTest, WritesNothing) {
  ASSERT_TRUE(Plan(SalesRep()).ok());
  v1::ListOnboardingsRequest list;
  list.set_parent("workspaces/acme");
  EXPECT_EQ(service_.Call<v1::ListOnboardingsResponse>("ListOnboardings", list)->onboardings_size(),
            0);
}

TEST_F(PlanTest, RefusesWhatAStartRefuses) {
  v1::Onboarding onboarding = SalesRep();
  onboarding.set_day_one("2031-02-30");
  EXPECT_EQ(ReasonText(Plan(onboarding)), "FIELD_INVALID");
  onboarding = SalesRep();
  onboarding.set_process("workspaces/acme/processes/unheard-of");
  EXPECT_EQ(ReasonText(Plan(onboarding)), "RESOURCE_NOT_FOUND");
  onboarding = SalesRep();
  (*onboarding.mutable_assignees())["juggler"] = "bob@example.com";
  EXPECT_EQ(ReasonText(Plan(onboarding)), "FIELD_INVALID");
  onboarding = SalesRep();
  onboarding.set_time_zone("Berlin");
  EXPECT_EQ(ReasonText(Plan(onboarding)), "FIELD_INVALID");
}

TEST_F(PlanTest, RelativeRolesAreResolvedInPlansAndStartsAlike) {
  v1::Person ada;
  ada.set_manager("eve@example.com");
  ada.set_time_zone("Europe/Berlin");
  Keep("ada@example.com", ada);
  v1::Person eve;
  v1::Absence& absence = *eve.add_absences();
  absence.set_from_date("2031-02-01");
  absence.set_until_date("2031-04-30");
  absence.set_substitute("bob@example.com");
  absence.set_reason("sabbatical");
  Keep("eve@example.com", eve);
  v1::StartOnboardingRequest start = TestOnboarding::StartRequest("ada");
  (*start.mutable_onboarding()->mutable_assignees())["it"] = "@manager";

  const auto plan = Plan(start.onboarding());
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->onboarding().time_zone(), "Europe/Berlin") << "by the record";
  const v1::PlannedTask& laptop = TaskOf(*plan, "laptop");
  EXPECT_EQ(laptop.owner().person(), "eve@example.com");
  EXPECT_EQ(laptop.owner().source(), v1::TaskOwner::SOURCE_RELATIVE);
  ASSERT_EQ(laptop.owner().steps_size(), 1);
  EXPECT_EQ(laptop.owner().steps(0).text(), "the manager of ada@example.com is eve@example.com");
  EXPECT_EQ(laptop.stand_in(), "bob@example.com");
  EXPECT_THAT(laptop.absence_steps(0).text(), HasSubstr("sabbatical"));

  const auto started = service_.Call<v1::StartOnboardingResponse>("StartOnboarding", start);
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->onboarding().assignees().at("it"), "eve@example.com");
  EXPECT_EQ(started->onboarding().time_zone(), "Europe/Berlin");
  start.set_onboarding_id("eve");
  start.mutable_onboarding()->set_person("eve@example.com");
  const auto refused = service_.Call<v1::StartOnboardingResponse>("StartOnboarding", start);
  EXPECT_EQ(ReasonText(refused), "FIELD_INVALID");
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("the record of eve@example.com names no manager"));
}

TEST_F(PlanTest, ToWhoLeftNoWorkGoes) {
  ASSERT_TRUE(service_.Start("ada").ok());
  v1::AssignTaskRequest assign;
  assign.set_name("workspaces/acme/onboardings/ada/tasks/paperwork");
  assign.set_assignee("zoe@example.com");
  assign.set_reason("she is free");
  assign.set_request_id("r1");
  const auto first = service_.Call<v1::AssignTaskResponse>("AssignTask", assign);
  ASSERT_TRUE(first.ok()) << first.status();
  v1::Person zoe;
  zoe.set_state(v1::Person::STATE_LEFT);
  Keep("zoe@example.com", zoe);
  EXPECT_EQ(service_.Call<v1::AssignTaskResponse>("AssignTask", assign)->SerializeAsString(),
            first->SerializeAsString())
      << "the same request again is answered as before";
  assign.clear_request_id();
  const auto assigned = service_.Call<v1::AssignTaskResponse>("AssignTask", assign);
  EXPECT_EQ(ReasonText(assigned), "FIELD_INVALID");
  EXPECT_THAT(std::string(assigned.status().message()),
              HasSubstr("assignee: is 'zoe@example.com', who left"));
  v1::DelegateTaskRequest delegate;
  delegate.set_name(assign.name());
  delegate.set_delegate("zoe@example.com");
  const auto delegated = service_.Call<v1::DelegateTaskResponse>("DelegateTask", delegate);
  EXPECT_EQ(ReasonText(delegated), "FIELD_INVALID");
  EXPECT_THAT(std::string(delegated.status().message()), HasSubstr("delegate: is"));
  v1::StartOnboardingRequest start = TestOnboarding::StartRequest("bob");
  (*start.mutable_onboarding()->mutable_assignees())["it"] = "zoe@example.com";
  EXPECT_EQ(ReasonText(service_.Call<v1::StartOnboardingResponse>("StartOnboarding", start)),
            "FIELD_INVALID");
  EXPECT_EQ(ReasonText(Plan(start.onboarding())), "FIELD_INVALID");
}

TEST_F(PlanTest, TasksAreGivenToWhomARoleLeads) {
  ASSERT_TRUE(service_.Start("ada").ok());
  v1::AssignTaskRequest assign;
  assign.set_name("workspaces/acme/onboardings/ada/tasks/paperwork");
  assign.set_assignee("@manager");
  assign.set_reason("she knows");
  EXPECT_EQ(ReasonText(service_.Call<v1::AssignTaskResponse>("AssignTask", assign)),
            "FIELD_INVALID")
      << "there is no record";
  v1::Person ada;
  ada.set_manager("eve@example.com");
  Keep("ada@example.com", ada);
  assign.set_request_id("r1");
  const auto given = service_.Call<v1::AssignTaskResponse>("AssignTask", assign);
  ASSERT_TRUE(given.ok()) << given.status();
  EXPECT_EQ(given->task().assignee(), "eve@example.com");
  v1::DelegateTaskRequest delegate;
  delegate.set_name(assign.name());
  delegate.set_delegate("@person");
  const auto delegated = service_.Call<v1::DelegateTaskResponse>("DelegateTask", delegate);
  ASSERT_TRUE(delegated.ok()) << delegated.status();
  EXPECT_EQ(delegated->task().assignee(), "ada@example.com");
  EXPECT_EQ(delegated->task().owner(), "eve@example.com");
  v1::Person eve;
  eve.set_state(v1::Person::STATE_LEFT);
  Keep("eve@example.com", eve);
  EXPECT_EQ(service_.Call<v1::AssignTaskResponse>("AssignTask", assign)->task().assignee(),
            "eve@example.com")
      << "the same request again is answered as before";
  assign.set_request_id("r2");
  EXPECT_EQ(ReasonText(service_.Call<v1::AssignTaskResponse>("AssignTask", assign)),
            "FIELD_INVALID")
      << "to who left no work goes";
}

TEST_F(PlanTest, AStartIsAnsweredAgainThoughRecordsChanged) {
  v1::Person ada;
  ada.set_manager("eve@example.com");
  Keep("ada@example.com", ada);
  v1::StartOnboardingRequest start = TestOnboarding::StartRequest("ada");
  (*start.mutable_onboarding()->mutable_assignees())["it"] = "@manager";
  start.set_request_id("once");
  const auto first = service_.Call<v1::StartOnboardingResponse>("StartOnboarding", start);
  ASSERT_TRUE(first.ok()) << first.status();
  v1::UpdatePersonRequest update;
  update.mutable_person()->set_name("workspaces/acme/people/ada@example.com");
  v1::UpdatePersonResponse updated;
  ASSERT_TRUE(service_.channel()
                  .Call(service_.context(), "/plumbline.onboarding.v1.PeopleService/UpdatePerson",
                        update, &updated)
                  .ok());
  const auto again = service_.Call<v1::StartOnboardingResponse>("StartOnboarding", start);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->onboarding().assignees().at("it"), "eve@example.com");
}

}  // namespace
}  // namespace plumbline::onboarding::testing
