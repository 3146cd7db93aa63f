// SPDX-License-Identifier: Apache-2.0
//
// A process that is killed with -9 while it writes to a SQLite file loses nothing that was
// answered.
#include <cstdio>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/sql/conformance_test.h"
#include "tests/support/process.h"

namespace plumbline::sql {
namespace {

constexpr char kUrlVariable[] = "PLUMBLINE_DURABILITY_URL";
constexpr int kThreads = 8;

absl::StatusOr<std::set<int64_t>> Stored(Database& database) {
  std::set<int64_t> ids;
  RETURN_IF_ERROR(database.Read({}, [&](Transaction& t) -> absl::Status {
    ASSIGN_OR_RETURN(Rows rows, t.Query("SELECT id FROM items"));
    for (size_t i = 0; i < rows.size(); ++i) ids.insert(rows.Int(i, 0));
    return absl::OkStatus();
  }));
  return ids;
}

// Not a test but the child: writes until it is killed, and prints "+id" for what was answered.
TEST(Child, DISABLED_WritesUntilItIsKilled) {
  auto database = Open(getenv(kUrlVariable), {});
  ASSERT_TRUE(database.ok()) << database.status();
  const auto create = [](Transaction& t) {
    return t.Execute("CREATE TABLE IF NOT EXISTS items (id BIGINT PRIMARY KEY, pad TEXT)").status();
  };
  ASSERT_TRUE((*database)->Write({}, create).ok());
  const int64_t base = static_cast<int64_t>(Stored(**database)->size()) * 1'000'000;
  std::vector<std::thread> writers;
  for (int thread = 0; thread < kThreads; ++thread) {
    writers.emplace_back([&, thread] {
      for (int64_t id = base + thread;; id += kThreads) {
        const absl::Status status = (*database)->Write({}, [&](Transaction& t) {
          return t
              .Execute("INSERT INTO items (id, pad) VALUES (:id, :pad)",
                       {{"id", id}, {"pad", std::string(500, 'p')}})
              .status();
        });
        if (!status.ok()) abort();
        printf("+%ld\n", id);
        fflush(stdout);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
}

TEST(Durability, KillingTheProcessLosesNothingThatWasAnswered) {
  testing::TempDir folder;
  const std::string url = "sqlite:" + folder.Join("database");
  std::set<int64_t> answered;
  for (int round = 0; round < 6; ++round) {
    auto child = testing::Process::Start(
        {.args = {"/proc/self/exe", "--gtest_filter=Child.*", "--gtest_also_run_disabled_tests"},
         .env = {{kUrlVariable, url}}});
    size_t at = 0;
    for (int lines = 0; lines <= 50 * round; ++lines) {
      ASSERT_TRUE(child->WaitForLine("+", testing::kPatience, at).ok()) << child->Output();
      at = child->Output().find('\n', child->Output().find('+', at)) + 1;
    }
    child->Kill();
    std::vector<std::string> lines = absl::StrSplit(child->Output(), '\n');
    lines.pop_back();  // empty, or cut off
    for (const std::string& line : lines) {
      int64_t id;
      if (!line.empty() && line[0] == '+' && absl::SimpleAtoi(line.substr(1), &id))
        answered.insert(id);
    }
    auto database = Open(url, {});
    ASSERT_TRUE(database.ok()) << database.status();
    const absl::StatusOr<std::set<int64_t>> stored = Stored(**database);
    ASSERT_TRUE(stored.ok()) << stored.status();
    for (int64_t id : answered) EXPECT_TRUE(stored->count(id)) << id << " of round " << round;
    // What was begun and not answered may be there: at most one transaction of each thread and
    // round.
    EXPECT_LE(stored->size(), answered.size() + static_cast<size_t>(kThreads * (round + 1)));
  }
}

}  // namespace
}  // namespace plumbline::sql
