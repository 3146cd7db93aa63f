// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/service/store_sql.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/expr/schema.h"
#include "common/listing/table.h"
#include "common/sql/requests.h"
#include "common/sql/text_or_null.h"
#include "google/protobuf/util/time_util.h"

namespace plumbline::analytics {

// Beside the whole message, `body`, what lists filter and order by. `baseline` (cases, up to some
// hundred KiB) stands in a table of its own, which lists do not read.
const char kImprovementsSchema[] = R"(
CREATE TABLE improvements (
  workspace TEXT NOT NULL,
  improvement TEXT NOT NULL,
  version BIGINT NOT NULL,
  uid TEXT NOT NULL,
  name {text} NOT NULL,
  title {text} NOT NULL,
  problem {text} NOT NULL,
  owner {text} NOT NULL,
  event_log {text},
  state {text} NOT NULL,
  verdict {text},
  author {text},
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, improvement)
);
CREATE INDEX improvements_name ON improvements (workspace, name);
CREATE TABLE improvement_baselines (
  workspace TEXT NOT NULL,
  improvement TEXT NOT NULL,
  baseline {bytes} NOT NULL,
  PRIMARY KEY (workspace, improvement)
);
CREATE TABLE improvement_history (
  workspace TEXT NOT NULL,
  improvement TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, improvement, sequence)
))";

namespace {

using google::protobuf::util::TimeUtil;
using sql::Bytes;
using sql::Rows;

template <typename Message>
absl::Status Parse(const std::string& bytes, Message* message) {
  if (message->ParseFromString(bytes)) return absl::OkStatus();
  return base::Internal(
      absl::StrCat("a stored ", message->GetDescriptor()->name(), " is not a message of its type"));
}

expr::Field EnumField(const char* name, const char* prefix,
                      const google::protobuf::EnumDescriptor* descriptor) {
  expr::Field field{.name = name, .type = expr::Type::kEnum, .prefix = prefix};
  for (int i = 0; i < descriptor->value_count(); ++i) {
    if (descriptor->value(i)->number() != 0) field.values.push_back(descriptor->value(i)->name());
  }
  return field;
}

listing::TableSpec Spec() {
  return {.from = "improvements i",
          .where = "i.workspace = :workspace",
          .keys = "i.improvement AS improvement",
          .select = "b.body",
          .join =
              "JOIN improvements b ON b.workspace = :workspace AND b.improvement = "
              "k.improvement",
          .columns = {{"name", {.sql = "i.name"}},
                      {"title", {.sql = "i.title"}},
                      {"problem", {.sql = "i.problem"}},
                      {"owner", {.sql = "i.owner"}},
                      {"event_log", {.sql = "i.event_log"}},
                      {"state", {.sql = "i.state"}},
                      {"verdict", {.sql = "i.verdict"}},
                      {"author", {.sql = "i.author"}},
                      {"create_time", {.sql = "i.create_time"}},
                      {"update_time", {.sql = "i.update_time"}}},
          .key = {{"name", false}}};
}

class SqlImprovements final : public ImprovementChanges {
 public:
  explicit SqlImprovements(sql::Transaction& transaction) : transaction_(transaction) {}

  absl::StatusOr<std::optional<StoredImprovement>> Find(const ImprovementKey& key) override {
    ASSIGN_OR_RETURN(
        Rows rows,
        transaction_.Query("SELECT i.body, i.version, i.uid, b.baseline FROM improvements i "
                           "LEFT JOIN improvement_baselines b ON b.workspace = i.workspace "
                           "AND b.improvement = i.improvement "
                           "WHERE i.workspace = :workspace AND i.improvement = :improvement",
                           {{"workspace", key.workspace}, {"improvement", key.improvement}}));
    if (rows.empty()) return std::nullopt;
    StoredImprovement stored;
    RETURN_IF_ERROR(Parse(rows.Text(0, 0), &stored.improvement));
    stored.version = rows.Int(0, 1);
    stored.uid = rows.Text(0, 2);
    if (!rows.IsNull(0, 3)) RETURN_IF_ERROR(Parse(rows.Text(0, 3), &stored.baseline.emplace()));
    return stored;
  }

