// SPDX-License-Identifier: Apache-2.0
//
// The life of a process as a person leads it from the command line, with the real programs.
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Bin(const std::string& program) {
  const char* folder = std::getenv("PLUMBLINE_BIN_DIR");
  return absl::StrCat(folder == nullptr ? "build/dev/bin" : folder, "/", program);
}

struct Ended {
  int code;
  std::string output;
};

class VersionsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    suite_ = testing::Process::Start(
        {.args = {Bin("plumbline-suite"), "--server.listen_address=127.0.0.1:0",
                  absl::StrCat("--data_directory=", folder_.Join("data"))}});
    auto ready = suite_->WaitForLine("\"ready\"");
    ASSERT_TRUE(ready.ok()) << ready.status();
    google::protobuf::Struct line;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*ready, &line).ok()) << *ready;
    address_ = line.fields().at("address").string_value();
    Apply("Deal desk");
  }

  // Applies and publishes a process under this title.
  void Apply(const std::string& title, const std::string& id = "desk") {
    const std::string file = folder_.Join("desk.yaml");
    std::ofstream(file) << "name: processes/" << id << "\ntitle: " << title
                        << "\nowner: deal-desk\nroot:\n  id: review\n  title: Review\n"
                           "  step: {role: deal-desk}\n";
    Done({"apply", "--publish", file}, "published");
  }

  // Words separated by spaces, or in order.
  Ended Plumbline(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {Bin("plumbline"), "--address", address_});
    auto process = testing::Process::Start({.args = arguments});
    auto code = process->Wait();
    return {code.ok() ? *code : -1, process->Output()};
  }
  void Ends(int code, const std::vector<std::string>& arguments, const std::string& says) {
    const Ended ended = Plumbline(arguments);
    EXPECT_EQ(ended.code, code) << arguments[0] << ": " << ended.output;
    EXPECT_THAT(ended.output, HasSubstr(says)) << arguments[0];
  }
  void Done(const std::vector<std::string>& arguments, const std::string& says) {
    Ends(0, arguments, says);
  }
  // Repeats the command until it says so, or the test has no more patience.
  void Comes(const std::vector<std::string>& arguments, const std::string& says) {
    const absl::Time patience = absl::Now() + testing::kPatience;
    Ended ended;
    do {
      ended = Plumbline(arguments);
    } while (ended.output.find(says) == std::string::npos && absl::Now() < patience);
    EXPECT_THAT(ended.output, HasSubstr(says));
  }
  std::vector<std::string> Start(const std::string& id, const std::string& process) {
    return {"start", process, "--id", id, "--person", id, "--day-one", "2026-02-02"};
  }

  testing::TempDir folder_;
  std::unique_ptr<testing::Process> suite_;
  std::string address_;
};

TEST_F(VersionsTest, TagsNameRevisionsEverywhere) {
  Done({"tag", "set", "desk@1", "stable", "--reason", "proven"}, "@stable names revision 1");
  Apply("Deal desk, next");
  Done({"get", "processes/desk@stable"}, "revision: 1");
  Done({"get", "processes/desk@latest"}, "revision: 2");
  Done(Start("ada", "desk@stable"), "processes/desk@1");
  Done(Start("ben", "desk"), "processes/desk@2");
  Ends(5, {"tag", "set", "desk@2", "stable"}, "add --from 1 (the tag is at @1 now)");
  Done({"tag", "set", "desk@latest", "stable", "--from", "1"}, "@stable names revision 2");
  Done({"list", "processes"}, "@stable=2");
  Done({"list", "revisions", "desk"}, "@stable");
  Done({"tag", "lock", "desk", "stable", "--from", "2"}, "locked for good");
  Ends(5, {"tag", "delete", "desk", "stable", "--from", "2"}, "TAG_LOCKED");
  Done({"tag", "list", "desk"}, "for good");
  Done({"--json", "tag", "list", "desk"}, "\"locked\":true");
}

