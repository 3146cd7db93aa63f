// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/files.h"
#include "tests/support/postgres_server.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"

namespace plumbline::testing {
namespace {

using ::testing::HasSubstr;

TEST(TempDir, IsRemovedWithItsContent) {
  std::string path;
  {
    TempDir folder;
    path = folder.path();
    std::ofstream(folder.Join("file")) << "text";
    EXPECT_TRUE(std::filesystem::exists(path + "/file"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(FreePort, DiffersEachTime) { EXPECT_NE(FreePort(), FreePort()); }

TEST(Process, CapturesBothOutputsAndTheExitCode) {
  auto process = Process::Start({.args = {"sh", "-c", "echo out $GREETING; echo err >&2; exit 7"},
                                 .env = {{"GREETING", "hello"}}});
  absl::StatusOr<int> code = process->Wait();
  ASSERT_TRUE(code.ok()) << code.status();
  EXPECT_EQ(*code, 7);
  EXPECT_EQ(process->Output(), "out hello\nerr\n");
}

TEST(Process, SaysWhyAProgramCannotBeStarted) {
  auto process = Process::Start({.args = {"/no/such/program"}});
  absl::StatusOr<int> code = process->Wait();
  ASSERT_TRUE(code.ok()) << code.status();
  EXPECT_EQ(*code, 127);
  EXPECT_THAT(process->Output(), HasSubstr("No such file"));
}

TEST(Process, WaitsForALineOfARunningProgram) {
  auto process = Process::Start({.args = {"sh", "-c", "echo one; echo two three; sleep 1000"}});
  absl::StatusOr<std::string> line = process->WaitForLine("three");
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(*line, "two three");
  EXPECT_TRUE(process->running());
}

TEST(Process, WaitingForALineEndsWithTheProgram) {
  auto process = Process::Start({.args = {"sh", "-c", "echo something else"}});
  EXPECT_THAT(process->WaitForLine("three").status().message(), HasSubstr("something else"));
}

TEST(Process, KillAndTerminateEndIt) {
  auto killed = Process::Start({.args = {"sleep", "1000"}});
  killed->Kill();
  EXPECT_EQ(*killed->Wait(), 128 + SIGKILL);
  auto terminated = Process::Start({.args = {"sleep", "1000"}});
  EXPECT_EQ(*terminated->Terminate(), 128 + SIGTERM);
}

TEST(PostgresServer, SurvivesStopAndKill) {
  auto server = PostgresServer::Start();
  ASSERT_TRUE(server.ok()) << server.status();
  const std::string url = (*server)->url();
  EXPECT_TRUE((*server)->Kill().ok());
  EXPECT_FALSE((*server)->running());
  absl::Status again = (*server)->Restart();
  EXPECT_TRUE(again.ok()) << again;
  EXPECT_TRUE((*server)->Stop().ok());
  again = (*server)->Restart();
  EXPECT_TRUE(again.ok()) << again;
  EXPECT_EQ((*server)->url(), url);
}

TEST(RedisServer, AnswersFlushesAndComesBackEmpty) {
  auto server = RedisServer::Start();
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_EQ(*(*server)->Command("SET key value"), "+OK");
  EXPECT_EQ(*(*server)->Command("DBSIZE"), ":1");
  EXPECT_TRUE((*server)->Flush().ok());
  EXPECT_EQ(*(*server)->Command("DBSIZE"), ":0");
  EXPECT_EQ(*(*server)->Command("SET key value"), "+OK");
  EXPECT_TRUE((*server)->Kill().ok());
  EXPECT_FALSE((*server)->Command("PING").ok());
  EXPECT_TRUE((*server)->Restart().ok());
  EXPECT_EQ(*(*server)->Command("DBSIZE"), ":0");
  (*server)->Freeze();
  (*server)->Thaw();
  EXPECT_EQ(*(*server)->Command("PING"), "+PONG");
}

}  // namespace
}  // namespace plumbline::testing
