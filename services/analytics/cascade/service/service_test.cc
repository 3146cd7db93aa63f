// SPDX-License-Identifier: Apache-2.0
//
// CascadeService, over an in-process channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/cascade_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kBegin = 1'767'603'600;  // 2026-01-05 09:00 UTC, a Monday
constexpr int64_t kDay = 86'400, kHour = 3'600;

// Twenty deals, one a day: drafted in an hour, then a day later legal takes two hours and then it
// is signed. The last two are open: one waits for legal, one is drafted.
class CascadeService : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("deals").ok());
    std::vector<v1::Event> events;
    for (int i = 0; i < 20; ++i) {
      const int64_t begin = kBegin + kDay * i;
      const std::string id = absl::StrCat("deal ", 10 + i);
      Add(id, "Draft", begin, begin + kHour, "", &events);
      if (i >= 18) continue;
      Add(id, "Legal review", begin + kDay, begin + kDay + 2 * kHour, "clm", &events);
      Add(id, "Sign", begin + kDay + 2 * kHour, begin + kDay + 3 * kHour, "", &events);
      v1::Attribute* ended = events.back().add_attributes();
      ended->set_key("case_finished");
      ended->set_bool_value(true);
    }
    ASSERT_TRUE(analytics_.Write("deals", "test", 1, events).ok());
  }

  static void Add(const std::string& id, const char* activity, int64_t start, int64_t end,
                  const char* utility, std::vector<v1::Event>* events) {
    events->push_back(EventOf(id, activity, end));
    events->back().mutable_start_time()->set_seconds(start);
    if (*utility != '\0') AddText(&events->back(), "utility", utility);
    AddText(&events->back(), "role", *utility == '\0' ? "seller" : "legal");
  }

  absl::StatusOr<v1::SimulateCascadeResponse> Ask(v1::SimulateCascadeRequest request,
                                                  const char* log = "deals") {
    request.set_name(LogName(log));
    v1::SimulateCascadeResponse response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    const absl::Status status = analytics_.channel().Call(
        context, "/plumbline.analytics.v1.CascadeService/SimulateCascade", request, &response);
    if (!status.ok()) return status;
    return response;
  }

  // Legal's tool is down for five days from the last event on.
  static v1::SimulateCascadeRequest Down() {
    v1::SimulateCascadeRequest request;
    v1::Disruption& down = *request.add_disruptions();
    down.set_utility("CLM");
    down.set_down(true);
    down.mutable_start_time()->set_seconds(kLast);
    down.mutable_end_time()->set_seconds(kLast + 5 * kDay);
    return request;
  }
  void ExpectError(const v1::SimulateCascadeRequest& request, const char* field) {
    const auto answer = Ask(request);
    ASSERT_FALSE(answer.ok()) << field;
    EXPECT_THAT(std::string(answer.status().message()), HasSubstr(field));
  }

  static constexpr int64_t kLast = kBegin + 19 * kDay + kHour;
  TestAnalytics analytics_;
};