TEST_F(VersionsTest, RetiringSaysWhoStillUsesIt) {
  Done(Start("ada", "desk"), "started");
  Comes({"users", "desk@1"}, "onboardings/ada");
  const Ended refused = Plumbline({"archive", "desk", "--reason", "merged"});
  EXPECT_EQ(refused.code, 5) << refused.output;
  EXPECT_THAT(refused.output, HasSubstr("PROCESS_IN_USE"));
  EXPECT_THAT(refused.output, HasSubstr("onboarding: runs 'processes/desk@1' 1 time, for example "
                                        "onboardings/ada"));
  Done({"task", "done", "ada/review"}, "the on-boarding is complete");
  Comes({"users", "desk"}, "nobody uses it");
  Ends(3, {"deprecate", "desk", "--replacement", "quote-to-order"},
       "--replacement: is 'processes/quote-to-order', which does not exist");
  Apply("Quote to order", "quote-to-order");
  Done({"deprecate", "desk", "--reason", "merged", "--replacement", "quote-to-order"},
       "deprecated");
  Ends(5, Start("ben", "desk"), "is deprecated (merged): start 'processes/quote-to-order'");
  Done(Start("ben", "desk@1"), "started");
  Done({"archive", "desk", "--allow-in-use"}, "archived");
  Done({"reinstate", "desk"}, "back in use");
  Done(Start("cyn", "desk"), "started");
  const Ended history = Plumbline({"history", "desk"});
  for (const char* what : {"created", "published", "deprecated", "archived", "reinstated",
                           "use processes/quote-to-order", "merged"}) {
    EXPECT_THAT(history.output, HasSubstr(what));
  }
  const Ended last = Plumbline({"history", "desk", "--order-by", "sequence desc", "--limit", "1"});
  EXPECT_EQ(last.code, 0) << last.output;
  EXPECT_THAT(last.output, HasSubstr("reinstated"));
  EXPECT_THAT(last.output, Not(HasSubstr("archived")));
  const Ended chosen = Plumbline({"history", "desk", "--filter", "kind = ARCHIVED"});
  EXPECT_THAT(chosen.output, HasSubstr("archived"));
  EXPECT_THAT(chosen.output, Not(HasSubstr("deprecated")));
  Done({"users", "desk", "--filter", "kind = TAG"}, "no user fits the filter");
  Done({"tag", "list", "desk", "--filter", "locked"}, "no tag fits the filter");
  Done({"policy", "history", "--order-by", "sequence desc"}, "no history");
  Done({"search", "desk", "--filter", "rank = 1"}, "desk");
  Done({"search", "desk", "--filter", "rank > 4"}, "fits the filter");
  for (const char* command : {"history", "users"})
    Ends(3, {command, "desk", "--filter", "what = x"}, "--filter: at character 1");
}

TEST_F(VersionsTest, APeriodSaysWhatIsStarted) {
  Apply("Deal desk, next");
  Done({"effective", "desk@2", "--from", "2100-01-01"}, "effective from 2100-01-01");
  Done(Start("ada", "desk"), "processes/desk@1");
  Comes({"users", "desk@1"}, "onboardings/ada");
  Ends(5, {"effective", "desk@1", "--from", "2100-01-01"}, "PROCESS_IN_USE");
  Done({"effective", "desk@1", "--from", "2100-01-01", "--allow-in-use"},
       "effective from 2100-01-01");
  Ends(5, Start("ben", "desk"), "REVISION_NOT_EFFECTIVE");
  Done(Start("ben", "desk@2"), "processes/desk@2");
  // A bound that is not named stays; without any the period is shown.
  Done({"effective", "desk@1", "--until", "2101-01-01"},
       "effective from 2100-01-01 00:00 until 2101-01-01 00:00 (UTC)");
  Done({"effective", "desk@1"}, "effective from 2100-01-01 00:00 until 2101-01-01 00:00 (UTC)");
  Ends(5, Start("ben2", "desk"), "REVISION_NOT_EFFECTIVE");
  Done({"effective", "desk@1", "--from", "always", "--until", "always"}, "effective always");
  Done({"effective", "desk@1"}, "effective always");
  Done({"restore", "desk@1", "--publish"}, "processes/desk@3");
  Done(Start("cyn", "desk"), "processes/desk@3");
}

