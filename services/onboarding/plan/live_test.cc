// SPDX-License-Identifier: Apache-2.0
//
// GetPlan and RescheduleOnboarding over the in-process channel.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plumbline/onboarding/v1/plan_service.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kAda[] = "workspaces/acme/onboardings/ada";

std::string Text(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%m-%d %H:%M", FromTimestamp(time), absl::UTCTimeZone());
}

class LivePlanTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::GetPlanResponse> Get(const std::string& name) {
    v1::GetPlanRequest request;
    request.set_name(name);
    v1::GetPlanResponse response;
    const absl::Status status = service_.channel().Call(
        service_.context(), "/plumbline.onboarding.v1.PlanService/GetPlan", request, &response);
    if (!status.ok()) return status;
    return response;
  }
  v1::GetPlanResponse MustGet(const std::string& id) {
    auto plan = Get(absl::StrCat("workspaces/acme/onboardings/", id));
    EXPECT_TRUE(plan.ok()) << plan.status();
    return plan.ok() ? *plan : v1::GetPlanResponse();
  }
  static const v1::LivePlanTask& TaskOf(const v1::GetPlanResponse& plan, const std::string& step) {
    for (const v1::LivePlanTask& task : plan.tasks())
      if (task.step() == step) return task;
    ADD_FAILURE() << "no " << step;
    return v1::LivePlanTask::default_instance();
  }
  absl::StatusOr<v1::RescheduleOnboardingResponse> Reschedule(
      const v1::RescheduleOnboardingRequest& request) {
    return service_.Call<v1::RescheduleOnboardingResponse>("RescheduleOnboarding", request);
  }
  static v1::RescheduleOnboardingRequest Move(const std::string& day_one) {
    v1::RescheduleOnboardingRequest request;
    request.set_name(kAda);
    request.set_day_one(day_one);
    request.set_reason("The visa is late");
    return request;
  }
  // Counts all that the feed has.
  void Count() {
    DurationCounter& counter = service_.app().durations();
    while (true) {
      const auto counted = counter.RunOnce(service_.context(), service_.clock().Now());
      ASSERT_TRUE(counted.ok()) << counted.status();
      if (*counted == 0) return;
    }
  }

  TestOnboarding service_;  // 2031-03-03 09:00, a Monday
};

TEST_F(LivePlanTest, SaysWhatComesWhen) {
  ASSERT_TRUE(service_.Start("ada").ok());
  const v1::GetPlanResponse plan = MustGet("ada");
  ASSERT_EQ(plan.tasks_size(), 9);
  EXPECT_EQ(Text(plan.expected_finish_time()), "03-13 09:00");
  EXPECT_EQ(Text(plan.forecast_finish_time()), "03-13 09:00");
  EXPECT_EQ(Text(plan.as_of_time()), "03-03 09:00");
  EXPECT_FALSE(plan.at_risk());
  EXPECT_THAT(plan.critical_path(),
              ElementsAre("paperwork", "laptop", "field", "dinner", "exam", "deal-desk.review"));
  const v1::LivePlanTask& laptop = TaskOf(plan, "laptop");
  EXPECT_EQ(laptop.task(), absl::StrCat(kAda, "/tasks/laptop"));
  EXPECT_EQ(laptop.resource(), "it@example.com");
  EXPECT_EQ(laptop.state(), v1::Task::STATE_PENDING);
  EXPECT_EQ(Text(laptop.expected_start_time()), "03-04 09:00");
  EXPECT_EQ(Text(laptop.expected_end_time()), "03-07 09:00");
  EXPECT_TRUE(laptop.critical());
  EXPECT_GT(laptop.slack().seconds(), 0);
  EXPECT_EQ(laptop.basis().source(), v1::ForecastBasis::SOURCE_TARGET);
  EXPECT_EQ(laptop.basis().median().seconds(), 3 * 8 * 3600);
  EXPECT_FALSE(TaskOf(plan, "study").has_expected_start_time());
  EXPECT_FALSE(TaskOf(plan, "accounts").critical());
}

