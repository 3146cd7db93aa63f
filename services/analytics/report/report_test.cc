// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "services/analytics/log/test_rows.h"
#include "services/analytics/report/units.h"

namespace plumbline::analytics {
namespace {

using testing::ElementsAre;
using testing::Field;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

constexpr int64_t kDay = int64_t{86'400} * 1'000'000;
constexpr double kDaySeconds = 86'400;

int64_t Days(double days) { return static_cast<int64_t>(days * static_cast<double>(kDay)); }

// An event of case `id`, `day` days after 1970.
TestRow On(double day, const std::string& id, const std::string& activity,
           const std::string& transition = "", Attributes attributes = {}) {
  return {id, activity, Days(day), transition, kNoTime, "", std::move(attributes)};
}
Attributes Due(double day) { return {{"due_time", Instant{Days(day)}}}; }
Attributes Finished() { return {{"case_finished", true}}; }
Attributes Cause(const std::string& category, const std::string& utility) {
  return {{"category", category}, {"utility", utility}};
}

TEST(UnitsTest, Texts) {
  EXPECT_EQ(DurationText(0), "0 seconds");
  EXPECT_EQ(DurationText(0.4), "0.4 seconds");
  EXPECT_EQ(DurationText(119), "119 seconds");
  EXPECT_EQ(DurationText(120), "2.0 minutes");
  EXPECT_EQ(DurationText(5400), "90.0 minutes");
  EXPECT_EQ(DurationText(1.5 * kDaySeconds), "36.0 hours");
  EXPECT_EQ(DurationText(1.94 * kDaySeconds + 0.07 * kDaySeconds), "2.0 days");
  EXPECT_EQ(DurationText(99.96 * kDaySeconds), "100 days");
  EXPECT_EQ(DurationText(1234567.4 * kDaySeconds), "1,234,567 days");
  EXPECT_EQ(DurationText(-3 * kDaySeconds), "-3.0 days");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(-1000), "-1,000");
  EXPECT_EQ(CountText(12345678), "12,345,678");
  EXPECT_EQ(ShareText(0), "0 %");
  EXPECT_EQ(ShareText(0.004), "0.4 %");
  EXPECT_EQ(ShareText(0.144), "14 %");
}

TEST(ParetoTest, BarsByTimeLost) {
  const auto log = MakeLog(std::vector<TestRow>{
      On(0, "1", "Laptop", "schedule"),
      On(1, "1", "Laptop", "suspend", Cause("CATEGORY_EQUIPMENT", "")),
      On(3, "1", "Laptop", "resume"),
      On(0, "2", "Sign", "suspend", Cause("UTILITY_DOWN", "workspaces/w/utilities/e-signature")),
      On(5, "2", "Sign", "resume"),
      On(0, "3", "Sign", "suspend", Cause("UTILITY_DOWN", "e-signature")),
      On(1, "3", "Sign", "resume"),
      On(1, "3", "Mail", "suspend", Cause("", "mail")),
      On(2, "3", "Mail", "suspend"),
      On(10, "4", "Last", "complete"),
  });
  const auto bars = MakePareto(*log, std::vector<std::string>());
  ASSERT_EQ(bars.size(), 4u);
  // Those of case 3 are still open: up to day 10.
  EXPECT_EQ(bars[0].cause, "mail");
  EXPECT_DOUBLE_EQ(bars[0].lost_seconds, 9 * kDaySeconds);
  EXPECT_EQ(bars[1].cause, "unknown");
  EXPECT_DOUBLE_EQ(bars[1].lost_seconds, 8 * kDaySeconds);
  EXPECT_EQ(bars[2].cause, "UTILITY_DOWN / e-signature");
  EXPECT_EQ(std::tuple(bars[2].count, bars[2].case_count, bars[2].worst_activity),
            std::tuple(2, 2, "Sign"));
  EXPECT_DOUBLE_EQ(bars[2].lost_seconds, 6 * kDaySeconds);
  EXPECT_DOUBLE_EQ(bars[2].share, 6.0 / 25);
  EXPECT_DOUBLE_EQ(bars[2].cumulative_share, 23.0 / 25);
  EXPECT_EQ(bars[3].cause, "EQUIPMENT");
  EXPECT_DOUBLE_EQ(bars[3].cumulative_share, 1);
}

struct TargetRow {
  std::string name;
  std::vector<TestRow> rows;
  std::optional<double> target_days;
  std::tuple<int64_t, int64_t, int64_t, int64_t> cases;  // with target, inside, outside, undecided
  double share;
  std::vector<std::string> map_transitions = {};
};

class AttainmentTest : public testing::TestWithParam<TargetRow> {};

TEST_P(AttainmentTest, Counts) {
  std::optional<int64_t> target;
  if (GetParam().target_days) target = Days(*GetParam().target_days);
  const Traces traces(MakeLog(GetParam().rows), {GetParam().map_transitions});
  const TargetAttainment got = MeasureAttainment(traces, target);
  EXPECT_EQ(std::tuple(got.case_count, got.inside_count, got.outside_count, got.undecided_count),
            GetParam().cases);
  EXPECT_DOUBLE_EQ(got.share, GetParam().share);
}

const std::vector<TargetRow> kTargets = {
    {"NoTarget", {On(0, "1", "a"), On(5, "1", "b")}, std::nullopt, {0, 0, 0, 0}, 0},
    {"PlainLogEveryCaseIsFinished",
     {On(0, "1", "a"), On(5, "1", "b"), On(0, "2", "a"), On(6, "2", "b"), On(90, "3", "a")},
     5,
     {3, 2, 1, 0},
     2.0 / 3},
    {"OwnDueTimes",
     {On(0, "1", "Case", "assign", Due(60)), On(60, "1", "Case", "pi_complete", Finished()),
      On(0, "2", "Case", "assign", Due(60)), On(61, "2", "Case", "pi_complete", Finished()),
      On(0, "3", "Case", "assign", Due(60)), On(9, "3", "x", "complete"),
      On(70, "4", "Case", "assign", Due(130)), On(0, "5", "Case", "assign")},
     std::nullopt,
     {4, 1, 2, 1},
     1.0 / 3,
     {"complete"}},
    {"DueTimeOfAStepIsNotTheCases",
     {On(0, "1", "x", "schedule", Due(1)), On(5, "1", "x", "complete")},
     std::nullopt,
     {0, 0, 0, 0},
     0},
    {"DueTimeOnALaterEventIsNotTheCases",
     {On(0, "1", "x"), On(5, "1", "y", "", Due(1))},
     std::nullopt,
     {0, 0, 0, 0},
     0},
    {"TargetOfTheRequestComesFirst",
     {On(0, "1", "Case", "assign", Due(60)), On(10, "1", "x", "complete", Finished()),
      On(0, "2", "Case", "assign", Due(1)), On(4, "2", "x", "complete", Finished())},
     5,
     {2, 1, 1, 0},
     0.5},
    {"TargetOfTheRequestFromTheFirstEventThatCounts",
     {On(0, "1", "Case", "assign"), On(7, "1", "x", "complete"), On(10, "1", "y", "complete")},
     5,
     {1, 1, 0, 0},
     1,
     {"complete"}},
    {"UnfinishedIsUndecided",
     {On(0, "1", "x"), On(2, "1", "y", "", Finished()), On(1, "2", "x"),
      On(1, "3", "x", "", {{"case_finished", false}})},
     5,
     {3, 1, 0, 2},
     1},
};

INSTANTIATE_TEST_SUITE_P(Rows, AttainmentTest, testing::ValuesIn(kTargets),
                         [](const auto& param) { return param.param.name; });

// A wait of `days` from `from` to `to`.
Occurrence WaitOf(uint32_t case_number, uint32_t from, uint32_t to, double days) {
  Occurrence o;
  o.case_number = case_number;
  o.previous = from;
  o.activity = to;
  o.ready = 0;
  o.waiting = Days(days);
  o.completed = true;
  return o;
}

TEST(BottleneckTest, LargestTotalWait) {
  BottleneckBuilder waits;
  waits.Add(WaitOf(0, 0, 1, 0));
  waits.Add(WaitOf(0, 1, 2, 10));
  waits.Add(WaitOf(0, 3, 4, 30));
  waits.Add(WaitOf(0, 2, 3, 5));
  waits.Add(WaitOf(0, 2, 3, 10));
  waits.Add(WaitOf(1, 2, 3, 15));
  waits.Add(WaitOf(1, kNoText, 0, 30));
  Occurrence other = WaitOf(1, 1, 2, 900);
  other.embedded = true;
  waits.Add(other);
  other = WaitOf(1, 1, 2, 900);
  other.completed = false;
  waits.Add(other);
  const auto bottleneck = waits.Finish();
  ASSERT_TRUE(bottleneck.has_value());
  const Edge& edge = bottleneck->edge;
  EXPECT_EQ(std::tuple(edge.from, edge.to, edge.count, edge.case_count), std::tuple(2, 3, 3, 2));
  EXPECT_DOUBLE_EQ(edge.wait.total, 30 * kDaySeconds);
  EXPECT_DOUBLE_EQ(edge.wait.median, 10 * kDaySeconds);
  EXPECT_DOUBLE_EQ(bottleneck->share, 0.3);
}

TEST(BottleneckTest, NoneWhereNobodyWaits) {
  BottleneckBuilder waits;
  EXPECT_FALSE(waits.Finish().has_value());
  waits.Add(WaitOf(0, 0, 1, 0));
  EXPECT_FALSE(waits.Finish().has_value());
}

std::vector<Finding> FindingsOf(const std::vector<TestRow>& rows) {
  return MakeReport(MakeLog(rows), {}).findings;
}

// Ten on-boardings: the laptop waits 4 days, the exam is worked on for 1 day (in the last case for
// 6) and retaken in three cases, the e-signature is down for 20 days in two.
std::vector<TestRow> Onboardings() {
  std::vector<TestRow> rows;
  for (int i = 0; i < 10; ++i) {
    const std::string id = absl::StrCat("rep-", i);
    rows.push_back(On(0, id, "Laptop", "schedule", Due(i < 4 ? 5 : 3)));
    rows.push_back(On(4, id, "Laptop", "start"));
    rows.push_back(On(4, id, "Laptop", "complete"));
    rows.push_back(On(4, id, "Sign", "schedule"));
    if (i < 2) {
      rows.push_back(On(4, id, "Sign", "suspend", Cause("UTILITY_DOWN", "e-signature")));
      rows.push_back(On(24, id, "Sign", "resume"));
    }
    rows.push_back(On(i < 2 ? 24 : 4, id, "Sign", "complete"));
    rows.push_back(On(30, id, "Exam", "schedule"));
    rows.push_back(On(30, id, "Exam", "start"));
    rows.push_back(On(i == 9 ? 36 : 31, id, "Exam", "complete"));
    if (i >= 3) continue;
    rows.push_back(On(31, id, "Exam", "schedule"));
    rows.push_back(On(36, id, "Exam", "start"));
    rows.push_back(On(38, id, "Exam", "complete"));
  }
  return rows;
}

TEST(FindingsTest, OnboardingsByTimeLost) {
  const auto findings = FindingsOf(Onboardings());
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_EQ(findings[0].rank, 1);
  EXPECT_EQ(findings[0].kind, FindingKind::kImpediment);  // 40 days, as the next: causes first
  EXPECT_EQ(findings[1].rank, 2);
  EXPECT_EQ(findings[1].kind, FindingKind::kWait);
  EXPECT_EQ(findings[2].rank, 3);
  EXPECT_EQ(findings[2].kind, FindingKind::kRework);
}

TEST(FindingsTest, ImpedimentEvidence) {
  auto rows = Onboardings();
  rows.push_back(On(40, "rep-0", "Sign", "suspend", Cause("UTILITY_DOWN", "e-signature")));
  rows.push_back(On(41, "rep-0", "Sign", "resume"));
  const Finding f = FindingsOf(rows)[0];
  EXPECT_EQ(f.kind, FindingKind::kImpediment);
  EXPECT_EQ(f.subject, "UTILITY_DOWN / e-signature");
  EXPECT_EQ(f.headline, "Stop 'UTILITY_DOWN / e-signature' from blocking work");
  EXPECT_DOUBLE_EQ(f.lost_seconds, 41 * kDaySeconds);
  EXPECT_EQ(f.case_count, 2);
  EXPECT_THAT(f.evidence,
              ElementsAre("3 impediments of this cause cost 41.0 days in 2 of 10 cases; 13.7 days "
                          "each.",
                          "That is 100 % of all time lost to impediments; most at 'Sign'."));
}

TEST(FindingsTest, WaitAndReworkEvidence) {
  const auto findings = FindingsOf(Onboardings());
  const auto wait = std::find_if(findings.begin(), findings.end(),
                                 [](const Finding& f) { return f.kind == FindingKind::kWait; });
  ASSERT_NE(wait, findings.end());
  EXPECT_EQ(wait->headline, "Shorten the wait before 'Laptop'");
  EXPECT_EQ(wait->subject, "Laptop");
  EXPECT_EQ(wait->case_count, 10);
  // All waiting: 40 days for laptops and 15 for the exams that were retaken.
  EXPECT_THAT(wait->evidence,
              ElementsAre("Waits for 'Laptop' cost 40.0 days over 10 of 10 cases; median 4.0 days, "
                          "95th percentile 4.0 days.",
                          "That is 73 % of all waiting.",
                          "6 of 10 were done after their due time (60 %)."));
  const Finding& rework = findings[2];
  EXPECT_EQ(rework.headline, "Get 'Exam' done in one go: 30 % of its cases repeat it");
  EXPECT_DOUBLE_EQ(rework.lost_seconds, 21 * kDaySeconds);
  EXPECT_EQ(rework.case_count, 3);
  // Waiting 55 days and working 15 + 6 days in all.
  EXPECT_THAT(
      rework.evidence,
      ElementsAre("'Exam' was repeated 3 times in 3 of 10 cases; waiting for and working on "
                  "the repeats took 21.0 days, 7.0 days per case that repeats it.",
                  "That is 28 % of all waiting and working; 71 % of it is waiting."));
}

TEST(FindingsTest, PlainLogNamesTheStepBeforeTheWait) {
  std::vector<TestRow> rows;
  for (const std::string id : {"1", "2", "3"}) {
    rows.push_back(On(0, id, "Lead"));
    rows.push_back(On(10, id, "Call"));
    rows.push_back(On(11, id, "Offer"));
  }
  rows.push_back(On(0, "4", "Web form"));
  rows.push_back(On(2, "4", "Call"));
  const auto findings = FindingsOf(rows);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].subject, "Lead -> Call");
  EXPECT_EQ(findings[0].headline, "Shorten the wait from 'Lead' to 'Call'");
  EXPECT_DOUBLE_EQ(findings[0].lost_seconds, 30 * kDaySeconds);
  EXPECT_THAT(findings[0].evidence,
              ElementsAre("Waits for 'Call' after 'Lead' cost 30.0 days over 3 of 4 cases; median "
                          "10.0 days, 95th percentile 10.0 days.",
                          "That is 86 % of all waiting."));
  EXPECT_EQ(findings[1].subject, "Call -> Offer");
}

