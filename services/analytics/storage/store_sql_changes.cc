// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/storage/store_sql_changes.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/block.h"

namespace plumbline::analytics {
namespace {

using sql::Bytes;
using sql::Rows;

// Columns in the order of kLogColumns.
constexpr char kSelectLogs[] =
    "SELECT uid, description, last_block, event_count, first_time, last_time, "
    "unpacked, cases, cases_block FROM event_logs ";

absl::StatusOr<LogRecord> ParseLog(const Rows& rows, size_t row) {
  LogRecord record;
  record.uid = rows.Text(row, 0);
  if (!record.description.ParseFromString(rows.Text(row, 1))) {
    return base::Internal("a stored event log is not a message of its type");
  }
  record.last_block = rows.Int(row, 2);
  record.event_count = rows.Int(row, 3);
  record.first_time = rows.Int(row, 4);
  record.last_time = rows.Int(row, 5);
  record.unpacked_bytes = rows.Int(row, 6);
  record.case_count = rows.Int(row, 7);
  record.cases_block = rows.Int(row, 8);
  return record;
}

}  // namespace

absl::StatusOr<std::optional<LogRecord>> SqlChanges::FindLog(const LogKey& key) {
  const std::string sql = std::string(kSelectLogs) + "WHERE workspace = :workspace AND log = :log";
  ASSIGN_OR_RETURN(Rows rows,
                   transaction_.Query(sql, {{"workspace", key.workspace}, {"log", key.log}}));
  if (rows.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(LogRecord record, ParseLog(rows, 0));
  return record;
}

absl::StatusOr<std::vector<LogRecord>> SqlChanges::ListLogs(absl::string_view workspace,
                                                            absl::string_view after, int limit) {
  const std::string sql = std::string(kSelectLogs) +
                          "WHERE workspace = :workspace AND log > :after ORDER BY log LIMIT :limit";
  ASSIGN_OR_RETURN(
      Rows rows, transaction_.Query(
                     sql, {{"workspace", workspace}, {"after", after}, {"limit", int64_t{limit}}}));
  std::vector<LogRecord> records;
  for (size_t i = 0; i < rows.size(); ++i) {
    ASSIGN_OR_RETURN(LogRecord record, ParseLog(rows, i));
    records.push_back(std::move(record));
  }
  return records;
}

absl::StatusOr<std::vector<StoredBlock>> SqlChanges::ReadBlocks(absl::string_view workspace,
                                                                absl::string_view uid,
                                                                int64_t after, int limit) {
  ASSIGN_OR_RETURN(
      Rows rows,
      transaction_.Query(
          "SELECT first_block, block, events, data FROM event_blocks "
          "WHERE workspace = :workspace AND uid = :uid AND block > :after ORDER BY block LIMIT "
          ":limit",
          {{"workspace", workspace}, {"uid", uid}, {"after", after}, {"limit", int64_t{limit}}}));
  std::vector<StoredBlock> blocks;
  for (size_t i = 0; i < rows.size(); ++i) {
    blocks.push_back({rows.Int(i, 0), rows.Int(i, 1), rows.Int(i, 2), rows.Text(i, 3)});
  }
  return blocks;
}

absl::StatusOr<int64_t> SqlChanges::NextSequence(absl::string_view workspace, absl::string_view uid,
                                                 absl::string_view producer) {
  ASSIGN_OR_RETURN(
      Rows rows,
      transaction_.Query("SELECT next_sequence FROM event_producers "
                         "WHERE workspace = :workspace AND uid = :uid AND producer = :producer",
                         {{"workspace", workspace}, {"uid", uid}, {"producer", producer}}));
  return rows.empty() ? 1 : rows.Int(0, 0);
}

absl::Status SqlChanges::PutLog(const LogKey& key, const LogRecord& record) {
  const std::string description = record.description.SerializeAsString();
  return transaction_
      .Execute(
          "INSERT INTO event_logs "
          "(workspace, log, uid, description, last_block, event_count, first_time, last_time, "
          "unpacked, cases, cases_block, retained) VALUES (:workspace, :log, :uid, :description, "
          ":last_block, :event_count, :first_time, :last_time, :unpacked, :cases, :cases_block, "
          ":retained) "
          "ON CONFLICT (workspace, log) DO UPDATE SET uid = excluded.uid, description = "
          "excluded.description, "
          "last_block = excluded.last_block, event_count = excluded.event_count, "
          "first_time = excluded.first_time, last_time = excluded.last_time, "
          "unpacked = excluded.unpacked, cases = excluded.cases, "
          "cases_block = excluded.cases_block, retained = excluded.retained",
          {{"workspace", key.workspace},
           {"log", key.log},
           {"uid", record.uid},
           {"description", Bytes{description}},
           {"last_block", record.last_block},
           {"event_count", record.event_count},
           {"first_time", record.first_time},
           {"last_time", record.last_time},
           {"unpacked", record.unpacked_bytes},
           {"cases", record.case_count},
           {"cases_block", record.cases_block},
           {"retained", int64_t{record.description.has_retention()}}})
      .status();
}

absl::StatusOr<std::vector<LogKey>> SqlChanges::LogsWithRetention() {
  ASSIGN_OR_RETURN(const Rows rows, transaction_.Query("SELECT workspace, log FROM event_logs "
                                                       "WHERE retained = 1"));
  std::vector<LogKey> keys;
  for (size_t i = 0; i < rows.size(); ++i) keys.push_back({rows.Text(i, 0), rows.Text(i, 1)});
  return keys;
}

absl::StatusOr<std::vector<LogKey>> SqlChanges::LogsAskedSince(absl::Time time) {
  ASSIGN_OR_RETURN(const Rows rows,
                   transaction_.Query("SELECT a.workspace, a.log FROM event_logs_asked a, "
                                      "event_logs l WHERE a.asked_time >= :time "
                                      "AND l.workspace = a.workspace AND l.log = a.log "
                                      "ORDER BY a.asked_time DESC, a.workspace, a.log",
                                      {{"time", absl::ToUnixMicros(time)}}));
  std::vector<LogKey> keys;
  for (size_t i = 0; i < rows.size(); ++i) keys.push_back({rows.Text(i, 0), rows.Text(i, 1)});
  return keys;
}

absl::Status SqlChanges::NoteAsked(const LogKey& key, absl::Time time) {
  return transaction_
      .Execute(
          "INSERT INTO event_logs_asked (workspace, log, asked_time) "
          "VALUES (:workspace, :log, :time) "
          "ON CONFLICT (workspace, log) DO UPDATE SET asked_time = excluded.asked_time",
          {{"workspace", key.workspace}, {"log", key.log}, {"time", absl::ToUnixMicros(time)}})
      .status();
}

absl::Status SqlChanges::MoveLog(absl::string_view workspace, absl::string_view old_uid,
                                 absl::string_view uid) {
  RETURN_IF_ERROR(transaction_
                      .Execute("UPDATE event_producers SET uid = :uid "
                               "WHERE workspace = :workspace AND uid = :old_uid",
                               {{"uid", uid}, {"workspace", workspace}, {"old_uid", old_uid}})
                      .status());
  return transaction_
      .Execute(
          "INSERT INTO event_garbage (workspace, uid, alive_time) VALUES (:workspace, :uid, 0)",
          {{"workspace", workspace}, {"uid", old_uid}})
      .status();
}

absl::Status SqlChanges::RemoveLog(const LogKey& key, absl::string_view uid) {
  for (const char* table : {"event_logs", "event_logs_asked"}) {
    RETURN_IF_ERROR(transaction_
                        .Execute(absl::StrCat("DELETE FROM ", table,
                                              " WHERE workspace = :workspace AND log = :log"),
                                 {{"workspace", key.workspace}, {"log", key.log}})
                        .status());
  }
  return transaction_
      .Execute(
          "INSERT INTO event_garbage (workspace, uid, alive_time) VALUES (:workspace, :uid, 0)",
          {{"workspace", key.workspace}, {"uid", uid}})
      .status();
}

absl::Status SqlChanges::AddBlock(absl::string_view workspace, absl::string_view uid,
                                  const StoredBlock& block) {
  return transaction_
      .Execute(
          "INSERT INTO event_blocks (workspace, uid, block, first_block, events, unpacked, data) "
          "VALUES (:workspace, :uid, :block, :first_block, :events, :unpacked, :data)",
          {{"workspace", workspace},
           {"uid", uid},
           {"block", block.number},
           {"first_block", block.first},
           {"events", block.events},
           {"unpacked", UnpackedBytes(block.data)},
           {"data", Bytes{block.data}}})
      .status();
}

absl::Status SqlChanges::PutNextSequence(absl::string_view workspace, absl::string_view uid,
                                         absl::string_view producer, int64_t next, bool keeps) {
  return transaction_
      .Execute(
          "INSERT INTO event_producers (workspace, uid, producer, next_sequence, keeps) "
          "VALUES (:workspace, :uid, :producer, :next, :keeps) "
          "ON CONFLICT (workspace, uid, producer) DO UPDATE SET next_sequence = "
          "excluded.next_sequence, keeps = excluded.keeps",
          {{"workspace", workspace},
           {"uid", uid},
           {"producer", producer},
           {"next", next},
           {"keeps", int64_t{keeps}}})
      .status();
}

absl::StatusOr<std::string> SqlChanges::KeeperOf(absl::string_view workspace,
                                                 absl::string_view uid) {
  ASSIGN_OR_RETURN(
      Rows rows,
      transaction_.Query("SELECT producer FROM event_producers WHERE workspace = :workspace "
                         "AND uid = :uid AND keeps = 1 ORDER BY producer LIMIT 1",
                         {{"workspace", workspace}, {"uid", uid}}));
  return rows.empty() ? std::string() : rows.Text(0, 0);
}

absl::Status SqlChanges::TakeStaged(absl::string_view workspace, absl::string_view import_uid,
                                    absl::string_view uid, int64_t last_block) {
  ASSIGN_OR_RETURN(
      const int64_t alive,
      transaction_.Execute("DELETE FROM event_garbage "
                           "WHERE workspace = :workspace AND uid = :import_uid AND alive_time > 0",
                           {{"workspace", workspace}, {"import_uid", import_uid}}));
  if (alive == 0) return absl::NotFoundError("the import was swept");
  return transaction_
      .Execute(
          "UPDATE event_blocks SET uid = :uid, block = block + :last_block, first_block = "
          "first_block + :last_block "
          "WHERE workspace = :workspace AND uid = :import_uid",
          {{"uid", uid},
           {"last_block", last_block},
           {"workspace", workspace},
           {"import_uid", import_uid}})
      .status();
}

}  // namespace plumbline::analytics
