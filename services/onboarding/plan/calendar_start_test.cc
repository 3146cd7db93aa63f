// SPDX-License-Identifier: Apache-2.0
//
// Calendars of on-boardings: from the catalog, frozen at the start, over the in-process channel.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plumbline/onboarding/v1/people_service.pb.h"
#include "plumbline/onboarding/v1/plan_service.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/testing/calendar.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kBerlin[] = "workspaces/acme/calendars/berlin";

class CalendarStartTest : public ::testing::Test {
 protected:
  CalendarStartTest() { Publish(service_, "2031-03-04"); }
  // Closed on `holiday` too.
  static void Publish(TestOnboarding& service, const std::string& holiday) {
    catalog::v1::Calendar berlin = Berlin();
    berlin.set_etag(holiday);
    berlin.mutable_holidays(0)->set_dates(0, holiday);
    service.catalog().Publish(berlin);
    service.catalog().Publish(Germany());
  }
  static v1::StartOnboardingRequest Request(const std::string& id, const std::string& calendar) {
    v1::StartOnboardingRequest request = TestOnboarding::StartRequest(id);
    request.mutable_onboarding()->set_calendar(calendar);
    return request;
  }
  absl::StatusOr<v1::StartOnboardingResponse> Start(const v1::StartOnboardingRequest& request) {
    return service_.Call<v1::StartOnboardingResponse>("StartOnboarding", request);
  }
  // When the task is due, by the clock in Berlin.
  static std::string DueOf(const v1::Task& task) {
    absl::TimeZone berlin;
    absl::LoadTimeZone("Europe/Berlin", &berlin);
    return absl::FormatTime("%Y-%m-%d %H:%M", FromTimestamp(task.due_time()), berlin);
  }
  void KeepAda(const std::string& calendar, const std::string& zone) {
    v1::CreatePersonRequest request;
    request.set_parent("workspaces/acme");
    request.set_person_id("ada@example.com");
    request.mutable_person()->set_calendar(calendar);
    request.mutable_person()->set_time_zone(zone);
    v1::CreatePersonResponse response;
    const absl::Status status = service_.channel().Call(
        service_.context(), "/plumbline.onboarding.v1.PeopleService/CreatePerson", request,
        &response);
    ASSERT_TRUE(status.ok()) << status;
  }

  TestOnboarding service_;  // 2031-03-03 09:00 in London, 10:00 in Berlin: a Monday
};

TEST_F(CalendarStartTest, AllBusinessTimeCountsByIt) {
  const auto started = Start(Request("ada", "calendars/berlin"));
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->onboarding().calendar(), kBerlin);
  EXPECT_EQ(started->onboarding().time_zone(), "Europe/Berlin");
  // One working day from Monday 10:00; Tuesday is a holiday.
  EXPECT_EQ(DueOf(started->tasks(0)), "2031-03-05 10:00");
}

TEST_F(CalendarStartTest, ItIsFrozen) {
  ASSERT_TRUE(Start(Request("ada", "calendars/berlin")).ok());
  Publish(service_, "2031-03-06");
  service_.clock().Advance(absl::Hours(2));
  // Another one has the new holiday; ada the old one.
  const auto other = Start(Request("bob", kBerlin));
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(DueOf(other->tasks(0)), "2031-03-04 13:00");
  const auto completed = service_.Complete("ada", "paperwork");
  ASSERT_TRUE(completed.ok()) << completed.status();
  EXPECT_EQ(completed->onboarding().calendar(), kBerlin);
  // The laptop, three days from 13:00: Wednesday, Thursday, and Friday closes then.
  EXPECT_EQ(DueOf(completed->ready_tasks(0)), "2031-03-07 13:00");
}

TEST_F(CalendarStartTest, ItOutlivesTheCatalogAndARestart) {
  ASSERT_TRUE(Start(Request("ada", "calendars/berlin")).ok());
  TestOnboarding other(&service_.database());  // another replica, with nothing in memory
  other.catalog().FailWith(absl::UnavailableError("down"));
  const auto completed = other.Complete("ada", "paperwork");
  ASSERT_TRUE(completed.ok()) << completed.status();
  EXPECT_EQ(DueOf(completed->ready_tasks(0)), "2031-03-07 10:00");
}

TEST_F(CalendarStartTest, ACohortAsksTheCatalogOnce) {
  ASSERT_TRUE(Start(Request("warm", "calendars/berlin")).ok());
  const int calls = service_.catalog().calls();
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(Start(Request(absl::StrCat("a", i), "calendars/berlin")).ok());
  EXPECT_EQ(service_.catalog().calls(), calls);
  // While the catalog does not answer, it is the one that was seen last.
  service_.clock().Advance(absl::Seconds(10));
  service_.catalog().FailWith(absl::UnavailableError("down"));
  EXPECT_EQ(ReasonText(Start(Request("late", "calendars/berlin"))), "OK");
  EXPECT_EQ(ReasonText(Start(Request("new", "calendars/germany"))), "DEPENDENCY_UNAVAILABLE");
}

