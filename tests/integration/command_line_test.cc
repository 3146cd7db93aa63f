// SPDX-License-Identifier: Apache-2.0
//
// The command line as a newcomer types it, against a real suite: what it prints, what it says of
// wrong input, and what it completes.
#include <signal.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace plumbline {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string Bin(const std::string& program) {
  return absl::StrCat(std::getenv("PLUMBLINE_BIN_DIR"), "/", program);
}

struct Ended {
  int code;
  std::string output;
};

Ended Execute(std::vector<std::string> arguments,
              std::vector<std::pair<std::string, std::string>> environment) {
  auto process = testing::Process::Start({.args = std::move(arguments), .env = environment});
  auto code = process->Wait();
  return {code.ok() ? *code : -1, process->Output()};
}

std::vector<std::string> Lines(const std::string& text) {
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

// One suite for all tests, with the shipped processes and the on-boarding "ada".
class CommandLine : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<testing::TempDir>();
    suite_ = testing::Process::Start(
        {.args = {Bin("plumbline-suite"), "--server.listen_address=127.0.0.1:0",
                  "--server.admin_address=127.0.0.1:0",
                  absl::StrCat("--data_directory=", folder_->path())}});
    auto ready = suite_->WaitForLine("\"ready\"");
    ASSERT_TRUE(ready.ok()) << ready.status();
    google::protobuf::Struct line;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*ready, &line).ok()) << *ready;
    address_ = line.fields().at("address").string_value();
    ASSERT_EQ(Plumbline({"apply", "--publish", "processes"}).code, 0);
    const Ended started = Plumbline({"start", "sales-rep-onboarding", "--id", "ada", "--person",
                                     "ada@example.com", "--day-one", "2027-01-04", "--name",
                                     "Ad\xc3\xa1 L\xc3\xb6velace", "--assign", "manager=grace"});
    ASSERT_EQ(started.code, 0) << started.output;
  }
  static void TearDownTestSuite() {
    suite_.reset();
    folder_.reset();
  }

  static Ended Plumbline(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), Bin("plumbline"));
    return Execute(std::move(arguments), {{"PLUMBLINE_ADDRESS", address_}});
  }
  // What bash offers at the end of `line`.
  static std::vector<std::string> Bash(const std::string& line) {
    const std::string script = absl::StrReplaceAll(
        "source <('PROGRAM' completion bash); COMP_LINE='TYPED' COMP_POINT=${#COMP_LINE};"
        "_plumbline plumbline '' '' 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"",
        {{"PROGRAM", Bin("plumbline")},
         {"TYPED", absl::StrReplaceAll(line, {{"plumbline", Bin("plumbline")}})}});
    return Lines(Execute({"bash", "-c", script}, {{"PLUMBLINE_ADDRESS", address_}}).output);
  }

  static inline std::unique_ptr<testing::TempDir> folder_;
  static inline std::unique_ptr<testing::Process> suite_;
  static inline std::string address_;
};

TEST_F(CommandLine, ListsForPeopleAndForPrograms) {
  const Ended people = Plumbline({"list", "onboardings"});
  EXPECT_EQ(people.code, 0);
  EXPECT_THAT(people.output, HasSubstr("ada          Ad\xc3\xa1 L\xc3\xb6velace"));
  const Ended programs = Plumbline({"list", "tasks", "ada", "--json"});
  const std::vector<std::string> rows = Lines(programs.output);
  EXPECT_GE(rows.size(), 20u);
  for (const std::string& row : rows) {
    onboarding::v1::Task task;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(row, &task).ok()) << row;
    EXPECT_THAT(task.name(), StartsWith("workspaces/default/onboardings/ada/tasks/"));
  }
  EXPECT_THAT(Plumbline({"list", "history", "ada", "--json"}).output, HasSubstr("\"sequence\":1,"));
}