TEST_F(VersionsTest, APolicyDemandsApproval) {
  Done({"policy", "set", "--approval", "required", "--reason", "audit"},
       "approval:       required");
  const std::string file = folder_.Join("desk.yaml");
  std::ofstream(file) << "name: processes/desk\ntitle: Changed\nowner: deal-desk\nroot:\n"
                         "  id: review\n  title: Review\n  step: {role: deal-desk}\n";
  Ends(5, {"apply", "--publish", file}, "APPROVAL_REQUIRED");
  Done({"get", "processes/desk"}, "title: Deal desk");
  Done({"apply", file}, "draft saved");
  Ends(5, {"publish", "desk"}, "APPROVAL_REQUIRED");
  Done({"submit", "desk"}, "submitted for approval");
  EXPECT_THAT(Plumbline({"list", "processes"}).output,
              AllOf(HasSubstr("APPROVAL"), HasSubstr("submitted")));
  Done({"reject", "desk", "--reason", "why?"}, "rejected");
  Done({"submit", "desk"}, "submitted for approval");
  Done({"approve", "desk"}, "approved");
  Done({"publish", "desk"}, "processes/desk@2");
  Done({"policy", "set", "--self-approval", "refused"}, "self-approval:  refused");
  Done({"policy", "get"}, "approval:       required");
  Ends(3, {"policy", "set", "--reason", "x"}, "--approval: is missing");
}

TEST_F(VersionsTest, RestoringSaysWhatStaysPinned) {
  const std::string file = folder_.Join("deal.yaml");
  std::ofstream(file) << "name: processes/deal\ntitle: Deal\nowner: sales\nroot:\n"
                         "  id: approval\n  title: Approval\n  call: {process: processes/desk}\n";
  Done({"apply", "--publish", file}, "published");
  Apply("Deal desk, next");
  Done({"restore", "deal@1"},
       "its calls stay pinned to the revisions that processes/deal@1 called: processes/desk@1");
  EXPECT_THAT(Plumbline({"restore", "desk@1"}).output, Not(HasSubstr("pinned")));
}

TEST_F(VersionsTest, DraftsAreDeletedAndDryRunsWriteNothing) {
  const std::string file = folder_.Join("idea.yaml");
  std::ofstream(file) << "name: processes/idea\ntitle: Idea\nowner: deal-desk\nroot:\n"
                         "  id: think\n  title: Think\n  step: {role: deal-desk}\n";
  Done({"apply", file}, "draft saved");
  Ends(5, {"delete", "processes/desk"}, "PROCESS_PUBLISHED");
  Done({"delete", "processes/idea"}, "deleted");
  Ends(4, {"get", "processes/idea"}, "RESOURCE_NOT_FOUND");
  Done({"archive", "desk", "--dry-run"}, "possible, nothing written");
  EXPECT_THAT(Plumbline({"history", "desk"}).output, Not(HasSubstr("archived")));
}

TEST_F(VersionsTest, ATagByWhichDraftsCallIsNotDeletedUnlessTold) {
  Done({"tag", "set", "desk@1", "beta"}, "@beta names revision 1");
  const std::string file = folder_.Join("idea.yaml");
  std::ofstream(file) << "name: processes/idea\ntitle: Idea\nowner: deal-desk\nroot:\n"
                         "  id: ask\n  title: Ask\n  call: {process: processes/desk@beta}\n";
  Done({"apply", file}, "draft saved");
  const std::vector<std::string> remove = {"tag", "delete", "desk", "beta", "--from", "1"};
  Ends(5, remove, "processes/idea: calls 'processes/desk@beta'");
  std::vector<std::string> told = remove;
  told.push_back("--allow-in-use");
  Done(told, "@beta deleted");
}