TEST_F(CalendarStartTest, ARecordMayNameIt) {
  KeepAda("calendars/berlin", "");
  const auto started = Start(Request("ada", ""));
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->onboarding().calendar(), kBerlin);
  EXPECT_EQ(started->onboarding().time_zone(), "Europe/Berlin");
  EXPECT_EQ(DueOf(started->tasks(0)), "2031-03-05 10:00");
  // Who names another one gets that.
  EXPECT_EQ(Start(Request("b", "calendars/germany"))->onboarding().calendar(),
            "workspaces/acme/calendars/germany");
}

TEST_F(CalendarStartTest, TheNearestZoneCounts) {
  KeepAda("calendars/berlin", "Europe/London");
  // The record's zone goes before that of its calendar,
  EXPECT_EQ(Start(Request("a", ""))->onboarding().time_zone(), "Europe/London");
  // that of a calendar that is named before the record's,
  EXPECT_EQ(Start(Request("b", "calendars/berlin"))->onboarding().time_zone(), "Europe/Berlin");
  // and one that is named before all.
  v1::StartOnboardingRequest request = Request("c", "calendars/berlin");
  request.mutable_onboarding()->set_time_zone("America/New_York");
  const auto started = Start(request);
  ASSERT_TRUE(started.ok());
  EXPECT_EQ(started->onboarding().time_zone(), "America/New_York");
  // There it is four in the morning, and the day begins at nine: 15:00 in Berlin.
  EXPECT_EQ(DueOf(started->tasks(0)), "2031-03-05 15:00");
}

TEST_F(CalendarStartTest, OneThatIsNotThereIsNamed) {
  const auto missing = Start(Request("ada", "calendars/none")).status();
  EXPECT_EQ(ReasonText(missing), "RESOURCE_NOT_FOUND");
  EXPECT_THAT(std::string(missing.message()), HasSubstr("onboarding.calendar"));
  EXPECT_THAT(std::string(missing.message()), HasSubstr("workspaces/acme/calendars/none"));
  KeepAda("calendars/gone", "");
  const auto of_record = Start(Request("ada", "")).status();
  EXPECT_EQ(ReasonText(of_record), "RESOURCE_NOT_FOUND");
  EXPECT_THAT(std::string(of_record.message()), HasSubstr("record of 'ada@example.com'"));
  // One from which it inherits.
  service_.catalog().Forget("workspaces/acme/calendars/germany");
  EXPECT_EQ(ReasonText(Start(Request("ada", "calendars/berlin"))), "RESOURCE_NOT_FOUND");
}

TEST_F(CalendarStartTest, ItsShapeIsChecked) {
  for (const char* wrong : {"berlin", "calendars/", "calendars/Berlin!", "people/ada",
                            "workspaces/other/calendars/berlin"}) {
    const auto status = Start(Request("ada", wrong)).status();
    EXPECT_EQ(ReasonText(status), "FIELD_INVALID") << wrong;
    EXPECT_THAT(std::string(status.message()), HasSubstr("onboarding.calendar")) << wrong;
  }
}

TEST_F(CalendarStartTest, TheSameRequestGetsTheSameAnswer) {
  v1::StartOnboardingRequest request = Request("ada", "calendars/berlin");
  request.set_request_id("r1");
  const auto first = Start(request);
  ASSERT_TRUE(first.ok());
  Publish(service_, "2031-03-06");
  service_.clock().Advance(absl::Hours(2));
  const auto again = Start(request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->DebugString(), first->DebugString());
}

TEST_F(CalendarStartTest, ThePlanNamesItsHolidays) {
  v1::PlanOnboardingRequest request;
  request.set_parent("workspaces/acme");
  *request.mutable_onboarding() = Request("x", "calendars/berlin").onboarding();
  v1::PlanOnboardingResponse plan;
  const absl::Status status = service_.channel().Call(
      service_.context(), "/plumbline.onboarding.v1.PlanService/PlanOnboarding", request, &plan);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(plan.onboarding().calendar(), kBerlin);
  std::string reasons;
  for (const v1::PlannedTask& task : plan.tasks())
    absl::StrAppend(&reasons, absl::StrJoin(task.reasons(), "\n"), "\n");
  EXPECT_THAT(reasons, HasSubstr("by Berlin, in Europe/Berlin"));
  EXPECT_THAT(reasons, HasSubstr("Tue 2031-03-04 (Founders' Day)"));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
