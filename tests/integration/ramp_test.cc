// SPDX-License-Identifier: Apache-2.0
//
// Milestones, readiness and cohorts, and rosters on a schedule, with the real programs.
#include <signal.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kMilestones[] =
    "milestones:\n"
    "  - {id: certified, title: Certified, node: work, target: {days: 5}}\n"
    "  - {id: quota, title: Full quota}\n";

class RampCommandTest : public CommandFixture {
 protected:
  void SetUp() override {
    Write("rep.yaml", ProcessFile("rep", std::string(kMilestones) + kStep));
    ASSERT_EQ(Run({"apply", "-f", Folder() + "/rep.yaml"}).code, 0);
  }
  std::string Roster() const { return Folder() + "/hires.csv"; }
};

TEST_F(RampCommandTest, MilestonesAreReachedReportedAndTakenBack) {
  Expect({"start", "rep", "--id", "ada", "--person", "ada@example.com", "--day-one", "2020-01-06"},
         0, {"started"});
  Expect({"ramp", "milestones", "ada"}, 0, {"certified", "overdue", "task work", "quota", "due"});
  Expect({"ramp", "readiness", "ada"}, 0,
         {"ada: red",
          "The milestone 'Certified' should have been reached by Mon 2020-01-13 09:00 UTC"});
  Expect({"list", "onboardings"}, 0, {"READINESS", "red"});
  Expect({"task", "done", "ada/work"}, 0, {"done"});
  Expect({"ramp", "report", "ada", "quota", "--at", "2020-01-08", "--source", "crm", "--reason",
          "Opportunity 4711"},
         0, {"ada: Full quota, reached 2020-01-08 00:00 UTC (2.0 working days after day one)"});
  Expect({"ramp", "milestones", "ada"}, 0, {"Opportunity 4711", "crm", "2.0 d", "1.6 d"});
  Expect({"list", "history", "ada"}, 0, {"milestone-reached", "quota", "certified"});
  Expect({"ramp", "report", "ada", "certified"}, 5, {"'work' ends"});
  Expect({"ramp", "report", "ada", "bonus"}, 4, {"bonus"});
  Expect({"ramp", "withdraw", "ada", "quota", "--reason", "Another Ada"}, 0,
         {"ada: Full quota, due"});
  const Ended json = Run({"--json", "ramp", "milestones", "ada"});
  EXPECT_THAT(json.output, AllOf(HasSubstr("STATE_REACHED"), HasSubstr("\"businessDays\"")));
  const Ended history = Run({"export", "history"});
  EXPECT_THAT(history.output,
              AllOf(HasSubstr(",milestone,reach_time"), HasSubstr("quota,2020-01-08T00:00:00Z")));
}

