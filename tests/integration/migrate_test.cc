// SPDX-License-Identifier: Apache-2.0
//
// Changing the plan of on-boardings that run, with the real programs.
#include <string>
#include <string_view>
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

// A sequence of steps.
std::string Steps(const std::vector<std::string>& ids) {
  std::string root = "root:\n  id: all\n  sequence:\n    nodes:\n";
  for (const std::string& id : ids) {
    absl::StrAppend(&root, "      - {id: ", id, ", title: The ", id,
                    ", step: {role: seller, target: {days: 2}}}\n");
  }
  return root;
}

class MigrateCommandTest : public CommandFixture {
 protected:
  void Publish(const std::vector<std::string>& ids) {
    Write("rep.yaml", ProcessFile("rep", Steps(ids)));
    ASSERT_EQ(Run({"apply", Folder() + "/rep.yaml", "--publish", "--reason", "news"}).code, 0);
  }
  void Start(const std::string& id) {
    Expect(
        {"start", "rep@1", "--id", id, "--person", id + "@example.com", "--day-one", "2031-01-06"},
        0, {"started"});
  }
};

TEST_F(MigrateCommandTest, SaysWhatBecomesOfEachTaskAndDoesIt) {
  Publish({"sign", "learn", "sell"});
  Start("ada");
  Expect({"task", "done", "ada/sign"}, 0, {"done"});
  Publish({"contract", "meet", "learn", "sell"});
  Expect({"migrate", "rep", "ada", "--reason", "news", "--dry-run"}, 5,
         {"'sign' has no place in the new plan"});
  const Ended would =
      Run({"migrate", "rep", "ada", "--reason", "news", "--dry-run", "--map", "sign=contract"});
  EXPECT_EQ(would.code, 0) << would.output;
  EXPECT_THAT(would.output,
              AllOf(HasSubstr("Nothing is changed"),
                    ContainsRegex("contract +The contract +mapped from sign +done +done"),
                    ContainsRegex("meet +The meet +new +ready"),
                    ContainsRegex("learn +The learn +kept +ready +pending")));
  Expect({"list", "tasks", "ada"}, 0, {"sign"});
  Expect({"migrate", "rep@2", "ada", "--reason", "news", "--map", "sign=contract"}, 0,
         {"ada: goes on by processes/rep@2", "ready: ada/meet"});
  Expect({"list", "history", "ada"}, 0, {"migrated", "task-withdrawn", "task-ready"});
  EXPECT_THAT(would.output, Not(HasSubstr("--map sign="))) << "it was followed";
  Expect({"migrate", "rep@2", "ada", "--reason", "x", "--map", "nothing"}, 3, {"--map"});
  Expect({"migrate", "rep@2", "--reason", "x"}, 3, {"ON-BOARDING", "--filter"});
  const Ended json = Run({"--json", "migrate", "rep@2", "ada", "--reason", "x"});
  EXPECT_THAT(json.output, HasSubstr("FATE_KEPT"));
}

TEST_F(MigrateCommandTest, SaysWhereTheTargetMoves) {
  const auto publish = [&](int days) {
    Write("rep.yaml", ProcessFile("rep", absl::StrCat("target: {days: ", days, "}\n", kStep)));
    ASSERT_EQ(Run({"apply", Folder() + "/rep.yaml", "--publish", "--reason", "news"}).code, 0);
  };
  publish(5);
  Start("ada");
  publish(10);
  const std::vector<std::string> migrate = {"migrate", "rep", "ada", "--reason", "news"};
  std::vector<std::string> dry = migrate;
  dry.push_back("--dry-run");
  const std::string moves =
      "  target: is to end by 2031-01-20 09:00 UTC (was 2031-01-13 09:00 UTC)\n";
  Expect(dry, 0, {moves});
  Expect(migrate, 0, {moves});
  EXPECT_THAT(Run(dry).output, Not(HasSubstr("target: ")));
}

