// SPDX-License-Identifier: Apache-2.0
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
