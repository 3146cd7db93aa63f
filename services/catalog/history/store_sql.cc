// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/history/store_sql.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "services/catalog/life/fields.h"
#include "services/catalog/life/policy.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/resource/store_sql_values.h"

namespace plumbline::catalog {

const char kHistorySchema[] = R"(
ALTER TABLE process_history ADD COLUMN indexed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE process_history ADD COLUMN kind {text} NOT NULL DEFAULT '';
ALTER TABLE process_history ADD COLUMN create_time BIGINT NOT NULL DEFAULT 0;
ALTER TABLE process_history ADD COLUMN actor {text} NOT NULL DEFAULT '';
ALTER TABLE process_history ADD COLUMN reason {text};
ALTER TABLE process_history ADD COLUMN revision BIGINT;
ALTER TABLE process_history ADD COLUMN tag {text};
ALTER TABLE process_history ADD COLUMN fields {text};
CREATE INDEX process_history_not_indexed ON process_history (workspace) WHERE indexed = 0)";

namespace {

listing::TableSpec Spec() {
  return {.from = "process_history h",
          .where = "h.workspace = :workspace AND h.process = :process",
          .keys = "h.sequence AS sequence",
          .select = "b.body",
          .join =
              "JOIN process_history b ON b.workspace = :workspace AND b.process = :process "
              "AND b.sequence = k.sequence",
          .columns = {{"sequence", {.sql = "h.sequence"}},
                      {"kind", {.sql = "h.kind"}},
                      {"create_time", {.sql = "h.create_time"}},
                      {"actor", {.sql = "h.actor"}},
                      {"reason", {.sql = "h.reason"}},
                      {"revision", {.sql = "h.revision"}},
                      {"tag", {.sql = "h.tag"}},
                      {"fields", {.sql = "h.fields"}}},
          .key = {{"sequence", false}}};
}

std::string HistoryName(const ProcessKey& key, int64_t sequence) {
  return absl::StrCat(key.process.empty() ? PolicyName(key.workspace) : NameOf(key), "/history/",
                      sequence);
}

absl::StatusOr<v1::CatalogHistoryEntry> ParseEntry(const std::string& bytes) {
  v1::CatalogHistoryEntry entry;
  if (!entry.ParseFromString(bytes))
    return base::Internal("a stored entry of the history is not a message of its type");
  return entry;
}

// Runs a statement over the row of an entry with the parameters :workspace, :process, :sequence,
// those of its columns, and `more`.
absl::Status ExecuteFor(sql::Transaction& transaction, absl::string_view statement,
                        const ProcessKey& key, const v1::CatalogHistoryEntry& entry,
                        std::vector<sql::Param> more = {}) {
  const std::string kind = v1::CatalogHistoryEntry::Kind_Name(entry.kind());
  const std::string fields = absl::StrJoin(entry.fields(), ", ");
  const auto revision =
      entry.revision() == 0 ? sql::Value(sql::Null{}) : sql::Value(int64_t{entry.revision()});
  std::vector<sql::Param> params = {{"workspace", key.workspace},
                                    {"process", key.process},
                                    {"sequence", entry.sequence()},
                                    {"kind", kind},
                                    {"create_time", Micros(entry.create_time())},
                                    {"actor", entry.actor()},
                                    {"reason", OrNull(entry.reason())},
                                    {"revision", revision},
                                    {"tag", OrNull(entry.tag())},
                                    {"fields", OrNull(fields)}};
  params.insert(params.end(), more.begin(), more.end());
  return transaction.Execute(statement, params).status();
}

}  // namespace

absl::StatusOr<listing::Page<v1::CatalogHistoryEntry>> ReadHistory(sql::Transaction& transaction,
                                                                   const ProcessKey& key,
                                                                   const listing::Query& query) {
  static const auto& table = *new listing::Table(HistorySchema(), Spec());
  const sql::Param params[] = {{"workspace", absl::string_view(key.workspace)},
                               {"process", absl::string_view(key.process)}};
  ASSIGN_OR_RETURN(const listing::FoundRows found, table.Read(transaction, params, query));
  listing::Page<v1::CatalogHistoryEntry> page{{}, found.next};
  for (size_t i = 0; i < found.size; ++i) {
    ASSIGN_OR_RETURN(v1::CatalogHistoryEntry entry, ParseEntry(found.rows.Text(i, 0)));
    page.rows.push_back(std::move(entry));
  }
  return page;
}

absl::Status AppendToHistory(sql::Transaction& transaction, const ProcessKey& key,
                             v1::CatalogHistoryEntry entry) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   transaction.Query("SELECT MAX(sequence) FROM process_history "
                                     "WHERE workspace = :workspace AND process = :process",
                                     {{"workspace", key.workspace}, {"process", key.process}}));
  entry.set_sequence(rows.Int(0, 0) + 1);
  entry.set_name(HistoryName(key, entry.sequence()));
  const std::string body = entry.SerializeAsString();
  return ExecuteFor(
      transaction,
      "INSERT INTO process_history (workspace, process, sequence, body, indexed, kind, "
      "create_time, actor, reason, revision, tag, fields) VALUES (:workspace, :process, :sequence, "
      ":body, 1, :kind, :create_time, :actor, :reason, :revision, :tag, :fields)",
      key, entry, {{"body", sql::Bytes{body}}});
}

absl::Status IndexHistoryOf(sql::Transaction& transaction, const std::string& workspace, int limit,
                            int64_t* count) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   transaction.Query("SELECT process, body FROM process_history WHERE workspace = "
                                     ":workspace AND indexed = 0 LIMIT :limit",
                                     {{"workspace", workspace}, {"limit", int64_t{limit}}}));
  for (size_t i = 0; i < rows.size(); ++i) {
    ASSIGN_OR_RETURN(const v1::CatalogHistoryEntry entry, ParseEntry(rows.Text(i, 1)));
    RETURN_IF_ERROR(ExecuteFor(
        transaction,
        "UPDATE process_history SET indexed = 1, kind = :kind, create_time = :create_time, actor = "
        ":actor, reason = :reason, revision = :revision, tag = :tag, fields = :fields "
        "WHERE workspace = :workspace AND process = :process AND sequence = :sequence",
        {workspace, rows.Text(i, 0)}, entry));
  }
  *count = static_cast<int64_t>(rows.size());
  return absl::OkStatus();
}

}  // namespace plumbline::catalog
