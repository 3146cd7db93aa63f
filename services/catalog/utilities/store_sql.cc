// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/utilities/store_sql.h"

#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/expr/schema.h"
#include "common/listing/table.h"
#include "services/catalog/composition/fields.h"
#include "services/catalog/composition/store_sql_graph.h"
#include "services/catalog/history/store_sql_resource_history.h"
#include "services/catalog/resource/store_sql.h"
#include "services/catalog/resource/store_sql_among.h"
#include "services/catalog/resource/store_sql_values.h"
#include "services/catalog/steps/store_sql.h"
#include "services/catalog/utilities/utility.h"

namespace plumbline::catalog {

// Beside the whole message, `body`, what lists filter and order by. `availability` is in
// millionths.
const char kUtilitiesSchema[] = R"(
CREATE TABLE utilities (
  workspace TEXT NOT NULL,
  utility TEXT NOT NULL,
  version BIGINT NOT NULL,
  name {text} NOT NULL,
  title {text} NOT NULL,
  owner {text} NOT NULL,
  contact {text},
  support_calendar {text},
  availability BIGINT,
  author {text},
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, utility)
);
CREATE INDEX utilities_name ON utilities (workspace, name);
CREATE TABLE utility_labels (
  workspace TEXT NOT NULL,
  utility TEXT NOT NULL,
  label {text} NOT NULL,
  value {text} NOT NULL,
  PRIMARY KEY (workspace, utility, label),
  FOREIGN KEY (workspace, utility) REFERENCES utilities (workspace, utility) ON DELETE CASCADE
))";

const char kSupportSchema[] =
    "CREATE INDEX utilities_by_calendar ON utilities (workspace, support_calendar)";

namespace {

using sql::Bytes;
using sql::Rows;

absl::StatusOr<v1::Utility> ParseStored(const std::string& bytes) {
  v1::Utility utility;
  if (!utility.ParseFromString(bytes))
    return base::Internal("a stored utility is not a message of its type");
  return utility;
}

listing::TableSpec UtilitySpec() {
  return {.from = "utilities u",
          .where = "u.workspace = :workspace",
          .keys = "u.utility AS utility",
          .select = "b.body",
          .join = "JOIN utilities b ON b.workspace = :workspace AND b.utility = k.utility",
          .columns = {{"name", {.sql = "u.name"}},
                      {"title", {.sql = "u.title"}},
                      {"owner", {.sql = "u.owner"}},
                      {"contact", {.sql = "u.contact"}},
                      {"support_calendar", {.sql = "u.support_calendar"}},
                      {"uptime_target.availability",
                       {.sql = "u.availability", .unit = expr::kNumberUnit}},
                      {"labels",
                       {.sql = "l.value",
                        .rows = "utility_labels l WHERE l.workspace = u.workspace AND l.utility = "
                                "u.utility",
                        .key = "l.label"}},
                      {"author", {.sql = "u.author"}},
                      {"create_time", {.sql = "u.create_time"}},
                      {"update_time", {.sql = "u.update_time"}}},
          .key = {{"name", false}}};
}

sql::Value AvailabilityOf(const v1::Utility& utility) {
  if (!utility.has_uptime_target()) return sql::Null{};
  return int64_t{std::llround(utility.uptime_target().availability() * expr::kNumberUnit)};
}

class SqlUtilityChanges final : public UtilityChanges {
 public:
  explicit SqlUtilityChanges(sql::Transaction& transaction)
      : transaction_(transaction), processes_(transaction), steps_(NewStepChanges(transaction)) {}

  absl::StatusOr<std::optional<StoredUtility>> FindUtility(const UtilityKey& key) override {
    ASSIGN_OR_RETURN(Rows rows,
                     transaction_.Query("SELECT body, version FROM utilities "
                                        "WHERE workspace = :workspace AND utility = :utility",
                                        {{"workspace", key.workspace}, {"utility", key.utility}}));
    if (rows.empty()) return std::nullopt;
    ASSIGN_OR_RETURN(v1::Utility utility, ParseStored(rows.Text(0, 0)));
    return StoredUtility{std::move(utility), rows.Int(0, 1)};
  }

