// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "absl/strings/str_replace.h"
#include "clients/cli/cascade_command.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using testing::HasSubstr;
using testing::Not;

constexpr int64_t kBegin = 1'767'603'600, kDay = 86'400;  // 2026-01-05 09:00 UTC

pb::SimulateCascadeRequest Slower(bool ends) {
  pb::SimulateCascadeRequest request;
  pb::Disruption& one = *request.add_disruptions();
  one.set_step("Legal");
  one.set_time_factor(2);
  if (ends) one.mutable_end_time()->set_seconds(kBegin + 9 * kDay);
  return request;
}

// One of two open cases slips by three days, and ten tasks pile up.
pb::SimulateCascadeResponse Answer() {
  pb::SimulateCascadeResponse answer;
  answer.mutable_model()->set_open_case_count(2);
  answer.mutable_model()->set_runs(200);
  answer.mutable_model()->mutable_as_of_time()->set_seconds(kBegin);
  answer.mutable_model()->mutable_until_time()->set_seconds(kBegin + 30 * kDay);
  answer.mutable_totals()->mutable_slipping_case_count()->set_mean(1);
  answer.mutable_totals()->mutable_open_lost_seconds()->set_mean(3 * kDay);
  pb::CascadeBacklog& backlog = *answer.mutable_backlog();
  backlog.mutable_piled()->set_share(1);
  backlog.mutable_peak_extra_count()->set_mean(10);
  backlog.mutable_peak_time()->set_seconds(kBegin + 8 * kDay);
  backlog.mutable_unrecovered()->set_share(0.6);
  pb::CascadePoint& last = *backlog.add_points();
  last.mutable_time()->set_seconds(kBegin + 30 * kDay);
  last.mutable_extra_count()->set_mean(4);
  for (const char* id : {"deal 1", "deal 2"}) answer.add_cases()->set_case_id(id);
  pb::CascadeCase& slips = *answer.mutable_cases(0);
  slips.set_median_slip_days(3);
  slips.set_p90_slip_days(4);
  slips.mutable_slip()->mutable_p90_seconds()->set_value(4 * kDay);
  slips.mutable_day_slip()->set_share(0.9);
  slips.mutable_day_slip()->set_lower_share(0.85);
  slips.mutable_day_slip()->set_upper_share(0.93);
  slips.mutable_finish_time()->set_seconds(kBegin + 2 * kDay);
  slips.mutable_disrupted_finish_time()->set_seconds(kBegin + 5 * kDay);
  return answer;
}

// As one line: sentences wrap.
std::string Printed(const pb::SimulateCascadeRequest& request,
                    const pb::SimulateCascadeResponse& answer) {
  std::ostringstream out;
  PrintCascade(request, answer, Paper{out, 0});
  return absl::StrReplaceAll(out.str(), {{"\n", " "}});
}

TEST(CascadeView, SentencesStandByThemselves) {
  const std::string text = Printed(Slower(/*ends=*/true), Answer());
  EXPECT_THAT(text, HasSubstr("Of 2 open cases, 1.0 slip by a day or more. Together they lose 3.0 "
                              "days."));
  EXPECT_THAT(text, HasSubstr("In 60.0 % of the runs it is not back to normal by 2026-02-04"));
  EXPECT_THAT(text, HasSubstr(": look further (--until), or more comes than can be done."));
  EXPECT_THAT(text, HasSubstr("  3.0 d  "));
  EXPECT_THAT(text, HasSubstr("90.0 % (85 to 93)"));
  EXPECT_THAT(text, HasSubstr("1 other case does not slip."));
  EXPECT_THAT(text, HasSubstr("2026-01-10 09:00  2026-01-07 09:00"));
}

