// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/calendars/store_sql.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "services/catalog/calendars/fields.h"
#include "services/catalog/history/store_sql_resource_history.h"
#include "services/catalog/resource/store_sql.h"
#include "services/catalog/resource/store_sql_among.h"
#include "services/catalog/resource/store_sql_values.h"

namespace plumbline::catalog {

// `body` is the whole message; `summary` the same without holidays and exceptions, so that lists
// read and parse little. The columns before them are what lists filter and order by.
const char kCalendarsSchema[] = R"(
CREATE TABLE calendars (
  workspace TEXT NOT NULL,
  calendar TEXT NOT NULL,
  version BIGINT NOT NULL,
  name {text} NOT NULL,
  title {text} NOT NULL,
  owner {text},
  inherits {text},
  time_zone {text},
  author {text},
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  summary {bytes} NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, calendar)
);
CREATE INDEX calendars_by_name ON calendars (workspace, name);
CREATE INDEX calendars_by_inherits ON calendars (workspace, inherits);
CREATE TABLE calendar_labels (
  workspace TEXT NOT NULL,
  calendar TEXT NOT NULL,
  label {text} NOT NULL,
  value {text} NOT NULL,
  PRIMARY KEY (workspace, calendar, label),
  FOREIGN KEY (workspace, calendar) REFERENCES calendars (workspace, calendar) ON DELETE CASCADE
))";

const char kCalendarChangesSchema[] = R"(
CREATE TABLE calendar_changes (
  workspace TEXT NOT NULL PRIMARY KEY,
  position BIGINT NOT NULL
))";

namespace {

using sql::Bytes;
using sql::Rows;

// What short names of calendars begin with.
constexpr char kCollection[] = "calendars/";

absl::StatusOr<v1::Calendar> ParseStored(const std::string& bytes) {
  v1::Calendar calendar;
  if (!calendar.ParseFromString(bytes))
    return base::Internal("a stored calendar is not a message of its type");
  return calendar;
}

const listing::Table& CalendarTable() {
  static const auto& table = *new listing::Table(
      CalendarSchema(),
      {.from = "calendars i",
       .where = "i.workspace = :workspace",
       .keys = "i.calendar AS calendar",
       .select = "c.summary",
       .join = "JOIN calendars c ON c.workspace = :workspace AND c.calendar = k.calendar",
       .columns = {{"name", {.sql = "i.name"}},
                   {"title", {.sql = "i.title"}},
                   {"owner", {.sql = "i.owner"}},
                   {"labels",
                    {.sql = "l.value",
                     .rows = "calendar_labels l WHERE l.workspace = i.workspace AND l.calendar = "
                             "i.calendar",
                     .key = "l.label"}},
                   {"inherits", {.sql = "i.inherits"}},
                   {"time_zone", {.sql = "i.time_zone"}},
                   {"author", {.sql = "i.author"}},
                   {"create_time", {.sql = "i.create_time"}},
                   {"update_time", {.sql = "i.update_time"}}},
       .key = {{"name", false}}});
  return table;
}

// The row of a calendar, inserted or replaced.
absl::Status PutRow(sql::Transaction& transaction, const CalendarKey& key,
                    const KeptCalendar& kept) {
  const v1::Calendar& calendar = kept.calendar;
  const std::string name = NameOf(key);
  const std::string body = calendar.SerializeAsString();
  v1::Calendar rest = calendar;
  rest.clear_holidays();
  rest.clear_exceptions();
  const std::string summary = rest.SerializeAsString();
  return transaction
      .Execute(
          "INSERT INTO calendars (workspace, calendar, version, name, title, owner, inherits, "
          "time_zone, author, create_time, update_time, summary, body) VALUES (:workspace, "
          ":calendar, :version, :name, :title, :owner, :inherits, :time_zone, :author, "
          ":create_time, :update_time, :summary, :body) "
          "ON CONFLICT (workspace, calendar) DO UPDATE SET version = excluded.version, "
          "title = excluded.title, owner = excluded.owner, inherits = excluded.inherits, "
          "time_zone = excluded.time_zone, author = excluded.author, "
          "create_time = excluded.create_time, update_time = excluded.update_time, "
          "summary = excluded.summary, body = excluded.body",
          {{"workspace", key.workspace},
           {"calendar", key.calendar},
           {"version", kept.version},
           {"name", name},
           {"title", calendar.title()},
           {"owner", OrNull(calendar.owner())},
           {"inherits", OrNull(calendar.inherits())},
           {"time_zone", OrNull(calendar.time_zone())},
           {"author", OrNull(calendar.author())},
           {"create_time", Micros(calendar.create_time())},
           {"update_time", Micros(calendar.update_time())},
           {"summary", Bytes{summary}},
           {"body", Bytes{body}}})
      .status();
}

class SqlCalendarChanges final : public CalendarChanges {
 public:
  explicit SqlCalendarChanges(sql::Transaction& transaction) : transaction_(transaction) {}

