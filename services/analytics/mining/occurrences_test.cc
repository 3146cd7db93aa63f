// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/occurrences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

std::string TimeText(int64_t time) { return time == kNoTime ? "-" : absl::StrCat(time); }

// "A waiting+working+blocked @ready/start/end", with marks: skipped or open, late, embedded.
std::string Text(const LogSnapshot& log, const Occurrence& o) {
  return absl::StrCat(log.activities[o.activity], " ", o.waiting, "+", o.working, "+", o.blocked,
                      " @", TimeText(o.ready), "/", TimeText(o.start), "/", TimeText(o.end),
                      o.completed ? "" : " undone", o.embedded ? " embedded" : "",
                      o.due != kNoTime && o.end > o.due ? " late" : "");
}

struct Row {
  std::string name;
  std::vector<TestRow> rows;
  std::vector<std::string> occurrences;
  std::vector<std::string> impediments = {};  // "activity category utility begin-end"
  std::vector<std::string> map_transitions = {};
};

class OccurrencesTest : public testing::TestWithParam<Row> {};

TEST_P(OccurrencesTest, Pairs) {
  const auto log = MakeLog(GetParam().rows);
  std::vector<std::string> occurrences, impediments;
  ReadOccurrences(
      *log, GetParam().map_transitions,
      {[&](const Occurrence& o) { occurrences.push_back(Text(*log, o)); },
       [&](const Impediment& i) {
         impediments.push_back(absl::StrCat(log->activities[i.activity], " ", i.category, " ",
                                            i.utility, " ", i.begin, "-", i.end));
       }});
  EXPECT_THAT(occurrences, testing::ElementsAreArray(GetParam().occurrences));
  EXPECT_THAT(impediments, testing::ElementsAreArray(GetParam().impediments));
}

using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

TestRow At(int64_t time, const std::string& activity, const std::string& transition,
           Attributes attributes = {}) {
  return {"c", activity, time, transition, kNoTime, "", std::move(attributes)};
}
TestRow Interval(int64_t start, int64_t time, const std::string& activity) {
  return {"c", activity, time, "", start};
}
// A complete that knows when it was begun.
TestRow Done(int64_t start, int64_t time, const std::string& activity, Attributes attributes = {}) {
  return {"c", activity, time, "complete", start, "", std::move(attributes)};
}
Attributes Earliest(int64_t time) { return {{"earliest_time", Instant{time}}}; }
Attributes Task(const std::string& id) { return {{"task", id}}; }
Attributes Block(const std::string& id) {
  return {{"impediment", id}, {"category", std::string("ACCESS")}, {"utility", "crm-" + id}};
}

