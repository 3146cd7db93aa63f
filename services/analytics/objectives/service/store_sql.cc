// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/service/store_sql.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "common/sql/lease.h"
#include "common/sql/requests.h"
#include "common/sql/text_or_null.h"
#include "google/protobuf/descriptor.h"

namespace plumbline::analytics {
namespace {

using expr::Type;
using sql::Rows;

// objective_alerting: what alerts now. next_micros: when an alert is sent next, where it is
// pending.
constexpr char kSchema[] = R"sql(
CREATE TABLE objectives (
  workspace TEXT NOT NULL,
  objective TEXT NOT NULL,
  uid {text} NOT NULL,
  version BIGINT NOT NULL,
  name {text} NOT NULL,
  title {text},
  description {text},
  event_log {text} NOT NULL,
  author {text},
  create_micros BIGINT NOT NULL,
  update_micros BIGINT NOT NULL,
  secret TEXT,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, objective)
);
CREATE INDEX objectives_name ON objectives (workspace, name);
CREATE UNIQUE INDEX objectives_by_uid ON objectives (uid);
CREATE TABLE objective_alerting (
  uid {text} NOT NULL,
  source {text} NOT NULL,
  rule {text} NOT NULL,
  PRIMARY KEY (uid, source, rule)
);
CREATE TABLE objective_alerts (
  serial {serial},
  position BIGINT NOT NULL,
  workspace TEXT NOT NULL,
  objective {text} NOT NULL,
  uid {text} NOT NULL,
  source {text} NOT NULL,
  rule {text} NOT NULL,
  state {text} NOT NULL,
  severity {text},
  record_micros BIGINT NOT NULL,
  delivery_state {text},
  since_micros BIGINT NOT NULL,
  next_micros BIGINT NOT NULL,
  event {bytes} NOT NULL,
  delivery {bytes}
);
CREATE INDEX objective_alerts_feed ON objective_alerts (workspace, position, serial);
CREATE INDEX objective_alerts_of ON objective_alerts (uid, position, serial);
CREATE INDEX objective_alerts_due ON objective_alerts (next_micros)
  WHERE delivery_state = 'STATE_PENDING';
CREATE INDEX objective_alerts_by_time ON objective_alerts (record_micros))sql";

constexpr char kLease[] = "analytics-objectives";

constexpr char kColumns[] =
    "o.workspace, o.objective, o.uid, o.version, COALESCE(o.secret, ''), o.body";
constexpr int kColumnCount = 6;

absl::StatusOr<StoredObjective> FromRow(const Rows& rows, size_t row) {
  StoredObjective stored;
  stored.key = {rows.Text(row, 0), rows.Text(row, 1)};
  stored.uid = rows.Text(row, 2);
  stored.version = rows.Int(row, 3);
  stored.secret = rows.Text(row, 4);
  if (!stored.objective.ParseFromString(rows.Text(row, 5)))
    return base::Internal("a stored objective is damaged");
  return stored;
}

listing::TableSpec Spec() {
  return {.from = "objectives i",
          .where = "i.workspace = :workspace",
          .keys = "i.objective AS objective",
          .select = kColumns,
          .selected = kColumnCount,
          .join = "JOIN objectives o ON o.workspace = :workspace AND o.objective = k.objective",
          .columns = {{"name", {.sql = "i.name"}},
                      {"title", {.sql = "i.title"}},
                      {"description", {.sql = "i.description"}},
                      {"event_log", {.sql = "i.event_log"}},
                      {"author", {.sql = "i.author"}},
                      {"create_time", {.sql = "i.create_micros"}},
                      {"update_time", {.sql = "i.update_micros"}}},
          .key = {{"name", false}}};
}

int64_t MicrosOf(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1'000'000 + time.nanos() / 1000;
}

class SqlObjectiveRows final : public ObjectiveRows {
 public:
  explicit SqlObjectiveRows(sql::Transaction& tx) : tx_(tx) {}

  absl::StatusOr<std::optional<StoredObjective>> Find(const ObjectiveKey& key) override {
    ASSIGN_OR_RETURN(Rows rows,
                     tx_.Query(absl::StrCat("SELECT ", kColumns,
                                            " FROM objectives o WHERE o.workspace = :workspace AND "
                                            "o.objective = :objective"),
                               {{"workspace", key.workspace}, {"objective", key.objective}}));
    if (rows.empty()) return std::nullopt;
    ASSIGN_OR_RETURN(StoredObjective stored, FromRow(rows, 0));
    return stored;
  }

  absl::StatusOr<int64_t> Count(absl::string_view workspace) override {
    ASSIGN_OR_RETURN(Rows rows,
                     tx_.Query("SELECT COUNT(*) FROM objectives WHERE workspace = :workspace",
                               {{"workspace", workspace}}));
    return rows.Int(0, 0);
  }

  absl::StatusOr<listing::Page<StoredObjective>> List(absl::string_view workspace,
                                                      const listing::Query& query) override {
    static const auto& table = *new listing::Table(ObjectiveSchema(), Spec());
    const sql::Param params[] = {{"workspace", workspace}};
    listing::Page<StoredObjective> page;
    const auto take = [&](const Rows& rows, size_t row) -> absl::StatusOr<size_t> {
      ASSIGN_OR_RETURN(StoredObjective stored, FromRow(rows, row));
      page.rows.push_back(std::move(stored));
      return page.rows.back().objective.ByteSizeLong();
    };
    ASSIGN_OR_RETURN(page.next, table.Read(tx_, params, query, take));
    return page;
  }

