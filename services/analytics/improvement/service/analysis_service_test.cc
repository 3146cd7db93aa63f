// SPDX-License-Identifier: Apache-2.0
//
// ImprovementAnalysisService over an in-process channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/improvement_analysis_service.pb.h"
#include "plumbline/analytics/v1/segment_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

using from_monday::kBegin;
using from_monday::kDay;
using from_monday::kHour;

// 200 deals, one a day: "draft" for an hour, then "legal" after a day, in EMEA mostly after ten;
// two of three of EMEA are blocked by "mail" meanwhile. The last two are open.
class ImprovementAnalysisTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("deals").ok());
    std::vector<v1::Event> events;
    for (int c = 0; c < 200; ++c) {
      const std::string id = absl::StrCat("deal \"", c, "\"");
      const int64_t begin = kBegin + c * kDay;
      events.push_back(Event(id, "draft", begin + kHour, "complete"));
      events.back().mutable_start_time()->set_seconds(begin);
      AddText(&events.back(), "region", c % 2 == 0 ? "EMEA" : "US *");
      AddText(&events.back(), "role", "rep");
      events.push_back(Event(id, "legal", begin + kHour, "schedule"));
      const int64_t later = begin + (c % 2 == 0 && c % 6 != 0 ? 10 : 1) * kDay;
      if (c % 2 == 0 && c % 6 != 0) {
        events.push_back(Event(id, "legal", begin + kDay, "suspend"));
        AddText(&events.back(), "utility", "workspaces/acme/utilities/mail");
        events.push_back(Event(id, "legal", begin + 6 * kDay, "resume"));
      }
      if (c >= 198) continue;
      events.push_back(Event(id, "legal", later, "start"));
      events.push_back(Event(id, "legal", later + kHour, "complete"));
      events.back().set_resource("lena");
      AddText(&events.back(), "role", "lawyer");
      v1::Attribute* ends = events.back().add_attributes();
      ends->set_key("case_finished");
      ends->set_bool_value(true);
    }
    ASSERT_TRUE(analytics_.Write("deals", "test", 1, events).ok());
  }

  static v1::Event Event(const std::string& id, const char* activity, int64_t time,
                         const char* transition) {
    v1::Event event = EventOf(id, activity, time);
    event.set_transition(transition);
    return event;
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(const std::string& method, Request request) {
    request.set_name(LogName("deals"));
    return Send<Response>("ImprovementAnalysisService/" + method, request);
  }
  template <typename Response, typename Request>
  absl::StatusOr<Response> Send(const std::string& method, const Request& request) {
    Response response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    const absl::Status status = analytics_.channel().Call(
        context, absl::StrCat("/plumbline.analytics.v1.", method), request, &response);
    if (!status.ok()) return status;
    return response;
  }
  int64_t CasesOf(const v1::Selection& cases) {
    v1::ListCasesRequest request;
    request.set_name(LogName("deals"));
    *request.mutable_selection() = cases;
    const auto response = Send<v1::ListCasesResponse>("SegmentService/ListCases", request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->total_count() : -1;
  }

  std::string FieldOf(const v1::AnalyzeRootCausesRequest& request) {
    const auto response = Ask<v1::AnalyzeRootCausesResponse>("AnalyzeRootCauses", request);
    EXPECT_EQ(ReasonText(response), "FIELD_INVALID");
    return base::FieldViolationsOf(response.status())[0].field;
  }
  std::string FieldOf(const v1::RankBottlenecksRequest& request) {
    const auto response = Ask<v1::RankBottlenecksResponse>("RankBottlenecks", request);
    EXPECT_EQ(ReasonText(response), "FIELD_INVALID");
    return base::FieldViolationsOf(response.status())[0].field;
  }

  TestAnalytics analytics_;
};

TEST_F(ImprovementAnalysisTest, WhichAttributesExplainSlowCases) {
  v1::AnalyzeRootCausesRequest request;
  request.mutable_outcome()->mutable_target()->set_seconds(5 * kDay);
  const auto found = Ask<v1::AnalyzeRootCausesResponse>("AnalyzeRootCauses", request);
  ASSERT_TRUE(found.ok()) << found.status();
  // 66 that ended, and both that are open: these are slow already.
  EXPECT_EQ(found->summary().outcome_count(), 68);
  EXPECT_EQ(found->summary().open_slow_case_count(), 2);
  EXPECT_EQ(found->summary().open_case_count(), 2);
  EXPECT_EQ(found->summary().unknown_case_count(), 0);
  EXPECT_GT(found->summary().test_count(), 4);
  ASSERT_FALSE(found->causes().empty());
  const v1::CauseGroup* region = nullptr;
  for (const v1::CauseGroup& cause : found->causes()) {
    EXPECT_GT(cause.excess_cases().value(), 0);
    EXPECT_GE(cause.adjusted_p_value(), cause.p_value());
    if (cause.label() == "region = EMEA") region = &cause;
  }
  ASSERT_NE(region, nullptr);
  EXPECT_TRUE(region->significant());
  EXPECT_EQ(region->rank(), 1);
  EXPECT_GT(region->excess_hours().lower(), 0);
  EXPECT_EQ(CasesOf(region->cases()), 100);
  // Of what began in the last 20 days nobody knows yet whether it takes so long.
  request.mutable_outcome()->mutable_target()->set_seconds(20 * kDay);
  const auto young = Ask<v1::AnalyzeRootCausesResponse>("AnalyzeRootCauses", request);
  ASSERT_TRUE(young.ok()) << young.status();
  EXPECT_GE(young->summary().unknown_case_count(), 10);
  EXPECT_THAT(young->absent(0).reason(), HasSubstr("no case takes longer"));
}

TEST_F(ImprovementAnalysisTest, QuestionsOfTheOtherKinds) {
  v1::AnalyzeRootCausesRequest request;
  request.mutable_outcome()->set_kind(v1::CauseOutcome::KIND_CONDITION);
  request.mutable_outcome()->set_condition("transitions:suspend");
  request.add_kinds(v1::CAUSE_KIND_ATTRIBUTE);
  request.add_keys("region");
  request.set_correction(v1::AnalyzeRootCausesRequest::CORRECTION_HOLM);
  request.mutable_selection()->set_filter("duration > 0s");
  const auto found = Ask<v1::AnalyzeRootCausesResponse>("AnalyzeRootCauses", request);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->selection().total_case_count(), 200);
  ASSERT_THAT(found->causes(), SizeIs(1));
  EXPECT_FALSE(found->causes(0).has_excess_hours());
  EXPECT_EQ(found->summary().unknown_case_count(), 2);
  request.mutable_outcome()->set_include_open_cases(true);
  const auto all = Ask<v1::AnalyzeRootCausesResponse>("AnalyzeRootCauses", request);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->summary().unknown_case_count(), 0);
  request.Clear();
  request.mutable_outcome()->set_kind(v1::CauseOutcome::KIND_DEFECT);
  const auto none = Ask<v1::AnalyzeRootCausesResponse>("AnalyzeRootCauses", request);
  ASSERT_TRUE(none.ok()) << none.status();
  ASSERT_THAT(none->absent(), SizeIs(1));
  EXPECT_THAT(none->absent(0).reason(), HasSubstr("no case has a defect"));
}

