// SPDX-License-Identifier: Apache-2.0
//
// An activity that a question names is found among milestones too, in every method, over an
// in-process channel; and what the log has in other events only is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"
#include "plumbline/analytics/v1/objective_service.pb.h"
#include "plumbline/analytics/v1/quality_service.pb.h"
#include "plumbline/analytics/v1/segment_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr int64_t kBegin = 1'767'600'000;  // 2026-01-05 08:00 UTC
constexpr int64_t kDay = 86'400;

// Ten reps, one a day, of a log in which "complete" counts: each learns for a day and is certified
// by that, but for the last one, whose certificate was taken back. Each asks something on the way.
class MilestoneQuestions : public testing::Test {
 protected:
  void SetUp() override {
    v1::CreateEventLogRequest create;
    create.set_parent("workspaces/acme");
    create.set_event_log_id("reps");
    create.mutable_event_log()->add_map_transitions("complete");
    ASSERT_TRUE(analytics_.Call<v1::CreateEventLogResponse>("CreateEventLog", create).ok());
    std::vector<v1::Event> events;
    const auto add = [&](int rep, const char* activity, const char* transition, int64_t time) {
      events.push_back(EventOf(absl::StrCat("rep ", rep), activity, time));
      events.back().set_transition(transition);
    };
    for (int rep = 0; rep < 10; ++rep) {
      const int64_t begin = kBegin + kDay * rep;
      add(rep, "Learn", "start", begin);
      add(rep, "Ask", "comment", begin + kDay / 2);
      add(rep, "Learn", "complete", begin + kDay);
      add(rep, "Certified", "milestone", begin + kDay);
      add(rep, "Sell", "complete", begin + 2 * kDay);
    }
    add(9, "Certified", "milestone_withdrawn", kBegin + 12 * kDay);
    ASSERT_TRUE(analytics_.Write("reps", "test", 1, events).ok());
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(const std::string& method, Request request) {
    request.set_name(LogName("reps"));
    Response response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    const absl::Status status = analytics_.channel().Call(
        context, absl::StrCat("/plumbline.analytics.v1.", method), request, &response);
    if (!status.ok()) return status;
    return response;
  }
  static std::string SlipOf(const absl::Status& status) {
    const auto violations = base::FieldViolationsOf(status);
    return violations.empty() ? status.ToString()
                              : absl::StrCat(violations[0].field, ": ", violations[0].description);
  }

  TestAnalytics analytics_;
};

TEST_F(MilestoneQuestions, CohortsAndRampCurvesComeToThem) {
  v1::CompareCohortsRequest cohorts;
  cohorts.set_until_activity("Certified");
  const auto times = Ask<v1::CompareCohortsResponse>("CohortService/CompareCohorts", cohorts);
  ASSERT_TRUE(times.ok()) << times.status();
  EXPECT_EQ(times->groups(0).happened_count(), 9);
  EXPECT_EQ(times->groups(0).median().time().seconds(), kDay);
  cohorts.set_from_activity("Certified");
  cohorts.set_until_activity("Sell");
  EXPECT_EQ(Ask<v1::CompareCohortsResponse>("CohortService/CompareCohorts", cohorts)
                ->groups(0)
                .case_count(),
            9);
  v1::GetRampCurvesRequest curves;
  curves.mutable_measure()->set_activity("Certified");
  curves.set_interval(v1::PERIOD_DAY);
  const auto shares = Ask<v1::GetRampCurvesResponse>("CohortService/GetRampCurves", curves);
  ASSERT_TRUE(shares.ok()) << shares.status();
  EXPECT_NEAR(shares->curves(0).points(0).value(), 0.9, 1e-9);
}

TEST_F(MilestoneQuestions, TheyEndCasesAndAreSelectedAndCounted) {
  v1::GetFlowRequest flow;
  flow.mutable_selection()->mutable_completion()->set_rule(v1::CaseCompletion::RULE_ACTIVITY);
  flow.mutable_selection()->mutable_completion()->add_activities("Certified");
  flow.add_stages("Certified");
  const auto answer = Ask<v1::GetFlowResponse>("QualityService/GetFlow", flow);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->completion().ended_case_count(), 9);
  EXPECT_EQ(answer->completion().open_case_count(), 1);
  v1::ListCasesRequest list;
  for (const auto& [filter, count] :
       {std::pair("activities:Certified", 9), std::pair("NOT activities:Certified", 1),
        std::pair("eventually_follows:\"Learn > Certified > Sell\"", 9),
        std::pair("eventually_follows:\"Sell > Certified\"", 0),
        std::pair("last_activity = Certified", 0), std::pair("event_count = 2", 10)}) {
    list.mutable_selection()->set_filter(filter);
    const auto cases = Ask<v1::ListCasesResponse>("SegmentService/ListCases", list);
    ASSERT_TRUE(cases.ok()) << cases.status();
    EXPECT_EQ(cases->cases_size(), count) << filter;
    EXPECT_THAT(cases->selection().notes(), IsEmpty()) << filter;
  }
  v1::GetControlChartRequest chart;
  chart.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASES_WITH_ACTIVITY);
  chart.mutable_measure()->set_activity("Certified");
  chart.mutable_grouping()->set_kind(v1::ChartGrouping::KIND_CASES);
  chart.mutable_grouping()->set_size(5);
  const auto points = Ask<v1::GetControlChartResponse>("QualityService/GetControlChart", chart);
  ASSERT_TRUE(points.ok()) << points.status();
  ASSERT_EQ(points->points_size(), 2);
  EXPECT_EQ(points->points(0).value(), 1);
  EXPECT_EQ(points->points(1).value(), 0.8);
}