TEST_F(LivePlanTest, WhatIsLateIsAtRisk) {
  ASSERT_TRUE(service_.Start("ada").ok());
  service_.clock().Advance(absl::Hours(24 * 2 + 1));
  v1::GetPlanResponse plan = MustGet("ada");
  const v1::LivePlanTask& paperwork = TaskOf(plan, "paperwork");
  EXPECT_TRUE(paperwork.at_risk());
  EXPECT_EQ(paperwork.risk_reason(), "it was due on Tue 2031-03-04 09:00 UTC");
  EXPECT_EQ(Text(paperwork.expected_end_time()), "03-05 10:00");
  EXPECT_EQ(Text(plan.expected_finish_time()), "03-14 10:00");
  EXPECT_FALSE(plan.at_risk());  // its target is far
  // The on-boarding itself says the same, wherever it is read.
  v1::GetOnboardingRequest get;
  get.set_name("workspaces/acme/onboardings/ada");
  const auto got = service_.Call<v1::GetOnboardingResponse>("GetOnboarding", get);
  v1::ListOnboardingsRequest list;
  list.set_parent("workspaces/acme");
  const auto listed = service_.Call<v1::ListOnboardingsResponse>("ListOnboardings", list);
  ASSERT_TRUE(got.ok() && listed.ok()) << got.status() << listed.status();
  for (const v1::Onboarding& onboarding :
       {plan.onboarding(), got->onboarding(), listed->onboardings(0)}) {
    EXPECT_EQ(Text(onboarding.expected_finish_time()), "03-14 10:00");
    EXPECT_FALSE(onboarding.at_risk());
    EXPECT_EQ(onboarding.readiness(), v1::Readiness::LEVEL_RED);
  }
  service_.clock().Advance(absl::Hours(24 * 90));
  plan = MustGet("ada");
  EXPECT_TRUE(plan.at_risk());
  EXPECT_TRUE(plan.onboarding().at_risk());
  EXPECT_THAT(plan.reasons(0), HasSubstr("working days after its target"));
  EXPECT_LT(TaskOf(plan, "paperwork").slack().seconds(), 0);
}

TEST_F(LivePlanTest, WhatAPauseMovesIsNotLate) {
  catalog::v1::Process process = RampUp();
  process.set_name("workspaces/acme/processes/sales-rep@4");
  service_.catalog().Publish(process);
  ASSERT_TRUE(service_.Start("ada", "sales-rep@4").ok());
  ASSERT_TRUE(service_.Start("late", "sales-rep@4").ok());
  const auto pause = [this](const std::string& id) {
    v1::PauseOnboardingRequest request;
    request.set_name(absl::StrCat("workspaces/acme/onboardings/", id));
    request.set_reason("leave");
    ASSERT_TRUE(service_.Call<v1::PauseOnboardingResponse>("PauseOnboarding", request).ok());
  };
  service_.clock().Advance(absl::Hours(1));
  pause("ada");
  service_.clock().Advance(absl::Hours(48));
  pause("late");  // its contract was due the day before
  service_.clock().Advance(absl::Hours(24 * 20));
  const v1::GetPlanResponse plan = MustGet("ada");
  EXPECT_FALSE(plan.at_risk());
  for (const v1::LivePlanTask& task : plan.tasks()) {
    EXPECT_FALSE(task.at_risk()) << task.step() << ": " << task.risk_reason();
    EXPECT_GE(task.slack().seconds(), 0) << task.step();
  }
  EXPECT_THAT(absl::StrJoin(plan.reasons(), "\n"), Not(HasSubstr("after its target")));
  const v1::GetPlanResponse late = MustGet("late");
  EXPECT_TRUE(TaskOf(late, "paperwork").at_risk());
  EXPECT_THAT(TaskOf(late, "paperwork").risk_reason(),
              HasSubstr("it was due on Mon 2031-03-24 09:00 UTC as the pause has moved it so far"));
  EXPECT_THAT(absl::StrJoin(late.reasons(), "\n"), HasSubstr("milestone 'equipped'"));
}

TEST_F(LivePlanTest, APauseGivesNothingBackOfABlockThatBeganBefore) {
  ASSERT_TRUE(service_.Start("ada").ok());
  const v1::LivePlanTask before = TaskOf(MustGet("ada"), "paperwork");
  v1::BlockTaskRequest block;
  block.set_name("workspaces/acme/onboardings/ada/tasks/paperwork");
  block.mutable_impediment()->set_category(v1::Impediment::CATEGORY_ACCESS);
  block.mutable_impediment()->set_description("no account");
  ASSERT_TRUE(service_.Call<v1::BlockTaskResponse>("BlockTask", block).ok());
  service_.clock().Advance(absl::Hours(1));
  v1::PauseOnboardingRequest pause;
  pause.set_name("workspaces/acme/onboardings/ada");
  pause.set_reason("leave");
  ASSERT_TRUE(service_.Call<v1::PauseOnboardingResponse>("PauseOnboarding", pause).ok());
  service_.clock().Advance(absl::Hours(24 * 20));
  const v1::LivePlanTask task = TaskOf(MustGet("ada"), "paperwork");
  EXPECT_EQ(task.due_time().seconds(), before.due_time().seconds());
  EXPECT_TRUE(task.at_risk());
  EXPECT_THAT(task.risk_reason(), HasSubstr("it is blocked since"));
  EXPECT_THAT(task.risk_reason(), Not(HasSubstr("as the pause has moved it so far")));
}

