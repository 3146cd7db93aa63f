// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/cohorts_command.h"
#include "clients/cli/objective_commands.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/zones.h"
#include "common/base/error.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

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
  absent->set_field("case_count");
  flow.mutable_start_time()->set_seconds(1'767'600'000);
  flow.add_notes("`start_time` is after the last event");
  EXPECT_EQ(Printed(PrintFlow, flow), "Note: `start_time` is after the last event.\n");
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

pb::GetFlowResponse June() {
  pb::GetFlowResponse flow;
  flow.mutable_start_time()->set_seconds(1'496'268'000);  // 2017-05-31T22:00:00Z
  flow.mutable_end_time()->set_seconds(1'498'860'000);
  flow.set_measured_seconds(30 * 86'400);
  flow.set_case_count(2327);
  flow.set_arrival_count(600);
  flow.set_departure_count(641);
  flow.set_open_case_count(1686);
  flow.set_arrivals_per_day(20);
  flow.mutable_times()->mutable_lead()->mutable_mean()->set_seconds(40 * 86'400);
  flow.mutable_littles_law()->set_arrivals_times_lead(800);
  flow.mutable_littles_law()->set_relative_difference(-0.5);
  flow.add_notes("`end_time` is after the last event");
  *flow.add_periods()->mutable_start_time() = flow.start_time();
  flow.add_steps()->set_activity("Won");
  return flow;
}

TEST(QualityView, FlowOfAWindowSaysOfWhichCasesAndTimeItsPartsAre) {
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  std::ostringstream out;
  PrintFlow(June(), Paper{out, 200}, {.zone = berlin, .windowed = true, .cut = true});
  // Times are of the zone, and what is to be minded stands before the figures.
  EXPECT_THAT(out.str(),
              StartsWith("From 2017-06-01 00:00 to 2017-07-01 00:00 Europe/Berlin, 30.0 d: 2,327 "
                         "cases of the log were there, 641 ended in this time, 1,686 were open at "
                         "its end (some of these may have ended since).\nNote: `end_time` is "));
  EXPECT_THAT(out.str(), HasSubstr("Times of the cases that ended in this time, from their"));
  EXPECT_THAT(out.str(), HasSubstr("from (Europe/Berlin)"));
  EXPECT_THAT(out.str(), HasSubstr("\n2017-06-01 00:00 "));
  EXPECT_THAT(out.str(),
              HasSubstr("waiting and blocked, of the 2,327 cases that were there, in all "
                        "their time, also before and after (which"));
  EXPECT_THAT(Printed(PrintFlow, June()),
              HasSubstr("waiting and blocked, of all cases (which of it held them up: plumbline "
                        "bottlenecks)\n"));
}

TEST(QualityView, LittlesLawMultipliesWhatIsInOneUnit) {
  EXPECT_THAT(Printed(PrintFlow, June()),
              HasSubstr("Little's law: arrivals, 20 a day, times mean lead time, 40.0 d, are 800, "
                        "-50.0 % from what was"));
  pb::GetFlowResponse flow = June();
  flow.set_measured_seconds(20 * 8 * 3600);
  flow.mutable_times()->mutable_lead()->mutable_mean()->set_seconds(4 * 8 * 3600);
  flow.mutable_littles_law()->set_arrivals_times_lead(120);
  std::ostringstream out;
  PrintFlow(flow, Paper{out, 200, 8 * 3600});
  EXPECT_THAT(out.str(), HasSubstr("arrivals, 30 a working day, times mean lead time, 4.0 wd, are "
                                   "120, "));
}

TEST(QualityView, WhatComesRarelyDoesSoInAYear) {
  pb::GetFlowResponse flow = June();
  flow.set_arrivals_per_day(5.48e-05);
  flow.set_departures_per_day(0.05);
  EXPECT_THAT(Printed(PrintFlow, flow),
              HasSubstr("Arrivals 0.02 a year, throughput 1.52 a month.\n"));
}

TEST(Zones, ATimeThatNamesNoneIsOfTheZoneOfTheQuestion) {
  pb::BusinessTime calendars;
  EXPECT_EQ(ZoneOf("", calendars).name(), "UTC");
  EXPECT_EQ(ZoneOf("no/zone", calendars).name(), "UTC");
  calendars.add_calendars();
  calendars.add_calendars()->set_time_zone("Europe/Berlin");
  const absl::TimeZone zone = ZoneOf("", calendars);
  EXPECT_EQ(zone.name(), "Europe/Berlin");
  EXPECT_EQ(ZoneOf("Asia/Tokyo", calendars).name(), "Asia/Tokyo");
  EXPECT_EQ(NamedZone("Asia/Tokyo", calendars)->name(), "Asia/Tokyo");
  EXPECT_EQ(NamedZone("", calendars)->name(), "Europe/Berlin");
  EXPECT_EQ(base::ReasonOf(NamedZone("no/zone", calendars).status()),
            base::Reason::ERROR_REASON_FIELD_INVALID);
  pb::GetFlowRequest request;
  const auto begin = [&](const char* text) {
    EXPECT_TRUE(SetTimeIn(zone, "--begin", text, &request, "start_time").ok()) << text;
    return request.start_time().seconds();
  };
  EXPECT_EQ(begin("2023-03-01"), 1'677'625'200);        // 2023-02-28T23:00:00Z
  EXPECT_EQ(begin("2023-07-01T09:00"), 1'688'194'800);  // in summer
  EXPECT_EQ(begin("2023-03-01T00:00Z"), 1'677'628'800);
  EXPECT_EQ(begin("2023-03-01T00:00:00-01:00"), 1'677'632'400);
  EXPECT_EQ(WhenIn(zone, request.start_time()), "2023-03-01 02:00");
  EXPECT_EQ(base::ReasonOf(SetTimeIn(zone, "--begin", "soon", &request, "start_time")),
            base::Reason::ERROR_REASON_FIELD_INVALID);
}

TEST(QualityView, BudgetSaysWhatItsSharesAreOf) {
  pb::GetErrorBudgetResponse answer;
  pb::ErrorBudget& budget = *answer.mutable_budget();
  budget.set_event_count(2259);
  budget.set_bad_count(1157);
  budget.set_pending_count(57);
  budget.set_overdue_count(1532);
  budget.set_consumed_share(22.8);
  budget.set_budget_count(50.6);
  budget.set_projected_budget_count(101.2);
  budget.set_projected_consumed_share(1.42);
  const std::string text = Printed(PrintBudget, answer);
  EXPECT_THAT(text, HasSubstr("At this pace 101.2 may be bad in a whole period; those bad so far "
                              "are 142 % of that."));
  EXPECT_THAT(text, HasSubstr("2,280 % spent"));
  EXPECT_THAT(text, HasSubstr("57 in time, not counted yet, and 1,532 overdue."));
}

// A group that began a day ago cuts the times of all to a day.
TEST(QualityView, CohortsHaveNoMeansWhereOneGroupCutsAll) {
  pb::CompareCohortsResponse cohorts;
  cohorts.mutable_horizon()->set_seconds(86'400);
  pb::CohortTimes* group = cohorts.add_groups();
  group->mutable_median()->mutable_time()->set_seconds(40 * 86'400);
  group->mutable_restricted_mean()->set_seconds(86'300);
  std::ostringstream cut, whole;
  PrintCohorts(cohorts, false, Paper{cut, 120});
  EXPECT_THAT(cut.str(), StartsWith("No means: they would count times up to 1.0 d only"));
  EXPECT_THAT(cut.str(), Not(HasSubstr("mean ")));
  cohorts.mutable_horizon()->set_seconds(50 * 86'400);
  PrintCohorts(cohorts, false, Paper{whole, 120});
  EXPECT_THAT(whole.str(), HasSubstr("mean"));
  EXPECT_THAT(whole.str(), HasSubstr("Means count each time up to 50.0 d."));
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

// Of 10 cases 2 are open; only one of all takes the second step, which is never right.
TEST(QualityView, YieldIsOfCasesThatEndedAndOfStepsThatAreTaken) {
  pb::GetYieldResponse yield;
  yield.set_case_count(10);
  yield.set_open_case_count(2);
  yield.set_right_case_count(6);
  pb::DefectSourceCount* source = yield.add_sources();
  source->set_source(pb::DEFECT_SOURCE_REWORK);
  source->set_defect_count(3);
  for (const auto& [cases, right] : {std::pair(1, 0), std::pair(10, 8)}) {
    pb::StepYield* step = yield.add_steps();
    step->set_case_count(cases);
    step->set_right_case_count(right);
  }
  yield.set_rolled_throughput_yield(0);
  yield.mutable_rates()->set_defects_per_unit(0.25);
  std::ostringstream out;
  PrintYield(yield, Paper{out, 200});
  EXPECT_THAT(out.str(), HasSubstr("6 of 8 cases that ended (75.0 %) came through right the first "
                                   "time; 2 are still open, and not among them."));
  EXPECT_THAT(out.str(), HasSubstr("Defects, with those of open cases: rework 3."));
  EXPECT_THAT(out.str(), HasSubstr("Rolled throughput yield 0.0 %, as if every case took every "
                                   "step; a typical step 0.0 %. Weighed by how many cases take "
                                   "each step: 72.0 % of the cases, 72.7 % of the steps taken."));
  EXPECT_THAT(out.str(), HasSubstr("Of the cases that ended: 0.25 defects a case"));
  yield.mutable_omitted_steps()->set_count(1);
  EXPECT_THAT(Printed(PrintYield, yield), Not(HasSubstr("Weighed")));
}

// Fewer rows are no other answer: words are of all steps, and no column goes with its rows.
TEST(QualityView, FewerStepsOfYieldAreFewerRowsAlone) {
  pb::GetYieldResponse yield;
  yield.set_case_count(10);
  yield.set_right_case_count(6);
  yield.add_sources()->set_defect_count(4);
  yield.set_rolled_throughput_yield(0.56);
  yield.set_normalized_yield(0.75);
  for (const int repeats : {0, 0, 3}) {
    pb::StepYield* step = yield.add_steps();
    step->set_activity(absl::StrCat("Step ", yield.steps_size()));
    step->set_case_count(yield.steps_size() == 3 ? 4 : 10);
    step->set_right_case_count(yield.steps_size() == 3 ? 1 : 10);
    step->set_rework_count(repeats);
    if (repeats > 0) step->add_defects()->set_defect_count(repeats);
  }
  std::ostringstream all, two;
  PrintFirstOfYield(yield, Paper{all, 200}, 100);
  PrintFirstOfYield(yield, Paper{two, 200}, 2);
  EXPECT_THAT(all.str(), Not(HasSubstr("more step")));
  EXPECT_THAT(all.str(), HasSubstr("Weighed by how many cases take each step: 70.0 %"));
  EXPECT_THAT(two.str(), HasSubstr("Weighed by how many cases take each step: 70.0 %"));
  EXPECT_THAT(two.str(), HasSubstr("repeats"));
  EXPECT_THAT(two.str(), HasSubstr("defects\n"));
  EXPECT_THAT(two.str(), Not(HasSubstr("Step 3")));
  EXPECT_THAT(two.str(), HasSubstr("and 1 more step with 100.0 % of the defects\n"));
  std::ostringstream none;
  yield.mutable_steps(2)->set_rework_count(0);
  PrintFirstOfYield(yield, Paper{none, 200}, 2);
  EXPECT_THAT(none.str(), Not(HasSubstr("repeats")));
}

TEST(QualityView, NoYieldWhereNothingTells) {
  pb::GetYieldResponse yield;
  yield.set_case_count(10);
  for (const char* field : {"right_case_count", "rates"}) {
    pb::AbsentFigure* absent = yield.add_absent();
    absent->set_field(field);
    absent->set_reason("nothing tells of it");
  }
  EXPECT_EQ(Printed(PrintYield, yield), "No yield: nothing tells of it.\n");
}

TEST(QualityView, Capability) {
  pb::GetCapabilityResponse capability;
  capability.set_value_count(2);
  capability.set_mean_seconds(3600);
  pb::CapabilityFigures* all = capability.mutable_overall();
  all->set_least(1.5);
  all->mutable_least_interval()->set_low(1.25);
  all->mutable_least_interval()->set_high(1.75);
  pb::GetCapabilityRequest asked;
  asked.mutable_lower_limit()->set_seconds(3600);
  asked.mutable_upper_limit()->set_seconds(7200);
  const auto printed = [&] {
    std::ostringstream out;
    PrintCapability(asked, capability, Paper{out, 120});
    return out.str();
  };
  EXPECT_THAT(printed(), HasSubstr("1.500 (1.250 to 1.750)"));
  EXPECT_THAT(printed(), Not(HasSubstr("Cpm")));
  EXPECT_THAT(printed(), HasSubstr("\n0 below and 0 above the limits of 1.0 h and 2.0 h: "));
  asked.clear_lower_limit();  // of one limit one side, whether anything is beyond it or not
  EXPECT_THAT(printed(), HasSubstr("\n0 above the limit of 2.0 h: "));
  capability.set_above_count(12);
  EXPECT_THAT(printed(), HasSubstr("\n12 above the limit of 2.0 h: "));
}

TEST(QualityView, SpansOfACalendar) {
  google::protobuf::Duration span;
  ASSERT_TRUE(SetSpan("--upper", "1.5wd", &span, 8 * 3600).ok());
  EXPECT_EQ(span.seconds(), 12 * 3600);
  ASSERT_TRUE(SetSpan("--upper", "1w1d2wd3h", &span, 8 * 3600).ok());
  EXPECT_EQ(span.seconds(), (8 * 24 + 2 * 8 + 3) * 3600);
  EXPECT_THAT(base::FieldViolationsOf(SetSpan("--upper", "2wd", &span))[0].description,
              HasSubstr("working days (wd) are those of a --calendar"));
  EXPECT_FALSE(SetSpan("--upper", "wd", &span, 8 * 3600).ok());
}

TEST(QualityView, Pareto) {
  pb::GetParetoResponse pareto;
  for (int i = 0; i < 4; ++i) {
    pb::QualityBar* bar = pareto.add_bars();
    bar->set_label(i == 0 ? "crm" : "");
    bar->set_share(0.25);
  }
  pareto.mutable_bars(1)->set_label("UTILITY_DOWN");
  pareto.mutable_bars(2)->set_label("REWORK");
  pareto.mutable_bars(0)->mutable_cases()->set_event_filter("attributes.utility = \"it's\"");
  pareto.mutable_bars(2)->mutable_cases()->set_filter("defects:rework");
  pareto.mutable_bars(3)->mutable_cases()->set_filter("defects:waived");
  pareto.add_bars()->set_label("Sign THIS");
  pareto.set_total_count(9);
  pareto.set_top_three_share(0.75);
  const std::string text = Printed(PrintBars, pareto);
  EXPECT_THAT(text, HasSubstr("crm"));
  EXPECT_THAT(text, HasSubstr("(none)"));
  EXPECT_THAT(text, HasSubstr("utility down"));
  EXPECT_THAT(text, HasSubstr("rework"));
  EXPECT_THAT(text, HasSubstr("Sign THIS"));
  EXPECT_THAT(text, HasSubstr("the top three hold 75.0 %"));
  EXPECT_THAT(text, HasSubstr("\nCases of crm: --event-filter 'attributes.utility = "
                              "\"it'\\''s\"'\n"
                              "Cases of rework: --filter 'defects:rework'\n"));
  EXPECT_THAT(text, Not(HasSubstr("waived")));
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

// The widest line of what is printed on a terminal of 80 columns.
template <typename Print, typename Answer>
size_t WidestOf(Print print, const Answer& answer) {
  std::ostringstream out;
  print(answer, Paper{out, 80});
  size_t widest = 0;
  for (const absl::string_view line : absl::StrSplit(out.str(), '\n'))
    widest = std::max(widest, DisplayWidth(line));
  return widest;
}

TEST(QualityView, FitsATerminalOf80Columns) {
  pb::GetParetoResponse pareto;
  pb::QualityBar& bar = *pareto.add_bars();
  bar.set_label("Waiting for an answer of the customer");
  bar.set_count(12'345);
  bar.set_case_count(12'345);
  bar.set_lost_seconds(86'400 * 12'345.0);
  bar.set_share(1);
  bar.set_cumulative_share(1);
  EXPECT_LE(WidestOf(PrintBars, pareto), 80u);
  pb::GetYieldResponse yield;
  yield.set_case_count(10'000);
  pb::HiddenFactory& hidden = *yield.mutable_hidden_factory();
  hidden.set_rework_count(12'345);
  hidden.set_case_count(9'999);
  hidden.set_working_seconds(86'400 * 99);
  hidden.set_working_share(0.123);
  hidden.set_waiting_seconds(86'400 * 12'345.0);
  EXPECT_LE(WidestOf(PrintYield, yield), 80u);
  pb::GetCapabilityResponse capability;
  capability.set_mean_seconds(3600);
  capability.set_below_count(12'345);
  capability.set_above_count(12'345);
  capability.set_observed_ppm(123'456);
  capability.set_observed_sigma_level(1.23);
  capability.set_observed_bounded(true);
  const auto print = [](const pb::GetCapabilityResponse& answer, const Paper& paper) {
    PrintCapability({}, answer, paper);
  };
  EXPECT_LE(WidestOf(print, capability), 80u);
}

TEST(Budget, FitsATerminalOf80Columns) {
  pb::GetErrorBudgetResponse budget;
  budget.mutable_objective()->mutable_measure()->set_activity(
      "Contract signed and sent back to the customer");
  budget.mutable_budget()->set_consumed_share(0.5);
  budget.mutable_budget()->set_projected_budget_count(12'345);
  budget.set_left_out_count(12'345);
  for (int i = 0; i < 2; ++i) {
    pb::BurnRateRuleState& rule = *budget.mutable_budget()->add_rules();
    rule.mutable_rule()->set_id("exhaustion");
    rule.mutable_long_rate()->set_burn_rate(15.54);
    rule.mutable_short_rate()->set_burn_rate(15.54);
  }
  EXPECT_LE(WidestOf(PrintBudget, budget), 80u);
  pb::ListErrorBudgetHistoryResponse history;
  pb::ErrorBudget& point = *history.add_points();
  point.mutable_time()->set_seconds(1'496'268'000);
  point.set_state(pb::ErrorBudget::STATE_EXHAUSTED);
  point.set_event_count(12'345);
  point.set_bad_count(12'345);
  point.set_consumed_share(12.5);
  for (const char* rule : {"fast", "medium", "slow"}) point.add_firing_rules(rule);
  EXPECT_LE(WidestOf(PrintBudgetHistory, history), 80u);
}

}  // namespace
}  // namespace plumbline::cli
