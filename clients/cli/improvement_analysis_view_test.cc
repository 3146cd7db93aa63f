// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "clients/cli/improvement_analysis.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using testing::HasSubstr;
using testing::Not;

template <class Message>
std::string Printed(void (*print)(const Message&, const Paper&), const Message& message) {
  std::ostringstream out;
  print(message, Paper{out, 160});
  return out.str();
}

void Set(double value, double lower, double upper, pb::IntervalEstimate* estimate) {
  estimate->set_value(value);
  estimate->set_lower(lower);
  estimate->set_upper(upper);
}

pb::AnalyzeRootCausesResponse Found() {
  pb::AnalyzeRootCausesResponse found;
  found.mutable_summary()->set_case_count(100);
  found.mutable_summary()->set_outcome_count(26);
  found.mutable_summary()->mutable_risk()->set_value(0.26);
  found.mutable_summary()->set_outcome("takes longer than 3 d");
  found.mutable_summary()->set_test_count(2);
  found.mutable_summary()->set_group_count(1);
  pb::CauseGroup* group = found.add_causes();
  group->set_kind(pb::CAUSE_KIND_ATTRIBUTE);
  group->set_label("region = EMEA\x1b[31m");
  group->set_case_count(40);
  group->set_outcome_count(20);
  group->set_other_case_count(60);
  group->set_other_outcome_count(6);
  group->mutable_risk()->set_value(0.5);
  group->mutable_other_risk()->set_value(0.1);
  group->mutable_risk_difference()->set_value(0.4);
  Set(5, 2.2, 11.4, group->mutable_risk_ratio());
  Set(16, 8.6, 22.4, group->mutable_excess_cases());
  Set(1534, 1000, 2000, group->mutable_excess_hours());
  group->set_adjusted_p_value(0.00001);
  group->set_significant(true);
  group->mutable_check()->set_verdict(pb::CauseCheck::VERDICT_EXPLAINED);
  group->mutable_check()->set_by("manager");
  Set(0.02, -0.1, 0.14, group->mutable_check()->mutable_risk_difference());
  group->mutable_cases()->set_filter("attributes.region = \"EMEA\"");
  return found;
}

TEST(CausesView, AGroupWithWhatExplainsIt) {
  const std::string text = Printed(PrintCauses, Found());
  EXPECT_THAT(text, HasSubstr("26 of 100 cases (26.0 %)"));
  EXPECT_THAT(text, HasSubstr("16 (9 to 22)"));
  EXPECT_THAT(text, HasSubstr("1,534 (1,000 to 2,000)"));
  EXPECT_THAT(text, HasSubstr("< 0.001"));
  EXPECT_THAT(text, HasSubstr("explained by manager"));
  EXPECT_THAT(text, HasSubstr("5.00 (2.20 to 11.40) times as often"));
  EXPECT_THAT(text, HasSubstr("--filter 'attributes.region = \"EMEA\"'"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(CausesView, NothingMoreThanChance) {
  pb::AnalyzeRootCausesResponse found = Found();
  found.mutable_causes(0)->set_significant(false);
  found.mutable_causes(0)->set_adjusted_p_value(0.4);
  const std::string text = Printed(PrintCauses, found);
  EXPECT_THAT(text, HasSubstr("Nothing goes with it more than chance would make."));
  EXPECT_THAT(text, HasSubstr("0.400"));
  found.Clear();
  found.add_absent()->set_field("causes");
  found.mutable_absent(0)->set_reason("there is no case");
  EXPECT_EQ(Printed(PrintCauses, found), "No causes: there is no case.\n");
}

TEST(CausesView, WhatHoldsOfSeveralAttributesIsSaidOnceAndWithoutAnEnd) {
  pb::AnalyzeRootCausesResponse found = Found();
  found.mutable_causes(0)->mutable_risk_ratio()->clear_upper();
  const auto skip = [&](const char* label, const char* reason) {
    pb::SkippedCauseAttribute& skipped = *found.add_skipped_attributes();
    skipped.set_label(label);
    skipped.set_reason(reason);
  };
  skip("due_time", "tells what happened");
  skip("team", "is the same in every case");
  skip("milestone", "tells what happened");
  const std::string text = Printed(PrintCauses, found);
  EXPECT_THAT(text, HasSubstr("Not looked at: due_time, milestone (each tells what happened); team "
                              "(is the same in every case)."));
  EXPECT_THAT(text, HasSubstr("5.00 (2.20 or more) times as often"));
}

TEST(BottlenecksView, StepsAndWhereTheTimeWent) {
  pb::RankBottlenecksResponse ranked;
  ranked.set_case_count(10);
  ranked.set_open_case_count(2);
  ranked.mutable_path()->set_lead_seconds(864'000);
  ranked.mutable_path()->set_waiting_seconds(432'000);
  ranked.mutable_path()->set_working_seconds(432'000);
  pb::DelayedPart* part = ranked.add_steps();
  part->set_name("Legal review");
  part->set_path_delay_seconds(432'000);
  part->set_path_delay_share(1);
  part->set_delayed_case_count(9);
  part->set_mean_delay_seconds(48'000);
  part->set_mean_delay_lower_seconds(36'000);
  part->set_mean_delay_upper_seconds(60'000);
  part->mutable_queue()->set_average_length(1.25);
  part->mutable_queue()->set_max_length(4);
  part->mutable_trend()->set_direction(pb::DelayTrend::DIRECTION_RISING);
  part->mutable_trend()->set_slope_seconds(7200);
  part->set_open_count(2);
  const std::string text = Printed(PrintBottlenecks, ranked);
  EXPECT_THAT(text, HasSubstr("10 cases ended in 10.0 d of lead time: 50.0 % waiting, 50.0 % "
                              "worked at."));
  EXPECT_THAT(text, HasSubstr("2 cases are open"));
  EXPECT_THAT(text, HasSubstr("Legal review"));
  EXPECT_THAT(text, HasSubstr("13 h (10 to 17 h)"));
  EXPECT_THAT(text, HasSubstr("rising, +2.0 h"));
  EXPECT_THAT(text, HasSubstr("1.25        4"));
  EXPECT_THAT(text, Not(HasSubstr("busy")));  // nothing is known of it
}

TEST(BottlenecksView, TheMeanOfOneCaseHasNoInterval) {
  pb::RankBottlenecksResponse ranked;
  pb::DelayedPart* part = ranked.add_steps();
  part->set_name("Legal review");
  part->set_delayed_case_count(1);
  part->set_mean_delay_seconds(48'000);
  const std::string text = Printed(PrintBottlenecks, ranked);
  EXPECT_THAT(text, HasSubstr("13 h (of 1 case)"));
  EXPECT_THAT(text, Not(HasSubstr("queue")));  // no second table of nothing
}

}  // namespace
}  // namespace plumbline::cli