TEST_F(LivePlanTest, SaysWhyOnlyToWhoAsks) {
  ASSERT_TRUE(service_.Start("ada").ok());
  v1::GetPlanRequest request;
  request.set_name(kAda);
  const auto get = [&](int view) -> absl::StatusOr<v1::GetPlanResponse> {
    request.set_view(static_cast<v1::GetPlanRequest::View>(view));
    v1::GetPlanResponse response;
    const absl::Status status = service_.channel().Call(
        service_.context(), "/plumbline.onboarding.v1.PlanService/GetPlan", request, &response);
    if (!status.ok()) return status;
    return response;
  };
  const auto whole = get(v1::GetPlanRequest::VIEW_UNSPECIFIED);
  const auto full = get(v1::GetPlanRequest::VIEW_FULL);
  auto basic = get(v1::GetPlanRequest::VIEW_BASIC);
  ASSERT_TRUE(whole.ok() && full.ok() && basic.ok());
  EXPECT_EQ(whole->SerializeAsString(), full->SerializeAsString());
  EXPECT_GT(TaskOf(*full, "laptop").reasons_size(), 0);
  EXPECT_GT(TaskOf(*full, "field").skipped_dates_size(), 0);
  for (int i = 0; i < basic->tasks_size(); ++i) {
    v1::LivePlanTask& task = *basic->mutable_tasks(i);
    EXPECT_EQ(task.reasons_size() + task.skipped_dates_size(), 0) << task.step();
    *task.mutable_reasons() = full->tasks(i).reasons();
    *task.mutable_skipped_dates() = full->tasks(i).skipped_dates();
  }
  EXPECT_EQ(basic->SerializeAsString(), full->SerializeAsString()) << "all else is there";
  EXPECT_EQ(ReasonText(get(7)), "FIELD_INVALID");
}

TEST_F(LivePlanTest, TheForecastFollowsWhoDoesIt) {
  // Five laptops took two days each, from one person.
  for (int i = 0; i < 5; ++i) {
    const std::string id = absl::StrCat("before", i);
    ASSERT_TRUE(service_.Start(id).ok());
    ASSERT_TRUE(service_.Complete(id, "paperwork").ok());
  }
  service_.clock().Advance(absl::Hours(48));
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(service_.Complete(absl::StrCat("before", i), "laptop").ok());
  ASSERT_TRUE(service_.Start("ada").ok());
  ASSERT_TRUE(service_.Start("bob").ok());
  const v1::GetPlanResponse before = MustGet("ada");
  EXPECT_EQ(TaskOf(before, "laptop").basis().source(), v1::ForecastBasis::SOURCE_TARGET);
  EXPECT_THAT(absl::StrJoin(before.reasons(), "\n"),
              HasSubstr("there is no experience to forecast by: a step needs 5 past times"));
  Count();
  const v1::GetPlanResponse plan = MustGet("ada");
  const v1::LivePlanTask& laptop = TaskOf(plan, "laptop");
  EXPECT_EQ(laptop.basis().source(), v1::ForecastBasis::SOURCE_OWNER);
  EXPECT_EQ(laptop.basis().count(), 5);
  EXPECT_EQ(laptop.basis().median().seconds(), 2 * 8 * 3600);
  // Paperwork took them no time at all; nobody did the rest.
  EXPECT_EQ(TaskOf(plan, "paperwork").basis().median().seconds(), 0);
  EXPECT_EQ(TaskOf(plan, "exam").basis().source(), v1::ForecastBasis::SOURCE_TARGET);
  EXPECT_LT(FromTimestamp(plan.forecast_finish_time()), FromTimestamp(plan.expected_finish_time()));
  const std::string reasons = absl::StrJoin(plan.reasons(), "\n");
  EXPECT_THAT(reasons, HasSubstr("the forecast takes 2 of the "));
  EXPECT_THAT(reasons,
              HasSubstr("(5 past times each, at most 50, of which the median counts): 2 as "
                        "with those who have them now; "));
  EXPECT_THAT(reasons, Not(HasSubstr("careful"))) << "all took the same";
}

