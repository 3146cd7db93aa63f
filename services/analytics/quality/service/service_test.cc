// SPDX-License-Identifier: Apache-2.0
//
// QualityService over an in-process channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/quality_service.pb.h"
#include "plumbline/analytics/v1/segment_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using from_monday::kBegin;
using from_monday::kDay;
using from_monday::kHour;

// 60 cases, one a day: "draft" for an hour, a day later "legal" for two; every fourth drafts twice,
// every fifth is blocked by the CRM for three hours. The last two are open.
class QualityServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("deals").ok());
    std::vector<v1::Event> events;
    for (int c = 0; c < 60; ++c) {
      const std::string id = absl::StrCat("deal \"", c, "\"");
      const int64_t begin = kBegin + c * kDay;
      events.push_back(Done(id, "draft", begin, begin + kHour));
      AddText(&events.back(), "region", c % 2 == 0 ? "EMEA" : "US *");
      if (c % 4 == 0) events.push_back(Done(id, "draft", begin + 2 * kHour, begin + 3 * kHour));
      if (c % 5 == 0) Block(id, begin + 4 * kHour, &events);
      if (c < 58) {
        events.push_back(Done(id, "legal", begin + kDay, begin + kDay + 2 * kHour));
        v1::Attribute* ends = events.back().add_attributes();
        ends->set_key("case_finished");
        ends->set_bool_value(true);
      }
    }
    ASSERT_TRUE(analytics_.Write("deals", "test", 1, events).ok());
  }

  static v1::Event Done(const std::string& id, const char* activity, int64_t start, int64_t end) {
    v1::Event event = EventOf(id, activity, end);
    event.mutable_start_time()->set_seconds(start);
    event.set_transition("complete");
    return event;
  }
  static void Block(const std::string& id, int64_t at, std::vector<v1::Event>* events) {
    events->push_back(EventOf(id, "legal", at));
    events->back().set_transition("schedule");
    events->push_back(EventOf(id, "legal", at));
    events->back().set_transition("suspend");
    AddText(&events->back(), "category", "UTILITY_DOWN");
    AddText(&events->back(), "utility", "workspaces/acme/utilities/crm");
    events->push_back(EventOf(id, "legal", at + 3 * kHour));
    events->back().set_transition("resume");
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(const std::string& method, Request request,
                               const std::string& log = "deals") {
    request.set_name(LogName(log));
    return Send<Response>("QualityService/" + method, request);
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
    const auto page = Send<v1::ListCasesResponse>("SegmentService/ListCases", request);
    EXPECT_TRUE(page.ok()) << page.status() << cases.ShortDebugString();
    return page.ok() ? page->total_count() : -1;
  }
  template <typename Response, typename Request>
  std::string Message(const std::string& method, const Request& request) {
    return std::string(Ask<Response>(method, request).status().message());
  }

  TestAnalytics analytics_;
};

TEST_F(QualityServiceTest, Flow) {
  v1::GetFlowRequest request;
  request.add_stages("draft");
  request.add_stages("legal");
  request.set_cost_per_hour(50);
  const auto flow = Ask<v1::GetFlowResponse>("GetFlow", request);
  ASSERT_TRUE(flow.ok()) << flow.status();
  EXPECT_EQ(flow->case_count(), 60);
  EXPECT_EQ(flow->departure_count(), 58);
  EXPECT_EQ(flow->open_case_count(), 2);
  EXPECT_EQ(flow->work_in_progress().at_end(), 2);
  EXPECT_THAT(flow->work_in_progress().oldest(), SizeIs(2));
  EXPECT_EQ(flow->work_in_progress().oldest(0).case_id(), "deal \"58\"");
  EXPECT_EQ(flow->times().lead().count(), 58);
  EXPECT_EQ(flow->times().lead().median().seconds(), 26 * kHour);
  EXPECT_GT(flow->times().efficiency(), 0.1);
  EXPECT_TRUE(flow->littles_law().has_difference());
  EXPECT_EQ(flow->periods_size(), 9);
  EXPECT_EQ(flow->stages(1).cumulative_case_counts(8), 58);
  ASSERT_THAT(flow->steps(), SizeIs(2));
  EXPECT_EQ(flow->steps(0).activity(), "legal");
  EXPECT_EQ(flow->steps(0).rank(), 1);
  EXPECT_DOUBLE_EQ(flow->steps(0).delay_cost(), flow->steps(0).delay_seconds() / 3600 * 50);
  EXPECT_FALSE(flow->has_selection());

  request.mutable_selection()->set_filter("case_id = \"deal \\\"0\\\"\"");
  request.mutable_business_time()->add_calendars()->set_time_zone("UTC");
  const auto one = Ask<v1::GetFlowResponse>("GetFlow", request);
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(one->selection().case_count(), 1);
  // Monday 08:00 to Tuesday 10:00, open from 09:00 to 17:00.
  EXPECT_EQ(one->times().lead().median().seconds(), 9 * kHour);
}

