// SPDX-License-Identifier: Apache-2.0
//
// impediment, blockers and time on the command line, against a real suite with its worker.
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ImpedimentCommand : public CommandFixture {
 protected:
  void SetUp() override {
    Write("crm.yaml", "name: utilities/crm\ntitle: CRM\nowner: it\n");
    Write(
        "sell.yaml",
        ProcessFile(
            "sell",
            "root:\n  id: all\n  sequence:\n    nodes:\n"
            "      - {id: first, title: First call, step: {role: seller, utilities: [crm]}}\n"
            "      - {id: second, title: Second call, step: {role: seller, utilities: [crm]}}\n"));
    Expect({"apply", "-f", Folder(), "--publish"}, 0, {});
    for (const char* id : {"ada", "bob"}) Start(id);
  }
  void Start(const std::string& id) {
    Expect({"start", "sell", "--id", id, "--person", id + "@example.com", "--day-one", "2031-03-03",
            "--label", "cohort=2031-q1"},
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

TEST_F(ImpedimentCommand, OneBlocksManyTasksUntilItIsResolved) {
  Expect(
      {"impediment", "open", "no-badge", "--category", "access", "--description", "No badge",
       "--owner", "facilities", "--cost", "1500 EUR", "--task", "ada/first", "--task", "bob/first"},
      0, {"no-badge: open, blocks 2 tasks of 2 on-boardings"});
  Expect({"task", "done", "ada/first"}, 5, {"no-badge"});
  Expect({"impediment", "open", "later", "--category", "access", "--description", "No badge",
          "--task", "ada/first", "--task", "bob/second"},
         5, {"'second' is pending", "it is bob/second"});
  Expect({"impediment", "list", "--open"}, 0, {"no-badge", "access", "facilities", "1500 EUR"});
  Expect({"impediment", "acknowledge", "no-badge", "--text", "Looking for it"}, 0,
         {"no-badge: acknowledged"});
  Expect({"impediment", "comment", "no-badge", "Found it"}, 0, {"no-badge: commented"});
  Expect({"impediment", "update", "no-badge"}, 3,
         {"--owner, --category, --cost or --description: none is given; say what is to change"});
  Expect({"impediment", "update", "no-badge", "--cost", "100"}, 3,
         {"--cost: '100' has no currency; write it like \"1000 EUR\""});
  Expect({"impediment", "update", "no-badge", "--cost", "1.200,50 EUR"}, 3,
         {"--cost: '1.200,50 EUR' is not an amount of money; write it like \"1200.50 EUR\""});
  Expect({"impediment", "open", "--category", "other", "--description", "x", "--all-users"}, 3,
         {"--utility: is not set, and --all-users needs it; name the utility that failed"});
  Expect({"impediment", "change", "--help"}, 2, {"'change' is no command of plumbline impediment"});
  Expect({"impediment", "update", "no-badge", "--category", "equipment"}, 0, {"acknowledged"});
  Expect({"blockers", "--utility", "nope"}, 0,
         {"warning: --utility: the catalog has no utility 'nope'"});
  Expect({"blockers", "ada"}, 0, {"no-badge", "equipment", "ada/first", "1 task is blocked"});
  Expect({"blockers", "--filter", "labels.cohort = \"2031-q1\""}, 0, {"2 tasks are blocked"});
  Expect({"impediment", "remove", "no-badge", "bob/first", "--reason", "has one"}, 0,
         {"blocks 1 task of 1 on-boarding"});
  Expect({"impediment", "add", "no-badge", "bob/first"}, 0, {"blocks 2 tasks"});
  Expect({"list", "impediments", "ada"}, 0, {"no-badge", "ada/first"});
  Expect({"impediment", "show", "ada/no-badge"}, 0,
         {"no-badge: No badge", "owner: facilities", "cost estimate: 1500 EUR"});
  Expect({"impediment", "show", "ada/i9"}, 4, {"ada/impediments/i9"});
  Expect({"impediment", "resolve", "no-badge", "--resolution", "Here it is", "--dry-run"}, 0,
         {"Nothing is changed", "no-badge: resolved\n", "ada/first would go on"});
  Expect({"impediment", "resolve", "no-badge", "--resolution", "Here it is"}, 0,
         {"no-badge: resolved\n", "ada/first goes on", "bob/first goes on"});
  Expect({"impediment", "show", "no-badge"}, 0,
         {"No badge", "Resolved:", "Here it is", "tasks added", "Looking for it", "ada/first"});
  Expect({"blockers"}, 0, {"nothing is blocked"});
  Expect({"task", "done", "ada/first"}, 0, {"ada/first: done"});
  Expect({"time", "ada"}, 0, {"Business time (hours", "By the clock:", "BLOCKED", "first"});
  EXPECT_THAT(Run({"--json", "time", "ada"}).output, HasSubstr("\"tasksAccount\""));
}

TEST_F(ImpedimentCommand, ManyAreResolvedAtOnce) {
  for (const char* id : {"one", "two", "three"}) {
    Expect({"impediment", "open", id, "--category", "access", "--description", "Door", "--task",
            "ada/first", "--owner", id[1] == 'n' ? "it" : "hr"},
           0, {});
  }
  Expect({"impediment", "resolve", "--resolution", "x"}, 3, {"IMPEDIMENT", "--filter"});
  Expect({"impediment", "resolve", "one", "two", "--etag", "1", "--resolution", "x"}, 3,
         {"--etag", "one impediment"});
  Expect({"impediment", "resolve", "one", "nothing", "--resolution", "x"}, 4,
         {"one: resolved", "is still blocked by", "nothing: ", "1 impediment resolved, 1 not"});
  Expect({"impediment", "resolve", "--filter", "owner = hr", "--resolution", "x", "--dry-run"}, 0,
         {"2 impediments would be resolved"});
  Expect({"impediment", "resolve", "--filter", "owner = hr", "--resolution", "x"}, 0,
         {"two: resolved", "three: resolved", "ada/first goes on", "2 impediments resolved"});
  Expect({"impediment", "resolve", "--filter", "owner = hr", "--resolution", "x"}, 0,
         {"no open impediment fits --filter"});
}

TEST_F(ImpedimentCommand, OfAUtilityReachesThoseWhoseTurnComesLater) {
  Expect({"impediment", "open", "crm-down", "--category", "utility-down", "--utility", "crm",
          "--all-users", "--description", "No logins"},
         0, {"crm-down: open"});
  Await({"blockers", "--utility", "crm"}, "2 tasks are blocked");
  Start("cyn");
  Await({"blockers", "--utility", "crm"}, "3 tasks are blocked");
  Expect({"impediment", "resolve", "crm-down", "--resolution", "It is back"}, 0, {});
  Await({"blockers"}, "nothing is blocked");
  Expect({"impediment", "show", "crm-down"}, 0, {"crm, all its users", "cyn/first"});
}

TEST_F(ImpedimentCommand, WhatIsOpenedOnATaskIsShownTheSameWay) {
  Expect({"task", "block", "ada/first", "--category", "people", "--description", "On leave"}, 0,
         {"impediment i1"});
  Expect({"impediment", "show", "ada.i1"}, 0, {"On leave", "ada/first"});
  Expect({"list", "impediments", "--filter", "record = \"ada.i1\""}, 0, {"ada.i1"});
  Expect({"impediment", "resolve", "ada.i1", "--resolution", "Back", "--dry-run"}, 0,
         {"ada.i1: resolved"});
  Expect({"impediment", "show", "ada.i1"}, 0, {"State:        open"});
  Expect({"impediment", "show", "ada.i2"}, 4, {"ada.i2"});
}

}  // namespace
}  // namespace plumbline