// As in lists: the same answer says it in two places.
TEST_F(LivePlanTest, ASlowForecastWarnsAndIsNoRisk) {
  for (int i = 0; i < 5; ++i) {
    const std::string id = absl::StrCat("before", i);
    ASSERT_TRUE(service_.Start(id).ok());
    ASSERT_TRUE(service_.Complete(id, "paperwork").ok());
  }
  service_.clock().Advance(absl::Hours(24 * 98));  // a Monday
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(service_.Complete(absl::StrCat("before", i), "laptop").ok());
  Count();
  v1::StartOnboardingRequest start = TestOnboarding::StartRequest("ada");
  start.mutable_onboarding()->set_day_one("2031-06-09");
  ASSERT_TRUE(service_.Call<v1::StartOnboardingResponse>("StartOnboarding", start).ok());
  ASSERT_TRUE(service_.Complete("ada", "paperwork").ok());
  const v1::GetPlanResponse plan = MustGet("ada");
  EXPECT_GT(FromTimestamp(plan.forecast_finish_time()),
            FromTimestamp(plan.onboarding().target_time()));
  EXPECT_FALSE(plan.onboarding().at_risk());
  EXPECT_FALSE(plan.at_risk());
  EXPECT_THAT(absl::StrJoin(plan.reasons(), "\n"),
              HasSubstr("by how long its steps usually took before, it ends on "));
  const v1::LivePlanTask& laptop = TaskOf(plan, "laptop");
  EXPECT_FALSE(laptop.at_risk()) << laptop.risk_reason();
  EXPECT_THAT(absl::StrJoin(laptop.reasons(), "\n"),
              HasSubstr(", and by how long it usually took before, it ends on "));
}

TEST_F(LivePlanTest, OfWhatVariesTellsACarefulDate) {
  for (int i = 0; i < 5; ++i) {
    const std::string id = absl::StrCat("before", i);
    ASSERT_TRUE(service_.Start(id).ok());
    ASSERT_TRUE(service_.Complete(id, "paperwork").ok());
  }
  // Three took a day, two took five.
  service_.clock().Advance(absl::Hours(24));
  for (const char* id : {"before0", "before1", "before2"})
    ASSERT_TRUE(service_.Complete(id, "laptop").ok());
  service_.clock().Advance(absl::Hours(24 * 6));
  for (const char* id : {"before3", "before4"}) ASSERT_TRUE(service_.Complete(id, "laptop").ok());
  ASSERT_TRUE(service_.Start("ada").ok());
  Count();
  const v1::GetPlanResponse plan = MustGet("ada");
  EXPECT_EQ(TaskOf(plan, "laptop").basis().median().seconds(), 8 * 3600);
  EXPECT_EQ(TaskOf(plan, "laptop").basis().p80().seconds(), 5 * 8 * 3600);
  EXPECT_THAT(absl::StrJoin(plan.reasons(), "\n"), HasSubstr("a careful date is "));
}

TEST_F(LivePlanTest, WhoNeverDidItIsTakenAsEverybody) {
  for (int i = 0; i < 5; ++i) {
    const std::string id = absl::StrCat("before", i);
    ASSERT_TRUE(service_.Start(id).ok());
    ASSERT_TRUE(service_.Complete(id, "paperwork").ok());
    ASSERT_TRUE(service_.Complete(id, "laptop").ok());
  }
  Count();
  v1::StartOnboardingRequest request = TestOnboarding::StartRequest("ada");
  (*request.mutable_onboarding()->mutable_assignees())["it"] = "new@example.com";
  ASSERT_TRUE(service_.Call<v1::StartOnboardingResponse>("StartOnboarding", request).ok());
  EXPECT_EQ(TaskOf(MustGet("ada"), "laptop").basis().source(), v1::ForecastBasis::SOURCE_STEP);
}

