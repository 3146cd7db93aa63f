// SPDX-License-Identifier: Apache-2.0
//
// Calendars of on-boardings, day one that moves and the plan under way, with the real programs.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kCalendar[] =
    "name: calendars/berlin\ntitle: Berlin\ntimeZone: Europe/Berlin\n"
    "holidays:\n  - {id: founders-day, title: Founders' Day, dates: ['2020-01-07']}\n";

// Two steps of a working day each, to be done in three.
constexpr char kProcess[] =
    "target: {days: 3}\n"
    "root:\n  id: all\n  sequence:\n    nodes:\n"
    "      - {id: first, title: First, step: {role: it, target: {days: 1}, earliestDay: 0}}\n"
    "      - {id: second, title: Second, step: {role: it, target: {days: 1}}}\n";

class BusinessTimeCommandTest : public CommandFixture {
 protected:
  void SetUp() override {
    Write("berlin.yaml", kCalendar);
    Write("two.yaml", ProcessFile("two", kProcess));
    ASSERT_EQ(Run({"apply", Folder() + "/berlin.yaml"}).code, 0);
    ASSERT_EQ(Run({"apply", Folder() + "/two.yaml", "--publish"}).code, 0);
  }
};

TEST_F(BusinessTimeCommandTest, ACalendarCountsAndIsNamed) {
  Expect({"plan", "two", "--person", "ada@example.com", "--day-one", "2020-01-06", "--calendar",
          "berlin", "--why"},
         0, {"by Berlin, in Europe/Berlin", "Tue 2020-01-07 (Founders' Day)"});
  Expect({"start", "two", "--id", "ada", "--person", "ada@example.com", "--day-one", "2020-01-06",
          "--calendar", "calendars/berlin", "--at", "2020-01-06T08:00:00Z"},
         0, {"started, to end by 2020-01-10 08:00"});
  Expect({"start", "two", "--id", "bob", "--person", "b", "--day-one", "2020-01-06", "--calendar",
          "none"},
         4, {"--calendar", "calendars/none"});
}

TEST_F(BusinessTimeCommandTest, WhatIsLateBeforeItBeginsIsTold) {
  // Founders' Day.
  const std::vector<std::string> who = {"two",        "--person",   "ada@example.com", "--day-one",
                                        "2020-01-07", "--calendar", "berlin"};
  const auto with = [&](std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), who.begin(), who.end());
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  const std::vector<std::string> notes = {
      "day one, Tue 2020-01-07, is no working day by calendars/berlin: Wed 2020-01-08 counts as "
      "day one",
      "2 tasks should have begun already (first, second); by what is left to do it ends 20",
      " UTC: at risk", "first: the target of the on-boarding is missed by"};
  Expect(with({"plan"}, {}), 0, notes);
  Expect(with({"start"}, {"--id", "ada", "--dry-run"}), 0, notes);
  const Ended json = Run(with({"--json", "plan"}, {}));
  EXPECT_THAT(json.output, AllOf(HasSubstr("\"expectedFinishTime\""), HasSubstr("LEVEL_RED"),
                                 HasSubstr("\"risk\""), HasSubstr("\"taskCount\"")));
  EXPECT_THAT(Run(with({"--json", "start"}, {"--id", "ada", "--dry-run"})).output,
              HasSubstr("\"taskCount\""));
  EXPECT_THAT(Run({"plan", "two", "--person", "a", "--day-one", "2130-01-02"}).output,
              Not(AnyOf(HasSubstr("no working day"), HasSubstr("should have begun"))));
  Expect({"plan", "two", "--person", "a", "--day-one", "2130-01-01"}, 0,
         {"day one, Sun 2130-01-01, is no working day: Mon 2130-01-02 counts as day one"});
}

