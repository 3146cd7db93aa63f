// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/life/store_sql.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/composition/store_sql_graph.h"
#include "services/catalog/history/store_sql.h"
#include "services/catalog/processes/store_sql_calls.h"
#include "services/catalog/processes/store_sql_index.h"

namespace plumbline::catalog {
namespace {

using sql::Bytes;
using sql::Rows;

template <typename Message>
absl::StatusOr<Message> ParseStored(const std::string& bytes) {
  Message message;
  if (!message.ParseFromString(bytes)) {
    return base::Internal(
        absl::StrCat("a stored ", Message::descriptor()->name(), " is not a message of its type"));
  }
  return message;
}

// "deal-desk" and 3 of "workspaces/acme/processes/deal-desk@3", which was checked.
std::pair<std::string, int64_t> PartsOf(const std::string& name) {
  const size_t at = name.find('@');
  const size_t id = name.rfind('/', at) + 1;
  return {name.substr(id, at - id), std::stoll(name.substr(at + 1))};
}

}  // namespace

const char kLifeSchema[] = R"(
ALTER TABLE processes ADD COLUMN calls_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE process_revisions ADD COLUMN calls_noted BIGINT NOT NULL DEFAULT 0;
CREATE INDEX processes_to_note ON processes (workspace, process) WHERE calls_version <> version;
CREATE INDEX revisions_to_note ON process_revisions (workspace, process, revision)
  WHERE calls_noted = 0;
CREATE TABLE process_calls (
  workspace TEXT NOT NULL,
  caller TEXT NOT NULL,
  revision BIGINT NOT NULL,
  text TEXT NOT NULL,
  called TEXT NOT NULL,
  PRIMARY KEY (workspace, caller, revision, text)
);
CREATE INDEX process_calls_by_called ON process_calls (workspace, called);
CREATE TABLE process_history (
  workspace TEXT NOT NULL,
  process TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, process, sequence)
);
CREATE TABLE process_uses (
  workspace TEXT NOT NULL,
  system TEXT NOT NULL,
  process TEXT NOT NULL,
  revision BIGINT NOT NULL,
  report_micros BIGINT NOT NULL,
  expire_micros BIGINT NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, system, process, revision)
);
CREATE INDEX process_uses_by_process ON process_uses (workspace, process);
CREATE TABLE catalog_policies (
  workspace TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body {bytes} NOT NULL
))";

absl::StatusOr<std::vector<Caller>> SqlLife::ListCallers(const ProcessKey& called) {
  // One question asks for the callers of many: trees are read once for all of them.
  if (!old_calls_.has_value() || old_calls_of_ != called.workspace) {
    ASSIGN_OR_RETURN(old_calls_, ReadOldCalls(transaction_, called.workspace));
    old_calls_of_ = called.workspace;
  }
  return FindCallers(transaction_, *old_calls_, called);
}

absl::StatusOr<std::vector<RunnerUse>> SqlLife::ListUses(const ProcessKey& key, absl::Time now) {
  ASSIGN_OR_RETURN(const Rows rows,
                   transaction_.Query("SELECT system, body, report_micros FROM process_uses "
                                      "WHERE workspace = :workspace AND process = :process "
                                      "AND expire_micros > :now ORDER BY system, revision",
                                      {{"workspace", key.workspace},
                                       {"process", key.process},
                                       {"now", absl::ToUnixMicros(now)}}));
  std::vector<RunnerUse> uses;
  for (size_t i = 0; i < rows.size(); ++i) {
    ASSIGN_OR_RETURN(v1::ProcessUse use, ParseStored<v1::ProcessUse>(rows.Text(i, 1)));
    uses.push_back({rows.Text(i, 0), std::move(use), absl::FromUnixMicros(rows.Int(i, 2))});
  }
  return uses;
}

absl::StatusOr<listing::Page<v1::CatalogHistoryEntry>> SqlLife::ListHistory(
    const ProcessKey& key, const listing::Query& query) {
  return ReadHistory(transaction_, key, query);
}

absl::StatusOr<std::optional<StoredPolicy>> SqlLife::FindPolicy(absl::string_view workspace) {
  ASSIGN_OR_RETURN(const Rows rows, transaction_.Query("SELECT body, version FROM catalog_policies "
                                                       "WHERE workspace = :workspace",
                                                       {{"workspace", workspace}}));
  if (rows.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(v1::CatalogPolicy policy, ParseStored<v1::CatalogPolicy>(rows.Text(0, 0)));
  return StoredPolicy{std::move(policy), rows.Int(0, 1)};
}

absl::Status SqlLife::DeleteHead(const ProcessKey& key) {
  TreesChanged();
  RETURN_IF_ERROR(ForgetCalls(transaction_, key, 0));
  RETURN_IF_ERROR(ForgetWords(transaction_, key));
  RETURN_IF_ERROR(NoteDeleted(transaction_, key));
  return transaction_
      .Execute("DELETE FROM processes WHERE workspace = :workspace AND process = :process",
               {{"workspace", key.workspace}, {"process", key.process}})
      .status();
}

absl::Status SqlLife::AppendHistory(const ProcessKey& key, v1::CatalogHistoryEntry entry) {
  return AppendToHistory(transaction_, key, std::move(entry));
}

absl::Status SqlLife::ReplaceUses(absl::string_view workspace, absl::string_view system,
                                  const std::vector<v1::ProcessUse>& uses, absl::Time now,
                                  absl::Time expire_time) {
  // What others said and nobody believes any more goes as well.
  RETURN_IF_ERROR(
      transaction_
          .Execute("DELETE FROM process_uses WHERE workspace = :workspace "
                   "AND (system = :system OR expire_micros <= :now)",
                   {{"workspace", workspace}, {"system", system}, {"now", absl::ToUnixMicros(now)}})
          .status());
  for (const v1::ProcessUse& use : uses) {
    const auto [process, revision] = PartsOf(use.process());
    const std::string body = use.SerializeAsString();
    RETURN_IF_ERROR(
        transaction_
            .Execute("INSERT INTO process_uses (workspace, system, process, revision, "
                     "report_micros, expire_micros, body) VALUES (:workspace, :system, :process, "
                     ":revision, :report, :expire, :body)",
                     {{"workspace", workspace},
                      {"system", system},
                      {"process", process},
                      {"revision", revision},
                      {"report", absl::ToUnixMicros(now)},
                      {"expire", absl::ToUnixMicros(expire_time)},
                      {"body", Bytes{body}}})
            .status());
  }
  return absl::OkStatus();
}

absl::Status SqlLife::PutPolicy(absl::string_view workspace, const StoredPolicy& policy) {
  const std::string body = policy.policy.SerializeAsString();
  return transaction_
      .Execute(
          "INSERT INTO catalog_policies (workspace, version, body) "
          "VALUES (:workspace, :version, :body) ON CONFLICT (workspace) DO UPDATE SET "
          "version = excluded.version, body = excluded.body",
          {{"workspace", workspace}, {"version", policy.version}, {"body", Bytes{body}}})
      .status();
}

}  // namespace plumbline::catalog
