// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/defects/defects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "services/analytics/defects/log_yield.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

using ::testing::ElementsAre;

absl::Status Go() { return absl::OkStatus(); }

TestRow At(int64_t time, const std::string& activity, const std::string& transition,
           std::vector<std::pair<std::string, AttributeValue>> attributes = {}) {
  return {"c", activity, time, transition, kNoTime, "", std::move(attributes)};
}
std::vector<std::pair<std::string, AttributeValue>> Defects(const std::string& list) {
  return {{"defects", list}};
}

// "A: 2 done REWORK of REWORK,WAIVED": each visit, its defects and what would have told.
std::vector<std::string> Visits(const std::vector<TestRow>& rows,
                                const DefectOptions& options = {}) {
  const auto log = MakeLog(rows);
  std::vector<std::string> visits;
  const char* const kNames[] = {"rework", "rejected", "waived", "late", "reported"};
  const auto names = [&](DefectSources sources) {
    std::vector<std::string> list;
    for (const DefectSource source : kDefectSources) {
      if (sources.Has(source)) list.push_back(kNames[static_cast<size_t>(source)]);
    }
    return absl::StrJoin(list, ",");
  };
  const absl::Status status = ReadDefects(
      *log, {}, options,
      [&](const StepVisit& v) {
        visits.push_back(absl::StrCat(
            log->activities[v.activity], ": ", v.completed, " done [", names(v.defects), "] of [",
            names(v.told), "]", v.reported.empty() ? "" : " ", absl::StrJoin(v.reported, ",")));
      },
      Go);
  EXPECT_TRUE(status.ok()) << status;
  return visits;
}

TEST(Defects, PlainLogsTellOfReworkOnly) {
  EXPECT_THAT(Visits({At(0, "A", ""), At(1, "B", ""), At(2, "A", "")}),
              ElementsAre("A: 2 done [rework] of [rework]", "B: 1 done [] of [rework]"));
}

TEST(Defects, AFailedVerificationIsRepairedNotReworked) {
  const std::vector<TestRow> rows = {
      At(0, "A", "schedule"), At(1, "A", "submit"), At(2, "A", "complete", Defects("rejected")),
      At(3, "A", "start"),    At(4, "A", "submit"), At(5, "A", "verify"),
      At(6, "A", "complete")};
  EXPECT_THAT(Visits(rows), ElementsAre("A: 2 done [rejected] of [rework,rejected,reported]"));
  // Where rejections do not count, it was done twice.
  DefectOptions options;
  options.sources = DefectSources();
  options.sources.Add(DefectSource::kRework);
  EXPECT_THAT(Visits(rows, options), ElementsAre("A: 2 done [rework] of [rework]"));
}

TEST(Defects, ThirdTimeIsRework) {
  EXPECT_THAT(Visits({At(2, "A", "complete", Defects("rejected,wrong-address")),
                      At(5, "A", "complete"), At(6, "A", "complete")}),
              ElementsAre("A: 3 done [rework,rejected,reported] of [rework,rejected,reported] "
                          "wrong-address"));
}

TEST(Defects, ReportedOnTheLastIsRepairedByNothing) {
  EXPECT_THAT(Visits({At(2, "A", "complete"), At(5, "A", "complete", Defects("late-form"))}),
              ElementsAre("A: 2 done [rework,reported] of [rework,reported] late-form"));
}

TEST(Defects, WaivedAndLate) {
  const auto due = [](int64_t time) {
    return std::vector<std::pair<std::string, AttributeValue>>{{"due_time", Instant{time}}};
  };
  EXPECT_THAT(
      Visits({At(0, "A", "schedule", due(5)), At(0, "B", "schedule", due(5)),
              At(0, "C", "schedule", due(9)), At(0, "D", "schedule", due(50)),
              At(4, "A", "complete"), At(6, "B", "complete"), At(8, "E", "manualskip"),
              At(20, "F", "complete", {{"case_finished", false}})}),
      ElementsAre("A: 1 done [] of [rework,waived,late]",
                  "B: 1 done [late] of [rework,waived,late]", "C: 0 done [late] of [waived,late]",
                  "E: 0 done [waived] of [waived]", "F: 1 done [] of [rework,waived]"));
}

// A table with a due time for each step, and no life-cycle transitions.
TEST(Defects, LateByTheDueTimeOfTheStepItself) {
  const auto due = [](int64_t time) {
    return std::vector<std::pair<std::string, AttributeValue>>{{"due_time", Instant{time}}};
  };
  EXPECT_THAT(Visits({At(1, "A", "", due(5)), At(9, "B", "", due(7)), At(10, "C", "")}),
              ElementsAre("A: 1 done [] of [rework,late]", "B: 1 done [late] of [rework,late]",
                          "C: 1 done [] of [rework]"));
  // Of the first event alone it is the case's.
  EXPECT_THAT(Visits({At(9, "A", "", due(5)), At(10, "B", "")}),
              ElementsAre("A: 1 done [] of [rework]", "B: 1 done [] of [rework]"));
}

// What a case left open when it ended is late with nothing.
TEST(Defects, AnEndedCaseIsNotLate) {
  EXPECT_THAT(Visits({At(0, "A", "schedule", {{"due_time", Instant{5}}}),
                      At(20, "F", "complete", {{"case_finished", true}})}),
              ElementsAre("F: 1 done [] of [rework]"));
}

LogYield Of(const std::vector<TestRow>& rows, int64_t opportunities = 0) {
  const auto yield = MeasureYield(*MakeLog(rows), {}, {}, opportunities, Go);
  EXPECT_TRUE(yield.ok()) << yield.status();
  return yield.ok() ? *yield : LogYield();
}