  absl::StatusOr<int64_t> Count(absl::string_view workspace) override {
    ASSIGN_OR_RETURN(
        const Rows rows,
        transaction_.Query("SELECT COUNT(*) FROM improvements WHERE workspace = :workspace",
                           {{"workspace", workspace}}));
    return rows.Int(0, 0);
  }

  absl::StatusOr<listing::Page<v1::Improvement>> List(absl::string_view workspace,
                                                      const listing::Query& query) override {
    static const auto& table = *new listing::Table(ImprovementSchema(), Spec());
    const sql::Param params[] = {{"workspace", workspace}};
    ASSIGN_OR_RETURN(const listing::FoundRows found, table.Read(transaction_, params, query));
    listing::Page<v1::Improvement> page{{}, found.next};
    for (size_t i = 0; i < found.size; ++i)
      RETURN_IF_ERROR(Parse(found.rows.Text(i, 0), &page.rows.emplace_back()));
    return page;
  }

  absl::StatusOr<std::vector<v1::ImprovementHistoryEntry>> History(const ImprovementKey& key,
                                                                   int64_t before,
                                                                   int limit) override {
    ASSIGN_OR_RETURN(
        const Rows rows,
        transaction_.Query("SELECT body FROM improvement_history WHERE workspace = :workspace "
                           "AND improvement = :improvement AND sequence < :before "
                           "ORDER BY sequence DESC LIMIT :limit",
                           {{"workspace", key.workspace},
                            {"improvement", key.improvement},
                            {"before", before},
                            {"limit", int64_t{limit}}}));
    std::vector<v1::ImprovementHistoryEntry> entries(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) RETURN_IF_ERROR(Parse(rows.Text(i, 0), &entries[i]));
    return entries;
  }

  absl::Status Put(const ImprovementKey& key, const StoredImprovement& stored,
                   v1::ImprovementHistoryEntry entry) override {
    RETURN_IF_ERROR(PutRow(key, stored));
    RETURN_IF_ERROR(RemoveFrom("improvement_baselines", key));
    if (stored.baseline.has_value()) {
      const std::string baseline = stored.baseline->SerializeAsString();
      RETURN_IF_ERROR(
          transaction_
              .Execute("INSERT INTO improvement_baselines (workspace, improvement, baseline) "
                       "VALUES (:workspace, :improvement, :baseline)",
                       {{"workspace", key.workspace},
                        {"improvement", key.improvement},
                        {"baseline", Bytes{baseline}}})
              .status());
    }
    return Append(key, std::move(entry));
  }

  absl::Status Remove(const ImprovementKey& key, v1::ImprovementHistoryEntry entry) override {
    RETURN_IF_ERROR(RemoveFrom("improvements", key));
    RETURN_IF_ERROR(RemoveFrom("improvement_baselines", key));
    return Append(key, std::move(entry));
  }

 private:
  absl::Status RemoveFrom(const char* table, const ImprovementKey& key) {
    return transaction_
        .Execute(absl::StrCat("DELETE FROM ", table,
                              " WHERE workspace = :workspace AND improvement = :improvement"),
                 {{"workspace", key.workspace}, {"improvement", key.improvement}})
        .status();
  }

