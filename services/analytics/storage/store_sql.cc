// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/storage/store_sql.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/sql/requests.h"
#include "services/analytics/improvement/service/store_sql.h"
#include "services/analytics/log/block.h"
#include "services/analytics/objectives/service/store.h"
#include "services/analytics/storage/store_sql_changes.h"

namespace plumbline::analytics {
namespace {

using sql::Rows;
using sql::Transaction;

// event_garbage: uids whose blocks belong to no log. alive_time is 0 when they may be removed, else
// when their import last showed that it lives. The index finds small blocks without reading the
// large ones.
constexpr char kSchema[] = R"(
CREATE TABLE event_logs (
  workspace TEXT NOT NULL,
  log TEXT NOT NULL,
  uid TEXT NOT NULL,
  description {bytes} NOT NULL,
  last_block BIGINT NOT NULL,
  event_count BIGINT NOT NULL,
  first_time BIGINT NOT NULL,
  last_time BIGINT NOT NULL,
  PRIMARY KEY (workspace, log)
);
CREATE TABLE event_blocks (
  workspace TEXT NOT NULL,
  uid TEXT NOT NULL,
  block BIGINT NOT NULL,
  first_block BIGINT NOT NULL,
  events BIGINT NOT NULL,
  data {bytes} NOT NULL,
  PRIMARY KEY (workspace, uid, block)
);
CREATE INDEX event_blocks_small ON event_blocks (workspace, uid, block) WHERE events < 8192;
CREATE TABLE event_producers (
  workspace TEXT NOT NULL,
  uid TEXT NOT NULL,
  producer TEXT NOT NULL,
  next_sequence BIGINT NOT NULL,
  PRIMARY KEY (workspace, uid, producer)
);
CREATE TABLE event_garbage (
  workspace TEXT NOT NULL,
  uid TEXT NOT NULL,
  alive_time BIGINT NOT NULL,
  PRIMARY KEY (workspace, uid)
))";

// unpacked: bytes; 0 in rows of before, whose blocks are asked when they are read. The index lists
// the blocks that are worth merging.
constexpr char kSizesSchema[] = R"(
ALTER TABLE event_logs ADD COLUMN unpacked BIGINT NOT NULL DEFAULT 0;
ALTER TABLE event_blocks ADD COLUMN unpacked BIGINT NOT NULL DEFAULT 0;
DROP INDEX event_blocks_small;
CREATE INDEX event_blocks_small ON event_blocks (workspace, uid, block)
  WHERE events < 8192 AND unpacked < 16777216
)";
// keeps: 1 = the producer said so with its last batch.
constexpr char kKeepersSchema[] = R"(
ALTER TABLE event_producers ADD COLUMN keeps BIGINT NOT NULL DEFAULT 0
)";
// cases: as many as the log had when cases_block was its last block.
constexpr char kCasesSchema[] = R"(
ALTER TABLE event_logs ADD COLUMN cases BIGINT NOT NULL DEFAULT 0;
ALTER TABLE event_logs ADD COLUMN cases_block BIGINT NOT NULL DEFAULT 0
)";
// retained: 1 = the description has a retention; the index lists these logs.
constexpr char kRetentionSchema[] = R"(
ALTER TABLE event_logs ADD COLUMN retained BIGINT NOT NULL DEFAULT 0;
CREATE INDEX event_logs_retained ON event_logs (workspace, log) WHERE retained = 1
)";
// asked_time: when a log was last asked about as a whole, so that its figures are made again after
// a restart.
constexpr char kAskedSchema[] = R"(
CREATE TABLE event_logs_asked (
  workspace TEXT NOT NULL,
  log TEXT NOT NULL,
  asked_time BIGINT NOT NULL,
  PRIMARY KEY (workspace, log)
)
)";
static_assert(kSmallBlock == 8192 && kSmallBlockBytes == 16777216,
              "the index and the queries below name them");

// A run is merged in one transaction, so it is bounded.
constexpr size_t kMaxRunBytes = 8 << 20;
constexpr int kMaxRunBlocks = 1'000;

class SqlStore final : public Store {
 public:
  explicit SqlStore(sql::Database& database) : database_(database) {}

  absl::Status Read(const base::CallContext& context,
                    absl::FunctionRef<absl::Status(LogReads&)> body) override {
    return database_.Read(context, [&](Transaction& transaction) {
      SqlChanges reads(transaction);
      return body(reads);
    });
  }

  absl::StatusOr<std::string> Write(
      const base::CallContext& context, absl::string_view log, const WriteRequest& request,
      absl::Time now, absl::FunctionRef<absl::StatusOr<std::string>(LogChanges&)> body) override {
    const sql::RequestKey key{request.workspace, request.method, request.request_id, request.body};
    return sql::Once(
        database_, context, key, now, [&](Transaction& transaction) -> absl::StatusOr<std::string> {
          RETURN_IF_ERROR(transaction.Lock(absl::StrCat("log:", request.workspace, "/", log)));
          SqlChanges changes(transaction);
          return body(changes);
        });
  }