TEST_F(LivePlanTest, OfOneThatIsOverSaysWhatWas) {
  ASSERT_TRUE(service_.Start("ada", "pair").ok());
  ASSERT_TRUE(service_.Complete("ada", "a").ok());
  ASSERT_TRUE(service_.Complete("ada", "b").ok());
  const v1::GetPlanResponse plan = MustGet("ada");
  EXPECT_EQ(Text(plan.expected_finish_time()), "03-03 09:00");
  EXPECT_FALSE(plan.at_risk());
  EXPECT_TRUE(plan.critical_path().empty());
  EXPECT_TRUE(plan.reasons().empty());
}

TEST_F(LivePlanTest, IsRefusedForWhatIsNotThere) {
  EXPECT_EQ(ReasonText(Get("workspaces/acme/onboardings/none")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(Get("ada")), "FIELD_INVALID");
}

TEST_F(LivePlanTest, DayOneMoves) {
  v1::StartOnboardingRequest start = TestOnboarding::StartRequest("ada");
  start.mutable_onboarding()->set_day_one("2031-03-10");
  ASSERT_TRUE(service_.Call<v1::StartOnboardingResponse>("StartOnboarding", start).ok());
  ASSERT_TRUE(service_.Complete("ada", "paperwork").ok());
  v1::RescheduleOnboardingRequest request = Move("2031-03-17");
  request.set_validate_only(true);
  const auto preview = Reschedule(request);
  ASSERT_TRUE(preview.ok()) << preview.status();
  ASSERT_EQ(preview->rescheduled_tasks_size(), 2) << "laptop counts from it as paperwork does";
  EXPECT_TRUE(preview->freshness_token().empty());
  request.set_validate_only(false);
  request.set_request_id("r1");
  const auto moved = Reschedule(request);
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->onboarding().day_one(), "2031-03-17");
  ASSERT_EQ(moved->rescheduled_tasks_size(), 2);
  EXPECT_EQ(moved->rescheduled_tasks(0).task().step(), "laptop");
  EXPECT_EQ(moved->rescheduled_tasks(1).task().step(), "accounts");
  EXPECT_EQ(Text(moved->rescheduled_tasks(1).previous_due_time()), "03-10 11:00");
  EXPECT_EQ(Text(moved->rescheduled_tasks(1).task().due_time()), "03-17 11:00");
  EXPECT_EQ(Reschedule(request)->DebugString(), moved->DebugString());
  // Lists follow.
  v1::ListOnboardingsRequest list;
  list.set_parent("workspaces/acme");
  list.set_filter("day_one = 2031-03-17");
  EXPECT_EQ(service_.Call<v1::ListOnboardingsResponse>("ListOnboardings", list)->onboardings_size(),
            1);
  v1::ListTasksRequest tasks;
  tasks.set_parent("workspaces/acme/onboardings/-");
  tasks.set_filter("due_time = 2031-03-17T11:00:00Z");
  EXPECT_EQ(service_.Call<v1::ListTasksResponse>("ListTasks", tasks)->tasks_size(), 1);
  // Who starts it again gets what was answered.
  start.set_conflict_policy(v1::StartOnboardingRequest::CONFLICT_POLICY_RETURN_EXISTING);
  EXPECT_EQ(
      service_.Call<v1::StartOnboardingResponse>("StartOnboarding", start)->onboarding().day_one(),
      "2031-03-17");
}

