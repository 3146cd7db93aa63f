// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "services/analytics/report/report.h"
#include "services/analytics/report/report_testing.h"

namespace plumbline::analytics {
namespace {

using testing::ElementsAre;
using testing::Field;

std::vector<Finding> FindingsOf(const std::vector<TestRow>& rows) {
  return MakeReport(MakeLog(rows), {}).findings;
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
  EXPECT_EQ(f.headline, "Stop 'utility down / e-signature' from blocking work");
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
              ElementsAre("Waits for 'Call' after 'Lead', the first time in each case, cost 30.0 "
                          "days over 3 of 4 cases; median 10.0 days, 95th percentile 10.0 days.",
                          "That is 86 % of all waiting.",
                          "Not counted here, but in the time per step: 1 wait behind another "
                          "step."));
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
              ElementsAre("Work on 'Quote' beyond its median cost 20.0 days in the slower 2 of 5 "
                          "cases (by definition half of the runs are at or above a median); "
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
            "Work on 'Quote' beyond its median, blocked time not counted, cost 16.0 days in the "
            "slower 2 of 5 cases (by definition half of the runs are at or above a median); median "
            "24.0 hours, 95th percentile 9.0 days, longest 9.0 days.");
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

// 200 cases wait 10 days each for the contract. What costs four of them 30 minutes each, or all of
// them five minutes each, is nothing to fix; 600 days in four of them are.
TEST(FindingsTest, TrivialLossesAreNone) {
  std::vector<TestRow> rows;
  for (int i = 0; i < 200; ++i) {
    const std::string id = absl::StrCat(i);
    rows.push_back(On(0, id, "Lead"));
    rows.push_back(On(10, id, "Contract"));
    rows.push_back(On(10 + 5.0 / 1'440, id, "Copy"));
    if (i < 4) rows.push_back(On(10 + 35.0 / 1'440, id, "Stamp"));
    if (i >= 4 && i < 8) rows.push_back(On(160, id, "Court"));
  }
  EXPECT_THAT(FindingsOf(rows), ElementsAre(Field(&Finding::subject, "Lead -> Contract"),
                                            Field(&Finding::subject, "Copy -> Court")));
}

// The table of steps has 10 + 2 + 3 days of waiting for 'Sign': the finding says what it counts.
TEST(FindingsTest, AWaitSaysWhatItDoesNotCount) {
  std::vector<TestRow> rows;
  for (const std::string id : {"1", "2", "3", "4", "5"}) {
    rows.push_back(On(0, id, "Offer"));
    rows.push_back(On(10, id, "Sign"));
  }
  rows.push_back(On(12, "1", "Sign"));
  rows.push_back(On(0, "6", "Fax"));
  rows.push_back(On(3, "6", "Sign"));
  const auto findings = FindingsOf(rows);
  ASSERT_FALSE(findings.empty());
  EXPECT_THAT(findings[0].evidence,
              ElementsAre("Waits for 'Sign' after 'Offer', the first time in each case, cost 50.0 "
                          "days over 5 of 6 cases; median 10.0 days, 95th percentile 10.0 days.",
                          "That is 91 % of all waiting.",
                          "Not counted here, but in the time per step: 1 repeat; 1 wait behind "
                          "another step."));
}

TEST(FindingsTest, BlockedTimeIsNotWaitingToo) {
  const auto findings = FindingsOf({On(0, "1", "Sign", "schedule"), On(0, "1", "Sign", "suspend"),
                                    On(9, "1", "Sign", "resume"), On(9, "1", "Sign", "complete")});
  EXPECT_THAT(findings, ElementsAre(Field(&Finding::kind, FindingKind::kImpediment)));
}

}  // namespace
}  // namespace plumbline::analytics