// A slip of minutes is no slip of days, and times of a calendar are in its working days.
TEST(CascadeView, SlipsThatRoundToNothingAreNotListed) {
  pb::SimulateCascadeResponse answer = Answer();
  pb::CascadeCase& hardly = *answer.mutable_cases(1);
  hardly.set_p90_slip_days(0.004);
  hardly.mutable_slip()->mutable_p90_seconds()->set_value(350);
  hardly.mutable_slip()->mutable_mean_seconds()->set_mean(60);
  answer.mutable_model()->set_observed_duration_seconds(3 * 28'800);
  answer.mutable_model()->mutable_simulated_duration_seconds()->set_mean(3 * 28'800);
  const std::string text = Printed(Slower(true), answer);
  EXPECT_THAT(text, Not(HasSubstr("deal 2")));
  EXPECT_THAT(text, HasSubstr("1 other case slips by less."));
  EXPECT_THAT(text, HasSubstr("ended cases took 1.0 d on average"));
  std::ostringstream out;
  PrintCascade(Slower(true), answer, Paper{.out = out, .width = 0, .working_day = 28'800});
  EXPECT_THAT(out.str(), HasSubstr("ended cases took 3.0 wd on average"));
  // And in its zone: 2026-01-05 09:00 UTC.
  pb::SimulateCascadeRequest there = Slower(true);
  there.mutable_business_time()->add_calendars()->set_time_zone("Asia/Tokyo");
  const std::string tokyo = Printed(there, answer);
  EXPECT_THAT(tokyo,
              HasSubstr("If 'Legal' takes 2 times as long from 2026-01-05 18:00 to 2026-01-14 "
                        "18:00 (times of Asia/Tokyo):"));
  EXPECT_THAT(tokyo, HasSubstr("ends (Asia/Tokyo)"));
  EXPECT_THAT(tokyo, HasSubstr("from 2026-01-05 18:00 Asia/Tokyo on."));
  EXPECT_THAT(tokyo, HasSubstr("2026-01-10 18:00   2026-01-07 18:00"));
}

// Once, and not again as a figure that is missing.
TEST(CascadeView, NotBackToNormalIsSaidOnce) {
  pb::SimulateCascadeResponse answer = Answer();
  pb::AbsentFigure& absent = *answer.add_absent();
  absent.set_field("backlog.recovery_time");
  absent.set_reason("half of the runs or more were not back to normal at until_time");
  const std::string text = Printed(Slower(true), answer);
  EXPECT_EQ(text.find("back to normal"), text.rfind("back to normal"));
}

TEST(CascadeView, AStepThatPilesUpByMoreThanAllIsExplained) {
  pb::SimulateCascadeResponse answer = Answer();
  pb::CascadeStep& step = *answer.add_steps();
  step.set_activity("Legal");
  step.set_hit(true);
  step.mutable_peak_extra_count()->set_mean(9);
  EXPECT_THAT(Printed(Slower(true), answer), Not(HasSubstr("more than all together")));
  step.mutable_peak_extra_count()->set_mean(26);
  EXPECT_THAT(Printed(Slower(true), answer), HasSubstr("more than all together"));
}

TEST(CascadeView, WhatLastsIsNeverOver) {
  const std::string text = Printed(Slower(/*ends=*/false), Answer());
  EXPECT_THAT(text, HasSubstr("What happens does not end, so there is no time at which it is over: "
                              "4.0 more are there on 2026-02-04 09:00."));
  EXPECT_THAT(text, Not(HasSubstr("back to normal")));
}

TEST(CascadeView, NothingSlipsAndNothingIsOpen) {
  pb::SimulateCascadeResponse answer = Answer();
  answer.mutable_totals()->Clear();
  answer.mutable_cases()->DeleteSubrange(0, 1);
  std::string text = Printed(Slower(true), answer);
  EXPECT_THAT(text, HasSubstr("None of 2 open cases slips by a day or more. Together they lose "
                              "nothing."));
  EXPECT_THAT(text, HasSubstr("No open case slips in more than a few of the runs."));
  EXPECT_THAT(text, Not(HasSubstr("other case")));
  answer.clear_cases();
  answer.mutable_model()->set_open_case_count(0);
  text = Printed(Slower(true), answer);
  EXPECT_THAT(text, HasSubstr("No case is open."));
}

TEST(CascadeView, CenturiesAheadIsNoDate) {
  pb::SimulateCascadeResponse answer = Answer();
  answer.mutable_cases(0)->clear_disrupted_finish_time();
  EXPECT_THAT(Printed(Slower(true), answer), HasSubstr("beyond the horizon  2026-01-07 09:00"));
}

}  // namespace
}  // namespace plumbline::cli
