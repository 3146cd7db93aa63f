// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "absl/strings/str_split.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/terminal.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using testing::HasSubstr;
using testing::Not;

std::string Printed(const pb::GetControlChartResponse& chart, size_t width = 120,
                    const ChartView& view = {}) {
  std::ostringstream out;
  PrintChart(chart, Paper{out, width}, view);
  return out.str();
}

TEST(ChartView, ChartsShowWhereAPointLies) {
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
  const std::string text = Printed(chart);
  EXPECT_THAT(text, HasSubstr("o    :    ]"));
  EXPECT_THAT(text, HasSubstr("]         x"));
  EXPECT_THAT(text, HasSubstr("Signal, beyond limits: point 2\n"));
  EXPECT_THAT(text, HasSubstr("Chart p: "));  // as --chart has it
  EXPECT_THAT(text,
              HasSubstr("The picture: o the value, : the centre, [ and ] the limits, x a value "
                        "at which a rule speaks."));
  EXPECT_THAT(text, HasSubstr("Note: limits are rough."));
  EXPECT_THAT(text, Not(HasSubstr("In control")));
  EXPECT_THAT(text, HasSubstr("from (UTC)"));
  EXPECT_THAT(text, HasSubstr("Values are shares of cases."));
  chart.mutable_points(0)->mutable_start_time()->set_seconds(1'496'268'000);
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  const std::string there = Printed(chart, 200, {.zone = berlin});
  EXPECT_THAT(there, HasSubstr("from (Europe/Berlin)"));
  EXPECT_THAT(there, HasSubstr("2017-06-01 00:00"));
  EXPECT_THAT(there, HasSubstr("]                   x"));  // where there is room
}

// Times have one unit, and enough digits to tell a value from its limit; at 80 columns what the
// picture shows too is left out, and not what the rules say.
TEST(ChartView, ChartsTellAValueFromItsLimit) {
  pb::GetControlChartResponse chart;
  chart.set_chart(pb::CHART_KIND_INDIVIDUALS);
  chart.set_unit("seconds");
  pb::ControlChartPoint* point = chart.add_points();
  point->set_value(92'299);
  point->set_upper_limit(92'984);
  point->set_center(43'200);
  point->add_rules(pb::CHART_RULE_EIGHT_ONE_SIDE);
  const std::string text = Printed(chart);
  EXPECT_THAT(text, HasSubstr("Chart i-mr: "));
  EXPECT_THAT(text, HasSubstr("  1.07 d  0.50 d  1.08 d  "));
  EXPECT_THAT(Printed(chart, 68), HasSubstr("eight one side"));
  EXPECT_THAT(Printed(chart, 68), HasSubstr("(no room for: "));
}

TEST(ChartView, ChartsSayWhichSumIsBeyondAndWhyValuesMakeNoPoint) {
  pb::GetControlChartResponse chart;
  chart.set_chart(pb::CHART_KIND_CUSUM);
  chart.set_unit("standard deviations, summed up");
  pb::ControlChartPoint* point = chart.add_points();
  point->set_center(0);
  point->set_upper_limit(5);
  point->set_lower_sum(7.9);
  point->add_rules(pb::CHART_RULE_BEYOND_LIMITS);
  EXPECT_THAT(Printed(chart), HasSubstr("sum up  sum down"));
  EXPECT_THAT(Printed(chart), HasSubstr("beyond limits (down)"));
  // The sum up is 0: it is the other one that is marked.
  EXPECT_THAT(Printed(chart), HasSubstr("o            ]      x"));
  EXPECT_THAT(Printed(chart), HasSubstr("x a sum that is beyond."));
  chart.set_ungrouped_value_count(131);
  chart.set_chart(pb::CHART_KIND_C);
  EXPECT_THAT(Printed(chart),
              HasSubstr("131 values are in no point: they lie in a period that is not seen whole"));
  chart.set_chart(pb::CHART_KIND_G);
  EXPECT_THAT(Printed(chart), HasSubstr("before the first such case"));
  chart.set_chart(pb::CHART_KIND_XBAR_R);
  EXPECT_THAT(Printed(chart, 120, {.numbered = true}), HasSubstr("too few for a whole group"));
}

// Equal values lie on limits of no width: with a digit less they would be beyond.
TEST(ChartView, ChartsSayHowALaterOneIsHeldAgainstTheirLimits) {
  pb::GetControlChartResponse chart;
  chart.set_chart(pb::CHART_KIND_INDIVIDUALS);
  chart.set_unit("seconds");
  chart.add_points()->set_value(7200.123457);
  pb::ControlChartStage* stage = chart.add_stages();
  stage->set_baseline_point_count(24);
  stage->mutable_baseline()->set_center(7200.123457);
  stage->mutable_baseline()->set_sigma(1.0 / 3);
  EXPECT_THAT(Printed(chart, 200),
              HasSubstr("Limits are from 24 points; to hold a later chart against them: "
                        "--known-baseline 7200.123457,0.33333333333333331\n"));
  EXPECT_THAT(Printed(chart, 200, {.logarithms = true}), HasSubstr("--log --known-baseline 7200"));
  chart.set_chart(pb::CHART_KIND_G);  // where the spread follows from the centre
  EXPECT_THAT(Printed(chart, 200), HasSubstr("--known-baseline 7200.123457\n"));
  chart.mutable_stages(0)->set_baseline_point_count(0);
  EXPECT_THAT(Printed(chart), Not(HasSubstr("--known-baseline")));
}

TEST(ChartView, ARoundingIsNoDistance) {
  pb::GetControlChartResponse chart;
  chart.set_unit("seconds");
  pb::ControlChartPoint* point = chart.add_points();
  point->set_value(18'000);
  point->set_upper_limit(17'999.999999999993);
  EXPECT_THAT(Printed(chart), HasSubstr("5 h            o\n"));
  EXPECT_THAT(Printed(chart), Not(HasSubstr("]  ")));
}

TEST(ChartView, ChartsFitATerminalOf80Columns) {
  pb::GetControlChartResponse chart;
  chart.set_unit("seconds");
  for (int i = 0; i < 9; ++i) {
    pb::ControlChartPoint& point = *chart.add_points();
    point.set_index(1'000 + i);
    point.mutable_start_time()->set_seconds(1'496'268'000);
    point.set_value(86'400 * 12.3);
    point.set_center(86'400 * 11.3);
    point.set_upper_limit(86'400 * 30.3);
    for (const int rule : {1, 2, 3, 4}) point.add_rules(static_cast<pb::ChartRule>(rule));
  }
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  const std::string text = Printed(chart, 80, {.zone = berlin});
  for (const absl::string_view line : absl::StrSplit(text, '\n'))
    EXPECT_LE(DisplayWidth(line), 80u) << line;
}

}  // namespace
}  // namespace plumbline::cli