  absl::Status Stage(const base::CallContext& context, absl::string_view workspace,
                     absl::string_view import_uid, const StoredBlock& block,
                     absl::Time now) override;
  absl::Status Discard(const base::CallContext& context, absl::string_view workspace,
                       absl::string_view import_uid) override;
  absl::StatusOr<int64_t> Sweep(const base::CallContext& context, absl::Time before,
                                int limit) override;
  absl::StatusOr<int64_t> MergeSmallBlocks(const base::CallContext& context, int many,
                                           Merge merge) override;

  absl::StatusOr<int64_t> ForgetOldRequests(const base::CallContext& context, absl::Time now,
                                            int limit) override {
    return sql::ForgetOldRequests(database_, context, now, limit);
  }

 private:
  sql::Database& database_;
};

absl::Status SqlStore::Stage(const base::CallContext& context, absl::string_view workspace,
                             absl::string_view import_uid, const StoredBlock& block,
                             absl::Time now) {
  return database_.Write(context, [&](Transaction& transaction) -> absl::Status {
    // The first block makes the import known; after that it must still be.
    const char* sql = block.number == 1
                          ? "INSERT INTO event_garbage (workspace, uid, alive_time) VALUES "
                            "(:workspace, :uid, :now)"
                          : "UPDATE event_garbage SET alive_time = :now "
                            "WHERE workspace = :workspace AND uid = :uid AND alive_time > 0";
    ASSIGN_OR_RETURN(const int64_t alive,
                     transaction.Execute(sql, {{"workspace", workspace},
                                               {"uid", import_uid},
                                               {"now", absl::ToUnixMicros(now)}}));
    if (alive == 0) return absl::NotFoundError("the import was swept");
    return SqlChanges(transaction).AddBlock(workspace, import_uid, block);
  });
}

absl::Status SqlStore::Discard(const base::CallContext& context, absl::string_view workspace,
                               absl::string_view import_uid) {
  return database_.Write(context, [&](Transaction& transaction) {
    return transaction
        .Execute(
            "UPDATE event_garbage SET alive_time = 0 WHERE workspace = :workspace AND uid = :uid",
            {{"workspace", workspace}, {"uid", import_uid}})
        .status();
  });
}

absl::StatusOr<int64_t> SqlStore::Sweep(const base::CallContext& context, absl::Time before,
                                        int limit) {
  int64_t removed = 0;
  RETURN_IF_ERROR(database_.Write(context, [&](Transaction& transaction) -> absl::Status {
    removed = 0;
    ASSIGN_OR_RETURN(Rows rows,
                     transaction.Query("SELECT workspace, uid FROM event_garbage "
                                       "WHERE alive_time < :before ORDER BY alive_time LIMIT 1",
                                       {{"before", absl::ToUnixMicros(before)}}));
    if (rows.empty()) return absl::OkStatus();
    const sql::Param workspace{"workspace", rows.Text(0, 0)}, uid{"uid", rows.Text(0, 1)};
    // From now on its import, should it still live, is refused.
    RETURN_IF_ERROR(transaction
                        .Execute("UPDATE event_garbage SET alive_time = 0 WHERE workspace = "
                                 ":workspace AND uid = :uid",
                                 {workspace, uid})
                        .status());
    ASSIGN_OR_RETURN(
        removed, transaction.Execute(
                     "DELETE FROM event_blocks WHERE workspace = :workspace AND uid = :uid "
                     "AND block IN (SELECT block FROM event_blocks WHERE workspace = :workspace "
                     "AND uid = :uid ORDER BY block LIMIT :limit)",
                     {workspace, uid, {"limit", int64_t{limit}}}));
    if (removed == limit) return absl::OkStatus();
    for (const char* table : {"event_producers", "event_garbage"}) {
      ASSIGN_OR_RETURN(
          const int64_t rest,
          transaction.Execute(
              absl::StrCat("DELETE FROM ", table, " WHERE workspace = :workspace AND uid = :uid"),
              {workspace, uid}));
      removed += rest;
    }
    return absl::OkStatus();
  }));
  return removed;
}

// The longest run of neighbours at the front of `small` (ascending by number) from `at` on.
size_t RunEnd(const Rows& small, size_t at) {
  int64_t events = 0, unpacked = 0;
  size_t bytes = 0, end = at;
  for (; end < small.size() && end - at < kMaxRunBlocks; ++end) {
    const bool neighbour = end == at || small.Int(end, 0) == small.Int(end - 1, 1) + 1;
    events += small.Int(end, 2);
    unpacked += small.Int(end, 3);
    bytes += static_cast<size_t>(small.Int(end, 4));
    const bool fits = events <= static_cast<int64_t>(kBlockRows) &&
                      (end == at || (bytes <= kMaxRunBytes && unpacked <= kMaxMergedBytes));
    if (!neighbour || !fits) break;
  }
  return end;
}