TEST_F(VersionsTest, ListsFilterByWhatBecameOfRevisions) {
  Apply("Deal desk, next");
  Done({"deprecate", "desk@1", "--reason", "old", "--allow-in-use"}, "deprecated");
  Done({"list", "revisions", "desk", "--filter", "state = DEPRECATED"}, "deprecated");
  Done({"list", "processes", "--filter", "state = DEPRECATED"}, "no process fits");
  Done({"deprecate", "desk", "--reason", "merged", "--allow-in-use"}, "deprecated");
  Done({"list", "processes", "--filter", "state = DEPRECATED"}, "desk");
  Done({"list", "revisions", "desk", "--filter", "state = PUBLISHED"}, "no revision fits");
  // A part of an id alone: "default" has these letters too.
  Done({"list", "processes", "--filter", "name = \"*/processes/*ul*\""}, "no process fits");
  Done({"list", "processes", "--filter", "name = \"*/processes/*es*\""}, "desk");
}

TEST_F(VersionsTest, DiffTakesTags) {
  Done({"tag", "set", "desk@1", "stable"}, "@stable names revision 1");
  Apply("Deal desk, next");
  Done({"diff", "desk@stable", "desk@latest"}, "processes/desk@1 -> processes/desk@2");
}

TEST_F(VersionsTest, DiffOfADraftIsWhatPublishingWouldChange) {
  Apply("Deal desk, next");
  Done({"effective", "desk@2", "--from", "2100-01-01"}, "effective from 2100-01-01");
  Done({"diff", "desk"}, "processes/desk@2 -> processes/desk: identical");
  Done({"effective", "desk@1", "--from", "2100-01-01", "--allow-in-use"}, "effective from");
  Done({"diff", "processes/desk"}, "processes/desk@2 -> processes/desk: identical");
}

TEST_F(VersionsTest, ThePolicysHistorySaysWhichWayARuleChanged) {
  Done({"policy", "set", "--approval", "required", "--self-approval", "refused"}, "required");
  Done({"policy", "set", "--approval", "optional"}, "optional");
  Done({"policy", "history"}, "approval: optional -> required, self-approval: allowed -> refused");
  Done({"policy", "history"}, "approval: required -> optional");
}

TEST_F(VersionsTest, ErrorsAreAboutWhatWasTyped) {
  Ends(3, {"publish", "desk@1"}, "leave out the @ and what follows it");
  Ends(3, {"-w", "W_2", "list", "processes"}, "--workspace: 'W_2' is not an id");
  Apply("Deal desk, next");
  Done({"tag", "set", "desk@1", "stable"}, "@stable names revision 1");
  Ends(5, {"tag", "set", "desk@2", "stable"},
       "error: @stable of 'processes/desk' names revision 1 already\n");
}

TEST_F(VersionsTest, CompletionKnowsTagsAndRevisions) {
  Done({"tag", "set", "desk@1", "stable"}, "@stable names revision 1");
  const auto completed = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {Bin("plumbline"), "__complete", "--address", address_});
    auto process = testing::Process::Start({.args = words});
    EXPECT_TRUE(process->Wait().ok());
    return process->Output();
  };
  EXPECT_THAT(completed({"archive", "desk@"}), HasSubstr("desk@stable\trevision 1"));
  EXPECT_THAT(completed({"start", "desk@"}), HasSubstr("desk@1"));
  EXPECT_THAT(completed({"tag", "lock", "desk", ""}), HasSubstr("stable\trevision 1"));
  EXPECT_THAT(completed({"dependencies", ""}), HasSubstr("desk"));
  for (const char* command : {"impact", "callers"}) {
    EXPECT_THAT(
        completed({command, ""}),
        AllOf(HasSubstr("processes/"), HasSubstr("utilities/"), Not(HasSubstr("calendars/")),
              Not(HasSubstr("onboardings/")), Not(HasSubstr("eventLogs/"))));
  }
  EXPECT_THAT(completed({"delete", ""}), AllOf(HasSubstr("eventLogs/"), HasSubstr("processes/"),
                                               Not(HasSubstr("onboardings/"))));
}

}  // namespace
}  // namespace plumbline