TEST_F(QualityServiceTest, FlowNamesWhatIsWrong) {
  v1::GetFlowRequest request;
  request.add_stages("drafd");
  EXPECT_THAT(Message<v1::GetFlowResponse>("GetFlow", request), HasSubstr("stages[0]"));
  request.clear_stages();
  request.set_time_zone("Mars/Olympus");
  EXPECT_THAT(Message<v1::GetFlowResponse>("GetFlow", request), HasSubstr("time_zone"));
  request.clear_time_zone();
  request.set_cost_per_hour(-1);
  EXPECT_THAT(Message<v1::GetFlowResponse>("GetFlow", request), HasSubstr("cost_per_hour"));
  request.clear_cost_per_hour();
  request.mutable_start_time()->set_seconds(kBegin + kDay);
  request.mutable_end_time()->set_seconds(kBegin);
  EXPECT_THAT(Message<v1::GetFlowResponse>("GetFlow", request), HasSubstr("wrong way round"));
  request.mutable_start_time()->set_seconds(kBegin + 1'000 * kDay);
  request.mutable_end_time()->set_seconds(kBegin + 1'001 * kDay);
  request.add_stages("draft");
  const auto nothing = Ask<v1::GetFlowResponse>("GetFlow", request);
  ASSERT_TRUE(nothing.ok()) << nothing.status();
  EXPECT_EQ(nothing->measured_seconds(), kDay);
  EXPECT_EQ(nothing->start_time().seconds(), kBegin + 1'000 * kDay);
  EXPECT_EQ(nothing->case_count(), 0);
  EXPECT_THAT(nothing->periods(), SizeIs(0));
  ASSERT_THAT(nothing->notes(), SizeIs(1));
  EXPECT_THAT(nothing->notes(0), HasSubstr("`start_time` is after the last event"));
  ASSERT_THAT(nothing->absent(), SizeIs(1));
  EXPECT_EQ(nothing->absent(0).field(), "case_count");
}

TEST_F(QualityServiceTest, Yield) {
  const auto yield = Ask<v1::GetYieldResponse>("GetYield", v1::GetYieldRequest());
  ASSERT_TRUE(yield.ok()) << yield.status();
  ASSERT_THAT(yield->sources(), SizeIs(1));
  EXPECT_EQ(yield->sources(0).source(), v1::DEFECT_SOURCE_REWORK);
  EXPECT_THAT(yield->unused_sources(), SizeIs(4));
  EXPECT_EQ(yield->case_count(), 60);
  EXPECT_EQ(yield->open_case_count(), 2);
  EXPECT_EQ(yield->right_case_count(), 43);  // of the 58 that ended
  EXPECT_EQ(yield->rates().unit_count(), 58);
  EXPECT_DOUBLE_EQ(yield->rolled_throughput_yield(), 0.75);
  EXPECT_EQ(yield->steps(0).activity(), "draft");
  EXPECT_EQ(yield->steps(0).first_pass_yield(), 0.75);
  EXPECT_EQ(yield->hidden_factory().working_seconds(), 15 * kHour);
  EXPECT_EQ(yield->rates().defect_count(), 15);
  EXPECT_DOUBLE_EQ(yield->rates().sigma_level(), yield->rates().long_term_sigma_level() + 1.5);
}

// Yield, chart and root causes say the same share of cases with a defect, of those that ended.
TEST_F(QualityServiceTest, OneShareOfCasesWithADefect) {
  const auto yield = Ask<v1::GetYieldResponse>("GetYield", v1::GetYieldRequest());
  ASSERT_TRUE(yield.ok()) << yield.status();
  v1::GetControlChartRequest of_defective;
  of_defective.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASES_WITH_DEFECT);
  of_defective.mutable_grouping()->set_kind(v1::ChartGrouping::KIND_CASES);
  of_defective.mutable_grouping()->set_size(29);
  const auto chart = Ask<v1::GetControlChartResponse>("GetControlChart", of_defective);
  ASSERT_TRUE(chart.ok()) << chart.status();
  ASSERT_EQ(chart->points_size(), 2);
  EXPECT_EQ(chart->value_count(), yield->case_count() - yield->open_case_count());
  EXPECT_DOUBLE_EQ(chart->points(0).value() * 29 + chart->points(1).value() * 29,
                   static_cast<double>(chart->value_count() - yield->right_case_count()));
}

// No step of the log has a due time: nothing is known of targets, of whatever is asked.
TEST_F(QualityServiceTest, DefectsOfWhichTheLogTellsNothing) {
  const auto reason_of = [](const auto& answer, absl::string_view field) {
    for (const v1::AbsentFigure& absent : answer.absent()) {
      if (absent.field() == field) return absent.reason();
    }
    return std::string();
  };
  const char* const kWhy = "missed target (no step has a \"due_time\")";
  v1::GetYieldRequest of_yield;
  of_yield.add_sources(v1::DEFECT_SOURCE_MISSED_TARGET);
  const auto yield = Ask<v1::GetYieldResponse>("GetYield", of_yield);
  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->case_count(), 60);
  EXPECT_EQ(yield->right_case_count(), 0);
  EXPECT_FALSE(yield->has_rolled_throughput_yield());
  EXPECT_FALSE(yield->has_rates());
  EXPECT_THAT(yield->steps(), IsEmpty());
  for (const char* field : {"right_case_count", "rolled_throughput_yield", "steps", "rates"})
    EXPECT_THAT(reason_of(*yield, field), HasSubstr(kWhy)) << field;

  v1::GetControlChartRequest of_chart;
  of_chart.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASES_WITH_DEFECT);
  of_chart.mutable_measure()->add_sources(v1::DEFECT_SOURCE_MISSED_TARGET);
  const auto chart = Ask<v1::GetControlChartResponse>("GetControlChart", of_chart);
  ASSERT_TRUE(chart.ok()) << chart.status();
  EXPECT_THAT(chart->points(), IsEmpty());
  EXPECT_EQ(chart->value_count(), 0);
  EXPECT_THAT(reason_of(*chart, "points"), HasSubstr(kWhy));

  v1::GetParetoRequest of_pareto;
  of_pareto.set_subject(v1::GetParetoRequest::SUBJECT_DEFECTS);
  of_pareto.add_sources(v1::DEFECT_SOURCE_MISSED_TARGET);
  const auto pareto = Ask<v1::GetParetoResponse>("GetPareto", of_pareto);
  ASSERT_TRUE(pareto.ok()) << pareto.status();
  EXPECT_THAT(reason_of(*pareto, "top_three_share"), HasSubstr(kWhy));
}

