// SPDX-License-Identifier: Apache-2.0
//
// Which cases have ended, in every query that has open ones, over an in-process channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/cascade_service.pb.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"
#include "plumbline/analytics/v1/improvement_analysis_service.pb.h"
#include "plumbline/analytics/v1/quality_service.pb.h"
#include "plumbline/analytics/v1/segment_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using from_monday::kBegin;
using from_monday::kDay;

// Forty deals, one a week, in a log that marks no ends: of four one is lost, one is still open, and
// two are won; the third day after its begin each that is not open has its last event.
class CompletionTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("deals").ok());
    std::vector<v1::Event> events;
    for (int c = 0; c < 40; ++c) {
      const std::string id = absl::StrCat("deal ", 100 + c);
      const int64_t begin = kBegin + 7 * kDay * c;
      events.push_back(EventOf(id, "Open", begin));
      events.push_back(EventOf(id, "Call", begin + kDay));
      if (c % 4 == 3) continue;
      events.push_back(EventOf(id, c % 4 == 1 ? "Lost" : "Won", begin + 2 * kDay));
      events.push_back(EventOf(id, "Call", begin + 3 * kDay));
    }
    ASSERT_TRUE(analytics_.Write("deals", "test", 1, events).ok());
  }

  static v1::CaseCompletion By(v1::CaseCompletion::Rule rule,
                               const std::vector<std::string>& activities = {}) {
    v1::CaseCompletion completion;
    completion.set_rule(rule);
    for (const std::string& activity : activities) completion.add_activities(activity);
    return completion;
  }
  static v1::CaseCompletion WonOrLost() {
    return By(v1::CaseCompletion::RULE_ACTIVITY, {"Won", "Lost"});
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(const std::string& method, Request request) {
    request.set_name(LogName("deals"));
    Response response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    const absl::Status status = analytics_.channel().Call(
        context, absl::StrCat("/plumbline.analytics.v1.", method), request, &response);
    if (!status.ok()) return status;
    return response;
  }
  template <typename Response, typename Request>
  Response Told(const std::string& method, Request request, const v1::CaseCompletion& completion) {
    *request.mutable_selection()->mutable_completion() = completion;
    const auto response = Ask<Response>(method, request);
    EXPECT_TRUE(response.ok()) << method << ": " << response.status();
    return response.ok() ? *response : Response();
  }

  // The same line in every answer, and the same errors.
  template <typename Response, typename Request>
  void ExpectTells(const std::string& method, Request request) {
    SCOPED_TRACE(method);
    const auto assumed = Ask<Response>(method, request);
    ASSERT_TRUE(assumed.ok()) << assumed.status();
    EXPECT_EQ(assumed->completion().rule(), v1::CaseCompletion::RULE_ALL);
    EXPECT_TRUE(assumed->completion().assumed());
    EXPECT_EQ(assumed->completion().ended_case_count(), 40);
    EXPECT_EQ(assumed->completion().open_case_count(), 0);
    EXPECT_THAT(assumed->completion().text(),
                AllOf(HasSubstr("All 40 cases count as ended"), HasSubstr("marks no ends"),
                      HasSubstr("selection.completion")));
    EXPECT_FALSE(assumed->has_selection());

    const Response told = Told<Response>(method, request, WonOrLost());
    EXPECT_EQ(told.completion().rule(), v1::CaseCompletion::RULE_ACTIVITY);
    EXPECT_FALSE(told.completion().assumed());
    EXPECT_EQ(told.completion().ended_case_count(), 30);
    EXPECT_EQ(told.completion().open_case_count(), 10);
    EXPECT_THAT(told.completion().text(),
                AllOf(HasSubstr("30 of 40 cases have ended"), HasSubstr("'Won' or 'Lost'"),
                      HasSubstr("10 are open")));
    EXPECT_FALSE(told.has_selection()) << "it selects nothing";

    *request.mutable_selection()->mutable_completion() =
        By(v1::CaseCompletion::RULE_ACTIVITY, {"Wun"});
    EXPECT_THAT(std::string(Ask<Response>(method, request).status().message()),
                AllOf(HasSubstr("selection.completion.activities[0]"), HasSubstr("'Won'")));
  }

  TestAnalytics analytics_;
};

v1::QualityMeasure Duration() {
  v1::QualityMeasure measure;
  measure.set_kind(v1::QualityMeasure::KIND_CASE_DURATION);
  return measure;
}
v1::GetCapabilityRequest Capability() {
  v1::GetCapabilityRequest request;
  *request.mutable_measure() = Duration();
  request.mutable_upper_limit()->set_seconds(5 * kDay);
  return request;
}
v1::GetControlChartRequest Chart() {
  v1::GetControlChartRequest request;
  *request.mutable_measure() = Duration();
  return request;
}
v1::ForecastCompletionsRequest Forecast() {
  v1::ForecastCompletionsRequest request;
  request.set_items(10);
  request.set_runs(100);
  return request;
}