// What is late ends now: what was to be expected then says nothing of that.
TEST_F(MigrateCommandTest, WhatATaskThatIsAddedLateDoesIsMeasuredByNow) {
  Publish({"sign", "learn"});
  Expect({"start", "rep@1", "--id", "ada", "--person", "ada@example.com", "--day-one", "2020-01-06",
          "--at", "2020-01-06T09:00:00Z"},
         0, {"started"});
  const std::vector<std::string> add = {"task",
                                        "add",
                                        "ada/visit",
                                        "--title",
                                        "Visit",
                                        "--role",
                                        "seller",
                                        "--target",
                                        "5d",
                                        "--reason",
                                        "x",
                                        "--at",
                                        "2020-01-07T09:00:00Z"};
  std::vector<std::string> dry = add;
  dry.push_back("--dry-run");
  EXPECT_THAT(Run(dry).output, AllOf(HasSubstr("should end on "), Not(HasSubstr("(was "))));
  const std::string added = Run(add).output;
  const std::string was = " UTC (was ";
  const size_t at = added.find(was);
  ASSERT_NE(at, std::string::npos) << added;
  constexpr size_t kLength = std::string_view("2020-01-07 09:00").size();
  EXPECT_GT(added.substr(at - kLength, kLength), added.substr(at + was.size(), kLength)) << added;
}

TEST_F(MigrateCommandTest, WhatALoopDecidedIsToldOnceWithHowOften) {
  const std::string loop =
      "root:\n  id: all\n  sequence:\n    nodes:\n"
      "      - id: passed\n        title: Passed?\n        loop:\n"
      "          body: {id: exam, title: The exam, step: {role: seller}}\n"
      "          redo: {id: study, title: Study, step: {role: seller}}\n"
      "      - {id: end, title: The end, step: {role: seller}}\n";
  Write("rep.yaml", ProcessFile("rep", loop));
  ASSERT_EQ(Run({"apply", Folder() + "/rep.yaml", "--publish"}).code, 0);
  Start("ada");
  for (const std::string again : {"", "~2"}) {
    Expect({"task", "done", "ada/exam" + again}, 0, {"to decide: Passed?"});
    std::vector<std::string> decide = {"decide", "ada", "passed", "again"};
    if (!again.empty()) decide = {"decide", "ada/passed", "again"};  // as tasks are named
    Expect(decide, 0, {"ready: ada/study"});
    Expect({"task", "done", "ada/study" + again}, 0, {"ready: ada/exam~"});
  }
  Expect({"decide", "ada", "again"}, 3, {"OPTION: is missing", "get onboardings/ada"});
  Publish({"exam", "end"});
  Expect({"migrate", "rep", "ada", "--reason", "news"}, 5,
         {"'passed' has no place in the new plan (2 times); drop it"});
  Expect({"migrate", "rep", "ada", "--reason", "news", "--drop", "passed", "--drop", "study",
          "--drop", "study~2", "--drop", "exam~2"},
         0, {"decision passed = again: counts no more (2 times)\n"});
}

TEST_F(MigrateCommandTest, ManyAtOnceEachByItself) {
  Publish({"sign", "learn"});
  for (const char* id : {"ada", "bob", "cem"}) Start(id);
  Expect({"task", "done", "bob/sign"}, 0, {"done"});
  Publish({"meet", "sign", "learn"});
  const Ended ended =
      Run({"migrate", "rep", "--reason", "news", "--filter", "process = rep AND state = ACTIVE"});
  EXPECT_EQ(ended.code, 5) << ended.output;
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("ada: 2 kept, 1 new"), HasSubstr("bob: stays as it is"),
                    HasSubstr("cem: 2 kept, 1 new (meet)"), HasSubstr("1 of 3 stays as it is")));
  Expect({"list", "onboardings", "--filter", "process = rep"}, 0, {"rep@2", "rep@1"});
  Expect({"migrate", "rep", "bob", "--reason", "news", "--drop", "sign"}, 0, {"dropped"});
  Expect({"migrate", "rep", "ada", "cem", "--reason", "news", "--dry-run"}, 0,
         {"ada: is at processes/rep@2 already, nothing changes",
          "cem: is at processes/rep@2 already, nothing changes"});
  Expect({"migrate", "rep", "ada", "--reason", "news"}, 0,
         {"ada: is at processes/rep@2 already, nothing changes"});
  Expect({"migrate", "rep", "ada", "cem", "--reason", "x", "--map", "learn=nothing"}, 3,
         {"ada: stays as it is: --map learn: the new plan has no node 'nothing'",
          "cem: stays as it is, as ada does", "2 of 2 stay as they are"});
  const Ended none =
      Run({"migrate", "rep", "--reason", "x", "--filter", "process = other", "--dry-run"});
  EXPECT_EQ(none.code, 0) << none.output;
  EXPECT_EQ(none.output, "no on-boarding is meant by --filter\n");
  const Ended again = Run({"--json", "migrate", "rep", "ada", "nobody", "--reason", "news"});
  EXPECT_EQ(again.code, 4) << again.output;
  EXPECT_THAT(again.output, AllOf(HasSubstr("FATE_KEPT"), HasSubstr("onboardings/nobody")));
}