const std::vector<Row> kRows = {
    {"PlainEventsOnlyWait",
     {At(0, "A", ""), At(10, "B", ""), At(17, "A", "")},
     {"A 0+0+0 @-/-/0", "B 10+0+0 @0/-/10", "A 7+0+0 @10/-/17"}},
    {"ScheduleStartComplete",
     {At(0, "A", "Schedule", {{"due_time", Instant{25}}}), At(10, "A", "START"),
      At(30, "A", "complete")},
     {"A 10+20+0 @0/10/30 late"}},
    {"MilestonesAreNoWork",
     {At(0, "A", "schedule"), At(3, "Certified", "milestone"), At(10, "A", "complete"),
      At(12, "Certified", "milestone_withdrawn")},
     {"A 10+0+0 @0/-/10"}},
    {"WhatIsToldOfWorkIsNoWork",
     {At(0, "A", "schedule"), At(3, "A", "escalate"), At(4, "A", "acknowledge"),
      At(5, "A", "change"), At(10, "A", "complete"), At(12, "A", "escalate")},
     {"A 10+0+0 @0/-/10"}},
    {"DueInTime",
     {At(0, "A", "schedule", {{"due_time", Instant{30}}}), At(30, "A", "complete")},
     {"A 30+0+0 @0/-/30"}},
    {"BlocksOverlapOnce",
     {At(0, "A", "schedule"), At(10, "A", "start"), At(12, "A", "suspend", Block("1")),
      At(14, "A", "suspend", Block("2")), At(16, "A", "resume", Block("1")),
      At(18, "A", "resume", Block("2")), At(30, "A", "complete")},
     {"A 10+14+6 @0/10/30"},
     {"A ACCESS crm-1 12-16", "A ACCESS crm-2 14-18"}},
    {"ResumeByImpedimentNotByAge",
     {At(0, "A", "schedule"), At(2, "A", "suspend", Block("1")), At(3, "A", "suspend", Block("2")),
      At(4, "A", "resume", Block("2")), At(9, "A", "resume", Block("1")), At(9, "A", "complete")},
     {"A 2+0+7 @0/-/9"},
     {"A ACCESS crm-1 2-9", "A ACCESS crm-2 3-4"}},
    {"BlockedBeforeAndAcrossTheStart",
     {At(0, "A", "schedule"), At(2, "A", "suspend"), At(5, "A", "resume"), At(8, "A", "suspend"),
      At(10, "A", "start"), At(11, "A", "resume"), At(20, "A", "complete")},
     {"A 5+9+6 @0/10/20"},
     {"A   2-5", "A   8-11"}},
    {"TasksArePairedByTheirId",
     {At(0, "A", "schedule", Task("1")), At(1, "A", "schedule", Task("2")),
      At(5, "A", "start", Task("2")), At(6, "A", "complete", Task("2")),
      At(10, "A", "start", Task("1")), At(20, "A", "complete", Task("1"))},
     {"A 4+1+0 @1/5/6", "A 10+10+0 @0/10/20"}},
    {"WithoutIdFirstInFirstOut",
     {At(0, "A", "schedule"), At(1, "A", "schedule"), At(5, "A", "start"), At(6, "A", "start"),
      At(10, "A", "complete"), At(20, "A", "complete")},
     {"A 5+5+0 @0/5/10", "A 5+14+0 @1/6/20"}},
    {"SkippedWhileBlocked",
     {At(0, "A", "schedule"), At(2, "A", "suspend", Block("1")), At(7, "A", "manualskip"),
      At(9, "A", "resume", Block("1")), At(10, "B", "")},
     {"A 2+0+5 @0/-/7 undone", "B 1+0+0 @9/-/10"},
     {"A ACCESS crm-1 2-7"}},
    {"StillOpen",
     {At(0, "A", "schedule"), At(2, "A", "suspend", Block("1")), At(10, "B", "complete")},
     {"B 8+0+0 @2/-/10", "A 0+0+0 @0/-/- undone"},
     {"A ACCESS crm-1 2-10"}},
    {"StartWithoutSchedule",
     {At(0, "A", "complete"), At(4, "B", "start"), At(9, "B", "complete"), At(10, "B", "start"),
      At(12, "B", "complete")},
     {"A 0+0+0 @-/-/0", "B 4+5+0 @0/4/9", "B 1+2+0 @9/10/12"}},
    {"EmbeddedInTheWorkOnAnother",
     {At(0, "A", "start"), At(4, "B", "complete"), At(9, "A", "complete"), At(10, "B", "complete")},
     {"B 4+0+0 @0/-/4 embedded", "A 0+9+0 @-/0/9", "B 1+0+0 @9/-/10"}},
    {"StartTimes",
     {Interval(0, 10, "A"), Interval(15, 30, "B"), Interval(20, 22, "C"), Interval(31, 31, "D")},
     {"A 0+10+0 @-/0/10", "B 5+15+0 @10/15/30", "C 0+2+0 @20/20/22 embedded", "D 1+0+0 @30/31/31"}},
    {"PlannedTimeIsNoWaiting",
     {At(0, "A", "schedule", Earliest(20)), At(25, "A", "start"), At(30, "A", "complete")},
     {"A 5+5+0 @20/25/30"}},
    {"BegunBeforeItsEarliestTime",
     {At(0, "A", "schedule", Earliest(20)), At(5, "A", "start"), At(30, "A", "complete")},
     {"A 0+25+0 @5/5/30"}},
    {"EndedBeforeItsEarliestTime",
     {At(0, "A", "schedule", Earliest(20)), At(8, "A", "complete")},
     {"A 0+0+0 @8/-/8"}},
    {"EarliestTimeBeforeItsTurn",
     {At(10, "A", "schedule", Earliest(3)), At(15, "A", "start"), At(16, "A", "complete")},
     {"A 5+1+0 @10/15/16"}},
    {"BlockedInPlannedTimeAndAfter",
     {At(0, "A", "schedule", Earliest(20)), At(5, "A", "suspend"), At(22, "A", "resume"),
      At(25, "A", "start"), At(30, "A", "complete")},
     {"A 3+5+17 @20/25/30"},
     {"A   5-22"}},
    {"StartTimeOfTheCompleteAgreesWithTheStart",
     {At(0, "A", "schedule", Task("1")), At(0, "B", "schedule", Task("2")),
      At(10, "A", "start", Task("1")), At(11, "B", "start", Task("2")),
      At(12, "A", "suspend", Task("1")), At(14, "A", "resume", Task("1")),
      Done(11, 20, "B", Task("2")), Done(10, 30, "A", Task("1")),
      At(30, "C", "schedule", Task("3")), At(35, "C", "complete", Task("3"))},
     {"B 11+9+0 @0/11/20", "A 10+18+2 @0/10/30", "C 5+0+0 @30/-/35"},
     {"A   12-14"}},
    {"StartTimeOfTheCompleteWithoutAStart",
     {At(0, "A", "schedule", Earliest(4)), At(12, "A", "suspend"), At(14, "A", "resume"),
      Done(10, 30, "A")},
     {"A 6+18+2 @4/10/30"},
     {"A   12-14"}},
    {"CaseTransitionsAreNoSteps",
     {At(0, "Case", "assign"), At(2, "Which", "decide"), At(5, "A", "complete"),
      At(6, "Case", "pi_complete")},
     {"A 3+0+0 @2/-/5"}},
    {"UnknownTransitionsComplete",
     {At(0, "A", "In Progress"), At(5, "B", "Closed")},
     {"A 0+0+0 @-/-/0", "B 5+0+0 @0/-/5"}},
    {"UnlessOthersWereChosen",
     {At(0, "A", "In Progress"), At(5, "B", "Closed"), At(6, "C", "")},
     {"B 5+0+0 @0/-/5"},
     {},
     {"closed"}},
    {"SuspendOfNothing",
     {At(0, "A", "suspend"), At(3, "A", "resume"), At(5, "A", "resume")},
     {},
     {"A   0-3"}},
};