TEST_F(CascadeService, SaysWhichDealsSlip) {
  const auto answer = Ask(Down());
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->model().as_of_time().seconds(), kLast);
  EXPECT_EQ(answer->model().open_case_count(), 2);
  EXPECT_EQ(answer->model().ended_case_count(), 18);
  EXPECT_NEAR(answer->model().arrivals_per_day(), 1, 0.1);
  EXPECT_EQ(answer->model().runs(), 200);
  ASSERT_EQ(answer->cases_size(), 2);
  // The one of the day before would have been done in a few hours, the other a day later.
  const v1::CascadeCase& first = answer->cases(0);
  EXPECT_EQ(first.case_id(), "deal 28");
  EXPECT_EQ(first.at_steps(0), "Draft");
  EXPECT_GT(first.median_slip_days(), 4.5);
  EXPECT_LT(first.median_slip_days(), 5.1);
  EXPECT_EQ(first.day_slip().share(), 1);
  EXPECT_LT(first.day_slip().lower_share(), 1);
  EXPECT_LT(first.finish_time().seconds(), first.disrupted_finish_time().seconds());
  EXPECT_LT(answer->cases(1).median_slip_days(), 4.5);
  EXPECT_GT(answer->cases(1).median_slip_days(), 3.5);
  EXPECT_EQ(answer->totals().slipping_case_count().mean(), 2);
  EXPECT_GT(answer->totals().new_lost_seconds().mean(), 0);
  EXPECT_FALSE(first.has_due_time());
  const v1::CascadeStep& step = answer->steps(0);
  EXPECT_EQ(step.activity(), "Legal review");
  EXPECT_EQ(step.role(), "legal");
  EXPECT_TRUE(step.hit());
  EXPECT_GT(step.peak_extra_count().mean(), 3);
  EXPECT_FALSE(answer->steps(1).hit());
  EXPECT_EQ(answer->backlog().points_size(), 97);
  EXPECT_GT(answer->backlog().recovery_time().seconds(), kLast + 5 * kDay - kDay);
  EXPECT_EQ(answer->backlog().unrecovered().share(), 0);
  EXPECT_THAT(answer->DebugString(), Not(HasSubstr("nan")));
}

// Whatever event says it, and of whatever step that is.
TEST_F(CascadeService, TheDueTimeOfACaseIsItsTarget) {
  std::vector<v1::Event> events;
  events.push_back(EventOf("deal 28", "Note", kLast - kHour));
  v1::Attribute* due = events.back().add_attributes();
  due->set_key("case:due_time");
  due->mutable_time_value()->set_seconds(kLast + 2 * kDay);
  ASSERT_TRUE(analytics_.Write("deals", "later", 1, events).ok());
  const auto answer = Ask(Down());
  ASSERT_TRUE(answer.ok()) << answer.status();
  for (const v1::CascadeCase& one : answer->cases()) {
    EXPECT_EQ(one.has_due_time(), one.case_id() == "deal 28") << one.case_id();
    if (one.case_id() != "deal 28") continue;
    EXPECT_EQ(one.due_time().seconds(), kLast + 2 * kDay);
  }
  EXPECT_GE(answer->cases_size(), 2);
}

TEST_F(CascadeService, NamesAnythingAndCountsBusinessDays) {
  v1::SimulateCascadeRequest request = Down();
  request.mutable_disruptions(0)->set_any("legal");
  request.mutable_business_time()->add_calendars()->set_time_zone("UTC");
  request.set_pooling(v1::SimulateCascadeRequest::POOLING_ROLE);
  const auto answer = Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->model().day_seconds(), 8 * kHour);
  const v1::CascadeCase& first = answer->cases(0);
  // From Saturday 10:00 until Thursday 10:00 there are three business days and an hour.
  EXPECT_NEAR(first.median_slip_days(), 3.1, 0.5);
  EXPECT_GT(first.wall_slip().median_seconds().value(), first.slip().median_seconds().value());
  EXPECT_EQ(answer->steps(0).station(), "legal");
  request.mutable_disruptions(0)->set_any("nobody");
  ExpectError(request, "disruptions[0].any");
  EXPECT_THAT(
      std::string(Ask(request).status().message()),
      HasSubstr("'nobody' is no utility, role or step of the log; its utilities: 'clm'; its "
                "roles: "));
}

// What holds of utilities and roles alike is said once.
TEST_F(CascadeService, OfALogWithoutNeedsSaysOnceWhatToDo) {
  ASSERT_TRUE(analytics_.Create("plain").ok());
  std::vector<v1::Event> events;
  for (int i = 0; i < 3; ++i) {
    events.push_back(EventOf(absl::StrCat(i), "Draft", kBegin + i * kDay));
    events.push_back(EventOf(absl::StrCat(i), "Sign", kBegin + (i + 1) * kDay));
  }
  ASSERT_TRUE(analytics_.Write("plain", "test", 1, events).ok());
  v1::SimulateCascadeRequest request = Down();
  request.mutable_disruptions(0)->set_any("nobody");
  request.mutable_selection()->mutable_completion()->set_rule(v1::CaseCompletion::RULE_ACTIVITY);
  request.mutable_selection()->mutable_completion()->add_activities("Sign");
  EXPECT_THAT(
      std::string(Ask(request, "plain").status().message()),
      HasSubstr(
          "'nobody' is no utility, role or step of the log; its steps: 'Draft', 'Sign'; its "
          "steps need no utilities or roles that it tells of: say in `needs` which steps need "
          "it, or name steps"));
}