TEST_F(MigrateCommandTest, WhatIsGoneAndNewIsNamed) {
  Publish({"sign", "learn", "sell"});
  Start("ada");
  Start("bob");
  Publish({"sign", "one", "two", "three", "four", "five"});
  const std::vector<std::string> migrate = {"migrate", "rep", "ada", "bob", "--reason", "news"};
  std::vector<std::string> dry = migrate;
  dry.push_back("--dry-run");
  Expect(dry, 0,
         {"ada: 1 kept, 5 new (one, two, three and 2 more), 2 gone (learn, sell)\n", "bob: 1 kept",
          "what is gone may have another path there: --map OLD=NEW"});
  EXPECT_THAT(Run(migrate).output,
              AllOf(HasSubstr("2 gone (learn, sell)"), Not(HasSubstr("--map OLD=NEW"))))
      << "it is too late";
}

TEST_F(MigrateCommandTest, WhatIsPerhapsRenamedIsSuggestedUntilItIsMapped) {
  const auto publish = [&](const std::string& id) {
    Write("rep.yaml",
          ProcessFile("rep", "root:\n  id: all\n  sequence:\n    nodes:\n      - {id: " + id +
                                 ", title: Say welcome, step: {role: seller}}\n"
                                 "      - {id: sell, title: Sell, step: {role: seller}}\n"));
    ASSERT_EQ(Run({"apply", Folder() + "/rep.yaml", "--publish", "--reason", "news"}).code, 0);
  };
  publish("welcome");
  Start("ada");
  Start("bob");
  publish("welcome-day");
  const std::string hint = "perhaps renamed: --map welcome=welcome-day";
  Expect({"migrate", "rep", "ada", "--reason", "x", "--dry-run"}, 0, {hint});
  Expect({"migrate", "rep", "--filter", "process = rep", "--reason", "x", "--dry-run"}, 0, {hint});
  const Ended mapped = Run({"migrate", "rep", "ada", "--reason", "x", "--map-renamed"});
  EXPECT_EQ(mapped.code, 0) << mapped.output;
  EXPECT_THAT(mapped.output, AllOf(HasSubstr("mapped from welcome"), Not(HasSubstr(hint))));
}

TEST_F(MigrateCommandTest, TasksAreAddedAndMoved) {
  Publish({"sign", "learn", "sell"});
  Start("ada");
  Expect({"task", "add", "ada/visit", "--title", "Visit a customer", "--role", "seller", "--target",
          "2d", "--checklist", "Was there", "--before", "learn", "--reason", "Sells to hospitals"},
         0, {"ada/visit: added, pending", "the on-boarding should end on "});
  const Ended dry = Run({"task", "add", "ada/tour", "--title", "See the town", "--role", "seller",
                         "--target", "5d", "--reason", "x", "--dry-run"});
  EXPECT_THAT(dry.output, ContainsRegex("should end on 20.* UTC \\(was 20")) << "five days later";
  Expect({"task", "start", "ada/sell"}, 5, {"it waits for 'sign'"});
  Expect({"task", "move", "ada/sell", "--before", "sign", "--reason", "First things first"}, 0,
         {"ada/sell: moved, ready", "waits again: ada/sign"});
  const std::string tasks = Run({"list", "tasks", "ada"}).output;
  EXPECT_LT(tasks.find("The sell"), tasks.find("The sign"));
  EXPECT_LT(tasks.find("The sign"), tasks.find("Visit a customer"));
  EXPECT_LT(tasks.find("Visit a customer"), tasks.find("The learn"));
  Expect({"list", "history", "ada"}, 0,
         {"task-added", "before learn", "task-moved", "place after learn -> before sign",
          "Sells to hospitals"});
  const std::string last = Run({"list", "history", "ada", "--last", "5"}).output;
  EXPECT_LT(last.find("task-ready"), last.find("task-moved")) << "newest first";
  EXPECT_THAT(Run({"list", "history", "ada", "--last", "1"}).output, Not(HasSubstr("task-added")));
  Expect({"list", "history", "ada", "--last", "3", "--limit", "2"}, 2, {"--last", "--limit"});
  Expect({"list", "history", "ada", "--order-by", "actor"}, 3, {"--order-by"});
  Expect({"task", "add", "ada/tour", "--title", "See the town", "--role", "seller", "--utility",
          "bus", "--reason", "x", "--dry-run"},
         0, {"warning: --utility: the catalog has no utility 'bus'"});
  Expect({"get", "onboardings/ada"}, 0, {"planChanged"});
  Expect({"task", "add", "ada/visit", "--title", "Again", "--role", "seller", "--reason", "x"}, 3,
         {"TASK", "choose another"});
  Expect({"task", "add", "ada/more", "--title", "More", "--role", "seller", "--reason", "x",
          "--after", "nothing"},
         3, {"--after", "the plan has no node 'nothing'"});
  Expect({"task", "add", "ada/more", "--title", "More", "--role", "seller", "--reason", "x",
          "--target", "long"},
         3, {"--target", "write 2d"});
  Expect({"task", "done", "ada/sell"}, 0, {"ready: ada/sign"});
  const Ended refused = Run({"task", "add", "ada/first", "--title", "First", "--role", "seller",
                             "--reason", "x", "--before", "sell"});
  EXPECT_EQ(refused.code, 5) << refused.output;
  EXPECT_THAT(refused.output, AllOf(HasSubstr("choose another place"), Not(HasSubstr("drop it"))));
  Expect({"task", "move", "ada/sell", "--reason", "x"}, 5, {"is done"});
}

