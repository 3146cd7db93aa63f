// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/outcomes.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/analytics/report/report_testing.h"

namespace plumbline::analytics::objectives {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

absl::Status Go() { return absl::OkStatus(); }

Outcomes Read(const std::vector<TestRow>& rows, const Measure& measure,
              const std::vector<std::string>& transitions = {}) {
  const auto log = MakeLog(rows);
  const Traces traces(log, {transitions});
  const Variants variants(traces);
  const auto outcomes = ReadOutcomes({*log, traces, [&]() -> const Variants& { return variants; }},
                                     transitions, measure, Go);
  EXPECT_TRUE(outcomes.ok()) << outcomes.status();
  return outcomes.ok() ? *outcomes : Outcomes();
}

Measure Within(double days, const std::string& activity = "", const std::string& from = "") {
  Measure measure;
  measure.activity = activity;
  measure.from_activity = from;
  measure.deadline = [days](int64_t begin) { return begin + Days(days); };
  return measure;
}

Attributes Open() { return {{"case_finished", false}}; }

// Counted, bad, pending and overdue at the end of a day.
struct At {
  int64_t count, bad, pending, overdue;
  bool operator==(const At&) const = default;
};
At On(const Outcomes& outcomes, double day) {
  const int64_t at = Days(day);
  const Tally tally = outcomes.series.Count(INT64_MIN, at);
  return {tally.count, tally.bad, outcomes.series.Pending(at), outcomes.series.Overdue(at)};
}

TEST(CaseTime, CountsWhenItEndsOrItsTimeIsOver) {
  const Outcomes outcomes = Read(
      {
          analytics::On(0, "good", "a", "", Open()),
          analytics::On(5, "good", "b", "", Finished()),
          analytics::On(0, "late", "a"),
          analytics::On(20, "late", "b", "", Finished()),
          analytics::On(0, "open", "a"),
          analytics::On(15, "young", "a"),
      },
      Within(10));
  EXPECT_EQ(On(outcomes, 4), (At{0, 0, 3, 0}));
  EXPECT_EQ(On(outcomes, 5), (At{1, 0, 2, 0}));
  EXPECT_EQ(On(outcomes, 10), (At{1, 0, 2, 0})) << "at the deadline it may still end in time";
  EXPECT_EQ(On(outcomes, 10.001), (At{3, 2, 0, 2})) << "late ones do not hide until they end";
  EXPECT_EQ(On(outcomes, 20), (At{3, 2, 1, 1}));
  EXPECT_EQ(On(outcomes, 26), (At{4, 3, 0, 2})) << "what is to come if nothing happens";
}

TEST(CaseTime, OneThatEndsAtItsDeadlineIsGood) {
  const Outcomes outcomes =
      Read({analytics::On(0, "1", "a"), analytics::On(10, "1", "b")}, Within(10));
  EXPECT_EQ(On(outcomes, 11), (At{1, 0, 0, 0}));
  EXPECT_THAT(outcomes.notes, ElementsAre(HasSubstr("marks no ends")));
}

TEST(CaseTime, BeginsOnDayOneAndEndsAtItsOwnTarget) {
  Measure own;
  const Outcomes outcomes =
      Read({analytics::On(0, "1", "a", "assign",
                          {{"earliest_time", Instant{Days(5)}}, {"due_time", Instant{Days(15)}}}),
            analytics::On(14, "1", "b", "", Finished()), analytics::On(0, "no target", "a")},
           own);
  EXPECT_EQ(outcomes.left_out, 1);
  EXPECT_EQ(On(outcomes, 4), (At{0, 0, 0, 0})) << "it has not begun";
  EXPECT_EQ(On(outcomes, 14), (At{1, 0, 0, 0}));
  EXPECT_EQ(On(Read({analytics::On(0, "1", "a", "assign", DayOne(5)),
                     analytics::On(14, "1", "b", "", Finished())},
                    Within(10)),
               14),
            (At{1, 0, 0, 0}));
}

TEST(CaseTime, ToAnActivity) {
  const std::vector<TestRow> rows = {
      analytics::On(0, "certified", "Hired", "", Open()),
      analytics::On(8, "certified", "Certified"),
      analytics::On(90, "certified", "Left", "", Finished()),
      analytics::On(0, "left", "Hired"),
      analytics::On(3, "left", "Left", "", Finished()),
      analytics::On(0, "learns", "Hired"),
      analytics::On(0, "left late", "Hired"),
      analytics::On(30, "left late", "Left", "", Finished()),
  };
  Measure measure = Within(10, "Certified");
  EXPECT_EQ(On(Read(rows, measure), 3), (At{1, 1, 3, 0})) << "who left will not be certified";
  EXPECT_EQ(On(Read(rows, measure), 11), (At{4, 3, 0, 2}));
  measure.leave_out_ended_without = true;
  const Outcomes without = Read(rows, measure);
  EXPECT_EQ(without.left_out, 1);
  EXPECT_EQ(On(without, 11), (At{3, 2, 0, 2})) << "who was late before they left counts";
}

TEST(CaseTime, FromAnActivityToAnother) {
  const std::vector<TestRow> rows = {
      analytics::On(0, "1", "Quote"),    analytics::On(1, "1", "Sign"),
      analytics::On(5, "1", "Approve"),  analytics::On(6, "1", "Sign"),
      analytics::On(0, "2", "Quote"),    analytics::On(0, "3", "Approve"),
      analytics::On(50, "3", "Archive"),
  };
  const Outcomes outcomes = Read(rows, Within(2, "Sign", "Approve"));
  EXPECT_EQ(outcomes.left_out, 1) << "case 2 never came to legal";
  EXPECT_EQ(On(outcomes, 6), (At{2, 1, 0, 1})) << "nothing says that case 3 has ended";
}

// Of four that did not come to it: ended in time, ended late, is open past its time, is in time.
TEST(CaseTime, WhatEndedWithoutTheActivityFailedAndIsNotOverdue) {
  const std::vector<TestRow> rows = {
      analytics::On(0, "lost", "Open", "", Open()),
      analytics::On(3, "lost", "Lost", "", Finished()),
      analytics::On(0, "late", "Open"),
      analytics::On(30, "late", "Lost", "", Finished()),
      analytics::On(0, "open", "Open"),
      analytics::On(35, "young", "Open"),
  };
  const Series series = Read(rows, Within(10, "Won")).series;
  EXPECT_EQ(series.Failed(INT64_MIN, Days(3)), 1);
  EXPECT_EQ(series.Overdue(Days(20)), 2) << "one of them is still open then";
  EXPECT_EQ(series.Failed(INT64_MIN, Days(20)), 1);
  EXPECT_EQ(series.Failed(INT64_MIN, Days(40)), 2);
  EXPECT_EQ(series.Overdue(Days(40)), 1);
  EXPECT_EQ(series.OverdueSince(Days(5), Days(20)), 2);
  EXPECT_EQ(series.OverdueSince(Days(5), Days(40)), 1);
  EXPECT_EQ(series.OverdueSince(Days(15), Days(40)), 0) << "its time was over before";
  EXPECT_EQ(series.Pending(Days(40)), 1);
  EXPECT_EQ(series.Failed(Days(5), Days(40)), 1) << "of those that count in the window";
}

// The same cases in a log that marks no ends: what is late has ended without it, for all that is
// known, and waits for nobody.
TEST(CaseTime, WhereNoEndsAreMarkedWhatIsLateHasEndedWithoutTheActivity) {
  const Outcomes outcomes =
      Read({analytics::On(0, "lost", "Open"), analytics::On(3, "lost", "Lost"),
            analytics::On(0, "late", "Open"), analytics::On(30, "late", "Lost"),
            analytics::On(35, "young", "Open")},
           Within(10, "Won"));
  EXPECT_THAT(outcomes.notes, ElementsAre(HasSubstr("'Won'"), HasSubstr("marks no ends")));
  EXPECT_EQ(On(outcomes, 9), (At{0, 0, 2, 0}));
  EXPECT_EQ(On(outcomes, 11), (At{2, 2, 0, 1})) << "one had an event later";
  EXPECT_EQ(On(outcomes, 36), (At{2, 2, 1, 0}));
  EXPECT_EQ(outcomes.series.Failed(INT64_MIN, Days(36)), 2);
}

TEST(CaseTime, AnActivityThatNeverHappenedIsToldAndMissed) {
  const Outcomes outcomes =
      Read({analytics::On(0, "1", "a"), analytics::On(90, "1", "b")}, Within(10, "Certifeid"));
  EXPECT_EQ(On(outcomes, 11), (At{1, 1, 0, 1}));
  EXPECT_THAT(outcomes.notes, ElementsAre(HasSubstr("'Certifeid'"), HasSubstr("marks no ends")));
  EXPECT_THAT(Read({analytics::On(0, "1", "Open"), analytics::On(90, "1", "Certified")},
                   Within(10, "Certifeid"))
                  .notes,
              Contains("The log has no activity 'Certifeid'; did you mean 'Certified'?"));
}

TEST(CaseTime, ADeadlineThatNeverComesIsNeverMissed) {
  Measure measure;
  measure.deadline = [](int64_t) { return INT64_MAX; };
  const Outcomes outcomes =
      Read({analytics::On(0, "1", "a", "", Open()), analytics::On(0, "2", "a"),
            analytics::On(9, "2", "b", "", Finished())},
           measure);
  EXPECT_EQ(On(outcomes, 1e6), (At{1, 0, 1, 0}));
}

TEST(StepTime, CountsOccurrences) {
  Measure measure = Within(2, "Legal");
  measure.kind = MeasureKind::kStepTime;
  const Outcomes outcomes = Read(
      {
          analytics::On(0, "1", "Legal", "schedule", Open()),
          analytics::On(1, "1", "Legal", "complete"),
          analytics::On(4, "1", "Legal", "schedule"),
          analytics::On(9, "1", "Legal", "complete"),
          analytics::On(0, "2", "Legal", "schedule"),
          analytics::On(1, "2", "Legal", "manualskip"),
          analytics::On(5, "3", "Legal", "schedule"),
          analytics::On(8, "4", "Legal", "schedule"),
          analytics::On(9, "4", "Other", "complete", Finished()),
          analytics::On(9, "5", "Other", "complete"),
      },
      measure, {"complete"});
  EXPECT_EQ(outcomes.left_out, 2) << "skipped, and left when its case ended in time";
  EXPECT_EQ(On(outcomes, 1), (At{1, 0, 0, 0}));
  EXPECT_EQ(On(outcomes, 6.5), (At{2, 1, 1, 1}));
  EXPECT_EQ(On(outcomes, 9), (At{3, 2, 0, 1}));
}

TEST(StepTime, ByTheDueTimeOfTheStep) {
  Measure measure;
  measure.kind = MeasureKind::kStepTime;
  measure.activity = "Laptop";
  const Outcomes outcomes = Read(Onboardings(), measure, {"complete"});
  EXPECT_EQ(On(outcomes, 40), (At{10, 6, 0, 0}));
  EXPECT_EQ(On(outcomes, 3.5), (At{6, 6, 4, 6}));
}

TEST(Condition, IsBadWhereItHolds) {
  Measure measure;
  measure.kind = MeasureKind::kCondition;
  measure.condition = *Selection::Compile("condition", {"activities:Rework", "", false, {}});
  const Outcomes outcomes = Read(
      {
          analytics::On(0, "1", "a", "", Open()),
          analytics::On(1, "1", "Rework"),
          analytics::On(2, "1", "b", "", Finished()),
          analytics::On(0, "2", "a"),
          analytics::On(3, "2", "b", "", Finished()),
          analytics::On(0, "3", "Rework"),
      },
      measure);
  EXPECT_EQ(On(outcomes, 1), (At{0, 0, 3, 0}));
  EXPECT_EQ(On(outcomes, 2), (At{1, 1, 2, 0}));
  EXPECT_EQ(On(outcomes, 9), (At{2, 1, 1, 0}));
}

TEST(Defect, IsBadWhereThereWasOne) {
  Measure measure;
  measure.kind = MeasureKind::kDefect;
  const Outcomes outcomes = Read(
      {
          analytics::On(0, "1", "a"),
          analytics::On(1, "1", "a"),
          analytics::On(2, "1", "b"),
          analytics::On(0, "2", "a"),
          analytics::On(3, "2", "b"),
      },
      measure);
  EXPECT_EQ(On(outcomes, 9), (At{2, 1, 0, 0}));
}

// No step has a due time: the promise to miss none is not known to be kept.
TEST(Defect, IsNotKnownWhereNothingTells) {
  Measure measure;
  measure.kind = MeasureKind::kDefect;
  measure.sources = {};
  measure.sources.Add(DefectSource::kMissedTarget);
  const Outcomes outcomes = Read({analytics::On(0, "1", "a"), analytics::On(3, "2", "b")}, measure);
  EXPECT_EQ(On(outcomes, 9), (At{0, 0, 0, 0}));
  EXPECT_THAT(outcomes.notes, ElementsAre(StartsWith("Nothing tells of the defects")));
}

TEST(Outcomes, OfAnEmptyLogAreNone) {
  for (const MeasureKind kind : {MeasureKind::kCaseTime, MeasureKind::kStepTime,
                                 MeasureKind::kDefect, MeasureKind::kCondition}) {
    Measure measure = Within(1, kind == MeasureKind::kStepTime ? "a" : "");
    measure.kind = kind;
    const Outcomes outcomes = Read({}, measure);
    EXPECT_TRUE(outcomes.series.empty());
    EXPECT_EQ(On(outcomes, 1), (At{0, 0, 0, 0}));
    EXPECT_THAT(outcomes.notes, IsEmpty());
  }
}

}  // namespace
}  // namespace plumbline::analytics::objectives