TEST_F(ImprovementAnalysisTest, WhatIsWrongWithAQuestionIsNamed) {
  v1::AnalyzeRootCausesRequest request;
  request.mutable_outcome()->set_quantile(1.5);
  EXPECT_EQ(FieldOf(request), "outcome.quantile");
  request.Clear();
  request.mutable_outcome()->set_kind(v1::CauseOutcome::KIND_CONDITION);
  EXPECT_EQ(FieldOf(request), "outcome.condition");
  request.mutable_outcome()->set_condition("duration >");
  EXPECT_EQ(FieldOf(request), "outcome.condition");
  request.Clear();
  request.add_keys("regoin");
  EXPECT_EQ(FieldOf(request), "keys[0]");
  request.Clear();
  request.set_confidence(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(FieldOf(request), "confidence");
  request.Clear();
  request.set_min_cases(1);
  EXPECT_EQ(FieldOf(request), "min_cases");
  request.Clear();
  request.mutable_outcome()->mutable_target()->set_seconds(-1);
  EXPECT_EQ(FieldOf(request), "outcome.target");
  request.Clear();
  request.set_rank_by_hours(true);
  request.mutable_outcome()->set_kind(v1::CauseOutcome::KIND_DEFECT);
  EXPECT_EQ(FieldOf(request), "rank_by_hours");
  v1::RankBottlenecksRequest bottlenecks;
  bottlenecks.add_parts(static_cast<v1::RankBottlenecksRequest::Part>(9));
  EXPECT_EQ(FieldOf(bottlenecks), "parts[0]");
  bottlenecks.Clear();
  bottlenecks.set_role_attribute("team");
  EXPECT_EQ(FieldOf(bottlenecks), "role_attribute");
  bottlenecks.Clear();
  bottlenecks.set_cost_per_hour(-1);
  EXPECT_EQ(FieldOf(bottlenecks), "cost_per_hour");
}

// Legal held one for 23 hours and one for 239: two say little of all others, and one says nothing.
TEST_F(ImprovementAnalysisTest, MeansOfFewCasesHaveTheIntervalOfStudent) {
  v1::RankBottlenecksRequest request;
  const auto legal = [&](const char* filter) {
    request.mutable_selection()->set_filter(filter);
    const auto ranked = Ask<v1::RankBottlenecksResponse>("RankBottlenecks", request);
    EXPECT_TRUE(ranked.ok()) << ranked.status();
    return ranked.ok() ? ranked->steps(0) : v1::DelayedPart();
  };
  const v1::DelayedPart two = legal("case_id = \"deal \\\"1\\\"\" OR case_id = \"deal \\\"2\\\"\"");
  EXPECT_EQ(two.delayed_case_count(), 2);
  EXPECT_NEAR(two.mean_delay_seconds(), 131 * kHour, 1e-6);
  EXPECT_EQ(two.mean_delay_lower_seconds(), 0);
  // t(0.975; 1) = 12.7062, standard error 108 hours.
  EXPECT_NEAR(two.mean_delay_upper_seconds(), (131 + 12.7062047 * 108) * kHour, 1);
  const v1::DelayedPart one = legal("case_id = \"deal \\\"2\\\"\"");
  EXPECT_EQ(one.delayed_case_count(), 1);
  EXPECT_TRUE(one.has_mean_delay_seconds());
  EXPECT_FALSE(one.has_mean_delay_lower_seconds());
  EXPECT_FALSE(one.has_mean_delay_upper_seconds());
}

TEST_F(ImprovementAnalysisTest, WhichStepsRolesAndUtilitiesHoldCases) {
  v1::RankBottlenecksRequest request;
  request.set_cost_per_hour(2);
  const auto ranked = Ask<v1::RankBottlenecksResponse>("RankBottlenecks", request);
  ASSERT_TRUE(ranked.ok()) << ranked.status();
  EXPECT_EQ(ranked->case_count(), 198);
  EXPECT_EQ(ranked->open_case_count(), 2);
  EXPECT_EQ(ranked->role_attribute(), "role");
  const v1::CriticalPathTime& path = ranked->path();
  EXPECT_NEAR(path.lead_seconds(),
              path.working_seconds() + path.waiting_seconds() + path.blocked_seconds() +
                  path.planned_seconds() + path.outside_seconds(),
              1e-3);
  ASSERT_THAT(ranked->steps(), SizeIs(2));
  const v1::DelayedPart& legal = ranked->steps(0);
  EXPECT_EQ(legal.name(), "legal");
  EXPECT_NEAR(legal.path_blocked_seconds(), 66 * 5 * kDay, 1e-3);
  EXPECT_NEAR(legal.path_delay_cost(), legal.path_delay_seconds() / 3600 * 2, 1e-6);
  EXPECT_DOUBLE_EQ(legal.path_delay_share(), 1);
  EXPECT_LT(legal.mean_delay_lower_seconds(), legal.mean_delay_seconds());
  EXPECT_EQ(legal.open_count(), 2);
  EXPECT_EQ(legal.queue().length_at_end(), 2);
  EXPECT_EQ(legal.utilisation().performer_count(), 1);
  EXPECT_EQ(legal.trend().direction(), v1::DelayTrend::DIRECTION_NONE);
  // Nobody is known to do what is open.
  ASSERT_THAT(ranked->roles(), SizeIs(3));
  EXPECT_EQ(ranked->roles(1).name(), "");
  EXPECT_EQ(ranked->roles(1).open_count(), 2);
  EXPECT_EQ(ranked->roles(0).name(), "lawyer");
  EXPECT_EQ(ranked->utilities(1).name(), "mail");
  EXPECT_NEAR(ranked->utilities(1).path_blocked_seconds(), 66 * 5 * kDay, 1e-3);
  request.set_max_entries(1);
  const auto one = Ask<v1::RankBottlenecksResponse>("RankBottlenecks", request);
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->omitted_steps().count(), 1);
  request.mutable_selection()->set_filter("activities:nothing");
  const auto none = Ask<v1::RankBottlenecksResponse>("RankBottlenecks", request);
  ASSERT_TRUE(none.ok());
  EXPECT_THAT(none->absent(0).reason(), HasSubstr("no case"));
}

TEST_F(ImprovementAnalysisTest, ThereIsNoSuchLog) {
  v1::RankBottlenecksRequest request;
  request.set_name(LogName("nothing"));
  EXPECT_EQ(ReasonText(Send<v1::RankBottlenecksResponse>(
                "ImprovementAnalysisService/RankBottlenecks", request)),
            "RESOURCE_NOT_FOUND");
}

}  // namespace
}  // namespace plumbline::analytics