  absl::StatusOr<std::optional<KeptCalendar>> FindCalendar(const CalendarKey& key) override {
    ASSIGN_OR_RETURN(
        Rows rows, transaction_.Query("SELECT body, version FROM calendars "
                                      "WHERE workspace = :workspace AND calendar = :calendar",
                                      {{"workspace", key.workspace}, {"calendar", key.calendar}}));
    if (rows.empty()) return std::nullopt;
    ASSIGN_OR_RETURN(v1::Calendar calendar, ParseStored(rows.Text(0, 0)));
    return KeptCalendar{std::move(calendar), rows.Int(0, 1)};
  }

  absl::StatusOr<listing::Page<v1::Calendar>> ListCalendars(absl::string_view workspace,
                                                            const listing::Query& query) override {
    const sql::Param params[] = {{"workspace", workspace}};
    ASSIGN_OR_RETURN(const listing::FoundRows found,
                     CalendarTable().Read(transaction_, params, query));
    listing::Page<v1::Calendar> page{{}, found.next};
    page.rows.reserve(found.size);
    for (size_t i = 0; i < found.size; ++i) {
      ASSIGN_OR_RETURN(v1::Calendar calendar, ParseStored(found.rows.Text(i, 0)));
      page.rows.push_back(std::move(calendar));
    }
    return page;
  }

  absl::StatusOr<std::vector<CalendarHeir>> ListHeirs(
      absl::string_view workspace, absl::Span<const std::string> calendars) override {
    std::vector<std::string> inherited;
    for (const std::string& id : calendars) inherited.push_back(absl::StrCat(kCollection, id));
    std::vector<CalendarHeir> heirs;
    RETURN_IF_ERROR(QueryAmong(
        transaction_,
        "SELECT calendar, inherits FROM calendars "
        "WHERE workspace = :workspace AND inherits IN (:among)",
        {{"workspace", workspace}}, inherited, [&](const Rows& rows) {
          for (size_t i = 0; i < rows.size(); ++i) {
            heirs.push_back({rows.Text(i, 0), rows.Text(i, 1).substr(sizeof(kCollection) - 1)});
          }
          return absl::OkStatus();
        }));
    std::sort(heirs.begin(), heirs.end(),
              [](const CalendarHeir& a, const CalendarHeir& b) { return a.calendar < b.calendar; });
    return heirs;
  }

  absl::StatusOr<std::vector<std::string>> ListSupported(const CalendarKey& key) override {
    const std::string calendar = absl::StrCat(kCollection, key.calendar);
    ASSIGN_OR_RETURN(Rows rows,
                     transaction_.Query("SELECT utility FROM utilities WHERE workspace = "
                                        ":workspace AND support_calendar = :calendar ORDER BY name",
                                        {{"workspace", key.workspace}, {"calendar", calendar}}));
    std::vector<std::string> utilities;
    for (size_t i = 0; i < rows.size(); ++i) utilities.push_back(rows.Text(i, 0));
    return utilities;
  }

  absl::StatusOr<int64_t> Position() override { return transaction_.Position(); }

  absl::StatusOr<int64_t> LastChange(absl::string_view workspace) override {
    ASSIGN_OR_RETURN(
        const Rows rows,
        transaction_.Query("SELECT position FROM calendar_changes WHERE workspace = :workspace",
                           {{"workspace", workspace}}));
    return rows.empty() ? 0 : rows.Int(0, 0);
  }

  absl::Status PutCalendar(const CalendarKey& key, const KeptCalendar& kept,
                           const v1::ResourceHistoryEntry& entry) override {
    RETURN_IF_ERROR(PutRow(transaction_, key, kept));
    RETURN_IF_ERROR(PutLabels(transaction_, {"calendar_labels", "calendar"}, key.workspace,
                              key.calendar, kept.calendar.labels()));
    RETURN_IF_ERROR(NoteChange(key.workspace));
    return AppendHistory(transaction_, HistoryKey(key), entry);
  }

  absl::Status RemoveCalendar(const CalendarKey& key,
                              const v1::ResourceHistoryEntry& entry) override {
    RETURN_IF_ERROR(
        transaction_
            .Execute("DELETE FROM calendars WHERE workspace = :workspace AND calendar = :calendar",
                     {{"workspace", key.workspace}, {"calendar", key.calendar}})
            .status());
    RETURN_IF_ERROR(NoteChange(key.workspace));
    return AppendHistory(transaction_, HistoryKey(key), entry);
  }

 private:
  absl::Status NoteChange(const std::string& workspace) {
    return transaction_
        .Execute(
            "INSERT INTO calendar_changes (workspace, position) VALUES (:workspace, {position}) "
            "ON CONFLICT (workspace) DO UPDATE SET position = excluded.position",
            {{"workspace", workspace}})
        .status();
  }

  static ResourceKey HistoryKey(const CalendarKey& key) {
    return {key.workspace, "calendars", key.calendar};
  }

  sql::Transaction& transaction_;
};

}  // namespace

std::unique_ptr<CalendarStore> NewCalendarStore(sql::Database& database) {
  return std::make_unique<SqlResourceStore<CalendarStore, SqlCalendarChanges>>(database);
}

}  // namespace plumbline::catalog
