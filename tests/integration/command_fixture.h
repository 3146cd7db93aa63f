// SPDX-License-Identifier: Apache-2.0
//
// The command line against a real suite, and files for it: what tests of both share.
#ifndef PLUMBLINE_TESTS_INTEGRATION_COMMAND_FIXTURE_H_
#define PLUMBLINE_TESTS_INTEGRATION_COMMAND_FIXTURE_H_

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace plumbline {

// The tree of a process with one step.
inline constexpr char kStep[] = "root: {id: work, title: Work, step: {role: seller}}\n";

// A process as a file; its tree begins in line 4.
inline std::string ProcessFile(const std::string& id, const std::string& root,
                               const std::string& title = "A process") {
  return absl::StrCat("name: processes/", id, "\ntitle: ", title, "\nowner: somebody\n", root);
}

// The tree of a process that calls another, in line 8.
inline std::string Calling(const std::string& called, const std::string& arguments = "") {
  return absl::StrCat(
      "root:\n  id: all\n  sequence:\n    nodes:\n"
      "      - {id: call, call: {process: processes/",
      called, arguments, "}}\n");
}

// One suite for all tests; each works in a workspace of its own.
class CommandFixture : public ::testing::Test {
 protected:
  struct Ended {
    int code;
    std::string output;
  };

  static void SetUpTestSuite() {
    data_ = std::make_unique<testing::TempDir>();
    suite_ = testing::Process::Start(
        {.args = {Bin("plumbline-suite"), "--server.listen_address=127.0.0.1:0",
                  absl::StrCat("--data_directory=", data_->Join("data"))}});
    auto ready = suite_->WaitForLine("\"ready\"");
    ASSERT_TRUE(ready.ok()) << ready.status();
    google::protobuf::Struct line;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*ready, &line).ok());
    address_ = line.fields().at("address").string_value();
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(*suite_->Terminate(), 0);
    suite_.reset();
    data_.reset();
  }

  CommandFixture() {
    workspace_ = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    for (char& c : workspace_) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    workspace_.resize(std::min<size_t>(workspace_.size(), 60));
  }

  static std::string Bin(const std::string& program) {
    const char* folder = std::getenv("PLUMBLINE_BIN_DIR");
    return absl::StrCat(folder == nullptr ? "build/dev/bin" : folder, "/", program);
  }
  // Where the suite listens.
  static const std::string& Address() { return address_; }
  Ended Run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--workspace", workspace_});
    return RunAnywhere(std::move(arguments));
  }
  // What goes on until it is told to end.
  std::unique_ptr<testing::Process> Begin(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(),
                     {Bin("plumbline"), "--address", address_, "--workspace", workspace_});
    return testing::Process::Start({.args = arguments});
  }
  // Without saying in which workspace.
  static Ended RunAnywhere(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {Bin("plumbline"), "--address", address_});
    auto process = testing::Process::Start({.args = arguments});
    auto code = process->Wait();
    return {code.ok() ? *code : -1, process->Output()};
  }
  // Runs it, which ends with this code and says all of this.
  void Expect(const std::vector<std::string>& arguments, int code,
              const std::vector<std::string>& says) const {
    const Ended ended = Run(arguments);
    EXPECT_EQ(ended.code, code) << ended.output;
    for (const std::string& text : says) EXPECT_THAT(ended.output, ::testing::HasSubstr(text));
  }
  void Write(const std::string& file, const std::string& text) const {
    const std::filesystem::path path = folder_.Join(file);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  std::string Read(const std::string& file) const {
    std::ifstream in(folder_.Join(file));
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  std::string Folder() const { return folder_.path(); }

  testing::TempDir folder_;
  std::string workspace_;

 private:
  static inline std::unique_ptr<testing::TempDir> data_;
  static inline std::unique_ptr<testing::Process> suite_;
  static inline std::string address_;
};

}  // namespace plumbline

#endif  // PLUMBLINE_TESTS_INTEGRATION_COMMAND_FIXTURE_H_