INSTANTIATE_TEST_SUITE_P(Rows, OccurrencesTest, testing::ValuesIn(kRows),
                         [](const auto& param) { return param.param.name; });

// C is scheduled behind B's schedule, but after A; what is not scheduled follows the event before.
TEST(OccurrencesPreviousTest, EndedLastBeforeTheSchedule) {
  const auto log = MakeLog(
      std::vector<TestRow>{At(0, "A", "schedule"), At(1, "A", "complete"), At(1, "B", "schedule"),
                           At(1, "C", "schedule"), At(3, "B", "complete"), At(9, "C", "complete"),
                           At(10, "D", "start"), At(11, "E", ""), At(12, "D", "complete")});
  std::vector<std::string> previous;
  ReadOccurrences(*log, {},
                  {[&](const Occurrence& o) {
                     previous.push_back(absl::StrCat(
                         o.previous == kNoText ? "-" : std::string(log->activities[o.previous]),
                         log->activities[o.activity]));
                   },
                   nullptr});
  EXPECT_THAT(previous, testing::ElementsAre("-A", "AB", "AC", "DE", "CD"));
}

// Cases of all kinds, some with starts, schedules and due times.
std::vector<TestRow> ManyCases() {
  std::vector<TestRow> rows;
  for (int c = 0; c < 40; ++c) {
    const std::string id = absl::StrCat("c", 100 + c);
    for (int i = 0; i < 1 + c * 7 % 9; ++i) {
      const char* const transitions[] = {"", "schedule", "start", "complete", "suspend", "resume"};
      const int64_t time = 1'000 * c + 100 * i;
      const int64_t start = i % 4 == 1 ? time - 50 : kNoTime;
      TestRow row{id, absl::StrCat("a", i % 3), time, transitions[(c + i) % 6], start};
      if (i % 2 == 0) row.attributes.emplace_back("due_time", Instant{time + 70});
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

TEST(OccurrencesPieces, AreTheWholeLog) {
  const auto log = MakeLog(ManyCases());
  std::vector<std::string> whole;
  ReadOccurrences(*log, {},
                  {[&](const Occurrence& o) { whole.push_back(Text(*log, o)); }, nullptr});
  for (const size_t pieces :
       {size_t{1}, size_t{2}, size_t{3}, size_t{7}, size_t{40}, size_t{1000}}) {
    std::vector<std::string> told;
    uint32_t next = 0;
    for (const CaseRange& cases : CutCases(*log, pieces)) {
      EXPECT_EQ(cases.first, next);
      EXPECT_LT(cases.first, cases.end);
      next = cases.end;
      ASSERT_TRUE(
          ReadOccurrences(*log, {}, cases,
                          {[&](const Occurrence& o) { told.push_back(Text(*log, o)); }, nullptr},
                          [] { return absl::OkStatus(); })
              .ok());
    }
    EXPECT_EQ(next, log->case_count());
    EXPECT_EQ(told, whole);
  }
  EXPECT_LE(CutCases(*log, 3).size(), 3u);
  EXPECT_TRUE(CutCases(*MakeLog({}), 2).empty());
}

}  // namespace
}  // namespace plumbline::analytics
