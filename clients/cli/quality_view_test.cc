// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "clients/cli/quality_commands.h"
#include "common/base/error.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using testing::HasSubstr;
using testing::Not;

template <class Message>
std::string Printed(void (*print)(const Message&, const Paper&), const Message& message) {
  std::ostringstream out;
  print(message, Paper{out, 120});
  return out.str();
}

TEST(QualityView, OpenTimeIsInWorkingDays) {
  pb::GetFlowResponse flow;
  flow.mutable_start_time()->set_seconds(1'767'600'000);
  flow.mutable_end_time()->set_seconds(1'768'204'800);
  flow.set_measured_seconds(40 * 3600);
  flow.set_arrivals_per_day(0.4);
  std::ostringstream wall, open;
  PrintFlow(flow, Paper{wall, 120});
  PrintFlow(flow, Paper{open, 120, 8 * 3600});
  EXPECT_THAT(wall.str(), HasSubstr("UTC, 1.7 d:"));
  EXPECT_THAT(wall.str(), HasSubstr(" a day.\n"));
  EXPECT_THAT(open.str(), HasSubstr("UTC, 5.0 wd:"));
  EXPECT_THAT(open.str(), HasSubstr(" a day of the calendar, all seven of a week.\n"));
}

TEST(QualityView, Flow) {
  pb::GetFlowResponse flow;
  pb::AbsentFigure* absent = flow.add_absent();
  absent->set_field("start_time");
  absent->set_reason("there is no case");
  EXPECT_EQ(Printed(PrintFlow, flow), "No figures: there is no case.\n");
  flow.Clear();
  flow.mutable_start_time()->set_seconds(1'767'600'000);
  flow.mutable_end_time()->set_seconds(1'768'204'800);
  flow.set_measured_seconds(604'800);
  flow.set_case_count(3);
  flow.set_open_case_count(1);
  flow.set_arrivals_per_day(0.4);
  flow.mutable_work_in_progress()->set_average(1.25);
  flow.mutable_littles_law()->set_arrivals_times_lead(1.5);
  flow.mutable_littles_law()->set_relative_difference(0.2);
  pb::FlowPeriod* period = flow.add_periods();
  period->set_open_case_count(1);
  period->set_max_open_case_count(2);
  pb::FlowStage* stage = flow.add_stages();
  stage->set_activity("Sign");
  stage->add_cumulative_case_counts(77);
  pb::FlowStepDelay* step = flow.add_steps();
  step->set_activity("Legal");
  step->set_delay_seconds(86'400);
  step->set_delay_share(1);
  step->set_delay_cost(1234);
  const std::string text = Printed(PrintFlow, flow);
  EXPECT_THAT(text, HasSubstr("1 open"));
  EXPECT_THAT(text, HasSubstr("+20.0 %"));
  EXPECT_THAT(text, HasSubstr("###############"));
  EXPECT_THAT(text, HasSubstr("77"));
  EXPECT_THAT(text, HasSubstr("1,234"));
}

TEST(QualityView, Yield) {
  pb::GetYieldResponse yield;
  yield.set_case_count(4);
  yield.set_right_case_count(3);
  pb::DefectSourceCount* source = yield.add_sources();
  source->set_source(pb::DEFECT_SOURCE_FAILED_VERIFICATION);
  source->set_defect_count(2);
  yield.mutable_rates()->set_sigma_level(2.17);
  yield.mutable_rates()->set_bounded(true);
  pb::StepYield* step = yield.add_steps();
  step->set_activity("Draft");
  step->set_first_pass_yield(0.75);
  const std::string text = Printed(PrintYield, yield);
  EXPECT_THAT(text, HasSubstr("3 of 4 cases (75.0 %)"));
  EXPECT_THAT(text, HasSubstr("failed verification 2"));
  EXPECT_THAT(text, HasSubstr("sigma level 2.17"));
  EXPECT_THAT(text, HasSubstr("a bound"));
}

TEST(QualityView, ChartsShowWhereAPointLies) {
  pb::GetControlChartResponse chart;
  chart.set_chart(pb::CHART_KIND_P);
  chart.set_chart_reason("each case has it or not");
  chart.set_unit("share of cases");
  for (const double value : {0.0, 1.0}) {
    pb::ControlChartPoint* point = chart.add_points();
    point->set_value(value);
    point->set_center(0.25);
    point->set_upper_limit(0.5);
  }
  chart.mutable_points(1)->add_rules(pb::CHART_RULE_BEYOND_LIMITS);
  pb::ControlChartSignal* signal = chart.add_signals();
  signal->set_rule(pb::CHART_RULE_BEYOND_LIMITS);
  signal->add_points(1);
  chart.add_warnings("limits are rough");
  const std::string text = Printed(PrintChart, chart);
  EXPECT_THAT(text, HasSubstr("o         :         ]"));
  EXPECT_THAT(text, HasSubstr("]                   x"));
  EXPECT_THAT(text, HasSubstr("Signal, beyond limits: point 1"));
  EXPECT_THAT(text, HasSubstr("Note: limits are rough."));
  EXPECT_THAT(text, Not(HasSubstr("In control")));
}

TEST(QualityView, Capability) {
  pb::GetCapabilityResponse capability;
  capability.set_value_count(2);
  capability.set_mean_seconds(3600);
  pb::CapabilityFigures* all = capability.mutable_overall();
  all->set_least(1.5);
  all->mutable_least_interval()->set_low(1.25);
  all->mutable_least_interval()->set_high(1.75);
  const std::string text = Printed(PrintCapability, capability);
  EXPECT_THAT(text, HasSubstr("1.500 (1.250 to 1.750)"));
  EXPECT_THAT(text, Not(HasSubstr("Cpm")));
}

TEST(QualityView, Pareto) {
  pb::GetParetoResponse pareto;
  for (int i = 0; i < 4; ++i) {
    pb::QualityBar* bar = pareto.add_bars();
    bar->set_label(i == 0 ? "crm" : "");
    bar->set_share(0.25);
  }
  pareto.set_total_count(9);
  pareto.set_top_three_share(0.75);
  const std::string text = Printed(PrintBars, pareto);
  EXPECT_THAT(text, HasSubstr("crm"));
  EXPECT_THAT(text, HasSubstr("(none)"));
  EXPECT_THAT(text, HasSubstr("the top three hold 75.0 %"));
}

TEST(QualityView, WhereNothingIsCountedWordsSayIt) {
  pb::GetParetoResponse pareto;
  pb::AbsentFigure* absent = pareto.add_absent();
  absent->set_field("top_three_share");
  absent->set_reason("there is nothing to count");
  EXPECT_EQ(Printed(PrintBars, pareto), "There is nothing to count.\n");
  pareto.add_bars()->set_label("crm");
  EXPECT_THAT(Printed(PrintBars, pareto),
              HasSubstr("No share of the top three: there is nothing to count."));
}

TEST(QualityFlags, Spans) {
  google::protobuf::Duration span;
  EXPECT_TRUE(SetSpan("--upper", "1w2d12h", &span).ok());
  EXPECT_EQ(span.seconds(), 9 * 86'400 + 43'200);
  EXPECT_TRUE(SetSpan("--upper", "1.5h", &span).ok());
  EXPECT_EQ(span.seconds(), 5'400);
  for (const char* bad : {"", "5", "d", "2x", "1.2.3d", "-1d", "999999w", "inf"}) {
    EXPECT_EQ(base::ReasonOf(SetSpan("--upper", bad, &span)),
              base::Reason::ERROR_REASON_FIELD_INVALID)
        << bad;
  }
}

TEST(QualityFlags, DefectsHaveNames) {
  EXPECT_EQ(DefectSourceOf("missed-target"), pb::DEFECT_SOURCE_MISSED_TARGET);
  EXPECT_EQ(DefectWords(pb::DEFECT_SOURCE_MISSED_TARGET), "missed target");
}

}  // namespace
}  // namespace plumbline::cli