// Which of parallel branches ended last says nothing: 'Sign' waits 6 days after 'Credit check' and
// 2 after 'Offer'.
TEST(FindingsTest, WaitAfterSeveralStepsIsNamedByItsStep) {
  std::vector<TestRow> rows;
  for (const std::string id : {"1", "2", "3", "4"}) {
    const bool offer_first = id != "4";
    rows.push_back(On(0, id, offer_first ? "Offer" : "Credit check"));
    rows.push_back(On(0, id, offer_first ? "Credit check" : "Offer"));
    rows.push_back(On(2, id, "Sign"));
  }
  const auto findings = FindingsOf(rows);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].headline, "Shorten the wait before 'Sign'");
  EXPECT_EQ(findings[0].subject, "Sign");
  EXPECT_DOUBLE_EQ(findings[0].lost_seconds, 8 * kDaySeconds);
  EXPECT_EQ(findings[0].evidence[1], "That is 100 % of all waiting.");
}

TEST(FindingsTest, SlowStep) {
  std::vector<TestRow> rows;
  for (int i = 0; i < 5; ++i) {
    const std::string id = absl::StrCat(i);
    rows.push_back(On(0, id, "Quote", "schedule"));
    rows.push_back(On(0, id, "Quote", "start"));
    rows.push_back(On(i < 3 ? 1 : 11, id, "Quote", "complete"));
  }
  const auto findings = FindingsOf(rows);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, FindingKind::kSlowStep);
  EXPECT_EQ(findings[0].headline, "Bring slow runs of 'Quote' down to the usual 24.0 hours");
  EXPECT_DOUBLE_EQ(findings[0].lost_seconds, 20 * kDaySeconds);
  EXPECT_THAT(findings[0].evidence,
              ElementsAre("Work on 'Quote' beyond its median cost 20.0 days over 2 of 5 cases; "
                          "median 24.0 hours, 95th percentile 11.0 days, longest 11.0 days."));
}

