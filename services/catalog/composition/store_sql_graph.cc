// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/composition/store_sql_graph.h"

#include <memory>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/processes/store_sql.h"

namespace plumbline::catalog {
namespace {

using sql::Rows;

absl::StatusOr<v1::Process> ParseStored(const std::string& bytes) {
  v1::Process process;
  if (!process.ParseFromString(bytes))
    return base::Internal("a stored process is not a message of its type");
  return process;
}

class SqlGraphStore final : public GraphStore {
 public:
  explicit SqlGraphStore(sql::Database& database) : database_(database) {}

  absl::Status Read(const base::CallContext& context,
                    absl::FunctionRef<absl::Status(GraphReads&)> body) override {
    return database_.Read(context, [&](sql::Transaction& transaction) {
      SqlGraphReads reads(transaction);
      return body(reads);
    });
  }

 private:
  sql::Database& database_;
};

}  // namespace

const char kDeletedSchema[] = R"(
CREATE TABLE deleted_processes (
  workspace TEXT NOT NULL,
  process TEXT NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (workspace, process)
);
CREATE INDEX deleted_processes_by_position ON deleted_processes (workspace, position))";

absl::Status NoteDeleted(sql::Transaction& transaction, const ProcessKey& key) {
  return transaction
      .Execute(
          "INSERT INTO deleted_processes (workspace, process, position) "
          "VALUES (:workspace, :process, {position}) "
          "ON CONFLICT (workspace, process) DO UPDATE SET position = excluded.position",
          {{"workspace", key.workspace}, {"process", key.process}})
      .status();
}

absl::StatusOr<std::vector<HeadStamp>> SqlGraphReads::ChangedSince(absl::string_view workspace,
                                                                   int64_t position,
                                                                   absl::string_view after,
                                                                   int limit) {
  ASSIGN_OR_RETURN(
      Rows rows,
      transaction_.Query("SELECT process, position, version FROM ("
                         "SELECT process, position, version FROM processes "
                         "WHERE workspace = :workspace AND position >= :position "
                         "UNION SELECT process, position, version FROM processes "
                         "WHERE workspace = :workspace AND version <> position_version "
                         "UNION SELECT process, position, 0 FROM deleted_processes d "
                         "WHERE workspace = :workspace AND position >= :position AND NOT EXISTS "
                         "(SELECT 1 FROM processes p WHERE p.workspace = d.workspace "
                         "AND p.process = d.process)) changed "
                         "WHERE process > :after ORDER BY process LIMIT :limit",
                         {{"workspace", workspace},
                          {"position", position},
                          {"after", after},
                          {"limit", int64_t{limit}}}));
  std::vector<HeadStamp> heads;
  heads.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i)
    heads.push_back({rows.Text(i, 0), {rows.Int(i, 1), rows.Int(i, 2)}});
  return heads;
}

absl::StatusOr<std::vector<HeadAndLatest>> SqlGraphReads::ReadHeads(absl::string_view workspace,
                                                                    absl::string_view first,
                                                                    absl::string_view last) {
  ASSIGN_OR_RETURN(
      Rows rows,
      transaction_.Query(
          "SELECT h.process, h.position, h.version, h.body, r.body FROM processes h "
          "LEFT JOIN process_revisions r ON r.workspace = h.workspace AND r.process = h.process "
          "AND r.revision = (SELECT MAX(m.revision) FROM process_revisions m "
          "WHERE m.workspace = h.workspace AND m.process = h.process) "
          "WHERE h.workspace = :workspace AND h.process >= :first AND h.process <= :last "
          "ORDER BY h.process",
          {{"workspace", workspace}, {"first", first}, {"last", last}}));
  std::vector<HeadAndLatest> heads;
  heads.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    HeadAndLatest head{.process = rows.Text(i, 0), .stamp = {rows.Int(i, 1), rows.Int(i, 2)}};
    ASSIGN_OR_RETURN(head.head, ParseStored(rows.Text(i, 3)));
    if (!rows.IsNull(i, 4)) {
      ASSIGN_OR_RETURN(head.latest, ParseStored(rows.Text(i, 4)));
    }
    heads.push_back(std::move(head));
  }
  return heads;
}

absl::StatusOr<std::optional<v1::Process>> SqlGraphReads::ReadRevision(const ProcessKey& key,
                                                                       int64_t revision) {
  ASSIGN_OR_RETURN(
      Rows rows,
      transaction_.Query(
          "SELECT body FROM process_revisions "
          "WHERE workspace = :workspace AND process = :process AND revision = :revision",
          {{"workspace", key.workspace}, {"process", key.process}, {"revision", revision}}));
  if (rows.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(v1::Process process, ParseStored(rows.Text(0, 0)));
  return process;
}

std::unique_ptr<GraphStore> NewGraphStore(sql::Database& database) {
  return std::make_unique<SqlGraphStore>(database);
}

}  // namespace plumbline::catalog