TEST_F(CompletionTest, EveryQueryTellsIt) {
  ExpectTells<v1::GetFlowResponse>("QualityService/GetFlow", v1::GetFlowRequest());
  ExpectTells<v1::GetYieldResponse>("QualityService/GetYield", v1::GetYieldRequest());
  ExpectTells<v1::GetControlChartResponse>("QualityService/GetControlChart", Chart());
  ExpectTells<v1::GetCapabilityResponse>("QualityService/GetCapability", Capability());
  ExpectTells<v1::GetParetoResponse>("QualityService/GetPareto", v1::GetParetoRequest());
  ExpectTells<v1::AnalyzeRootCausesResponse>("ImprovementAnalysisService/AnalyzeRootCauses",
                                             v1::AnalyzeRootCausesRequest());
  ExpectTells<v1::RankBottlenecksResponse>("ImprovementAnalysisService/RankBottlenecks",
                                           v1::RankBottlenecksRequest());
  ExpectTells<v1::CompareCohortsResponse>("CohortService/CompareCohorts",
                                          v1::CompareCohortsRequest());
  ExpectTells<v1::ForecastCompletionsResponse>("ForecastService/ForecastCompletions", Forecast());
  ExpectTells<v1::GetDurationsResponse>("AnalyticsService/GetDurations", v1::GetDurationsRequest());
  ExpectTells<v1::GetReportResponse>("AnalyticsService/GetReport", v1::GetReportRequest());
}

TEST_F(CompletionTest, OpenCasesAreInTheFigures) {
  const auto flow =
      Told<v1::GetFlowResponse>("QualityService/GetFlow", v1::GetFlowRequest(), WonOrLost());
  EXPECT_EQ(flow.departure_count(), 30);
  EXPECT_EQ(flow.open_case_count(), 10);
  const auto capability =
      Told<v1::GetCapabilityResponse>("QualityService/GetCapability", Capability(), WonOrLost());
  EXPECT_EQ(capability.value_count(), 30);
  EXPECT_EQ(capability.open_case_count(), 10);
  EXPECT_EQ(capability.open_above_count(), 9) << "all but the last are older than five days";
  EXPECT_EQ(
      Told<v1::GetControlChartResponse>("QualityService/GetControlChart", Chart(), WonOrLost())
          .open_case_count(),
      10);
  EXPECT_EQ(Told<v1::RankBottlenecksResponse>("ImprovementAnalysisService/RankBottlenecks",
                                              v1::RankBottlenecksRequest(), WonOrLost())
                .open_case_count(),
            10);
  const auto cohorts = Told<v1::CompareCohortsResponse>("CohortService/CompareCohorts",
                                                        v1::CompareCohortsRequest(), WonOrLost());
  EXPECT_EQ(cohorts.groups(0).happened_count(), 30);
  EXPECT_EQ(cohorts.groups(0).case_count(), 40);
  const auto report = Told<v1::GetReportResponse>("AnalyticsService/GetReport",
                                                  v1::GetReportRequest(), WonOrLost());
  EXPECT_EQ(report.report().open_case_count(), 10);
}

TEST_F(CompletionTest, EachRule) {
  const auto ended = [&](const v1::CaseCompletion& completion) {
    return Told<v1::GetFlowResponse>("QualityService/GetFlow", v1::GetFlowRequest(), completion)
        .completion()
        .ended_case_count();
  };
  EXPECT_EQ(ended(By(v1::CaseCompletion::RULE_ACTIVITY, {"Won"})), 20);
  EXPECT_EQ(ended(By(v1::CaseCompletion::RULE_LAST_ACTIVITY, {"Won"})), 0) << "calls come after";
  EXPECT_EQ(ended(By(v1::CaseCompletion::RULE_LAST_ACTIVITY, {"Call"})), 40);
  EXPECT_EQ(ended(By(v1::CaseCompletion::RULE_ALL)), 40);
  v1::CaseCompletion idle = By(v1::CaseCompletion::RULE_IDLE);
  idle.mutable_idle_time()->set_seconds(30 * kDay);
  EXPECT_EQ(ended(idle), 35) << "the last five had an event in 30 days";
}

TEST_F(CompletionTest, FiltersKnowIt) {
  v1::ListCasesRequest request;
  request.mutable_selection()->set_filter("open");
  *request.mutable_selection()->mutable_completion() = WonOrLost();
  const auto open = Ask<v1::ListCasesResponse>("SegmentService/ListCases", request);
  ASSERT_TRUE(open.ok()) << open.status();
  EXPECT_EQ(open->total_count(), 10);
  // A case has ended if it has in the whole log, also where the event that says so is left out.
  v1::GetFlowRequest flow;
  flow.mutable_selection()->set_event_filter("activity = Open");
  flow.mutable_selection()->set_only_matching_events(true);
  const auto part = Told<v1::GetFlowResponse>("QualityService/GetFlow", flow, WonOrLost());
  EXPECT_EQ(part.open_case_count(), 10);
  EXPECT_EQ(part.selection().case_count(), 40);
}

