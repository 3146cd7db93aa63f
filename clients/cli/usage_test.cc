// SPDX-License-Identifier: Apache-2.0
//
// Usage, help and completion.
#include "clients/cli/usage.h"

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/args.h"
#include "clients/cli/commands.h"
#include "clients/cli/complete.h"
#include "clients/cli/help_formatter.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::cli {
namespace {

using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// The command line with some of its commands, which do nothing.
class CommandLine : public ::testing::Test {
 protected:
  CommandLine() {
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.formatter(std::make_shared<HelpFormatter>());
    root_.add_option("--address", address_, "")->envname("PLUMBLINE_ADDRESS");
    root_.add_option("--timeout", timeout_, "")->check(args::Range(0.001, 86'400.0));
    AddApplyCommand(root_, &action_);
    AddProcessCommands(root_, &action_);
    AddStartCommand(root_, &action_);
    AddTaskCommands(root_, &action_);
    AddListCommand(root_, &action_);
    AddResourceCommands(root_, &action_);
    AddCalendarCommands(root_, &action_);
    AddTagCommands(root_, &action_);
    AddImpactCommands(root_, &action_);
    AddCompletionCommand(root_, &action_);
  }

  std::string Usage(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());
    try {
      app_.parse(words);
    } catch (const CLI::ParseError& error) {
      return UsageText(app_, error);
    }
    return "no error";
  }

  std::vector<std::string> At(const std::vector<std::string>& words) {
    const Typed typed = TakeApart(app_, words);
    const Completion completion =
        Complete(app_, typed, [](const std::string& argument, const Typed& at) {
          return std::vector<Known>{
              {argument + "-1", ""},
              {absl::StrCat(argument, "-after-", absl::StrJoin(at.arguments, "-")), ""}};
        });
    std::vector<std::string> values;
    if (completion.files) values.push_back(":files");
    for (const Known& value : completion.values) values.push_back(value.id);
    return values;
  }

  CLI::App app_{"Test", "plumbline"};
  args::Command root_{app_};
  Action action_;
  std::string address_;
  double timeout_ = 60;
};

TEST_F(CommandLine, UsageErrorsSayWhatWasPerhapsMeant) {
  struct Row {
    const char* name;
    std::vector<std::string> words;
    const char* text;
  };
  for (const Row& row : std::vector<Row>{
           {"nothing", {}, ""},
           {"misspelt command", {"lst"}, "'lst' is no command of plumbline; did you mean 'list'?"},
           {"unknown command", {"xyzzy"}, "'xyzzy' is no command of plumbline"},
           {"misspelt command below",
            {"task", "dnoe", "x"},
            "'dnoe' is no command of plumbline task; did you mean 'done'?"},
           {"command below missing",
            {"task"},
            "plumbline task needs one of its commands: start, done, skip, block, unblock, claim, "
            "assign, "
            "delegate, release, add, move, reopen, comment, comments, verify, approve-waiver, "
            "reject-waiver, answer"},
           {"help of what is no command below",
            {"task", "dnoe", "--help"},
            "'dnoe' is no command of plumbline task; did you mean 'done'?"},
           {"help of what is no command",
            {"xyzzy", "--help"},
            "'xyzzy' is no command of plumbline"},
           {"help", {"--help"}, ""},
           {"help of a command", {"start", "p", "--help"}, ""},
           {"help of a command beside what is no option of it", {"start", "--bogus", "--help"}, ""},
           {"misspelt option",
            {"start", "p", "--asign", "a=b"},
            "'--asign' is no option of plumbline start; did you mean '--assign'?"},
           {"missing options",
            {"start"},
            "plumbline start needs PROCESS, --id, --person and --day-one"},
           {"missing argument", {"get"}, "plumbline get needs NAME"},
           {"one too many",
            {"get", "a", "b"},
            "'b' is one argument too many for plumbline get; quote what has spaces in it"},
           {"a number that is too large",
            {"calendar", "add", "c", "2026-01-05", "--days", "100000000000"},
            "--days: '100000000000' is out of range: -2147483648 to 2147483647"},
           {"a number that no option takes",
            {"calendar", "add", "c", "2026-01-05", "--days", "99999999999999999999"},
            "--days: '99999999999999999999' is out of range"},
           {"no whole number",
            {"calendar", "add", "c", "2026-01-05", "--days", "1.5"},
            "--days: '1.5' is no whole number"},
           {"no number where a range is taken",
            {"get", "x", "--timeout", "abc"},
            "--timeout: 'abc' is no number from 0.001 to 86400"},
           {"a large number as people write it",
            {"list", "tasks", "--limit", "0"},
            "--limit: '0' is no number from 1 to 10000000"},
           {"value out of a set",
            {"list", "tasks", "--state", "redy"},
            "--state: 'redy' is none of pending, ready, in-progress, awaiting-verification, done, "
            "skipped, not-needed; "
            "did you mean 'ready'?"}}) {
    EXPECT_EQ(Usage(row.words), row.text) << row.name;
  }
}

TEST_F(CommandLine, RepeatableOptionsLeaveTheArgumentsAlone) {
  EXPECT_EQ(Usage({"start", "--assign", "hr=x", "p", "--id", "a", "--person", "b", "--day-one",
                   "2026-01-05"}),
            "no error");
}

TEST_F(CommandLine, HelpNamesWhatIsRequired) {
  const std::string help = app_.get_subcommand("start")->help("plumbline");
  EXPECT_THAT(help,
              HasSubstr("Usage: plumbline start PROCESS --id ID --person WHO --day-one DATE"));
  EXPECT_THAT(help, HasSubstr("\n  --day-one DATE "));
  EXPECT_THAT(help, ContainsRegex("process,[ \n]+zone,[ \n]+calendar,[ \n]+assignees"))
      << "every heading of a roster";
  EXPECT_THAT(help, HasSubstr("\nExamples:\n  plumbline start "));
  EXPECT_THAT(help, Not(HasSubstr("TEXT REQUIRED")));
  EXPECT_THAT(app_.help(), HasSubstr("\nRun:\n  start "));
  const std::string list = app_.get_subcommand("list")->get_subcommand("processes")->help("list");
  EXPECT_THAT(list, HasSubstr("--filter 'latest_revision = 0'"));
  EXPECT_THAT(list, HasSubstr("--filter 'approval.state = SUBMITTED'"));
  EXPECT_THAT(list, HasSubstr("name:ID"));
  EXPECT_THAT(list, HasSubstr("*/COLLECTION/*PART*"));
  EXPECT_THAT(app_.get_subcommand("calendar")->help("calendar"),
              HasSubstr("open Monday to Friday, 09:00"));
  for (const absl::string_view line : absl::StrSplit(help.substr(0, help.find("Examples")), '\n'))
    EXPECT_LE(line.size(), 100u) << line;  // 80, or the terminal's
}

TEST_F(CommandLine, CompletesCommandsOptionsAndValues) {
  EXPECT_THAT(At({""}),
              ElementsAre("apply", "publish", "start", "task", "decide", "list", "get", "delete",
                          "calendar", "tag", "impact", "callers", "dependencies", "completion"));
  EXPECT_THAT(At({"st"}), ElementsAre("start"));
  EXPECT_THAT(At({"task", "un"}), ElementsAre("unblock"));
  EXPECT_THAT(At({"start", "--da"}), ElementsAre("--day-one"));
  EXPECT_THAT(At({"task", "done", "--"}), Contains("--address")) << "options of all commands";
  EXPECT_THAT(At({"task", "done", "--he"}), ElementsAre("--help")) << "each command has its own";
  EXPECT_THAT(At({"dependencies", ""}), Contains("PROCESS-1"));
  EXPECT_THAT(At({"list", "tasks", "--state", "in"}), ElementsAre("in-progress"));
  EXPECT_THAT(At({"completion", "z"}), ElementsAre("zsh"));
  EXPECT_THAT(At({"apply", ""}), ElementsAre(":files"));
  EXPECT_THAT(At({"apply", "a.yaml", ""}), ElementsAre(":files")) << "as many as you like";
  EXPECT_THAT(At({"nothing", "x", ""}), Not(IsEmpty()));
  EXPECT_THAT(At({}), Not(IsEmpty()));
}

TEST_F(CommandLine, CompletesIdsThatTheServiceKnows) {
  EXPECT_THAT(At({"start", ""}), ElementsAre("PROCESS-1", "PROCESS-after-"));
  EXPECT_THAT(At({"start", "--id", "x", "PROCESS-1"}), ElementsAre("PROCESS-1"));
  EXPECT_THAT(At({"start", "p", ""}), IsEmpty());
  EXPECT_THAT(At({"decide", "ada", ""}), ElementsAre("DECISION-1", "DECISION-after-ada"));
  EXPECT_THAT(At({"decide", "ada", "exam", ""}), ElementsAre("OPTION-1", "OPTION-after-ada-exam"));
  EXPECT_THAT(At({"list", "history", ""}), Contains("ON-BOARDING-1"));
  EXPECT_THAT(At({"task", "done", "ada/exam", "--tick", ""}),
              ElementsAre("tick-1", "tick-after-ada/exam"));
  EXPECT_THAT(At({"task", "done", "--tick-all", ""}), Contains("TASK-1")) << "a flag takes nothing";
}

TEST_F(CommandLine, WordsBeforeTheCursorSayWhichService) {
  const Typed typed = TakeApart(app_, {"--address", "h:1", "start", "--id=x", "p", ""});
  EXPECT_EQ(typed.options.at("address"), "h:1");
  EXPECT_EQ(typed.options.at("id"), "x");
  EXPECT_THAT(typed.arguments, ElementsAre("p"));
  EXPECT_EQ(typed.command->get_name(), "start");
}

TEST_F(CommandLine, AnUnreachableServiceCompletesNothing) {
  std::ostringstream out, err;
  AnswerCompletion(app_, {"--address", "127.0.0.1:1", "start", ""}, out, err);
  EXPECT_EQ(out.str(), "");
  EXPECT_EQ(err.str(), "");
  AnswerCompletion(app_, {"--address", "127.0.0.1:1", "star"}, out, err);
  EXPECT_THAT(out.str(), StartsWith("start\t"));
}

}  // namespace
}  // namespace plumbline::cli