TEST_F(CommandLine, WrongInputIsToldInTheWordsThatWereTyped) {
  std::ofstream(folder_->Join("self.yaml"))
      << "name: processes/selfie\ntitle: Self\nowner: ops\n"
         "root: {id: a, title: A, call: {process: processes/selfie}}\n";
  std::ofstream(folder_->Join("rules.yaml"))
      << "name: processes/rules\ntitle: Rules\nowner: ops\nroot:\n  id: a\n  title: A\n  step:\n"
         "    role: ''\n";
  struct Row {
    const char* name;
    std::vector<std::string> arguments;
    int code;
    std::string says;
  };
  const std::vector<std::string> start = {
      "start", "sales-rep-onboarding", "--id", "eve", "--person", "eve", "--day-one", "2027-01-04"};
  const auto with = [](std::vector<std::string> arguments, std::vector<std::string> more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  };
  for (const Row& row : std::vector<Row>{
           {"option twice", with(start, {"--day-one", "2027-02-03"}), 2, "--day-one"},
           {"no such day",
            {"start", "renewal", "--id", "e", "--person", "e", "--day-one", "2027-02-30"},
            3,
            "error: --day-one: '2027-02-30' is no date"},
           {"no such role", with(start, {"--assign", "manger=x"}), 3,
            "--assign manger: 'manger' is no role of this process; its roles are: "},
           {"role in the JSON", with(start, {"--assign", "manger=x", "--json"}), 3,
            "\"field\":\"onboarding.assignees[manger]\""},
           {"no such process",
            {"start", "sales-rep-onbording", "--id", "e", "--person", "e", "--day-one",
             "2027-01-04"},
            4,
            "did you mean 'sales-rep-onboarding'?"},
           {"no such on-boarding", {"list", "history", "adaa"}, 4, "did you mean 'ada'?"},
           {"no such task",
            {"task", "start", "ada/sign-contrct"},
            4,
            "did you mean 'sign-contract'?"},
           {"checklist", {"task", "done", "ada/sign-contract"}, 5, "--tick-all"},
           {"calls itself",
            {"apply", "--dry-run", folder_->Join("self.yaml")},
            5,
            "call itself: selfie -> selfie"},
           {"place in a file",
            {"apply", folder_->Join("rules.yaml")},
            3,
            "rules.yaml: line 8, column 5: root.step.role: "}}) {
    const Ended ended = Plumbline(row.arguments);
    EXPECT_EQ(ended.code, row.code) << row.name << ": " << ended.output;
    EXPECT_THAT(ended.output, HasSubstr(row.says)) << row.name;
  }
}

TEST_F(CommandLine, ConditionsAreCheckedInTheFileAndDecideByWhatIsSet) {
  const std::string file = folder_->Join("quote.yaml"), step = folder_->Join("check.yaml");
  const std::string text =
      "name: processes/quote\ntitle: Quote\nowner: desk\nattributes:\n"
      "  - {id: discount, title: Discount, type: TYPE_NUMBER, maximum: '100'}\n"
      "root:\n  id: level\n  title: Who approves?\n  choice:\n    nodes:\n"
      "      - {id: cfo, title: CFO, condition: discount > 20, step: {role: cfo}}\n"
      "      - {id: desk, step: {uses: steps/check-terms}}\n";
  std::ofstream(step) << "name: steps/check-terms\ntitle: Check the terms\nowner: desk\n"
                         "step: {role: desk}\n";
  std::ofstream(file) << absl::StrReplaceAll(text, {{"discount > 20", "discuont > 20"}});
  const Ended wrong = Plumbline({"apply", file});
  EXPECT_EQ(wrong.code, 3);
  EXPECT_THAT(wrong.output, HasSubstr("quote.yaml: line 11, column 31: root.choice.nodes[0]."
                                      "condition: at character 1: 'discuont'"));
  EXPECT_THAT(wrong.output, HasSubstr("did you mean 'discount'?"));
  std::ofstream(file) << text;
  const Ended applied = Plumbline({"apply", "--publish", file, step});
  ASSERT_EQ(applied.code, 0) << applied.output;
  EXPECT_THAT(Plumbline({"get", "processes/quote@1"}).output, HasSubstr("steps/check-terms@1"));
  const Ended again = Plumbline({"apply", "--publish", file, step});
  EXPECT_EQ(again.code, 0) << again.output;
  EXPECT_THAT(again.output, HasSubstr("processes/quote: published before, unchanged"));
  EXPECT_THAT(Plumbline({"list", "steps"}).output, HasSubstr("check-terms  Check the terms"));

  const std::vector<std::string> start = {"start", "quote",     "--person",
                                          "q",     "--day-one", "2027-01-04"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), start.begin(), start.end());
    return Plumbline(more);
  };
  EXPECT_THAT(with({"--id", "q1", "--set", "discount=101"}).output,
              HasSubstr("--set discount: '101' is more than the maximum, 100"));
  const Ended open = with({"--id", "q1"});
  EXPECT_THAT(open.output, HasSubstr("    plumbline decide q1 level cfo   # if discount > 20\n"
                                     "    plumbline decide q1 level desk\n"
                                     "    not known: discount; "));
  const Ended set = Plumbline({"set", "q1", "discount=25"});
  EXPECT_EQ(set.code, 0);
  EXPECT_THAT(set.output, StartsWith("discount: 25\n  ready: q1/cfo (CFO), cfo"));
  EXPECT_THAT(with({"--id", "q2", "--set", "discount=3"}).output,
              HasSubstr("Check the terms  desk  ready"));
}