  absl::StatusOr<std::vector<StoredObjective>> ListAll(absl::string_view after,
                                                       int limit) override {
    ASSIGN_OR_RETURN(
        Rows rows,
        tx_.Query(absl::StrCat("SELECT ", kColumns,
                               " FROM objectives o WHERE o.uid > :after ORDER BY o.uid LIMIT :max"),
                  {{"after", after}, {"max", int64_t{limit}}}));
    std::vector<StoredObjective> found;
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSIGN_OR_RETURN(StoredObjective stored, FromRow(rows, i));
      found.push_back(std::move(stored));
    }
    return found;
  }

  absl::Status Put(const StoredObjective& stored) override;

  absl::Status Remove(const StoredObjective& stored) override {
    for (const char* table : {"objectives", "objective_alerting", "objective_alerts"}) {
      RETURN_IF_ERROR(tx_.Execute(absl::StrCat("DELETE FROM ", table, " WHERE uid = :uid"),
                                  {{"uid", stored.uid}})
                          .status());
    }
    return absl::OkStatus();
  }

 private:
  sql::Transaction& tx_;
};

absl::Status SqlObjectiveRows::Put(const StoredObjective& stored) {
  const v1::Objective& objective = stored.objective;
  const std::string body = objective.SerializeAsString(), name = NameOf(stored.key);
  return tx_
      .Execute(
          "INSERT INTO objectives (workspace, objective, uid, version, name, title, description, "
          "event_log, author, create_micros, update_micros, secret, body) VALUES (:workspace, "
          ":objective, :uid, :version, :name, :title, :description, :log, :author, :created, "
          ":updated, :secret, :body) ON CONFLICT (workspace, objective) DO UPDATE SET "
          "uid = excluded.uid, version = excluded.version, title = excluded.title, "
          "description = excluded.description, event_log = excluded.event_log, "
          "author = excluded.author, create_micros = excluded.create_micros, "
          "update_micros = excluded.update_micros, secret = excluded.secret, body = excluded.body",
          {{"workspace", stored.key.workspace},
           {"objective", stored.key.objective},
           {"uid", stored.uid},
           {"version", stored.version},
           {"name", name},
           {"title", sql::TextOrNull(objective.title())},
           {"description", sql::TextOrNull(objective.description())},
           {"log", objective.event_log()},
           {"author", sql::TextOrNull(objective.author())},
           {"created", MicrosOf(objective.create_time())},
           {"updated", MicrosOf(objective.update_time())},
           {"secret", sql::TextOrNull(stored.secret)},
           {"body", sql::Bytes{body}}})
      .status();
}

class SqlView final : public ObjectiveView {
 public:
  explicit SqlView(sql::Transaction& tx)
      : tx_(tx), objectives_(NewObjectiveRows(tx)), alerts_(NewAlertRows(tx)) {}
  ObjectiveRows& objectives() override { return *objectives_; }
  AlertRows& alerts() override { return *alerts_; }
  absl::Status Lock(const ObjectiveKey& key) override {
    return tx_.Lock(absl::StrCat("objective:", key.workspace, "/", key.objective));
  }

 private:
  sql::Transaction& tx_;
  const std::unique_ptr<ObjectiveRows> objectives_;
  const std::unique_ptr<AlertRows> alerts_;
};

class SqlObjectiveStore final : public ObjectiveStore {
 public:
  explicit SqlObjectiveStore(sql::Database& database) : database_(database) {}

  absl::Status Read(const base::CallContext& context,
                    absl::FunctionRef<absl::Status(ObjectiveView&)> body) override {
    return database_.Read(context, [&](sql::Transaction& tx) {
      SqlView view(tx);
      return body(view);
    });
  }

  absl::StatusOr<std::string> Write(
      const base::CallContext& context, const WriteRequest& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(ObjectiveView&)> body) override {
    return sql::Once(database_, context,
                     {request.workspace, request.method, request.request_id, request.body}, now,
                     [&](sql::Transaction& tx) {
                       SqlView view(tx);
                       return body(view);
                     });
  }

  absl::StatusOr<bool> TakeLease(const base::CallContext& context, absl::string_view holder,
                                 absl::Time now, absl::Duration term) override {
    return sql::TakeLease(database_, context, kLease, holder, now, term);
  }

 private:
  sql::Database& database_;
};

}  // namespace

std::string NameOf(const ObjectiveKey& key) {
  return absl::StrCat("workspaces/", key.workspace, "/objectives/", key.objective);
}

const std::string& ObjectivesSchema() {
  static const auto& schema = *new std::string(absl::StrCat(sql::kLeasesSchema, kSchema));
  return schema;
}

const expr::Schema& ObjectiveSchema() {
  static const auto& schema =
      *new expr::Schema({{.name = "name", .ordered = true},
                         {.name = "title", .searched = true, .ordered = true},
                         {.name = "description", .searched = true},
                         {.name = "event_log", .ordered = true},
                         {.name = "author"},
                         {.name = "create_time", .type = Type::kTimestamp, .ordered = true},
                         {.name = "update_time", .type = Type::kTimestamp, .ordered = true}});
  return schema;
}

std::unique_ptr<ObjectiveRows> NewObjectiveRows(sql::Transaction& transaction) {
  return std::make_unique<SqlObjectiveRows>(transaction);
}

std::unique_ptr<ObjectiveStore> NewObjectiveStore(sql::Database& database) {
  return std::make_unique<SqlObjectiveStore>(database);
}

}  // namespace plumbline::analytics