  absl::StatusOr<listing::Page<v1::Utility>> ListUtilities(absl::string_view workspace,
                                                           const listing::Query& query) override {
    static const auto& table = *new listing::Table(UtilitySchema(), UtilitySpec());
    const sql::Param params[] = {{"workspace", workspace}};
    ASSIGN_OR_RETURN(const listing::FoundRows found, table.Read(transaction_, params, query));
    listing::Page<v1::Utility> page{{}, found.next};
    for (size_t i = 0; i < found.size; ++i) {
      ASSIGN_OR_RETURN(v1::Utility utility, ParseStored(found.rows.Text(i, 0)));
      page.rows.push_back(std::move(utility));
    }
    return page;
  }

  GraphReads& processes() override { return processes_; }
  StepReads& steps() override { return *steps_; }

  absl::StatusOr<std::vector<std::string>> CalendarIds(
      absl::string_view workspace, absl::Span<const std::string> among) override {
    return IdsOf(transaction_, {"calendars", "calendar"}, workspace, among);
  }

  absl::Status PutUtility(const UtilityKey& key, const StoredUtility& stored,
                          const v1::ResourceHistoryEntry& entry) override {
    RETURN_IF_ERROR(PutRow(key, stored));
    RETURN_IF_ERROR(PutLabels(transaction_, {"utility_labels", "utility"}, key.workspace,
                              key.utility, stored.utility.labels()));
    return AppendHistory(transaction_, HistoryKey(key), entry);
  }

  absl::Status RemoveUtility(const UtilityKey& key,
                             const v1::ResourceHistoryEntry& entry) override {
    RETURN_IF_ERROR(
        transaction_
            .Execute("DELETE FROM utilities WHERE workspace = :workspace AND utility = :utility",
                     {{"workspace", key.workspace}, {"utility", key.utility}})
            .status());
    return AppendHistory(transaction_, HistoryKey(key), entry);
  }

 private:
  static ResourceKey HistoryKey(const UtilityKey& key) {
    return {key.workspace, "utilities", key.utility};
  }

  absl::Status PutRow(const UtilityKey& key, const StoredUtility& stored) {
    const v1::Utility& utility = stored.utility;
    const std::string body = utility.SerializeAsString();
    const std::string name = NameOf(key);
    return transaction_
        .Execute(
            "INSERT INTO utilities (workspace, utility, version, name, title, owner, contact, "
            "support_calendar, availability, author, create_time, update_time, body) "
            "VALUES (:workspace, :utility, :version, :name, :title, :owner, :contact, "
            ":support_calendar, :availability, :author, :create_time, :update_time, :body) "
            "ON CONFLICT (workspace, utility) DO UPDATE SET version = excluded.version, "
            "title = excluded.title, owner = excluded.owner, contact = excluded.contact, "
            "support_calendar = excluded.support_calendar, "
            "availability = excluded.availability, author = excluded.author, "
            "create_time = excluded.create_time, update_time = excluded.update_time, "
            "body = excluded.body",
            {{"workspace", key.workspace},
             {"utility", key.utility},
             {"version", stored.version},
             {"name", name},
             {"title", utility.title()},
             {"owner", utility.owner()},
             {"contact", OrNull(utility.contact())},
             {"support_calendar", OrNull(utility.support_calendar())},
             {"availability", AvailabilityOf(utility)},
             {"author", OrNull(utility.author())},
             {"create_time", Micros(utility.create_time())},
             {"update_time", Micros(utility.update_time())},
             {"body", Bytes{body}}})
        .status();
  }

  sql::Transaction& transaction_;
  SqlGraphReads processes_;
  const std::unique_ptr<StepChanges> steps_;
};

}  // namespace

std::unique_ptr<UtilityStore> NewUtilityStore(sql::Database& database) {
  return std::make_unique<SqlResourceStore<UtilityStore, SqlUtilityChanges>>(database);
}

}  // namespace plumbline::catalog
