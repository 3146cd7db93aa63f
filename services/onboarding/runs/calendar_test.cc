// SPDX-License-Identifier: Apache-2.0
//
// ExportTaskCalendar over the in-process channel.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

absl::StatusOr<v1::ExportTaskCalendarResponse> Export(TestOnboarding& service,
                                                      const std::string& assignee,
                                                      bool todo = false) {
  v1::ExportTaskCalendarRequest request;
  request.set_parent("workspaces/acme");
  request.set_assignee(assignee);
  if (todo) request.set_component(v1::ExportTaskCalendarRequest::COMPONENT_TODO);
  return service.Call<v1::ExportTaskCalendarResponse>("ExportTaskCalendar", request);
}

// Whoever does the first task, and that task.
v1::Task FirstTask(TestOnboarding& service, const std::string& onboarding) {
  v1::ListTasksRequest request;
  request.set_parent(absl::StrCat("workspaces/acme/onboardings/", onboarding));
  request.set_state(v1::Task::STATE_READY);
  const auto list = service.Call<v1::ListTasksResponse>("ListTasks", request);
  EXPECT_TRUE(list.ok()) << list.status();
  return list->tasks(0);
}
std::string DoerOf(const v1::Task& task) {
  return task.assignee().empty() ? task.role() : task.assignee();
}

TEST(TaskCalendar, HoldsTheOpenTasksOfOneDoer) {
  TestOnboarding service;
  ASSERT_TRUE(service.Start("ada").ok());
  const v1::Task task = FirstTask(service, "ada");
  ASSERT_TRUE(task.has_due_time());
  const auto exported = Export(service, DoerOf(task));
  ASSERT_TRUE(exported.ok()) << exported.status();
  EXPECT_EQ(exported->task_count(), 1);
  EXPECT_FALSE(exported->more());
  const std::string due = absl::FormatTime(
      "%Y%m%dT%H%M%SZ", absl::FromUnixSeconds(task.due_time().seconds()), absl::UTCTimeZone());
  EXPECT_THAT(exported->icalendar(), HasSubstr("UID:paperwork@ada.acme.plumbline\r\n"));
  EXPECT_THAT(exported->icalendar(), HasSubstr("DTSTART:" + due + "\r\n"));
  EXPECT_THAT(exported->icalendar(), HasSubstr("(ada@example.com)"));
  EXPECT_THAT(Export(service, DoerOf(task), true)->icalendar(), HasSubstr("DUE:" + due + "\r\n"));
  EXPECT_EQ(Export(service, "nobody")->task_count(), 0);
}

TEST(TaskCalendar, IsTheSameUntilSomethingHappens) {
  TestOnboarding service;
  ASSERT_TRUE(service.Start("ada").ok());
  const std::string doer = DoerOf(FirstTask(service, "ada"));
  const std::string before = Export(service, doer)->icalendar();
  EXPECT_THAT(before, HasSubstr("SEQUENCE:2\r\n"));
  service.clock().Advance(absl::Hours(1));
  EXPECT_EQ(Export(service, doer)->icalendar(), before);
  v1::StartTaskRequest start;
  start.set_name("workspaces/acme/onboardings/ada/tasks/paperwork");
  ASSERT_TRUE(service.Call<v1::StartTaskResponse>("StartTask", start).ok());
  const std::string begun = Export(service, doer)->icalendar();
  EXPECT_THAT(begun, HasSubstr("SEQUENCE:3\r\n"));
  EXPECT_THAT(begun, HasSubstr("UID:paperwork@ada.acme.plumbline\r\n"));
  ASSERT_TRUE(service.Complete("ada", "paperwork").ok());
  EXPECT_THAT(Export(service, doer)->icalendar(), Not(HasSubstr("paperwork@")));
}

TEST(TaskCalendar, HoldsTheMilestonesOfOnesOwnOnboarding) {
  TestOnboarding service;
  catalog::v1::Process ramp = RampUp();
  ramp.set_name("workspaces/acme/processes/ramp-up@1");
  service.catalog().Publish(ramp);
  v1::StartOnboardingRequest request = TestOnboarding::StartRequest("ada");
  request.mutable_onboarding()->set_process(ramp.name());
  const auto started = service.Call<v1::StartOnboardingResponse>("StartOnboarding", request);
  ASSERT_TRUE(started.ok()) << started.status();
  const auto exported = Export(service, "ada@example.com");
  ASSERT_TRUE(exported.ok()) << exported.status();
  EXPECT_EQ(exported->task_count(), 0);
  const int before = exported->milestone_count();
  EXPECT_GE(before, 2);
  EXPECT_THAT(exported->icalendar(), HasSubstr("UID:milestones/signed@ada.acme.plumbline\r\n"));
  EXPECT_EQ(Export(service, "eve@example.com")->milestone_count(), 0);
  ASSERT_TRUE(service.Complete("ada", "paperwork").ok());
  const auto after = Export(service, "ada@example.com");
  EXPECT_EQ(after->milestone_count(), before - 1) << "it was reached";
  EXPECT_THAT(after->icalendar(), Not(HasSubstr("milestones/signed@")));
}

TEST(TaskCalendar, RefusesWhatItCannotTake) {
  TestOnboarding service;
  EXPECT_EQ(ReasonText(Export(service, "")), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(Export(service, std::string(201, 'x'))), "FIELD_INVALID");
  v1::ExportTaskCalendarRequest request;
  request.set_parent("workspaces/acme");
  request.set_assignee("it");
  request.set_component(static_cast<v1::ExportTaskCalendarRequest::Component>(9));
  EXPECT_EQ(ReasonText(service.Call<v1::ExportTaskCalendarResponse>("ExportTaskCalendar", request)),
            "FIELD_INVALID");
}

}  // namespace
}  // namespace plumbline::onboarding::testing