TEST(LogYield, OfTwoCases) {
  const int64_t second = 1'000'000;
  const LogYield yield = Of({{"1", "A", 10 * second, "", 0},
                             {"1", "B", 30 * second, "", 20 * second},
                             {"1", "B", 60 * second, "", 50 * second},
                             {"2", "A", 10 * second, "", 0},
                             {"2", "B", 30 * second, "", 20 * second}});
  EXPECT_EQ(yield.cases, 2);
  EXPECT_EQ(yield.right_cases, 1);
  EXPECT_EQ(yield.steps[0].activity, 1u);  // the least first
  EXPECT_EQ(yield.steps[0].right, 1);
  EXPECT_EQ(yield.rolled->rolled, 0.5);
  EXPECT_EQ(yield.rates->per_unit, 0.5);
  EXPECT_EQ(yield.rates->per_opportunity, 0.25);
  EXPECT_EQ(yield.opportunities, 4);
  EXPECT_EQ(yield.hidden.rework, 1);
  EXPECT_EQ(yield.hidden.working_seconds, 10);
  EXPECT_EQ(yield.hidden.waiting_seconds, 20);
  EXPECT_EQ(yield.hidden.all_working_seconds, 50);
  EXPECT_EQ(Of({{"1", "A", 1}, {"1", "A", 2}}, 10).rates->per_opportunity, 0.1);
}

// Cases 1 and 2 have ended, the second with a repeat; 3 is open and right so far; 4 is open and has
// a repeat already.
TEST(LogYield, OpenCasesHaveNotComeThrough) {
  std::vector<TestRow> rows = {{"1", "A", 1}, {"1", "B", 2}, {"2", "A", 1}, {"2", "B", 2},
                               {"2", "B", 3}, {"3", "A", 1}, {"4", "A", 1}, {"4", "A", 4}};
  rows[1].attributes = rows[4].attributes = {{"case_finished", true}};
  const LogYield yield = Of(rows);
  EXPECT_EQ(yield.cases, 4);
  EXPECT_EQ(yield.open_cases, 2);
  EXPECT_EQ(yield.right_cases, 1);
  // Of the cases that ended: 1 defect in 2 cases, and in 4 steps.
  EXPECT_EQ(yield.units, 2);
  EXPECT_EQ(yield.defects, 1);
  EXPECT_EQ(yield.rates->per_unit, 0.5);
  EXPECT_EQ(yield.opportunities, 4);
  EXPECT_EQ(yield.rates->per_opportunity, 0.25);
  // Steps are over also in open cases: A was right in 3 of 4, B in 1 of 2.
  EXPECT_EQ(yield.counts.AllDefects(), 2);
  ASSERT_EQ(yield.steps.size(), 2u);
  EXPECT_EQ(yield.steps[1].cases, 4);
  EXPECT_EQ(yield.steps[1].right, 3);
  EXPECT_EQ(yield.rolled->rolled, 0.375);
  EXPECT_EQ(Of(rows, 2).opportunities, 4);

  rows = {{"1", "A", 1}, {"2", "A", 2}};
  rows[0].attributes = {{"case_finished", false}};
  const LogYield open = Of(rows);
  EXPECT_EQ(open.open_cases, 2);
  EXPECT_EQ(open.right_cases, 0);
  EXPECT_FALSE(open.rates.has_value());
  EXPECT_EQ(open.rolled->rolled, 1);
}

TEST(LogYield, WhereNothingTellsNothingIsRight) {
  DefectOptions late;
  late.sources = {};
  late.sources.Add(DefectSource::kMissedTarget);
  const auto yield =
      MeasureYield(*MakeLog(std::vector<TestRow>{{"1", "A", 1}, {"1", "A", 2}}), {}, late, 0, Go);
  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->cases, 1);
  EXPECT_EQ(yield->right_cases, 0);
  EXPECT_TRUE(yield->sources.empty());
  EXPECT_FALSE(yield->rolled.has_value());
  EXPECT_FALSE(yield->rates.has_value());
  EXPECT_TRUE(yield->steps.empty());
  EXPECT_EQ(WhyNoneTold(late.sources),
            "nothing tells of the defects that were asked for: missed target (no step has a "
            "\"due_time\")");
}

TEST(LogYield, NothingAllRightAndAllWrong) {
  const LogYield none = Of({});
  EXPECT_EQ(none.cases, 0);
  EXPECT_FALSE(none.rolled.has_value());
  EXPECT_FALSE(none.rates.has_value());
  const LogYield right = Of({{"1", "A", 1}});
  EXPECT_EQ(right.rolled->rolled, 1);
  EXPECT_TRUE(right.rates->bounded);
  const LogYield wrong = Of({{"1", "A", 1}, {"1", "A", 2}});
  EXPECT_EQ(wrong.rolled->rolled, 0);
  EXPECT_TRUE(wrong.rates->bounded);
  EXPECT_FALSE(wrong.hidden.any_start);
}

TEST(LogYield, FewerOpportunitiesThanDefectsAreRefused) {
  const auto yield = MeasureYield(
      *MakeLog(std::vector<TestRow>{{"1", "A", 1}, {"1", "A", 2}, {"1", "B", 3}, {"1", "B", 4}}),
      {}, {}, 1, Go);
  ASSERT_FALSE(yield.ok());
  EXPECT_EQ(base::FieldViolationsOf(yield.status())[0].field, "opportunities_per_case");
}

}  // namespace
}  // namespace plumbline::analytics