TEST_F(CommandLine, BpmnGoesOutAndComesBack) {
  const Ended exported = Plumbline({"export", "deal-desk-approval@1", "--format", "bpmn"});
  ASSERT_EQ(exported.code, 0) << exported.output;
  std::ofstream(folder_->Join("desk.bpmn")) << exported.output;
  const Ended applied = Plumbline({"apply", "--publish", folder_->Join("desk.bpmn")});
  EXPECT_EQ(applied.code, 0);
  EXPECT_EQ(applied.output, "processes/deal-desk-approval: published before, unchanged\n");

  const std::string shop = "tests/bpmn/vendors/bpmn-io.bpmn";
  const Ended vendor = Plumbline({"apply", "--id", "shop", "--owner", "Head of Shop", shop});
  EXPECT_EQ(vendor.code, 0) << vendor.output;
  EXPECT_THAT(vendor.output, HasSubstr(absl::StrCat(shop, ":6: ignored: participant 'Customer' ")));
  EXPECT_THAT(Plumbline({"get", "processes/shop"}).output, HasSubstr("owner: Head of Shop"));
}

TEST_F(CommandLine, BpmnThatIsNotBlockStructuredIsRefusedOrMended) {
  const std::string file = folder_->Join("late.bpmn");
  std::ofstream(file) << "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'>\n"
                         "<process id='late' name='Late'><task id='a' name='Ask'/>\n"
                         "<boundaryEvent id='b' name='Fails' attachedToRef='a'>"
                         "<errorEventDefinition/></boundaryEvent>\n"
                         "</process></definitions>\n";
  const Ended refused = Plumbline({"apply", file});
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.output, HasSubstr("boundaryEvent"));
  EXPECT_THAT(refused.output, HasSubstr("line 3"));
  EXPECT_THAT(refused.output, HasSubstr("(BPMN_UNSUPPORTED)"));
  EXPECT_THAT(refused.output, HasSubstr("apply --best-effort keeps what can be kept"));
  const Ended kept = Plumbline({"apply", "--best-effort", file});
  EXPECT_EQ(kept.code, 0) << kept.output;
  EXPECT_THAT(kept.output, HasSubstr("late.bpmn:3: dropped: boundaryEvent 'Fails' "));
  EXPECT_THAT(kept.output, HasSubstr("processes/late: draft saved"));
  EXPECT_THAT(Plumbline({"apply", "--best-effort", "--json", file}).output,
              HasSubstr("\"effect\":\"EFFECT_DROPPED\""));
}

TEST_F(CommandLine, BpmnOfSeveralProcessesIsReadOneAtATime) {
  const std::string file = folder_->Join("pools.bpmn");
  std::ofstream(file) << "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'>\n"
                         "<process id='P1' name='Ours'><task id='a' name='Ask'/></process>\n"
                         "<process id='P2' name='Theirs'><task id='b' name='Pay'/></process>\n"
                         "</definitions>\n";
  const Ended refused = Plumbline({"apply", file});
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.output, HasSubstr("'P2' (line 3); name one with --process-element"));
  const Ended second = Plumbline({"apply", "--process-element", "P2", "--id", "theirs", file});
  EXPECT_EQ(second.code, 0) << second.output;
  EXPECT_THAT(Plumbline({"get", "processes/theirs"}).output, HasSubstr("title: Pay"));
  EXPECT_THAT(Plumbline({"diff", "--process-element", "P2", "theirs", file}).output,
              HasSubstr("identical"));
}