TEST_F(BusinessTimeCommandTest, DayOneMovesAndThePlanFollows) {
  Expect({"start", "two", "--id", "ada", "--person", "ada@example.com", "--day-one", "2020-01-06",
          "--at", "2020-01-02T09:00:00Z"},
         0, {"started"});
  Expect({"onboarding", "reschedule", "ada", "2030-01-07", "--reason", "The visa is late",
          "--dry-run"},
         0, {"day one is 2030-01-07", "ada/first is due 2030-01-08 09:00, was 2020-01-07 09:00"});
  Expect({"list", "onboardings", "--at-risk"}, 0, {"ada", "active"});
  Expect({"onboarding", "reschedule", "ada", "2130-01-02", "--reason", "The visa is late"}, 0,
         {"day one is 2130-01-02"});
  Expect({"list", "history", "ada"}, 0,
         {"replanned", "day one Mon 2020-01-06 -> Mon 2130-01-02, expected finish ",
          "task-rescheduled", "due Tue 2020-01-07 09:00 -> Tue 2130-01-03 09:00 UTC",
          "The visa is late"});
  Expect({"list", "onboardings", "--at-risk"}, 0, {"no on-boardings that are at risk"});
  Expect({"list", "onboardings", "--filter", "person = 'nobody@example.com'"}, 0,
         {"no on-boardings that fit what was asked for (--filter)"});
  Expect({"onboarding", "plan", "ada", "--why"}, 0,
         {"expected: 2130-01-04 09:00", "forecast: none yet, so count on the expected date",
          "there is no experience to forecast by: a step needs 5 past times",
          "the end hangs on: first -> second", "its target"});
  const Ended json = Run({"--json", "onboarding", "plan", "ada"});
  EXPECT_THAT(json.output, AllOf(HasSubstr("\"expectedFinishTime\""), HasSubstr("\"slack\""),
                                 HasSubstr("SOURCE_TARGET")));
  Expect({"onboarding", "reschedule", "ada", "2130-01-02", "--reason", "again"}, 0,
         {"ada: nothing changes, for day one is 2130-01-02 already"});
  Expect({"onboarding", "reschedule", "ada", "2130-01-07", "--reason", "a Saturday"}, 0,
         {"day one is 2130-01-07, was 2130-01-02",
          "day one, Sat 2130-01-07, is no working day: Mon 2130-01-09 counts as day one"});
  // What is late by it is named, as at a start, and so is what would be.
  Expect({"onboarding", "reschedule", "ada", "2020-01-06", "--reason", "The visa is here",
          "--dry-run"},
         0,
         {"ada/first is due 2020-01-07 09:00, was 2130-01-10 09:00\n",
          "  by what is left to do it ends 20", " UTC: at risk",
          "  first: it was due on Tue 2020-01-07 09:00 UTC\n",
          "  second: the target of the on-boarding is missed by "});
  Expect({"onboarding", "reschedule", "ada", "2020-01-06", "--reason", "The visa is here"}, 0,
         {"  by what is left to do it ends 20", " UTC: at risk",
          "  first: it was due on Tue 2020-01-07 09:00 UTC\n",
          "  second: the target of the on-boarding is missed by "});
  Expect({"onboarding", "reschedule", "ada", "soon", "--reason", "x"}, 3, {"DAY-ONE"});
  Expect({"onboarding", "plan", "nobody"}, 4, {"nobody"});
}

TEST_F(BusinessTimeCommandTest, WhatIsAtRiskIsListedAtOnceAndWhilePaused) {
  Write("tight.yaml", ProcessFile("tight",
                                  "target: {days: 1}\nroot: {id: work, title: Work, step: {role: "
                                  "seller, target: {days: 3}}}\n"));
  ASSERT_EQ(Run({"apply", Folder() + "/tight.yaml", "--publish"}).code, 0);
  Expect({"start", "tight", "--id", "ada", "--person", "a", "--day-one", "2130-01-02"}, 0, {});
  Expect({"list", "onboardings", "--at-risk"}, 0, {"active (at risk)"});
  Expect({"onboarding", "pause", "ada", "--reason", "x"}, 0, {"paused"});
  Expect({"list", "onboardings"}, 0, {"paused (at risk)"});
}

TEST_F(BusinessTimeCommandTest, WhatIsLateIsAtRiskAndTold) {
  Expect({"start", "two", "--id", "ada", "--person", "ada@example.com", "--day-one", "2020-01-06",
          "--at", "2020-01-02T09:00:00Z"},
         0, {"started"});
  Expect({"onboarding", "plan", "ada"}, 0, {"at risk", "working days after"});
  // At once, not from the next second on.
  Expect({"list", "onboardings", "--at-risk"}, 0, {"ada"});
  Expect({"start", "two", "--id", "bob", "--person", "bob@example.com", "--day-one", "2020-01-06"},
         0,
         {"2 tasks should have begun already (first, second)",
          "first: the target of the on-boarding is missed by"});
  Expect({"task", "done", "ada/first", "--at", "2020-01-10T09:00:00Z"}, 0, {"done"});
  Expect({"list", "history", "ada"}, 0, {"replanned"});
  const Ended history = Run({"export", "history"});
  EXPECT_THAT(
      history.output,
      HasSubstr("the finish moves from Wed 2020-01-08 09:00 UTC to Mon 2020-01-13 09:00 UTC, "
                "because 'first' ended 3 working days after it was due"));
}

}  // namespace
}  // namespace plumbline
