// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/history/store_sql_resource_history.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "services/catalog/resource/store_sql_values.h"

namespace plumbline::catalog {

// Beside the whole entry, `body`, what lists filter and order by.
const char kResourceHistorySchema[] = R"(
CREATE TABLE resource_history (
  workspace TEXT NOT NULL,
  collection TEXT NOT NULL,
  id TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  kind {text} NOT NULL,
  create_time BIGINT NOT NULL,
  actor {text},
  reason {text},
  fields {text},
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, collection, id, sequence)
))";

namespace {

using sql::Rows;

// What the rows of a resource are found by.
std::vector<sql::Param> ParamsOf(const ResourceKey& key) {
  return {{"workspace", absl::string_view(key.workspace)},
          {"collection", absl::string_view(key.collection)},
          {"id", absl::string_view(key.id)}};
}

constexpr char kOfResource[] =
    "h.workspace = :workspace AND h.collection = :collection AND h.id = :id";

listing::TableSpec HistorySpec() {
  return {.from = "resource_history h",
          .where = kOfResource,
          .keys = "h.sequence AS sequence",
          .select = "b.body",
          .join =
              "JOIN resource_history b ON b.workspace = :workspace AND b.collection = :collection "
              "AND b.id = :id AND b.sequence = k.sequence",
          .columns = {{"sequence", {.sql = "h.sequence"}},
                      {"kind", {.sql = "h.kind"}},
                      {"create_time", {.sql = "h.create_time"}},
                      {"actor", {.sql = "h.actor"}},
                      {"reason", {.sql = "h.reason"}},
                      {"fields", {.sql = "h.fields"}}},
          .key = {{"sequence", true}}};
}

// One that an earlier release wrote may be there without a history.
const char* FindOf(absl::string_view collection) {
  if (collection == "utilities")
    return "SELECT 1 FROM utilities WHERE workspace = :workspace AND utility = :id";
  if (collection == "steps")
    return "SELECT 1 FROM step_revisions WHERE workspace = :workspace AND step = :id LIMIT 1";
  return "SELECT 1 FROM calendars WHERE workspace = :workspace AND calendar = :id";
}

absl::Status CheckKnown(sql::Transaction& transaction, const ResourceKey& key) {
  ASSIGN_OR_RETURN(Rows rows, transaction.Query(absl::StrCat("SELECT 1 FROM resource_history h "
                                                             "WHERE ",
                                                             kOfResource, " LIMIT 1"),
                                                ParamsOf(key)));
  if (!rows.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(rows, transaction.Query(FindOf(key.collection),
                                           {{"workspace", key.workspace}, {"id", key.id}}));
  if (!rows.empty()) return absl::OkStatus();
  const char* const type = key.collection == "utilities" ? "Utility"
                           : key.collection == "steps"   ? "StepTemplate"
                                                         : "Calendar";
  return base::NotFound(type, NameOf(key));
}

class SqlResourceHistoryStore final : public ResourceHistoryStore {
 public:
  explicit SqlResourceHistoryStore(sql::Database& database) : database_(database) {}

  absl::StatusOr<listing::Page<v1::ResourceHistoryEntry>> List(
      const base::CallContext& context, const ListResourceHistoryCommand& command) override {
    static const auto& table = *new listing::Table(ResourceHistorySchema(), HistorySpec());
    listing::Page<v1::ResourceHistoryEntry> page;
    RETURN_IF_ERROR(database_.Read(context, [&](sql::Transaction& transaction) -> absl::Status {
      page = {};
      ASSIGN_OR_RETURN(const listing::FoundRows found,
                       table.Read(transaction, ParamsOf(command.key), command.query));
      page.next = found.next;
      for (size_t i = 0; i < found.size; ++i) {
        if (!page.rows.emplace_back().ParseFromString(found.rows.Text(i, 0)))
          return base::Internal("a stored entry of a history is not a message of its type");
      }
      return page.rows.empty() ? CheckKnown(transaction, command.key) : absl::OkStatus();
    }));
    return page;
  }

 private:
  sql::Database& database_;
};

}  // namespace

absl::Status AppendHistory(sql::Transaction& transaction, const ResourceKey& key,
                           v1::ResourceHistoryEntry entry) {
  std::vector<sql::Param> params = ParamsOf(key);
  ASSIGN_OR_RETURN(
      const Rows rows,
      transaction.Query(
          absl::StrCat("SELECT MAX(h.sequence) FROM resource_history h WHERE ", kOfResource),
          params));
  entry.set_sequence(rows.Int(0, 0) + 1);
  entry.set_name(absl::StrCat(NameOf(key), "/history/", entry.sequence()));
  const std::string kind = v1::ResourceHistoryEntry::Kind_Name(entry.kind());
  const std::string fields = absl::StrJoin(entry.fields(), ", ");
  const std::string body = entry.SerializeAsString();
  params.push_back({"sequence", entry.sequence()});
  params.push_back({"kind", absl::string_view(kind)});
  params.push_back({"create_time", Micros(entry.create_time())});
  params.push_back({"actor", OrNull(entry.actor())});
  params.push_back({"reason", OrNull(entry.reason())});
  params.push_back({"fields", OrNull(fields)});
  params.push_back({"body", sql::Bytes{body}});
  return transaction
      .Execute(
          "INSERT INTO resource_history (workspace, collection, id, sequence, kind, create_time, "
          "actor, reason, fields, body) VALUES (:workspace, :collection, :id, :sequence, :kind, "
          ":create_time, :actor, :reason, :fields, :body)",
          params)
      .status();
}

std::unique_ptr<ResourceHistoryStore> NewResourceHistoryStore(sql::Database& database) {
  return std::make_unique<SqlResourceHistoryStore>(database);
}

}  // namespace plumbline::catalog
