// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "absl/synchronization/notification.h"
#include "common/sql/conformance_test.h"

namespace plumbline::sql {
namespace {

using base::Reason;
using base::ReasonOf;

using MigrateTest = ConformanceTest;
INSTANTIATE_TEST_SUITE_P(Engines, MigrateTest,
                         ::testing::Values(Engine::kSqliteFile, Engine::kSqliteMemory,
                                           Engine::kPostgres),
                         EngineName);

constexpr Migration kSteps[] = {
    {1,
     "CREATE TABLE a (id BIGINT PRIMARY KEY, data {bytes});\nCREATE INDEX a_by_data ON a "
     "(data);\n"},
    {2, "INSERT INTO a (id) VALUES (1);\n\nINSERT INTO a (id) VALUES (2)"},
    {3, "CREATE TABLE b (seq {serial}, position BIGINT NOT NULL, name TEXT DEFAULT 'x;y')"},
};

TEST_P(MigrateTest, RunsEachStepOnce) {
  Must(Migrate(*database_, absl::MakeConstSpan(kSteps, 2)));
  EXPECT_EQ(Number("SELECT COUNT(*) FROM a"), 2);
  Must(Migrate(*database_, kSteps));
  Must(Migrate(*database_, kSteps));
  EXPECT_EQ(Number("SELECT COUNT(*) FROM a"), 2);
  EXPECT_EQ(Number("SELECT COUNT(*) FROM b"), 0);
}

TEST_P(MigrateTest, SeveralReplicasMayStartAtOnce) {
  AtOnce(6, [&](int) { Must(Migrate(*database_, kSteps)); });
  EXPECT_EQ(Number("SELECT COUNT(*) FROM a"), 2);
}

TEST_P(MigrateTest, ANewerSchemaIsLeftAsItIs) {
  Must(Migrate(*database_, kSteps));
  Must(Migrate(*database_, absl::MakeConstSpan(kSteps, 1)));
  EXPECT_EQ(Number("SELECT MAX(version) FROM migrations"), 3);
}

TEST_P(MigrateTest, AStepThatFailsLeavesNothing) {
  const Migration steps[] = {{1, "CREATE TABLE c (id BIGINT);\nTHIS IS NOT SQL"}};
  EXPECT_EQ(ReasonOf(Migrate(*database_, steps)), Reason::ERROR_REASON_INTERNAL);
  const Migration mended[] = {{1, "CREATE TABLE c (id BIGINT)"}};
  Must(Migrate(*database_, mended));
}

TEST_P(MigrateTest, VersionsHaveNoGaps) {
  const Migration steps[] = {{1, "CREATE TABLE c (id BIGINT)"}, {3, "CREATE TABLE d (id BIGINT)"}};
  EXPECT_EQ(ReasonOf(Migrate(*database_, steps)), Reason::ERROR_REASON_INTERNAL);
}

TEST_P(MigrateTest, AStepDoesNotWaitLongForALock) {
  if (GetParam() != Engine::kPostgres) return;  // SQLite's one writer waits for nobody
  const Migration steps[] = {
      {1, "CREATE TABLE c (patience TEXT);\nINSERT INTO c SELECT current_setting('lock_timeout')"}};
  Must(Migrate(*database_, steps));
  EXPECT_EQ(Number("SELECT COUNT(*) FROM c WHERE patience = '2s'"), 1);
  // Other transactions of the same connections wait as before.
  EXPECT_EQ(Number("SELECT CAST(current_setting('lock_timeout') = '0' AS INT)"), 1);
}

// Readers queue behind a step that waits for a writer: it gets out of their way.
TEST_P(MigrateTest, AStepThatWaitsHoldsNobodyUpForLong) {
  if (GetParam() != Engine::kPostgres) return;
  Must(Migrate(*database_, kSteps));
  absl::Notification holds, read;
  std::thread writer([&] {
    Must(database_->Write({}, [&](Transaction& t) -> absl::Status {
      RETURN_IF_ERROR(t.Execute("UPDATE a SET data = NULL WHERE id = 1").status());
      holds.Notify();
      EXPECT_TRUE(read.WaitForNotificationWithTimeout(absl::Seconds(20)));
      return absl::OkStatus();
    }));
  });
  holds.WaitForNotification();
  std::thread reader([&] {
    while (Number("SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND relation IS NOT NULL") == 0)
      std::this_thread::yield();
    EXPECT_EQ(Number("SELECT COUNT(*) FROM a"), 2);
    read.Notify();
  });
  std::vector<Migration> steps(std::begin(kSteps), std::end(kSteps));
  steps.push_back({4, "ALTER TABLE a ADD COLUMN more TEXT"});
  Must(Migrate(*database_, steps));
  reader.join();
  writer.join();
}

class TwoServicesTest : public ConformanceTest {};
INSTANTIATE_TEST_SUITE_P(Engines, TwoServicesTest,
                         ::testing::Values(Engine::kSqliteFile, Engine::kPostgres), EngineName);

TEST_P(TwoServicesTest, ShareAPostgresDatabaseButNoSqliteFile) {
  Must(Migrate(*database_, kSteps));
  options_.schema += "_other";
  Reopen();
  const absl::Status status = Migrate(*database_, kSteps);
  if (GetParam() == Engine::kPostgres) {
    EXPECT_TRUE(status.ok()) << status;
  } else {
    EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_FIELD_INVALID);
  }
}

}  // namespace
}  // namespace plumbline::sql
