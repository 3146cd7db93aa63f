// SPDX-License-Identifier: Apache-2.0
//
// What plans say of each task, before anything exists and under way, with the real programs.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

// A holiday in the far future, and one long ago.
constexpr char kCalendar[] =
    "name: calendars/berlin\ntitle: Berlin\ntimeZone: Europe/Berlin\n"
    "holidays:\n  - {id: founders-day, title: Founders' Day, dates: ['2020-01-08', "
    "'2130-01-03']}\n";

// A day of work, a branch of an hour or of twenty days, a day more. `before`: a step before.
std::string Branching(bool before) {
  return std::string(
             "attributes:\n"
             "  - {id: kind, title: Kind, type: TYPE_ENUM, allowedValues: [short, long]}\n"
             "root:\n  id: all\n  sequence:\n    nodes:\n") +
         (before ? "      - {id: one, title: The first, step: {role: ops, target: {days: 1}}}\n"
                 : "") +
         "      - id: way\n        title: Which way?\n        choice:\n          nodes:\n"
         "            - {id: quick, title: Quick, condition: kind = short, step: {role: ops, "
         "target: {minutes: 60}}}\n"
         "            - {id: slow, title: Slow, condition: kind = long, step: {role: ops, target: "
         "{days: 20}}}\n"
         "      - {id: two, title: The last, step: {role: ops, target: {days: 1}}}\n";
}

constexpr char kThree[] =
    "root:\n  id: all\n  sequence:\n    nodes:\n"
    "      - {id: first, title: First, step: {role: it, target: {days: 1}, earliestDay: 0}}\n"
    "      - {id: second, title: Second, step: {role: it, target: {days: 1}}}\n"
    "      - {id: third, title: Third, step: {role: it, target: {days: 1}}}\n"
    "      - {id: fourth, title: Fourth, step: {role: it, target: {days: 1}}}\n";

class PlanWhyTest : public CommandFixture {
 protected:
  void Publish(const std::string& id, const std::string& root) {
    Write("berlin.yaml", kCalendar);
    Write(id + ".yaml", ProcessFile(id, root));
    ASSERT_EQ(Run({"apply", Folder() + "/berlin.yaml"}).code, 0);
    const Ended applied = Run({"apply", Folder() + "/" + id + ".yaml", "--publish"});
    ASSERT_EQ(applied.code, 0) << applied.output;
  }
  // What runs for `ada`, with the words before and after.
  Ended OfAda(std::vector<std::string> words, const std::vector<std::string>& more) {
    for (const char* word :
         {"--person", "ada@example.com", "--day-one", "2130-01-02", "--calendar", "berlin"})
      words.push_back(word);
    words.insert(words.end(), more.begin(), more.end());
    return Run(words);
  }
};

// The row of a task that is not chosen has no dates.
constexpr char kNotChosen[] = "slow +Slow +ops +(pending +)?no, by condition *\n";

TEST_F(PlanWhyTest, WhatConditionsDoNotChooseHasNoDatesBeforeTheStartAndAfter) {
  Publish("mini", Branching(/*before=*/true));
  const Ended plan = OfAda({"plan", "mini"}, {"--set", "kind=short", "--why"});
  EXPECT_THAT(plan.output,
              AllOf(ContainsRegex(kNotChosen), HasSubstr("the end hangs on: one -> quick -> two"),
                    HasSubstr("is not planned by condition, as things are now: "),
                    Not(HasSubstr("maybe"))));
  const Ended would = OfAda({"start", "mini", "--id", "ada", "--dry-run"}, {"--set", "kind=short"});
  EXPECT_THAT(would.output, ContainsRegex(kNotChosen));
  const Ended started = OfAda({"start", "mini", "--id", "ada"}, {"--set", "kind=short"});
  EXPECT_EQ(started.code, 0) << started.output;
  EXPECT_THAT(started.output, ContainsRegex(kNotChosen));
  const Ended live = Run({"onboarding", "plan", "ada", "--why"});
  EXPECT_THAT(live.output,
              AllOf(ContainsRegex(kNotChosen), HasSubstr("the end hangs on: one -> quick -> two"),
                    HasSubstr("is not planned by condition, as things are now: "),
                    Not(HasSubstr("maybe"))));
  // Once it is decided.
  Expect({"task", "done", "ada/one"}, 0, {"ready: ada/quick"});
  EXPECT_THAT(Run({"onboarding", "plan", "ada", "--why"}).output,
              AllOf(ContainsRegex("slow +Slow +ops +not-needed +no *\n"),
                    HasSubstr("is not needed: at 'way' 'quick' is taken")));
  // Nobody says which: both may be.
  const Ended open = OfAda({"plan", "mini"}, {});
  EXPECT_THAT(open.output, AllOf(ContainsRegex("quick +Quick .* maybe"),
                                 ContainsRegex("slow +Slow .* 2130-.* maybe")));
}

TEST_F(PlanWhyTest, WhatIsDecidedWithTheStartHasNoDatesEither) {
  Publish("mini", Branching(/*before=*/false));
  EXPECT_THAT(OfAda({"plan", "mini"}, {"--set", "kind=short"}).output, ContainsRegex(kNotChosen));
  EXPECT_THAT(OfAda({"start", "mini", "--id", "ada"}, {"--set", "kind=short"}).output,
              ContainsRegex("slow +Slow +ops +not-needed +no *\n"));
  EXPECT_THAT(Run({"onboarding", "plan", "ada"}).output,
              ContainsRegex("slow +Slow +ops +not-needed +no *\n"));
}

TEST_F(PlanWhyTest, UnderWayTheReasonsAreThoseOfThePlan) {
  Publish("three", kThree);
  const std::vector<std::string> says = {
      "begins when 'second' ends: ", "takes 1 working day by Berlin, in Europe/Berlin",
      "nobody works on Tue 2130-01-03 (Founders' Day)"};
  const Ended plan = OfAda({"plan", "three"}, {"--why"});
  const Ended started = OfAda({"start", "three", "--id", "ada"}, {});
  EXPECT_EQ(started.code, 0) << started.output;
  const Ended live = Run({"onboarding", "plan", "ada", "--why"});
  for (const std::string& text : says) {
    EXPECT_THAT(plan.output, HasSubstr(text));
    EXPECT_THAT(live.output, HasSubstr(text));
  }
}

TEST_F(PlanWhyTest, UnderWayTheySayWhatHappened) {
  Publish("three", kThree);
  Expect({"start", "three", "--id", "ada", "--person", "ada@example.com", "--day-one", "2020-01-06",
          "--at", "2020-01-02T09:00:00Z"},
         0, {"started"});
  Expect({"task", "done", "ada/first", "--at", "2020-01-08T09:00:00Z"}, 0, {"ready: ada/second"});
  const std::string late = Run({"onboarding", "plan", "ada", "--why"}).output;
  EXPECT_THAT(late,
              AllOf(HasSubstr("its turn came on Wed 2020-01-08 09:00 UTC, when 'first' ended"),
                    HasSubstr("'second' was due on Thu 2020-01-09 09:00 UTC, and is late by "),
                    HasSubstr("in the end it hangs on 'second', which was due on Thu 2020-01-09"),
                    HasSubstr(" later than planned, Wed 2020-01-08 09:00 UTC")));
  Expect({"task", "block", "ada/second", "--category", "access", "--description", "no key"}, 0,
         {"blocked"});
  EXPECT_THAT(Run({"onboarding", "plan", "ada", "--why"}).output,
              ContainsRegex("'second' is blocked since .* \\(no key\\): its clock stands"));
}

}  // namespace
}  // namespace plumbline