TEST_F(MilestoneQuestions, AreNoStepsOfTheProcess) {
  v1::GetProcessMapRequest map;
  const auto answer = Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap", map);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->process_map().activities_size(), 2) << answer->DebugString();
}

TEST_F(MilestoneQuestions, WhatDoesNotCountIsTold) {
  const std::string why = "no event of 'Ask' counts (10 comment): ";
  v1::CompareCohortsRequest cohorts;
  cohorts.set_until_activity("Ask");
  const auto compare = [&] {
    return Ask<v1::CompareCohortsResponse>("CohortService/CompareCohorts", cohorts).status();
  };
  EXPECT_THAT(SlipOf(compare()), StartsWith("until_activity: " + why));
  // Of a part it is what the whole log has.
  cohorts.set_until_activity("Sell");
  cohorts.mutable_selection()->set_event_filter("time < 2026-01-06T08:00:00Z");
  cohorts.mutable_selection()->set_only_matching_events(true);
  EXPECT_TRUE(compare().ok()) << compare();
  v1::GetFlowRequest flow;
  flow.mutable_selection()->mutable_completion()->set_rule(v1::CaseCompletion::RULE_ACTIVITY);
  flow.mutable_selection()->mutable_completion()->add_activities("Ask");
  EXPECT_THAT(SlipOf(Ask<v1::GetFlowResponse>("QualityService/GetFlow", flow).status()),
              StartsWith("selection.completion.activities[0]: " + why));
  v1::GetControlChartRequest chart;
  chart.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASES_WITH_ACTIVITY);
  chart.mutable_measure()->set_activity("Ask");
  EXPECT_THAT(
      SlipOf(Ask<v1::GetControlChartResponse>("QualityService/GetControlChart", chart).status()),
      StartsWith("measure.activity: " + why));
  v1::ListCasesRequest list;
  list.mutable_selection()->set_filter("activities:Ask");
  EXPECT_THAT(Ask<v1::ListCasesResponse>("SegmentService/ListCases", list)->selection().notes(),
              ElementsAre(StartsWith(why)));
}