int64_t UnpackedBytesOf(const std::vector<StoredBlock>& blocks) {
  int64_t bytes = 0;
  for (const StoredBlock& block : blocks) bytes += UnpackedBytes(block.data);
  return bytes;
}

// The blocks of the first run of at least two among the small blocks of a log.
absl::StatusOr<std::vector<StoredBlock>> FindRun(Transaction& transaction,
                                                 absl::string_view workspace,
                                                 absl::string_view uid) {
  ASSIGN_OR_RETURN(
      Rows small,
      transaction.Query("SELECT first_block, block, events, unpacked, LENGTH(data) "
                        "FROM event_blocks WHERE workspace = :workspace AND uid = :uid "
                        "AND events < 8192 AND unpacked < 16777216 ORDER BY block LIMIT 10000",
                        {{"workspace", workspace}, {"uid", uid}}));
  for (size_t at = 0, end; at < small.size(); at = end) {
    end = RunEnd(small, at);
    if (end - at < 2) continue;
    ASSIGN_OR_RETURN(
        std::vector<StoredBlock> run,
        SqlChanges(transaction)
            .ReadBlocks(workspace, uid, small.Int(at, 1) - 1, static_cast<int>(end - at)));
    // The rows of before do not tell their sizes.
    while (UnpackedBytesOf(run) > kMaxMergedBytes) run.pop_back();
    if (run.size() >= 2) return run;
  }
  return std::vector<StoredBlock>();
}

absl::StatusOr<int64_t> SqlStore::MergeSmallBlocks(const base::CallContext& context, int many,
                                                   Merge merge) {
  int64_t merged = 0;
  RETURN_IF_ERROR(database_.Write(context, [&](Transaction& transaction) -> absl::Status {
    merged = 0;
    ASSIGN_OR_RETURN(
        Rows rows, transaction.Query("SELECT l.workspace, l.log, l.uid FROM event_logs l, "
                                     "(SELECT workspace, uid FROM event_blocks WHERE events < 8192 "
                                     "AND unpacked < 16777216 "
                                     "GROUP BY workspace, uid HAVING COUNT(*) > :many) s "
                                     "WHERE l.workspace = s.workspace AND l.uid = s.uid",
                                     {{"many", int64_t{many}}}));
    for (size_t i = 0; i < rows.size() && merged == 0; ++i) {
      const LogKey key{rows.Text(i, 0), rows.Text(i, 1)};
      const std::string &workspace = key.workspace, &uid = rows.Text(i, 2);
      RETURN_IF_ERROR(transaction.Lock(absl::StrCat("log:", workspace, "/", key.log)));
      ASSIGN_OR_RETURN(const std::vector<StoredBlock> run, FindRun(transaction, workspace, uid));
      if (run.size() < 2) continue;
      absl::StatusOr<std::string> data = merge(key, run);
      if (!data.ok()) continue;
      StoredBlock whole{run.front().first, run.back().number, 0, *std::move(data)};
      for (const StoredBlock& block : run) whole.events += block.events;
      ASSIGN_OR_RETURN(merged,
                       transaction.Execute("DELETE FROM event_blocks WHERE workspace = :workspace "
                                           "AND uid = :uid AND block >= :from AND block <= :to",
                                           {{"workspace", workspace},
                                            {"uid", uid},
                                            {"from", run.front().number},
                                            {"to", run.back().number}}));
      // Deleted or taken by another replica in between: nothing of this remains.
      if (merged != static_cast<int64_t>(run.size()))
        return absl::AbortedError("the blocks changed");
      RETURN_IF_ERROR(SqlChanges(transaction).AddBlock(workspace, uid, whole));
      const int64_t saved = UnpackedBytesOf(run) - UnpackedBytes(whole.data);
      RETURN_IF_ERROR(
          transaction
              .Execute("UPDATE event_logs SET unpacked = CASE WHEN unpacked > :saved THEN "
                       "unpacked - :saved ELSE 0 END WHERE workspace = :workspace AND uid = :uid",
                       {{"saved", saved}, {"workspace", workspace}, {"uid", uid}})
              .status());
    }
    return absl::OkStatus();
  }));
  return merged;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenStore(sql::Database& database) {
  const std::array<sql::Migration, 9> migrations = {{{.version = 1, .sql = sql::kRequestsSchema},
                                                     {.version = 2, .sql = kSchema},
                                                     {.version = 3, .sql = kSizesSchema},
                                                     {.version = 4, .sql = kKeepersSchema},
                                                     {.version = 5, .sql = kCasesSchema},
                                                     {.version = 6, .sql = kRetentionSchema},
                                                     {.version = 7, .sql = ObjectivesSchema()},
                                                     {.version = 8, .sql = kAskedSchema},
                                                     {.version = 9, .sql = kImprovementsSchema}}};
  RETURN_IF_ERROR(sql::Migrate(database, migrations));
  return std::make_unique<SqlStore>(database);
}

}  // namespace plumbline::analytics