// What was reached is found by its name in every question about the log, and is no step of it.
TEST_F(RampCommandTest, MilestonesAreWhatQuestionsOfTheLogNameThem) {
  for (const char* id : {"ada", "bob", "cem"}) {
    Expect({"start", "rep", "--id", id, "--person", absl::StrCat(id, "@example.com"), "--day-one",
            "2020-01-06"},
           0, {"started"});
  }
  for (const char* id : {"ada", "bob"}) Expect({"task", "done", absl::StrCat(id, "/work")}, 0, {});
  for (const char* id : {"ada", "bob"}) {
    Expect({"ramp", "report", id, "quota", "--at", "2020-01-08", "--reason", "June"}, 0,
           {"reached"});
  }
  Expect({"ramp", "withdraw", "bob", "quota", "--reason", "Another Bob"}, 0, {"due"});
  // That is the last that happened: until the relay has told it.
  const std::vector<std::string> last = {"cases", "rep", "--filter",
                                         "transitions:milestone_withdrawn"};
  for (int i = 0; i < 200 && Run(last).output.find("bob") == std::string::npos; ++i)
    absl::SleepFor(absl::Milliseconds(50));
  const Ended by_quota = Run({"cases", "rep", "--filter", "activities:\"Full quota\""});
  EXPECT_THAT(by_quota.output, AllOf(HasSubstr("ada"), Not(HasSubstr("bob"))))
      << "his was taken back";
  EXPECT_THAT(Run({"cases", "rep", "--filter", "eventually_follows:\"Work > Certified\""}).output,
              AllOf(HasSubstr("ada"), HasSubstr("bob"), Not(HasSubstr("cem"))));
  EXPECT_THAT(Run({"--json", "cohorts", "rep", "--until", "Certified"}).output,
              AllOf(HasSubstr("\"caseCount\": 3,"), HasSubstr("\"happenedCount\": 2,")));
  Expect({"flow", "rep", "--completion", "Certified"}, 0, {"2 of 3 cases have ended"});
  // Two of three came to it: a quarter and a half, and no three quarters.
  EXPECT_THAT(
      Run({"ramp-curve", "rep", "--until", "Certified", "--every", "day", "--intervals", "5"})
          .output,
      ContainsRegex("all +3 +[0-9.]+ [a-z]+ +[0-9.]+ [a-z]+ +not yet"));
  Expect({"objective", "create", "certified", "rep", "--goal", "50%", "--until", "Certified",
          "--within", "5000d", "--min-events", "1"},
         0, {});
  EXPECT_THAT(Run({"--json", "budget", "certified"}).output,
              AllOf(HasSubstr("\"goodCount\": 2,"), HasSubstr("\"badCount\": 0,"),
                    HasSubstr("\"pendingCount\": 1,")));
  const std::string why = "o event of 'On-boarding' counts";
  Expect({"objective", "create", "ended", "rep", "--goal", "50%", "--until", "On-boarding",
          "--within", "5d"},
         0, {why});
  Expect({"objective", "create", "so", "rep", "--goal", "50%", "--condition",
          "NOT activities:On-boarding"},
         0, {why});
  Expect({"objective", "create", "step", "rep", "--goal", "50%", "--step", "Certified", "--within",
          "5d"},
         0, {"'Certified' is no step here"});
  EXPECT_THAT(Run({"map", "rep"}).output, Not(HasSubstr("Certified")));
  Expect({"cohorts", "rep", "--until", "On-boarding"}, 3,
         {"--until: no event of 'On-boarding' counts (", "with a milestone"});
}

TEST_F(RampCommandTest, CohortsAreCompared) {
  Write("hires.csv",
        "person,id,day-one,labels\n"
        "ada@example.com,ada,2020-01-06,region=emea\n"
        "bob@example.com,bob,2020-01-06,region=emea\n"
        "cem@example.com,cem,2020-02-03,region=apac\n");
  Expect({"start", "rep", "--roster", Roster(), "--dry-run"}, 0,
         {"3 would be started", "(work);", "(certified)"});
  EXPECT_THAT(Run({"--json", "start", "rep", "--roster", Roster(), "--dry-run"}).output,
              HasSubstr("\"milestoneCount\":1"));
  Expect({"start", "rep", "--roster", Roster(), "--label", "wave=one"}, 0,
         {"3 started, 0 there already"});
  Expect({"list", "onboardings", "--filter", "labels.wave = one"}, 0, {"ada", "bob", "cem"});
  Expect({"start", "rep", "--roster", Roster()}, 5, {"3 failed", "--allow-existing leaves"});
  Expect({"start", "rep", "--id", "ada", "--person", "x", "--day-one", "2020-01-06"}, 5,
         {"--allow-existing leaves"});
  for (const char* report : {"ada", "bob"}) {
    Expect({"ramp", "report", report, "quota", "--at", "2020-01-08T09:00"}, 0, {"reached"});
  }
  const Ended by_region = Run({"ramp", "cohorts", "--by", "labels.region"});
  EXPECT_EQ(by_region.code, 0);
  EXPECT_THAT(
      by_region.output,
      AllOf(ContainsRegex("emea +Full quota +2/2 +100"), ContainsRegex("apac +Full quota +0/1"),
            HasSubstr("KAPLAN-MEIER"), HasSubstr("'Full quota': 1 of 3 have not reached it")));
  Expect({"ramp", "cohorts"}, 0,
         {"January 2020", "February 2020", "All", "Fewer than 5 people reached"});
  EXPECT_THAT(Run({"ramp", "cohorts", "--by", "process"}).output, ContainsRegex("A process +3 "))
      << "its title";
  Expect({"ramp", "cohorts", "--milestone", "eqipped"}, 0,
         {"has a milestone 'eqipped'; they have certified, quota"});
  Expect({"ramp", "cohorts", "--by", "week"}, 3, {"--by", "labels.region"});
  EXPECT_THAT(Run({"--json", "ramp", "cohorts", "--milestone", "quota"}).output,
              AllOf(HasSubstr("\"kaplanMeierMedian\": 2"), Not(HasSubstr("Certified"))));
}