TEST_F(QualityServiceTest, APointLeadsToItsCases) {
  v1::GetControlChartRequest request;
  request.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASES_WITH_DEFECT);
  request.mutable_grouping()->set_kind(v1::ChartGrouping::KIND_MONTH);
  auto chart = Ask<v1::GetControlChartResponse>("GetControlChart", request);
  ASSERT_TRUE(chart.ok()) << chart.status();
  EXPECT_EQ(chart->chart(), v1::CHART_KIND_P);
  EXPECT_EQ(chart->open_case_count(), 2);
  ASSERT_EQ(chart->points_size(), 3);
  for (const auto& point : chart->points()) EXPECT_EQ(CasesOf(point.cases()), point.size());
  for (const auto kind :
       {v1::QualityMeasure::KIND_CASE_DURATION, v1::QualityMeasure::KIND_STEP_WAITING}) {
    request.Clear();
    request.mutable_measure()->set_kind(kind);
    if (kind == v1::QualityMeasure::KIND_STEP_WAITING)
      request.mutable_measure()->set_activity("legal");
    for (const auto group : {v1::ChartGrouping::KIND_EACH, v1::ChartGrouping::KIND_CASES,
                             v1::ChartGrouping::KIND_WEEK}) {
      request.mutable_grouping()->set_kind(group);
      request.mutable_grouping()->set_size(group == v1::ChartGrouping::KIND_CASES ? 5 : 0);
      chart = Ask<v1::GetControlChartResponse>("GetControlChart", request);
      ASSERT_TRUE(chart.ok()) << chart.status();
      EXPECT_GT(chart->points_size(), 3);
      for (const auto& point : chart->points())
        EXPECT_EQ(CasesOf(point.cases()), point.size()) << point.cases().ShortDebugString();
    }
  }
  request.mutable_measure()->set_kind(v1::QualityMeasure::KIND_ARRIVALS);
  request.mutable_measure()->clear_activity();
  chart = Ask<v1::GetControlChartResponse>("GetControlChart", request);
  ASSERT_TRUE(chart.ok()) << chart.status();
  for (const auto& point : chart->points())
    EXPECT_EQ(CasesOf(point.cases()), static_cast<int64_t>(point.value()));
}

