// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/report.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/report/report_testing.h"

namespace plumbline::analytics {
namespace {

// Three on-boardings as the relay sends them: the review may be begun from day 30 on and is begun
// on day 31, the letter after it waits three days.
std::vector<TestRow> WithPlannedTime() {
  std::vector<TestRow> rows;
  for (const std::string id : {"1", "2", "3"}) {
    const auto done = [&](double start, double day, const std::string& activity) {
      rows.push_back(On(day, id, activity, "complete"));
      rows.back().start = Days(start);
    };
    rows.push_back(On(0, id, "Welcome", "schedule"));
    rows.push_back(On(0, id, "Welcome", "start"));
    done(0, 1, "Welcome");
    rows.push_back(On(1, id, "Review", "schedule", {{"earliest_time", Instant{Days(30)}}}));
    rows.push_back(On(31, id, "Review", "start"));
    done(31, 32, "Review");
    rows.push_back(On(32, id, "Letter", "schedule"));
    rows.push_back(On(35, id, "Letter", "start"));
    done(35, 36, "Letter");
  }
  return rows;
}

TEST(ReportTest, PlannedTimeIsNoWaiting) {
  ReportOptions options;
  options.map_transitions = {"complete"};
  options.map.edges = 1;
  const auto log = MakeLog(WithPlannedTime());
  const Report report = MakeReport(log, options);
  ASSERT_EQ(report.findings.size(), 2u);
  EXPECT_EQ(report.findings[0].headline, "Shorten the wait before 'Letter'");
  EXPECT_DOUBLE_EQ(report.findings[0].lost_seconds, 9 * kDaySeconds);
  EXPECT_EQ(report.findings[0].evidence[1], "That is 75 % of all waiting.");
  EXPECT_EQ(report.findings[1].subject, "Review");
  EXPECT_DOUBLE_EQ(report.findings[1].lost_seconds, 3 * kDaySeconds);
  ASSERT_TRUE(report.bottleneck.has_value());
  EXPECT_EQ(log->activities[report.bottleneck->from], "Review");
  EXPECT_EQ(log->activities[report.bottleneck->to], "Letter");
  EXPECT_DOUBLE_EQ(report.bottleneck->wait.total, 9 * kDaySeconds);
  EXPECT_DOUBLE_EQ(report.bottleneck_share, 0.75);
  // The map keeps the plain definition.
  options.map.edges = kNoLimit;
  const ProcessMap map = MakeReport(log, options).process_map;
  ASSERT_EQ(map.edges.size(), 2u);
  EXPECT_EQ(log->activities[map.edges[1].from], "Welcome");
  EXPECT_DOUBLE_EQ(map.edges[1].wait.total, 3 * 30 * kDaySeconds);
}

// 8 days of work from start to complete, the longest edge of the map, are no waiting; of 4 days of
// waiting, 3 are before the decision. Bottleneck and findings are shares of the same total.
TEST(ReportTest, WorkFromStartToCompleteIsNoBottleneck) {
  std::vector<TestRow> rows;
  for (const std::string id : {"1", "2"}) {
    rows.push_back(On(0, id, "Submit", "complete"));
    rows.push_back(On(1, id, "Work", "start"));
    rows.push_back(On(9, id, "Work", "complete"));
    rows.push_back(On(12, id, "Decide", "complete"));
  }
  const auto log = MakeLog(rows);
  const Report report = MakeReport(log, {});
  ASSERT_TRUE(report.bottleneck.has_value());
  EXPECT_EQ(log->activities[report.bottleneck->from], "Work");
  EXPECT_EQ(log->activities[report.bottleneck->to], "Decide");
  EXPECT_DOUBLE_EQ(report.bottleneck->wait.total, 6 * kDaySeconds);
  EXPECT_DOUBLE_EQ(report.bottleneck_share, 0.75);
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings[0].subject, "Work -> Decide");
  EXPECT_EQ(report.findings[0].evidence[1], "That is 75 % of all waiting.");
}

TEST(ReportTest, DurationOfFinishedCasesOnly) {
  const Report report =
      MakeReport(MakeLog(std::vector<TestRow>{
                     On(0, "1", "a", "complete"), On(10, "1", "b", "complete"),
                     On(10, "1", "Case", "pi_complete", Finished()), On(0, "2", "a", "complete"),
                     On(0, "3", "a", "complete"), On(4, "3", "b", "complete", Finished()),
                     On(0, "4", "Case", "assign"), On(0, "5", "Case", "pi_complete", Finished())}),
                 {{"complete"}});
  // Also the one of which no event makes up the map.
  EXPECT_EQ(report.case_duration.count, 3);
  EXPECT_EQ(report.case_duration.min, 0);
  EXPECT_EQ(report.case_duration.median, 4 * kDaySeconds);
  EXPECT_EQ(report.open_case_count, 2);
}

// What makes up the map is one thing, how long a case takes another.
TEST(ReportTest, DurationIsThatOfAllEvents) {
  const auto log = MakeLog(std::vector<TestRow>{
      On(0, "1", "a", "schedule"), On(3, "1", "a", "complete"), On(9, "1", "b", "start")});
  for (const std::vector<std::string>& transitions :
       {std::vector<std::string>{}, {"complete"}, {"start"}}) {
    const Report report = MakeReport(log, {transitions});
    EXPECT_EQ(report.case_duration.max, 9 * kDaySeconds);
    ASSERT_EQ(report.variants.size(), 1u);
    EXPECT_EQ(report.variants[0].duration.max, 9 * kDaySeconds);
  }
}

// Nothing has ended yet, but the log says that it marks ends.
TEST(ReportTest, RunningCasesAreOpenFromTheFirstOn) {
  const Report report = MakeReport(
      MakeLog(std::vector<TestRow>{
          On(0, "1", "Case", "assign", {{"due_time", Instant{Days(9)}}, {"case_finished", false}}),
          On(0, "1", "a", "schedule"), On(1, "1", "a", "complete")}),
      {{"complete"}});
  EXPECT_EQ(report.open_case_count, 1);
  EXPECT_EQ(report.case_duration.count, 0);
  ASSERT_TRUE(report.target.has_value());
  EXPECT_EQ(report.target->undecided_count, 1);
  EXPECT_EQ(report.target->inside_count, 0);
  EXPECT_EQ(report.variants[0].open_case_count, 1);
}

TEST(ReportTest, DurationOfAllCasesWhereNoEndIsMarked) {
  const Report report =
      MakeReport(MakeLog(std::vector<TestRow>{On(0, "1", "a"), On(10, "1", "b"),
                                              On(0, "2", "a", "", {{"note", false}})}),
                 {});
  EXPECT_EQ(report.case_duration.count, 2);
  EXPECT_EQ(report.case_duration.min, 0);
  EXPECT_EQ(report.open_case_count, 0);
}

TEST(ReportTest, EmptyLog) {
  const Report report = MakeReport(EventLogBuilder().Snapshot(), {});
  EXPECT_EQ(report.variant_count, 0);
  EXPECT_FALSE(report.bottleneck.has_value());
  EXPECT_FALSE(report.target.has_value());
  EXPECT_TRUE(report.findings.empty());
}

TEST(ReportTest, HoldsWhatTheOptionsAsk) {
  ReportOptions options;
  options.map_transitions = {"complete"};
  options.map.edges = 1;
  options.variants.variants = 1;
  options.target_micros = Days(33);
  const Report report = MakeReport(MakeLog(Onboardings()), options);
  EXPECT_EQ(report.process_map.event_count, 33);
  EXPECT_EQ(report.process_map.edges.size(), 1u);
  EXPECT_EQ(report.process_map.omitted_edges.count, 2);
  EXPECT_EQ(report.variants.size(), 1u);
  EXPECT_EQ(report.variant_count, 2);
  EXPECT_EQ(report.case_duration.count, 10);
  // From day 0, when the laptop is scheduled, to the exam, day 38 where it was retaken.
  EXPECT_EQ(report.case_duration.max, 38 * kDaySeconds);
  ASSERT_TRUE(report.target.has_value());
  // From day 0 on, when the laptop is scheduled, to day 31, 36 or 38.
  EXPECT_EQ(report.target->inside_count, 6);
  EXPECT_EQ(report.target->outside_count, 4);
  // Laptops, the first step, wait 10 x 4 days; besides them three exams that are retaken wait 5.
  ASSERT_TRUE(report.bottleneck.has_value());
  EXPECT_EQ(report.bottleneck->from, kNoText);
  EXPECT_DOUBLE_EQ(report.bottleneck->wait.total, 40 * kDaySeconds);
  EXPECT_DOUBLE_EQ(report.bottleneck_share, 40.0 / 55);
  EXPECT_EQ(report.steps.size(), 3u);
  EXPECT_EQ(report.impediments.size(), 1u);
  EXPECT_EQ(report.omitted_variants.count, 1);
  EXPECT_DOUBLE_EQ(report.omitted_variants.share, 0.3);
  EXPECT_EQ(report.omitted_steps.count, 0);
  EXPECT_EQ(report.omitted_impediments.count, 0);
}

TEST(ReportTest, SaysWhatTheLimitsLeftOut) {
  std::vector<TestRow> rows = Onboardings();
  rows.push_back(On(40, "rep-9", "Sign", "suspend", Cause("ACCESS", "")));
  rows.push_back(On(44, "rep-9", "Sign", "resume"));
  ReportOptions options;
  options.map.activities = 2;
  options.max_steps = 2;
  options.max_impediments = 1;
  const auto log = MakeLog(rows);
  const Report whole = MakeReport(log, {});
  const Report report = MakeReport(log, options);
  ASSERT_EQ(report.steps.size(), 2u);
  EXPECT_EQ(report.omitted_steps.count, 1);
  double time = 0;
  for (const StepTime& step : whole.steps) time += TotalSeconds(step);
  EXPECT_DOUBLE_EQ(report.omitted_steps.share, TotalSeconds(whole.steps[2]) / time);
  ASSERT_EQ(report.impediments.size(), 1u);
  EXPECT_EQ(report.omitted_impediments.count, 1);
  EXPECT_DOUBLE_EQ(report.omitted_impediments.share, 4.0 / 44);
  EXPECT_EQ(report.process_map.activities.size(), 2u);
  EXPECT_EQ(report.process_map.omitted_activities.count, 1);
  // What is shown changes nothing of what is found.
  ASSERT_EQ(report.findings.size(), whole.findings.size());
  for (size_t i = 0; i < whole.findings.size(); ++i)
    EXPECT_EQ(report.findings[i].headline, whole.findings[i].headline);
}

// Waits of 1 to 5000 days, an activity each: what is written about are three of them.
TEST(ReportTest, ManyActivities) {
  std::vector<TestRow> rows;
  for (int i = 1; i <= 5000; ++i) {
    for (const std::string half : {"x", "y"}) {
      const std::string id = absl::StrCat(half, i);
      rows.push_back(On(0, id, "Begin"));
      rows.push_back(On(i, id, absl::StrCat("Step ", i)));
    }
  }
  const Report report = MakeReport(MakeLog(rows), {});
  EXPECT_EQ(report.process_map.edges.size(), 20u);
  EXPECT_EQ(report.process_map.omitted_edges.count, 4980);
  EXPECT_DOUBLE_EQ(report.process_map.omitted_edges.share, 4980.0 / 5000);
  EXPECT_EQ(report.process_map.omitted_count, 2 * 4980);
  // Two cases of 10,000 are too few to be worth a finding.
  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(report.steps[0].waiting.total, 2 * 5000 * kDaySeconds);
}

}  // namespace
}  // namespace plumbline::analytics