TEST_F(RampCommandTest, ARosterStartsWhoseTimeHasComeAndNobodyTwice) {
  Write("hires.csv",
        "person,day-one,process\n"
        "ada@example.com,2020-01-06,\n"
        "eve@example.com,2190-01-04,\n"
        "bob@example.com,2020-01-06,none\n");
  const std::vector<std::string> again = {"start", "rep", "--roster", Roster(), "--ahead", "14d"};
  const Ended first = Run(again);
  EXPECT_EQ(first.code, 4) << "one names a process that there is not";
  EXPECT_THAT(first.output, AllOf(ContainsRegex("2 +ada-example-com-[0-9a-f]{8} +started"),
                                  ContainsRegex("3 +eve-example-com-[0-9a-f]{8} +later"),
                                  ContainsRegex("4 +bob-example-com-[0-9a-f]{8} +failed"),
                                  HasSubstr("1 started, 0 there already, 1 for later, 1 failed")));
  EXPECT_THAT(Run(again).output,
              AllOf(ContainsRegex("2 +ada-example-com-[0-9a-f]{8} +exists"),
                    HasSubstr("0 started, 1 there already, 1 for later, 1 failed")));
  std::vector<std::string> as_json = again;
  as_json.insert(as_json.begin(), "--json");
  EXPECT_THAT(Run(as_json).output, AllOf(HasSubstr("{\"line\":2,\"result\":\"exists\",\"name\":"),
                                         HasSubstr("{\"line\":3,\"result\":\"later\","),
                                         HasSubstr("{\"line\":4,\"result\":\"failed\",")));
  // Those that are started before their time are there, and lines come in the order of the file.
  Write("hires.csv",
        "person,id,day-one,process\n"
        "eve@example.com,eve,2050-01-03,\n"
        "bob@example.com,bob,2020-01-06,none\n");
  Expect({"start", "rep", "--id", "eve", "--person", "eve@example.com", "--day-one", "2050-01-03"},
         0, {"eve"});
  EXPECT_THAT(Run(again).output, AllOf(ContainsRegex("2 +eve +exists(.|\n)*3 +bob +failed"),
                                       HasSubstr("0 started, 1 there already, 1 failed")));
  Expect({"start", "rep", "--roster", Roster(), "--ahead", "soon"}, 3, {"--ahead", "write 14d"});
  Expect({"start", "rep", "--roster", "-", "--every", "1h"}, 3, {"standard input"});
  Expect({"start", "rep", "--roster", Roster(), "--id", "foo"}, 3,
         {"--id: is of one on-boarding", "heading 'id'"});
  Expect(
      {"start", "rep", "--id", "x", "--person", "x", "--day-one", "2020-01-06", "--ahead", "14d"},
      2, {"--roster"});
}

TEST_F(RampCommandTest, ARosterOnAScheduleIsReadAgainWhenItChanges) {
  Write("hires.csv", "person,id,day-one\nada@example.com,ada,2020-01-06\n");
  const auto running = Begin({"start", "rep", "--roster", Roster(), "--every", "1s"});
  ASSERT_TRUE(running->WaitForLine("1 started, 0 there already").ok()) << running->Output();
  Write("hires.csv", "person,id,day-one\nada@example.com,ada\n");
  ASSERT_TRUE(running->WaitForLine("has 2 cells, and there are 3 headings").ok())
      << "a bad file ends nothing";
  Write("hires.csv",
        "person,id,day-one\nada@example.com,ada,2020-01-06\nbob@example.com,bob,2020-01-06\n");
  ASSERT_TRUE(running->WaitForLine("1 started, 1 there already").ok()) << running->Output();
  running->Signal(SIGINT);
  const auto code = running->Wait();
  ASSERT_TRUE(code.ok()) << code.status();
  EXPECT_EQ(*code, 0) << running->Output();
  Expect({"list", "onboardings"}, 0, {"ada", "bob"});
}

}  // namespace
}  // namespace plumbline