TEST(FindingsTest, SlowStepDoesNotCountWhatWasBlocked) {
  std::vector<TestRow> rows;
  for (int i = 0; i < 5; ++i) {
    const std::string id = absl::StrCat(i);
    rows.push_back(On(0, id, "Quote", "start"));
    if (i > 2) {
      rows.push_back(On(1, id, "Quote", "suspend"));
      rows.push_back(On(3, id, "Quote", "resume"));
    }
    rows.push_back(On(i < 3 ? 1 : 11, id, "Quote", "complete"));
  }
  const auto findings = FindingsOf(rows);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].evidence[0],
            "Work on 'Quote' beyond its median, blocked time not counted, cost 16.0 days over 2 of "
            "5 cases; median 24.0 hours, 95th percentile 9.0 days, longest 9.0 days.");
  EXPECT_EQ(findings[1].kind, FindingKind::kImpediment);
}

TEST(FindingsTest, AnAccidentOfOneCaseIsNone) {
  std::vector<TestRow> rows = {On(0, "1", "a"), On(900, "1", "Accident")};
  for (const std::string id : {"2", "3"}) {
    rows.push_back(On(0, id, "a"));
    rows.push_back(On(1, id, "b"));
  }
  EXPECT_THAT(FindingsOf(rows), ElementsAre(Field(&Finding::subject, "a -> b")));
}