TEST_F(QualityServiceTest, ChartsOfConditionsAndRules) {
  v1::GetControlChartRequest request;
  request.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASES_WITH_CONDITION);
  request.mutable_measure()->set_condition("repeated_activities:*");
  request.add_rules(v1::CHART_RULE_BEYOND_LIMITS);
  request.set_limits_at_low_counts(true);
  request.set_chart(v1::CHART_KIND_P);
  request.set_max_points(2);
  const auto chart = Ask<v1::GetControlChartResponse>("GetControlChart", request);
  ASSERT_TRUE(chart.ok()) << chart.status();
  ASSERT_THAT(chart->signals(), SizeIs(1));
  EXPECT_THAT(chart->points(), SizeIs(2));
  EXPECT_EQ(chart->omitted_point_count() + 2, chart->stages(0).point_count());
  EXPECT_EQ(chart->points(1).index(), chart->stages(0).point_count() - 1);
  EXPECT_TRUE(chart->in_control());
  request.mutable_measure()->set_condition("repeted:*");
  EXPECT_THAT(Message<v1::GetControlChartResponse>("GetControlChart", request),
              HasSubstr("measure.condition"));
  request.mutable_measure()->set_kind(v1::QualityMeasure::KIND_STEP_WAITING);
  request.mutable_measure()->clear_condition();
  EXPECT_THAT(Message<v1::GetControlChartResponse>("GetControlChart", request),
              HasSubstr("measure.activity: is missing; this is measured of one step or activity"));
  request.mutable_measure()->set_activity("legl");
  EXPECT_THAT(Message<v1::GetControlChartResponse>("GetControlChart", request),
              HasSubstr("which none of these cases has; did you mean 'legal'?"));
}