TEST_F(CommandLine, AWatchEndsInOrderAndSaysWhereToGoOn) {
  auto watch = testing::Process::Start(
      {.args = {Bin("plumbline"), "watch", "ada"}, .env = {{"PLUMBLINE_ADDRESS", address_}}});
  ASSERT_TRUE(watch->WaitForLine("ada  task-ready  Sign the employment contract").ok());
  watch->Signal(SIGTERM);
  auto code = watch->Wait();
  ASSERT_TRUE(code.ok()) << code.status();
  EXPECT_EQ(*code, 0) << watch->Output();
  const std::string again = "to go on from here: plumbline watch ada --cursor ";
  const size_t at = watch->Output().find(again);
  ASSERT_NE(at, std::string::npos) << watch->Output();
  const std::string cursor = Lines(watch->Output().substr(at + again.size()))[0];
  auto rest =
      testing::Process::Start({.args = {Bin("plumbline"), "watch", "ada", "--cursor", cursor},
                               .env = {{"PLUMBLINE_ADDRESS", address_}}});
  ASSERT_EQ(Plumbline({"task", "start", "ada/sign-contract"}).code, 0);
  ASSERT_TRUE(rest->WaitForLine("ada  task-started  Sign the employment contract").ok());
  rest->Signal(SIGINT);
  ASSERT_TRUE(rest->Wait().ok());
  EXPECT_THAT(rest->Output(), HasSubstr(again)) << "Ctrl-C";
  EXPECT_THAT(rest->Output(), Not(HasSubstr("task-ready"))) << "what was seen before";
}

TEST_F(CommandLine, ErrorsNameWhatWasTypedAndTheRemedy) {
  EXPECT_THAT(Plumbline({"task", "comment", "ada/sign-contract", "Look", "--link", "docs"}).output,
              HasSubstr("error: --link (no. 1): "));
  EXPECT_THAT(Plumbline({"task", "verify", "ada/sign-contract"}).output,
              HasSubstr("error: --accept: is missing; give --accept if it is done"));
  const Ended kind = Plumbline({"watch", "--filter", "kind = TASK_DONE"});
  EXPECT_THAT(kind.output, HasSubstr("TASK_COMPLETED"));
  EXPECT_THAT(kind.output, Not(HasSubstr("did you mean 'TASK_MOVED'")));
}

TEST_F(CommandLine, BashCompletesCommandsAndIds) {
  EXPECT_THAT(Bash("plumbline sta"), ElementsAre("start"));
  EXPECT_THAT(Bash("plumbline start sales-rep-on"), ElementsAre("sales-rep-onboarding"));
  EXPECT_THAT(Bash("plumbline list history "), Contains("ada"));
  EXPECT_THAT(Bash("plumbline task done "), Contains("ada/"));
  EXPECT_THAT(Bash("plumbline task done ada/si"), ElementsAre("ada/sign-contract"));
  EXPECT_THAT(Bash("plumbline get processes/re"), ElementsAre("processes/renewal"));
  EXPECT_THAT(Bash("plumbline list tasks --state in"), ElementsAre("in-progress"));
  EXPECT_THAT(Bash("plumbline apply proc"), Contains("processes"));
  EXPECT_THAT(Bash("plumbline --address 127.0.0.1:1 start "), Each(Not(HasSubstr("rep"))));
}

TEST_F(CommandLine, ATerminalGetsTablesThatFit) {
  const Ended ended = Execute({"bash", "-c",
                               absl::StrCat("script -qec \"stty cols 80; '", Bin("plumbline"),
                                            "' list tasks ada\" /dev/null")},
                              {{"PLUMBLINE_ADDRESS", address_}});
  const std::vector<std::string> lines = Lines(absl::StrReplaceAll(ended.output, {{"\r", ""}}));
  ASSERT_GE(lines.size(), 20u) << ended.output;
  // "…" has three bytes: a line may have two of them.
  for (const std::string& line : lines) EXPECT_LE(line.size(), 84u) << line;
  EXPECT_THAT(ended.output, HasSubstr("…"));
}

}  // namespace
}  // namespace plumbline
