// SPDX-License-Identifier: Apache-2.0
//
// Changing the plan of on-boardings that run, with the real programs.
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
  Expect({"migrate", "rep@2", "ada", "--reason", "x", "--map", "nothing"}, 3, {"--map"});
  Expect({"migrate", "rep@2", "--reason", "x"}, 3, {"ON-BOARDING", "--filter"});
  const Ended json = Run({"--json", "migrate", "rep@2", "ada", "--reason", "x"});
  EXPECT_THAT(json.output, HasSubstr("FATE_KEPT"));
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
                    HasSubstr("cem: 2 kept, 1 new"), HasSubstr("1 of 3 stay as they are")));
  Expect({"list", "onboardings", "--filter", "process = rep"}, 0, {"rep@2", "rep@1"});
  Expect({"migrate", "rep", "bob", "--reason", "news", "--drop", "sign"}, 0, {"dropped"});
  const Ended again = Run({"--json", "migrate", "rep", "ada", "nobody", "--reason", "news"});
  EXPECT_EQ(again.code, 4) << again.output;
  EXPECT_THAT(again.output, AllOf(HasSubstr("FATE_KEPT"), HasSubstr("onboardings/nobody")));
}

TEST_F(MigrateCommandTest, TasksAreAddedAndMoved) {
  Publish({"sign", "learn", "sell"});
  Start("ada");
  Expect({"task", "add", "ada/visit", "--title", "Visit a customer", "--role", "seller", "--target",
          "2d", "--checklist", "Was there", "--before", "learn", "--reason", "Sells to hospitals"},
         0, {"ada/visit: added, pending"});
  Expect({"task", "move", "ada/sell", "--before", "sign", "--reason", "First things first"}, 0,
         {"ada/sell: moved, ready", "waits again: ada/sign"});
  const std::string tasks = Run({"list", "tasks", "ada"}).output;
  EXPECT_LT(tasks.find("The sell"), tasks.find("The sign"));
  EXPECT_LT(tasks.find("The sign"), tasks.find("Visit a customer"));
  EXPECT_LT(tasks.find("Visit a customer"), tasks.find("The learn"));
  Expect({"list", "history", "ada"}, 0, {"task-added", "task-moved", "Sells to hospitals"});
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
  Expect({"task", "move", "ada/sell", "--reason", "x"}, 5, {"is done"});
}

}  // namespace
}  // namespace plumbline