  absl::Status PutRow(const ImprovementKey& key, const StoredImprovement& stored) {
    const v1::Improvement& one = stored.improvement;
    const std::string body = one.SerializeAsString(), name = NameOf(key);
    const std::string state = v1::Improvement::State_Name(one.state());
    const std::string verdict =
        one.has_result() ? v1::ImprovementComparison::Verdict_Name(one.result().verdict()) : "";
    return transaction_
        .Execute(
            "INSERT INTO improvements (workspace, improvement, version, uid, name, title, problem, "
            "owner, event_log, state, verdict, author, create_time, update_time, body) VALUES "
            "(:workspace, :improvement, :version, :uid, :name, :title, :problem, :owner, "
            ":event_log, :state, :verdict, :author, :create_time, :update_time, :body) "
            "ON CONFLICT (workspace, improvement) DO UPDATE SET version = excluded.version, "
            "uid = excluded.uid, title = excluded.title, problem = excluded.problem, "
            "owner = excluded.owner, event_log = excluded.event_log, state = excluded.state, "
            "verdict = excluded.verdict, author = excluded.author, "
            "create_time = excluded.create_time, update_time = excluded.update_time, "
            "body = excluded.body",
            {{"workspace", key.workspace},
             {"improvement", key.improvement},
             {"version", stored.version},
             {"uid", stored.uid},
             {"name", name},
             {"title", one.title()},
             {"problem", one.problem()},
             {"owner", one.owner()},
             {"event_log", sql::TextOrNull(one.event_log())},
             {"state", state},
             {"verdict", sql::TextOrNull(verdict)},
             {"author", sql::TextOrNull(one.author())},
             {"create_time", TimeUtil::TimestampToMicroseconds(one.create_time())},
             {"update_time", TimeUtil::TimestampToMicroseconds(one.update_time())},
             {"body", Bytes{body}}})
        .status();
  }

  absl::Status Append(const ImprovementKey& key, v1::ImprovementHistoryEntry entry) {
    ASSIGN_OR_RETURN(
        const Rows rows,
        transaction_.Query("SELECT MAX(sequence) FROM improvement_history "
                           "WHERE workspace = :workspace AND improvement = :improvement",
                           {{"workspace", key.workspace}, {"improvement", key.improvement}}));
    entry.set_sequence(rows.Int(0, 0) + 1);
    entry.set_name(absl::StrCat(NameOf(key), "/history/", entry.sequence()));
    const std::string body = entry.SerializeAsString();
    return transaction_
        .Execute(
            "INSERT INTO improvement_history (workspace, improvement, sequence, body) "
            "VALUES (:workspace, :improvement, :sequence, :body)",
            {{"workspace", key.workspace},
             {"improvement", key.improvement},
             {"sequence", entry.sequence()},
             {"body", Bytes{body}}})
        .status();
  }

  sql::Transaction& transaction_;
};

class SqlImprovementStore final : public ImprovementStore {
 public:
  explicit SqlImprovementStore(sql::Database& database) : database_(database) {}

  absl::Status Read(const base::CallContext& context,
                    absl::FunctionRef<absl::Status(ImprovementReads&)> body) override {
    return database_.Read(context, [&](sql::Transaction& transaction) {
      SqlImprovements reads(transaction);
      return body(reads);
    });
  }

  absl::StatusOr<std::string> Write(
      const base::CallContext& context, const WriteRequest& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(ImprovementChanges&)> body) override {
    const sql::RequestKey key{request.workspace, request.method, request.request_id, request.body};
    return sql::Once(
        database_, context, key, now,
        [&](sql::Transaction& transaction) -> absl::StatusOr<std::string> {
          RETURN_IF_ERROR(transaction.Lock(absl::StrCat("improvements:", request.workspace)));
          SqlImprovements changes(transaction);
          return body(changes);
        });
  }

 private:
  sql::Database& database_;
};

}  // namespace

std::string NameOf(const ImprovementKey& key) {
  return absl::StrCat("workspaces/", key.workspace, "/improvements/", key.improvement);
}

const expr::Schema& ImprovementSchema() {
  using expr::Type;
  static const auto& schema = *new expr::Schema(
      {{.name = "name", .ordered = true},
       {.name = "title", .searched = true, .ordered = true},
       {.name = "problem", .searched = true},
       {.name = "owner", .ordered = true},
       {.name = "event_log"},
       [] {
         expr::Field state = EnumField("state", "STATE_", v1::Improvement::State_descriptor());
         state.ordered = true;
         return state;
       }(),
       EnumField("verdict", "VERDICT_", v1::ImprovementComparison::Verdict_descriptor()),
       {.name = "author"},
       {.name = "create_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "update_time", .type = Type::kTimestamp, .ordered = true}});
  return schema;
}

std::unique_ptr<ImprovementStore> NewImprovementStore(sql::Database& database) {
  return std::make_unique<SqlImprovementStore>(database);
}

}  // namespace plumbline::analytics
