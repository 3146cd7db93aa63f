// SPDX-License-Identifier: Apache-2.0
//
// People from the command line, with the real programs.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using PeopleCommandsTest = CommandFixture;

constexpr char kTable[] =
    "Email;Full name;Reports to;Team;Pate;Salary\n"
    "grace@example.com;Grace Hopper;;leads;;9\n"
    "ada@example.com;Ada Lovelace;eve@example.com;sales|emea;bob@example.com;1\n"
    "eve@example.com;Eve;grace@example.com;leads;;5\n";

TEST_F(PeopleCommandsTest, ATableIsImportedAndAskedWhoDoesWhat) {
  Write("people.csv", kTable);
  const std::vector<std::string> import = {"person", "import", folder_.Join("people.csv"),
                                           "--column", "Pate=relations.buddy"};
  std::vector<std::string> dry = import;
  dry.push_back("--dry-run");
  Expect(dry, 0, {"Reports to = manager", "Salary left out", "3 created", "nothing written"});
  Expect({"list", "people"}, 0, {"no people"});
  Expect(import, 0, {"3 created, 0 changed, 0 unchanged, 0 refused", "people.csv:3: warning"});
  Expect(import, 0, {"0 created, 0 changed, 3 unchanged, 0 refused"});
  Expect({"list", "people", "--filter", "groups:leads"}, 0, {"eve@example.com", "Grace Hopper"});
  Expect({"person", "who", "manager.manager", "--for", "ada@example.com"}, 0,
         {"grace@example.com\n", "the manager of ada@example.com is eve@example.com"});
  Expect({"person", "who", "mentor", "--for", "ada@example.com"}, 0,
         {"nobody\n", "names no mentor"});
  Expect({"person", "who", "group:leads"}, 0,
         {"eve@example.com\n", "the group: eve@example.com, grace@example.com"});
}

TEST_F(PeopleCommandsTest, RowsThatAreRefusedAreToldWithTheirLines) {
  Write("people.csv", "person,manager\nada,eve\neve,ada\nbob,\n");
  Expect({"person", "import", folder_.Join("people.csv")}, 3,
         {"people.csv:2: refused: ada: manager: would report to themselves: ada -> eve -> ada",
          "people.csv:3: refused: eve", "1 created", "2 rows were refused"});
  Expect({"person", "get", "bob"}, 0, {"name: workspaces/"});
}

TEST_F(PeopleCommandsTest, RecordsAreSaidByFlags) {
  Expect({"person", "set", "ada@example.com", "--manager", "eve@example.com", "--relation",
          "buddy=bob@example.com", "--calendar", "germany"},
         0,
         {"people/ada@example.com: created", "warning: --manager: there is no record",
          "warning: --zone: is empty, and calendar is 'calendars/germany'", "; set --zone",
          "warning: --calendar: the catalog has no calendar 'germany'"});
  Expect({"person", "absence", "add", "ada@example.com", "2031-07-01", "--dry-run"}, 0,
         {"warning: --zone of 'person set': is empty"});
  Expect({"person", "set", "eve@example.com", "--name", "Eve"}, 0, {": created"});
  Expect({"person", "set", "ada@example.com", "--relation", "buddy=", "--reason", "he left"}, 0,
         {": changed"});
  Expect({"person", "set", "ada@example.com", "--manager", "eve@example.com"}, 0,
         {": is so already"});
  Expect({"person", "set", "eve@example.com", "--manager", "ada@example.com"}, 5,
         {"eve@example.com -> ada@example.com -> eve@example.com"});
  const Ended record = Run({"person", "get", "ada@example.com"});
  EXPECT_THAT(record.output, HasSubstr("calendar: calendars/germany"));
  EXPECT_THAT(record.output, Not(HasSubstr("buddy")));
  Expect({"person", "history", "ada@example.com"}, 0,
         {"updated", "buddy bob@example.com -> nobody", "he left"});
  Expect({"person", "get", "ade@example.com"}, 4, {"did you mean 'ada@example.com'?"});
  Expect({"person", "delete", "eve@example.com"}, 5, {"ada@example.com", "force"});
  Expect({"person", "delete", "eve@example.com", "--force"}, 0, {"deleted"});
}