// What was asked for and changes nothing is told.
TEST_F(QualityServiceTest, AStageWithoutPointsIsTold) {
  v1::GetControlChartRequest request;
  request.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASE_DURATION);
  request.add_stage_times()->set_seconds(kBegin + 1'000 * kDay);
  request.set_baseline_points(1'000);
  const auto chart = Ask<v1::GetControlChartResponse>("GetControlChart", request);
  ASSERT_TRUE(chart.ok()) << chart.status();
  EXPECT_THAT(
      chart->warnings(),
      Contains(HasSubstr("(`stage_times`) changes nothing: no point begins then or later")));
  EXPECT_THAT(chart->warnings(), Contains(HasSubstr("`baseline_points` is 1,000, and there are 58 "
                                                    "points: all of them make the limits")));
}

// Who asks for a chart that does not go with the points learns which of the two is in the way.
TEST_F(QualityServiceTest, AChartThatDoesNotFitSaysWhatIsThere) {
  v1::GetControlChartRequest request;
  request.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASE_DURATION);
  request.set_chart(v1::CHART_KIND_P);
  request.mutable_grouping()->set_kind(v1::ChartGrouping::KIND_WEEK);
  EXPECT_THAT(Message<v1::GetControlChartResponse>("GetControlChart", request),
              HasSubstr("chart: is p, which needs cases that have something or not, in groups; "
                        "these are times by week (grouping.kind)"));
}

TEST_F(QualityServiceTest, ChartsWithOptions) {
  v1::GetControlChartRequest request;
  request.mutable_measure()->set_kind(v1::QualityMeasure::KIND_STEP_WAITING);
  request.mutable_measure()->set_activity("legal");
  request.mutable_grouping()->set_kind(v1::ChartGrouping::KIND_WEEK);
  request.set_chart(v1::CHART_KIND_EWMA);
  request.set_sigma(v1::CHART_SIGMA_POOLED);
  request.set_logarithms(true);
  const auto ewma = Ask<v1::GetControlChartResponse>("GetControlChart", request);
  ASSERT_TRUE(ewma.ok()) << ewma.status();
  EXPECT_TRUE(ewma->points(0).has_center());
  request.mutable_grouping()->set_kind(v1::ChartGrouping::KIND_EACH);
  EXPECT_THAT(Message<v1::GetControlChartResponse>("GetControlChart", request),
              HasSubstr("sigma: is for charts of times in subgroups"));
  request.set_sigma(static_cast<v1::ChartSigma>(9));
  EXPECT_THAT(Message<v1::GetControlChartResponse>("GetControlChart", request),
              HasSubstr("sigma: is 9"));
  request.set_sigma(v1::CHART_SIGMA_UNSPECIFIED);
  request.set_chart(v1::CHART_KIND_CUSUM);
  EXPECT_THAT(Message<v1::GetControlChartResponse>("GetControlChart", request),
              HasSubstr("logarithms: is for charts of times"));
  // All cases took as long: there is nothing to sum up, and no seconds stand for it.
  request.Clear();
  request.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASE_DURATION);
  request.set_chart(v1::CHART_KIND_CUSUM);
  const auto cusum = Ask<v1::GetControlChartResponse>("GetControlChart", request);
  ASSERT_TRUE(cusum.ok()) << cusum.status();
  for (const auto& point : cusum->points()) EXPECT_EQ(point.value(), 0);
  EXPECT_EQ(cusum->absent(0).field(), "points.value");
}

TEST_F(QualityServiceTest, KnownBaselinesAreChecked) {
  v1::GetControlChartRequest request;
  request.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASES_WITH_DEFECT);
  request.mutable_known_baseline()->set_center(1.5);
  EXPECT_THAT(Message<v1::GetControlChartResponse>("GetControlChart", request),
              HasSubstr("known_baseline.center: is 1.5; a share of cases is 0 to 1"));
  request.mutable_known_baseline()->set_center(0.5);
  EXPECT_TRUE(Ask<v1::GetControlChartResponse>("GetControlChart", request).ok());
  request.set_chart(v1::CHART_KIND_INDIVIDUALS);
  EXPECT_THAT(Message<v1::GetControlChartResponse>("GetControlChart", request),
              HasSubstr("known_baseline.sigma: the standard deviation is missing"));
  request.mutable_known_baseline()->set_sigma(1e-300);  // sums of deviations in it are infinite
  EXPECT_THAT(Message<v1::GetControlChartResponse>("GetControlChart", request),
              HasSubstr("known_baseline.sigma: is 1e-300; it must be 0, or 1e-09 to 1e+15"));
  request.mutable_known_baseline()->set_center(1e308);
  EXPECT_THAT(Message<v1::GetControlChartResponse>("GetControlChart", request),
              HasSubstr("known_baseline.center: is 1e+308"));
}

