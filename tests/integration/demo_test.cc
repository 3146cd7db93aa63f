// SPDX-License-Identifier: Apache-2.0
//
// The whole path as a newcomer runs it, with the real programs: define, run, relay, import, study;
// and what the command line says.
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "plumbline/analytics/v1/analytics.pb.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace plumbline {
namespace {

std::string Bin(const std::string& program) {
  const char* folder = std::getenv("PLUMBLINE_BIN_DIR");
  return absl::StrCat(folder == nullptr ? "build/dev/bin" : folder, "/", program);
}

struct Ended {
  int code;
  std::string output;
};

Ended Plumbline(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), Bin("plumbline"));
  auto process = testing::Process::Start({.args = arguments});
  auto code = process->Wait();
  return {code.ok() ? *code : -1, process->Output()};
}

Ended Demo(std::vector<std::string> more) {
  std::vector<std::string> arguments = {
      "demo",        "--json",    "--suite", Bin("plumbline-suite"),
      "--processes", "processes", "--count", "12"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return Plumbline(arguments);
}

// The reports among the lines of the output.
std::vector<analytics::v1::Report> Reports(const std::string& output) {
  std::vector<analytics::v1::Report> reports;
  for (absl::string_view line : absl::StrSplit(output, '\n')) {
    analytics::v1::Report report;
    if (line.substr(0, 1) == "{" &&
        google::protobuf::util::JsonStringToMessage(std::string(line), &report).ok()) {
      reports.push_back(report);
    }
  }
  return reports;
}

TEST(Demo, RunsTheWholePath) {
  const Ended ended = Demo({});
  ASSERT_EQ(ended.code, 0) << ended.output;
  const auto reports = Reports(ended.output);
  ASSERT_EQ(reports.size(), 2u) << ended.output;
  const auto& onboarding = reports[0];
  EXPECT_EQ(onboarding.event_log().case_count(), 12);
  EXPECT_EQ(onboarding.target().inside_count() + onboarding.target().outside_count(), 12);
  EXPECT_FALSE(onboarding.impediments().empty());
  EXPECT_EQ(onboarding.findings_size(), 3);
  EXPECT_GE(onboarding.steps_size(), 20);
  EXPECT_EQ(reports[1].event_log().case_count(), 2000);
  EXPECT_EQ(reports[1].findings_size(), 3);
}

TEST(Demo, StudiesAFileOfTheUsersOwn) {
  testing::TempDir folder;
  std::ofstream(folder.Join("Deals 2024.csv")) << "case_id,activity,timestamp\n"
                                                  "1,Quote,2024-01-01T09:00:00Z\n"
                                                  "1,Sign,2024-01-04T09:00:00Z\n"
                                                  "2,Quote,2024-01-02T09:00:00Z\n"
                                                  "2,Sign,2024-01-03T09:00:00Z\n";
  const Ended ended = Demo({folder.Join("Deals 2024.csv")});
  ASSERT_EQ(ended.code, 0) << ended.output;
  const auto reports = Reports(ended.output);
  ASSERT_EQ(reports.size(), 2u) << ended.output;
  EXPECT_EQ(reports[1].event_log().title(), "Deals 2024.csv");
  ASSERT_EQ(reports[1].process_map().edges_size(), 1);
  EXPECT_EQ(reports[1].process_map().edges(0).count(), 2);
  EXPECT_EQ(reports[1].process_map().edges(0).wait().median().seconds(), 2 * 86'400);
}

TEST(Demo, AFileThatCannotBeReadIsToldBeforeTheCohort) {
  testing::TempDir folder;
  std::ofstream(folder.Join("odd.csv")) << "deal,what,when\nd1,Quote,2024-01-01\n"
                                           "d1,Sign,2024-01-02\nd2,Quote,2024-01-02\n";
  const Ended ended = Demo({folder.Join("odd.csv")});
  EXPECT_EQ(ended.code, 3);
  EXPECT_NE(ended.output.find("IMPORT_COLUMN_MISSING"), std::string::npos) << ended.output;
  EXPECT_EQ(ended.output.find("on-boardings over a simulated year"), std::string::npos)
      << ended.output;
  const Ended told = Demo({folder.Join("odd.csv"), "--case-column", "deal", "--activity-column",
                           "what", "--time-column", "when"});
  EXPECT_EQ(told.code, 0) << told.output;
  EXPECT_EQ(Reports(told.output).size(), 2u) << told.output;
}

TEST(Demo, AMissingFileIsToldAtOnce) {
  const Ended ended = Demo({"no-such-file.csv"});
  EXPECT_EQ(ended.code, 3);
  EXPECT_NE(ended.output.find("no-such-file.csv"), std::string::npos) << ended.output;
  EXPECT_EQ(ended.output.find("The suite is ready"), std::string::npos) << ended.output;
}

TEST(CommandLine, ExitCodesTellWhatWentWrong) {
  struct Row {
    const char* name;
    std::vector<std::string> arguments;
    int code;
    const char* says;
  };
  const std::string nobody = absl::StrCat("127.0.0.1:", testing::FreePort());
  for (const Row& row :
       {Row{"version", {"--version"}, 0, "0.1.0"},
        Row{"no command", {}, 2, "Usage: plumbline COMMAND"},
        Row{"unknown option", {"list", "processes", "--colour"}, 2, "--colour"},
        Row{"unknown kind", {"get", "widgets/x"}, 3, "processes/ID"},
        Row{"nobody there",
            {"--address", nobody, "list", "processes"},
            7,
            "DEPENDENCY_UNAVAILABLE"},
        Row{"missing file", {"--address", nobody, "apply", "no-such.yaml"}, 3, "no-such.yaml"},
        Row{"completion", {"completion", "bash"}, 0, "complete -F _plumbline"}}) {
    const Ended ended = Plumbline(row.arguments);
    EXPECT_EQ(ended.code, row.code) << row.name << ": " << ended.output;
    EXPECT_NE(ended.output.find(row.says), std::string::npos) << row.name << ": " << ended.output;
  }
}

}  // namespace
}  // namespace plumbline