TEST_F(PeopleCommandsTest, WhoIsAwayIsStoodInFor) {
  Expect({"person", "set", "eve@example.com", "--name", "Eve"}, 0, {});
  Expect({"person", "absence", "add", "eve@example.com", "2031-07-01", "2031-07-14", "--substitute",
          "bob@example.com", "--why", "holiday"},
         0, {": changed"});
  Expect({"person", "absence", "add", "eve@example.com", "2031-07-14"}, 3,
         {"FROM: is 2031-07-14, within the absence of 2031-07-01 to 2031-07-14"});
  Expect({"person", "who", "--for", "eve@example.com", "--at", "2031-07-05"}, 0,
         {"bob@example.com\n", "is away from 2031-07-01 to 2031-07-14 (holiday)"});
  Expect({"person", "who", "--for", "eve@example.com", "--at", "2031-07-15"}, 0,
         {"eve@example.com\n"});
  Expect({"person", "absence", "list", "eve@example.com"}, 0, {"2031-07-14", "holiday"});
  Expect({"person", "absence", "remove", "eve@example.com", "2031-08-01"}, 3, {"is in no absence"});
  Expect({"person", "absence", "remove", "eve@example.com", "2031-07-02"}, 0, {": changed"});
  Expect({"person", "absence", "list", "eve@example.com"}, 0, {"no absences"});
}

TEST_F(PeopleCommandsTest, FilesOfPeopleAreAppliedAndExported) {
  Write("in/ada.yaml", "name: people/ada@example.com\nmanager: eve@example.com\ngroups: [sales]\n");
  Write("in/eve.yaml", "name: people/eve@example.com\ndisplayName: Eve\n");
  Expect({"apply", "-f", folder_.Join("in")}, 0,
         {"people/ada@example.com", "people/eve@example.com"});
  Expect({"apply", "-f", folder_.Join("in"), "--dry-run"}, 0, {});
  EXPECT_THAT(Run({"apply", "-f", folder_.Join("in")}).output, Not(HasSubstr("updated")));
  Expect({"export", "people", "-o", folder_.Join("out")}, 0, {"ada@example.com.yaml"});
  EXPECT_EQ(Read("out/people/ada@example.com.yaml"),
            "name: people/ada@example.com\nmanager: eve@example.com\ngroups:\n  - sales\n");
  Expect({"get", "people/ada@example.com"}, 0, {"manager: eve@example.com"});
  Expect({"delete", "people/ada@example.com"}, 0, {"people/ada@example.com: deleted"});
  Write("in/eve.yaml", "name: people/eve@example.com\nmanager: ada@example.com\n");
  Expect({"apply", "-f", folder_.Join("in")}, 5, {"people would report to themselves"});
}

TEST_F(PeopleCommandsTest, APlanSaysWhoDoesWhatAndWhy) {
  Write("join.yaml", ProcessFile("join",
                                 "root: {id: hello, title: Say hello, step: {role: manager, "
                                 "target: {days: 1}}}\n"));
  Expect({"apply", "--publish", folder_.Join("join.yaml")}, 0, {});
  Expect({"person", "set", "ada@example.com", "--manager", "eve@example.com"}, 0, {});
  Expect({"person", "set", "eve@example.com", "--name", "Eve"}, 0, {});
  Expect({"person", "absence", "add", "eve@example.com", "2027-03-01", "2027-03-31", "--substitute",
          "bob@example.com"},
         0, {});
  const std::vector<std::string> plan = {"plan",      "join",      "--person", "ada@example.com",
                                         "--day-one", "2027-03-05"};
  std::vector<std::string> why = plan;
  why.push_back("--why");
  Expect(why, 0,
         {"nothing is started", "eve@example.com (away: bob@example.com)", "critical",
          "the end hangs on: hello", "by records of people",
          "the manager of ada@example.com is eve@example.com",
          "waits for nothing: begins with the opening of day one, Fri 2027-03-05 09:00 UTC",
          "takes 1 working day", "nobody works on Sat 2027-03-06, Sun 2027-03-07"});
  std::vector<std::string> nobody = plan;
  nobody.insert(nobody.end(), {"--assign", "manager=@mentor"});
  Expect(nobody, 3,
         {"--assign manager: is '@mentor', which leads to nobody for 'ada@example.com'"});
  Expect({"list", "onboardings"}, 0, {"no on-boardings"});
  std::vector<std::string> start = plan;
  start[0] = "start";
  start.insert(start.end(), {"--id", "ada"});
  Expect(start, 0, {"eve@example.com"});
}

}  // namespace
}  // namespace plumbline