// Times where logarithms are meant: exp of them is no number.
TEST_F(QualityServiceTest, KnownBaselinesOfLogarithmsAreNoTimes) {
  v1::GetControlChartRequest request;
  request.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASE_DURATION);
  request.set_logarithms(true);
  request.mutable_known_baseline()->set_center(122 * 86'400);
  request.mutable_known_baseline()->set_sigma(2 * 86'400);
  EXPECT_THAT(Message<v1::GetControlChartResponse>("GetControlChart", request),
              HasSubstr("known_baseline.center: is 1.05408e+07, and must be 0 to 27: it is that "
                        "of the logarithms"));
}

TEST_F(QualityServiceTest, Capability) {
  v1::GetCapabilityRequest request;
  request.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASE_DURATION);
  EXPECT_THAT(Message<v1::GetCapabilityResponse>("GetCapability", request),
              HasSubstr("upper_limit"));
  request.mutable_upper_limit()->set_seconds(27 * kHour);
  const auto result = Ask<v1::GetCapabilityResponse>("GetCapability", request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->value_count(), 58);
  EXPECT_EQ(result->open_case_count(), 2);
  EXPECT_EQ(result->median_seconds(), 26 * kHour);
  EXPECT_FALSE(result->overall().has_least());  // all took 26 hours
  EXPECT_TRUE(result->observed_bounded());
  request.mutable_lower_limit()->set_seconds(28 * kHour);
  EXPECT_THAT(Message<v1::GetCapabilityResponse>("GetCapability", request),
              HasSubstr("lower_limit"));
  request.clear_lower_limit();
  request.mutable_target()->set_seconds(90 * kHour);  // what is best cannot be wrong
  EXPECT_THAT(Message<v1::GetCapabilityResponse>("GetCapability", request),
              HasSubstr("target: is 324000 s, which is above upper_limit"));
}