TEST(FindingsTest, BlockedTimeIsNotWaitingToo) {
  const auto findings = FindingsOf({On(0, "1", "Sign", "schedule"), On(0, "1", "Sign", "suspend"),
                                    On(9, "1", "Sign", "resume"), On(9, "1", "Sign", "complete")});
  EXPECT_THAT(findings, ElementsAre(Field(&Finding::kind, FindingKind::kImpediment)));
}

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
  options.max_edges = 1;
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
  options.max_edges = 0;
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
  EXPECT_EQ(report.case_duration.count, 2);
  EXPECT_EQ(report.case_duration.min, 4 * kDaySeconds);
  EXPECT_EQ(report.case_duration.median, 7 * kDaySeconds);
  EXPECT_EQ(report.open_case_count, 2);
}

TEST(ReportTest, DurationOfAllCasesWhereNoEndIsMarked) {
  const Report report =
      MakeReport(MakeLog(std::vector<TestRow>{On(0, "1", "a"), On(10, "1", "b"),
                                              On(0, "2", "a", "", {{"case_finished", false}})}),
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
  options.max_edges = 1;
  options.max_variants = 1;
  options.target_micros = Days(33);
  const Report report = MakeReport(MakeLog(Onboardings()), options);
  EXPECT_EQ(report.process_map.event_count, 33);
  EXPECT_EQ(report.process_map.edges.size(), 1u);
  EXPECT_EQ(report.process_map.omitted_edges, 2);
  EXPECT_EQ(report.variants.size(), 1u);
  EXPECT_EQ(report.variant_count, 2);
  EXPECT_EQ(report.case_duration.count, 10);
  // From the laptop (day 4) to the exam (day 31, 36 or 38): 32 days at most but for the three that
  // retook it.
  EXPECT_EQ(report.case_duration.max, 34 * kDaySeconds);
  ASSERT_TRUE(report.target.has_value());
  EXPECT_EQ(report.target->inside_count, 7);
  EXPECT_EQ(report.target->outside_count, 3);
  // Laptops, the first step, wait 10 x 4 days; besides them three exams that are retaken wait 5.
  ASSERT_TRUE(report.bottleneck.has_value());
  EXPECT_EQ(report.bottleneck->from, kNoText);
  EXPECT_DOUBLE_EQ(report.bottleneck->wait.total, 40 * kDaySeconds);
  EXPECT_DOUBLE_EQ(report.bottleneck_share, 40.0 / 55);
  EXPECT_EQ(report.steps.size(), 3u);
  EXPECT_EQ(report.impediments.size(), 1u);
}

}  // namespace
}  // namespace plumbline::analytics