// Every case waits for it: that is an answer, and no mistake in the question.
TEST_F(MilestoneQuestions, NobodyYetIsAnAnswer) {
  std::vector<v1::Event> events;
  for (int rep = 0; rep < 10; ++rep) {
    const auto add = [&](const char* activity, const char* transition) {
      events.push_back(EventOf(absl::StrCat("rep ", rep), activity, kBegin + kDay * (12 + rep)));
      events.back().set_transition(transition);
    };
    add("Sign", "schedule");
    add("Sign", "comment");
    add("On-boarding", "assign");
    add("On-boarding", "pi_suspend");
    add("Which way", "decide");
  }
  ASSERT_TRUE(analytics_.Write("reps", "more", 1, events).ok());
  const std::string why = "No event of 'Sign' counts (10 comment, 10 schedule): ";
  v1::CompareCohortsRequest cohorts;
  cohorts.set_until_activity("Sign");
  const auto times = Ask<v1::CompareCohortsResponse>("CohortService/CompareCohorts", cohorts);
  ASSERT_TRUE(times.ok()) << times.status();
  EXPECT_EQ(times->groups(0).case_count(), 10);
  EXPECT_EQ(times->groups(0).happened_count(), 0);
  EXPECT_THAT(times->notes(), testing::Contains(StartsWith(why)));
  v1::GetRampCurvesRequest curves;
  curves.mutable_measure()->set_activity("Sign");
  curves.set_interval(v1::PERIOD_DAY);
  const auto shares = Ask<v1::GetRampCurvesResponse>("CohortService/GetRampCurves", curves);
  ASSERT_TRUE(shares.ok()) << shares.status();
  EXPECT_EQ(shares->curves(0).points(0).value(), 0);
  EXPECT_THAT(shares->notes(), testing::Contains(StartsWith(why)));
  v1::GetFlowRequest flow;
  flow.mutable_selection()->mutable_completion()->set_rule(v1::CaseCompletion::RULE_ACTIVITY);
  flow.mutable_selection()->mutable_completion()->add_activities("Sign");
  flow.add_stages("Sign");
  const auto answer = Ask<v1::GetFlowResponse>("QualityService/GetFlow", flow);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->completion().ended_case_count(), 0);
  EXPECT_THAT(answer->notes(), testing::Contains(StartsWith(why)));
  v1::GetControlChartRequest chart;
  chart.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASES_WITH_ACTIVITY);
  chart.mutable_measure()->set_activity("Sign");
  EXPECT_TRUE(Ask<v1::GetControlChartResponse>("QualityService/GetControlChart", chart).ok());
  // Nothing comes to the case itself, nor to a choice.
  for (const char* activity : {"On-boarding", "Which way"}) {
    cohorts.set_until_activity(activity);
    EXPECT_THAT(
        SlipOf(Ask<v1::CompareCohortsResponse>("CohortService/CompareCohorts", cohorts).status()),
        StartsWith(absl::StrCat("until_activity: no event of '", activity, "' counts (")));
  }
}

TEST_F(MilestoneQuestions, ObjectivesAreOfThem) {
  v1::CreateObjectiveRequest create;
  create.set_parent("workspaces/acme");
  create.set_objective_id("certified");
  v1::Objective& objective = *create.mutable_objective();
  objective.set_event_log(LogName("reps"));
  objective.set_goal_share(0.9);
  objective.set_min_event_count(1);
  v1::ObjectiveMeasure& measure = *objective.mutable_measure();
  measure.set_kind(v1::ObjectiveMeasure::KIND_CASE_TIME);
  measure.set_activity("Certified");
  measure.mutable_target()->set_seconds(2 * kDay);
  base::CallContext context;
  context.deadline = base::SystemClock().Now() + absl::Hours(2);
  context.identity = base::Identity::Everything("test");
  const auto call = [&](const char* method, const auto& request, auto* response) {
    const absl::Status status = analytics_.channel().Call(
        context, absl::StrCat("/plumbline.analytics.v1.ObjectiveService/", method), request,
        response);
    ASSERT_TRUE(status.ok()) << status;
  };
  v1::CreateObjectiveResponse created;
  call("CreateObjective", create, &created);
  v1::GetErrorBudgetRequest ask;
  ask.set_name("workspaces/acme/objectives/certified");
  ask.mutable_time()->set_seconds(kBegin + 12 * kDay);
  v1::GetErrorBudgetResponse budget;
  call("GetErrorBudget", ask, &budget);
  EXPECT_EQ(budget.budget().event_count(), 10);
  EXPECT_EQ(budget.budget().bad_count(), 1);
  create.set_objective_id("asked");
  measure.set_activity("Ask");
  call("CreateObjective", create, &created);
  ask.set_name("workspaces/acme/objectives/asked");
  call("GetErrorBudget", ask, &budget);
  EXPECT_THAT(budget.notes(), testing::Contains(HasSubstr("No event of 'Ask' counts: ")));
}

}  // namespace
}  // namespace plumbline::analytics