TEST_F(QualityServiceTest, ABarLeadsToItsCases) {
  v1::GetParetoRequest request;
  for (const auto grouping :
       {v1::GetParetoRequest::GROUPING_CAUSE, v1::GetParetoRequest::GROUPING_UTILITY,
        v1::GetParetoRequest::GROUPING_STEP, v1::GetParetoRequest::GROUPING_ATTRIBUTE}) {
    request.set_grouping(grouping);
    request.set_attribute(grouping == v1::GetParetoRequest::GROUPING_ATTRIBUTE ? "region" : "");
    request.set_weight(v1::GetParetoRequest::WEIGHT_COST);
    request.set_cost_per_hour(10);
    const auto pareto = Ask<v1::GetParetoResponse>("GetPareto", request);
    ASSERT_TRUE(pareto.ok()) << pareto.status();
    EXPECT_EQ(pareto->total_count(), 12);
    EXPECT_EQ(pareto->total_cost(), 360);
    EXPECT_EQ(pareto->top_three_share(), 1);
    for (const v1::QualityBar& bar : pareto->bars())
      EXPECT_EQ(CasesOf(bar.cases()), bar.case_count()) << bar.cases().ShortDebugString();
  }
  request.set_attribute("regin");
  EXPECT_THAT(Message<v1::GetParetoResponse>("GetPareto", request),
              HasSubstr("attribute: is 'regin', which no event has under these cases; did you mean "
                        "'region'?"));
  request.clear_cost_per_hour();
  EXPECT_THAT(Message<v1::GetParetoResponse>("GetPareto", request),
              HasSubstr("cost_per_hour: is missing"));
  request.Clear();
  request.set_subject(v1::GetParetoRequest::SUBJECT_DEFECTS);
  const auto defects = Ask<v1::GetParetoResponse>("GetPareto", request);
  ASSERT_TRUE(defects.ok()) << defects.status();
  ASSERT_THAT(defects->bars(), SizeIs(1));
  EXPECT_EQ(defects->bars(0).label(), "REWORK");
  EXPECT_EQ(defects->bars(0).case_count(), 15);
  EXPECT_EQ(CasesOf(defects->bars(0).cases()), 15);
  request.set_grouping(v1::GetParetoRequest::GROUPING_STEP);
  request.mutable_selection()->mutable_completion()->set_rule(v1::CaseCompletion::RULE_ALL);
  const auto by_step = Ask<v1::GetParetoResponse>("GetPareto", request);
  ASSERT_TRUE(by_step.ok()) << by_step.status();
  ASSERT_FALSE(by_step->bars().empty());
  for (const v1::QualityBar& bar : by_step->bars()) {
    EXPECT_EQ(CasesOf(bar.cases()), bar.case_count()) << bar.cases().ShortDebugString();
    EXPECT_EQ(bar.cases().completion().rule(), v1::CaseCompletion::RULE_ALL);
  }
  // Of some events of a case alone it may be another defect.
  request.mutable_selection()->set_event_filter("activity:*");
  request.mutable_selection()->set_only_matching_events(true);
  const auto of_some = Ask<v1::GetParetoResponse>("GetPareto", request);
  ASSERT_TRUE(of_some.ok()) << of_some.status();
  EXPECT_FALSE(of_some->bars(0).has_cases());
  request.set_grouping(v1::GetParetoRequest::GROUPING_UTILITY);
  EXPECT_THAT(Message<v1::GetParetoResponse>("GetPareto", request), HasSubstr("grouping"));
}

// Nothing in an answer about nothing is a number that is none, and all of it is said.
TEST_F(QualityServiceTest, AnEmptyLogAndAnEmptySelection) {
  ASSERT_TRUE(analytics_.Create("empty").ok());
  const auto flow = Ask<v1::GetFlowResponse>("GetFlow", v1::GetFlowRequest(), "empty");
  ASSERT_TRUE(flow.ok()) << flow.status();
  EXPECT_EQ(flow->absent_size(), 1);
  const auto yield = Ask<v1::GetYieldResponse>("GetYield", v1::GetYieldRequest(), "empty");
  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_FALSE(yield->has_rates());
  EXPECT_GT(yield->absent_size(), 0);
  v1::GetControlChartRequest chart;
  chart.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASE_DURATION);
  for (const bool filtered : {false, true}) {
    if (filtered) chart.mutable_selection()->set_filter("activities:nothing");
    const auto charted =
        Ask<v1::GetControlChartResponse>("GetControlChart", chart, filtered ? "deals" : "empty");
    ASSERT_TRUE(charted.ok()) << charted.status();
    EXPECT_EQ(charted->points_size(), 0);
    EXPECT_EQ(charted->absent(0).field(), "points");
    EXPECT_FALSE(charted->in_control());
  }
  v1::GetCapabilityRequest capability;
  *capability.mutable_measure() = chart.measure();
  capability.mutable_upper_limit()->set_seconds(5);
  const auto held = Ask<v1::GetCapabilityResponse>("GetCapability", capability, "empty");
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_FALSE(held->has_mean_seconds());
  const auto pareto = Ask<v1::GetParetoResponse>("GetPareto", v1::GetParetoRequest(), "empty");
  ASSERT_TRUE(pareto.ok()) << pareto.status();
  EXPECT_FALSE(pareto->has_top_three_share());
  EXPECT_EQ(ReasonText(Ask<v1::GetFlowResponse>("GetFlow", v1::GetFlowRequest(), "gone")),
            "RESOURCE_NOT_FOUND");
}

}  // namespace
}  // namespace plumbline::analytics