// Before it is done and after, as GetPlan has it then; of more tasks than an answer about a start.
TEST_F(LivePlanTest, WhatAMovePutsAtRiskIsToldWhole) {
  catalog::v1::Process many = Pair();
  many.set_name("workspaces/acme/processes/many@1");
  many.mutable_target()->set_days(30);
  auto& nodes = *many.mutable_root()->mutable_sequence()->mutable_nodes();
  const catalog::v1::Node step = nodes[0];
  nodes.Clear();
  for (int i = 0; i < 25; ++i) {
    *nodes.Add() = step;
    nodes[i].set_id(absl::StrCat("s", i));
    nodes[i].mutable_step()->mutable_target()->set_days(1);
  }
  catalog::v1::Milestone& middle = *many.add_milestones();
  middle.set_id("middle");
  middle.set_title("Middle");
  middle.set_node("s12");
  middle.mutable_target()->set_days(14);
  service_.catalog().Publish(many);
  v1::StartOnboardingRequest start = TestOnboarding::StartRequest("ada");
  start.mutable_onboarding()->set_process(many.name());
  start.mutable_onboarding()->clear_assignees();
  start.mutable_onboarding()->set_day_one("2031-03-10");
  const auto started = service_.Call<v1::StartOnboardingResponse>("StartOnboarding", start);
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_FALSE(started->has_risk());
  v1::RescheduleOnboardingRequest back = Move("2031-01-06");
  back.set_validate_only(true);
  const auto preview = Reschedule(back);
  ASSERT_TRUE(preview.ok()) << preview.status();
  back.set_validate_only(false);
  const auto moved = Reschedule(back);
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(preview->risk().DebugString(), moved->risk().DebugString());
  std::vector<std::string> expected, told;
  const auto plan = Get(kAda);
  ASSERT_TRUE(plan.ok()) << plan.status();
  for (const v1::LivePlanTask& task : plan->tasks())
    if (task.at_risk()) expected.push_back(absl::StrCat(task.step(), ": ", task.risk_reason()));
  for (const v1::TaskRisk& task : moved->risk().tasks())
    told.push_back(absl::StrCat(task.step(), ": ", task.reason()));
  EXPECT_EQ(told, expected);
  EXPECT_EQ(told.size(), 25u);
  EXPECT_EQ(moved->risk().task_count(), 25);
  ASSERT_EQ(moved->risk().milestones_size(), 1);
  EXPECT_EQ(moved->risk().milestones(0).milestone(), "middle");
  EXPECT_EQ(moved->risk().reasons_size(), 1);
  // A day one that is that day already puts nothing at risk; one to come takes it all away.
  EXPECT_FALSE(Reschedule(Move("2031-01-06"))->has_risk());
  EXPECT_FALSE(Reschedule(Move("2031-03-17"))->has_risk());
}

TEST_F(LivePlanTest, BadMovesAreRefused) {
  ASSERT_TRUE(service_.Start("ada").ok());
  EXPECT_EQ(ReasonText(Reschedule(Move("tomorrow"))), "FIELD_INVALID");
  v1::RescheduleOnboardingRequest request = Move("2031-03-17");
  request.clear_reason();
  EXPECT_EQ(ReasonText(Reschedule(request)), "FIELD_INVALID");
  request = Move("2031-03-17");
  request.set_etag("1");
  EXPECT_EQ(ReasonText(Reschedule(request)), "ETAG_MISMATCH");
  request = Move("2031-03-17");
  request.set_name("workspaces/acme/onboardings/none");
  EXPECT_EQ(ReasonText(Reschedule(request)), "RESOURCE_NOT_FOUND");
  v1::CancelOnboardingRequest cancel;
  cancel.set_name(kAda);
  cancel.set_reason("left");
  ASSERT_TRUE(service_.Call<v1::CancelOnboardingResponse>("CancelOnboarding", cancel).ok());
  EXPECT_EQ(ReasonText(Reschedule(Move("2031-03-17"))), "ONBOARDING_CLOSED");
}

TEST_F(LivePlanTest, WhatIsAtRiskIsListed) {
  // A process that has to be done in three days and takes two.
  catalog::v1::Process tight = Pair();
  tight.set_name("workspaces/acme/processes/tight@1");
  tight.mutable_target()->set_days(3);
  for (auto& node : *tight.mutable_root()->mutable_sequence()->mutable_nodes())
    node.mutable_step()->mutable_target()->set_days(1);
  service_.catalog().Publish(tight);
  ASSERT_TRUE(service_.Start("ada").ok());
  const auto started = service_.Start("tight", "tight");
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(Text(started->onboarding().risk_time()), "03-05 09:00");
  EXPECT_FALSE(started->onboarding().at_risk());
  const auto listed = [&](const std::string& time) {
    v1::ListOnboardingsRequest list;
    list.set_parent("workspaces/acme");
    list.set_filter("state = ACTIVE AND risk_time < " + time);
    const auto answer = service_.Call<v1::ListOnboardingsResponse>("ListOnboardings", list);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer->onboardings_size();
  };
  EXPECT_EQ(listed("2031-03-05T09:00:00Z"), 0);
  EXPECT_EQ(listed("2031-03-05T09:00:01Z"), 1);
  // Work that goes on gives it time again.
  ASSERT_TRUE(service_.Complete("tight", "a").ok());
  EXPECT_EQ(listed("2031-03-05T09:00:01Z"), 0);
  EXPECT_EQ(listed("2031-03-06T09:00:01Z"), 1);
  ASSERT_TRUE(service_.Complete("tight", "b").ok());
  EXPECT_EQ(listed("2031-04-01T00:00:00Z"), 0);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
