// SPDX-License-Identifier: Apache-2.0
//
// escalation, and substitutes, on the command line, against a real suite with its worker.
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;

class EscalationCommand : public CommandFixture {
 protected:
  void SetUp() override {
    Write("sell.yaml", ProcessFile("sell",
                                   "escalations:\n"
                                   "  - id: stuck\n    trigger: TRIGGER_BLOCKED\n    levels:\n"
                                   "      - {notify: ['@assignee']}\n"
                                   "      - {after: {days: 300}, notify: ['@assignee.manager']}\n"
                                   "root: {id: first, title: First call, step: {role: seller}}\n"));
    Expect({"apply", "-f", Folder(), "--publish"}, 0, {});
    for (const char* person : {"eve@example.com", "bob@example.com"})
      Expect({"person", "set", person, "--name", "Somebody"}, 0, {});
    Expect({"start", "sell", "--id", "ada", "--person", "ada@example.com", "--day-one",
            "2031-03-03", "--assign", "seller=eve@example.com"},
           0, {});
  }
  // Waits until a command says a text: a worker is behind it.
  void Await(const std::vector<std::string>& arguments, const std::string& text) {
    std::string output;
    for (int i = 0; i < 100; ++i) {
      output = Run(arguments).output;
      if (output.find(text) != std::string::npos) return;
      absl::SleepFor(absl::Milliseconds(100));
    }
    ADD_FAILURE() << "it never said '" << text << "': " << output;
  }
};

TEST_F(EscalationCommand, WhatIsBlockedIsToldUntilSomebodyTakesItOn) {
  Expect({"escalation", "list"}, 0, {"no escalations that are not over"});
  Expect({"escalation", "list", "nope"}, 4, {"nope"});
  Expect({"escalation", "list", "ada", "--recipient", "nobody@example.com"}, 0,
         {"no escalations of ada that nobody@example.com was told"});
  Expect({"task", "block", "ada/first", "--category", "access", "--description", "No badge"}, 0,
         {});
  Await({"escalation", "list", "ada"}, "stuck");
  Expect({"escalation", "list", "--recipient", "eve@example.com"}, 0,
         {"ada/", "first", "First call", "stuck", "eve@example.com", "open"});
  Expect({"list", "history", "ada"}, 0, {"ESCALATION", "stuck, level 1", "eve@example.com"});
  Expect({"export", "history", "ada"}, 0, {",rule,level,recipients", "stuck,1,eve@example.com"});
  const std::string json = Run({"--json", "escalation", "list"}).output;
  EXPECT_THAT(json, HasSubstr("ESCALATION_TRIGGER_BLOCKED"));
  const size_t at = json.find("/escalations/") + 13;
  const std::string name = "ada/" + json.substr(at, json.find('"', at) - at);
  Expect({"escalation", "show", name}, 0,
         {"stuck, level 1 (blocked)", "state:       open", "next level:  not before"});
  Expect({"escalation", "acknowledge", name, "--note", "I call them", "--dry-run"}, 0,
         {"Nothing is changed"});
  Expect({"escalation", "acknowledge", name, "--note", "I call them"}, 0, {"sees to 'First call'"});
  Expect({"escalation", "acknowledge", name, "--note", "Me too"}, 0,
         {"was acknowledged already, by ", "'I call them'", "nothing changes"});
  Expect({"escalation", "show", name}, 0, {"they say:    I call them", "next level:  none: "});
  Expect({"escalation", "show", name}, 0, {"acknowledged", "I call them"});
  Expect({"list", "tasks", "ada"}, 0, {"stuck 1 (taken on)"});
  Expect({"task", "unblock", "ada/first", "--resolution", "Here it is"}, 0, {});
  Expect({"escalation", "list"}, 0, {"no escalations"});
  Expect({"escalation", "list", "--all"}, 0, {"over"});
  Expect({"escalation", "acknowledge", name}, 5, {"is over"});
  Expect({"escalation", "show", "ada"}, 3, {"ESCALATION", "ada/17"});
  Expect({"escalation", "show", "ada/999"}, 4, {});
  Expect({"escalation", "run"}, 0, {"0 levels told, 0 tasks handed over"});
}

TEST_F(EscalationCommand, WhoStandsInGetsTheTasks) {
  const absl::CivilDay today = absl::ToCivilDay(absl::Now(), absl::UTCTimeZone());
  Expect(
      {"person", "absence", "add", "eve@example.com", absl::FormatCivilTime(today),
       absl::FormatCivilTime(today + 5), "--substitute", "bob@example.com", "--reason", "holiday"},
      0, {});
  Await({"list", "tasks", "--assignee", "bob@example.com"}, "ada/first");
  Expect({"list", "tasks", "ada"}, 0, {"IN STEAD OF", "eve@example.com"});
  Expect({"list", "history", "ada"}, 0, {"is away until"});
  Expect({"task", "release", "ada/first"}, 0, {});
  Expect({"list", "tasks", "--assignee", "eve@example.com"}, 0, {"ada/first"});
}

}  // namespace
}  // namespace plumbline