// The fields that were there before say the same.
TEST_F(CompletionTest, OlderFieldsSayTheSame) {
  v1::ForecastCompletionsRequest forecast = Forecast();
  forecast.set_completion_activity("Won");
  const auto won =
      Ask<v1::ForecastCompletionsResponse>("ForecastService/ForecastCompletions", forecast);
  ASSERT_TRUE(won.ok()) << won.status();
  EXPECT_EQ(won->completion().ended_case_count(), 20);
  *forecast.mutable_selection()->mutable_completion() = WonOrLost();
  EXPECT_THAT(std::string(Ask<v1::ForecastCompletionsResponse>(
                              "ForecastService/ForecastCompletions", forecast)
                              .status()
                              .message()),
              AllOf(HasSubstr("completion_activity"), HasSubstr("selection.completion")));

  v1::SimulateCascadeRequest cascade;
  cascade.set_runs(20);
  cascade.add_disruptions()->set_step("Call");
  cascade.mutable_disruptions(0)->set_time_factor(2);
  EXPECT_THAT(
      std::string(Ask<v1::SimulateCascadeResponse>("CascadeService/SimulateCascade", cascade)
                      .status()
                      .message()),
      HasSubstr("selection.completion"));
  const auto shared =
      Told<v1::SimulateCascadeResponse>("CascadeService/SimulateCascade", cascade, WonOrLost());
  EXPECT_EQ(shared.completion().open_case_count(), 10);
  cascade.add_completion_activities("Won");
  cascade.add_completion_activities("Lost");
  const auto old = Ask<v1::SimulateCascadeResponse>("CascadeService/SimulateCascade", cascade);
  ASSERT_TRUE(old.ok()) << old.status();
  EXPECT_EQ(old->SerializeAsString(), shared.SerializeAsString());
}

TEST_F(CompletionTest, RefusesWhatMakesNoSense) {
  const auto refused = [&](const v1::CaseCompletion& completion) {
    v1::GetFlowRequest request;
    *request.mutable_selection()->mutable_completion() = completion;
    return std::string(
        Ask<v1::GetFlowResponse>("QualityService/GetFlow", request).status().message());
  };
  EXPECT_THAT(refused(By(v1::CaseCompletion::RULE_MARKS)),
              AllOf(HasSubstr("selection.completion.rule"), HasSubstr("case_finished")));
  EXPECT_THAT(refused(By(v1::CaseCompletion::RULE_ACTIVITY)),
              HasSubstr("selection.completion.activities"));
  EXPECT_THAT(refused(By(v1::CaseCompletion::RULE_ALL, {"Won"})),
              HasSubstr("selection.completion.activities"));
  EXPECT_THAT(refused(By(v1::CaseCompletion::RULE_IDLE)),
              AllOf(HasSubstr("selection.completion.idle_time"), HasSubstr("100 years")));
  v1::CaseCompletion completion = WonOrLost();
  completion.mutable_idle_time()->set_seconds(1);
  EXPECT_THAT(refused(completion), HasSubstr("selection.completion.idle_time"));
  completion = v1::CaseCompletion();
  completion.set_rule(static_cast<v1::CaseCompletion::Rule>(9));
  EXPECT_THAT(refused(completion), HasSubstr("selection.completion.rule"));
}

// Where the log marks ends nothing changes, and the line says so.
TEST_F(CompletionTest, MarksAreTheDefault) {
  ASSERT_TRUE(analytics_.Create("marked").ok());
  std::vector<v1::Event> events = {EventOf("1", "a", kBegin), EventOf("2", "a", kBegin)};
  v1::Attribute* ends = events[0].add_attributes();
  ends->set_key("case_finished");
  ends->set_bool_value(true);
  ASSERT_TRUE(analytics_.Write("marked", "test", 1, events).ok());
  v1::GetFlowRequest request;
  request.set_name(LogName("marked"));
  v1::GetFlowResponse flow;
  base::CallContext context;
  context.deadline = base::SystemClock().Now() + absl::Hours(2);
  context.identity = base::Identity::Everything("test");
  ASSERT_TRUE(analytics_.channel()
                  .Call(context, "/plumbline.analytics.v1.QualityService/GetFlow", request, &flow)
                  .ok());
  EXPECT_EQ(flow.completion().rule(), v1::CaseCompletion::RULE_MARKS);
  EXPECT_FALSE(flow.completion().assumed());
  EXPECT_THAT(flow.completion().text(), HasSubstr("1 of 2 cases has ended"));
}

}  // namespace
}  // namespace plumbline::analytics