TEST_F(CascadeService, TakesOtherDisruptions) {
  v1::SimulateCascadeRequest request;
  v1::Disruption& slower = *request.add_disruptions();
  slower.set_step("Legal review");
  slower.set_time_factor(10);
  v1::Disruption& surge = *request.add_disruptions();
  surge.set_arrival_factor(3);
  surge.mutable_end_time()->set_seconds(kLast + 4 * kDay);
  v1::Disruption& fewer = *request.add_disruptions();
  fewer.set_role("legal");
  fewer.set_servers(0);
  fewer.mutable_end_time()->set_seconds(kLast + kDay);
  request.set_runs(50);
  request.set_max_cases(1);
  request.set_arrivals_per_day(2);
  const auto answer = Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->cases_size(), 1);
  EXPECT_EQ(answer->omitted_cases().count(), 1);
  EXPECT_GT(answer->omitted_cases().share(), 0);
  EXPECT_NEAR(answer->model().arrivals_per_day(), 2, 1e-6);
  EXPECT_GT(answer->cases(0).slip().median_seconds().value(), 18 * kHour - 1);
  // It is slow for ever: there is nothing to go back to, and nothing to look further for.
  EXPECT_FALSE(answer->backlog().has_recovery_time());
  EXPECT_EQ(answer->absent(0).field(), "backlog.recovery_time");
  EXPECT_THAT(answer->absent(0).reason(), HasSubstr("does not end"));
  for (const std::string& note : answer->notes())
    EXPECT_THAT(note, Not(HasSubstr("back to normal")));
}

TEST_F(CascadeService, RefusesWhatMakesNoSense) {
  ExpectError({}, "disruptions");
  v1::SimulateCascadeRequest request = Down();
  request.mutable_disruptions(0)->set_utility("crm");
  ExpectError(request, "'clm'");
  request = Down();
  request.mutable_disruptions(0)->clear_end_time();
  ExpectError(request, "disruptions[0].end_time");
  request = Down();
  request.mutable_disruptions(0)->mutable_end_time()->set_seconds(kBegin);
  ExpectError(request, "disruptions[0].end_time");
  request = Down();
  request.mutable_disruptions(0)->clear_start_time();
  request.mutable_disruptions(0)->mutable_end_time()->set_seconds(kBegin + kDay);
  ExpectError(request, "it is over");
  request = Down();
  request.mutable_disruptions(0)->set_time_factor(-1);
  ExpectError(request, "disruptions[0].time_factor");
  request = Down();
  request.mutable_disruptions(0)->clear_target();
  ExpectError(request, "disruptions[0].target");
  request = Down();
  request.mutable_disruptions(0)->clear_effect();
  ExpectError(request, "disruptions[0].effect");
  request = Down();
  request.set_runs(5);
  ExpectError(request, "runs");
  request = Down();
  request.mutable_as_of_time()->set_seconds(kBegin);
  ExpectError(request, "as_of_time");
  request = Down();
  request.mutable_until_time()->set_seconds(kBegin);
  ExpectError(request, "until_time");
  request = Down();
  request.add_completion_activities("Wun");
  ExpectError(request, "completion_activities[0]");
  request = Down();
  v1::StationServers& servers = *request.add_servers();
  servers.set_station("Legal reviev");
  servers.set_servers(1);
  ExpectError(request, "servers[0].station");
  request = Down();
  request.mutable_selection()->set_filter("case_id = \"none\"");
  ExpectError(request, "selection");
}

}  // namespace
}  // namespace plumbline::analytics