TEST_F(MigrateCommandTest, APendingTaskIsLeftOutWhenItsTurnComes) {
  Publish({"sign", "learn", "sell"});
  Start("ada");
  Expect({"task", "skip", "ada/learn", "--reason", "knows it"}, 0,
         {"ada/learn: will be left out when its turn comes", "plumbline task reopen ada/learn"});
  Expect({"task", "skip", "ada/learn", "--reason", "really"}, 0,
         {"ada/learn: is to be left out already, as ", "nothing changes"});
  Expect({"list", "tasks", "ada"}, 0, {"pending (to be left out)"});
  Expect({"task", "reopen", "ada/learn", "--reason", "does not"}, 0, {"to be done after all"});
  Expect({"task", "skip", "ada/learn", "--reason", "knows it"}, 0, {});
  Expect({"task", "done", "ada/sign"}, 0, {"ready: ada/sell"});
  Expect({"list", "history", "ada"}, 0,
         {"learn -> leave-out", "learn -> do", "task-skip-planned", "task-skipped"});
}

TEST_F(MigrateCommandTest, AQueueIsWhatIsToBeDoneNowByWhom) {
  Write("rep.yaml",
        ProcessFile("rep",
                    "root:\n  id: all\n  sequence:\n    nodes:\n"
                    "      - {id: sign, title: Sign, step: {role: seller, verifier: legal}}\n"
                    "      - {id: both, parallel: {nodes: [\n"
                    "          {id: late, title: Late, step: {role: seller, target: {days: 9}}},\n"
                    "          {id: soon, title: Soon, step: {role: seller, target: {days: 2}}},\n"
                    "          {id: any, title: Any, step: {role: seller}}]}}\n"
                    "      - {id: last, title: Last, step: {role: seller}}\n"));
  ASSERT_EQ(Run({"apply", Folder() + "/rep.yaml", "--publish", "--reason", "news"}).code, 0);
  Start("ada");
  Start("bob");
  Expect({"task", "done", "ada/sign"}, 0, {"to be verified by legal"});
  EXPECT_THAT(Run({"list", "tasks", "ada"}).output, ContainsRegex("sign +Sign +legal +awaiting"));
  EXPECT_THAT(Run({"list", "tasks", "--assignee", "legal"}).output,
              ContainsRegex("ada/sign +Sign +legal +awaiting"));
  // Without access tokens nobody can verify.
  Expect({"task", "skip", "bob/sign", "--reason", "paper"}, 0, {"ready: bob/soon"});
  const std::string queue = Run({"list", "tasks", "--assignee", "seller"}).output;
  EXPECT_THAT(queue, ContainsRegex("bob/soon[^\n]*\n(bob/late)[^\n]*\n(bob/any)"));
  EXPECT_THAT(queue, ContainsRegex("bob/any +Any +seller +ready *\n")) << "it is never due";
  for (const char* not_open : {"bob/sign", "bob/last", "ada/sign"})
    EXPECT_THAT(queue, Not(HasSubstr(not_open)));
  Expect({"list", "tasks", "--assignee", "seller", "--state", "pending"}, 0,
         {"PLANNED END (UTC)", "ada/soon", "bob/last"});
}

}  // namespace
}  // namespace plumbline
