// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/store_sql_calendars.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "common/sql/requests.h"
#include "google/protobuf/util/time_util.h"
#include "services/catalog/calendar_fields.h"
#include "services/catalog/store_sql_words.h"

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

namespace {

using sql::Bytes;
using sql::Rows;

absl::StatusOr<v1::Calendar> ParseStored(const std::string& bytes) {
  v1::Calendar calendar;
  if (!calendar.ParseFromString(bytes))
    return base::Internal("a stored calendar is not a message of its type");
  return calendar;
}

// Text that may be unset is kept as NULL then.
sql::Value OrNull(const std::string& text) {
  if (text.empty()) return sql::Null{};
  return absl::string_view(text);
}

int64_t Micros(const google::protobuf::Timestamp& time) {
  return google::protobuf::util::TimeUtil::TimestampToMicroseconds(time);
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

absl::Status PutLabels(sql::Transaction& transaction, const CalendarKey& key,
                       const v1::Calendar& calendar) {
  RETURN_IF_ERROR(
      transaction
          .Execute("DELETE FROM calendar_labels WHERE workspace = :workspace AND calendar = "
                   ":calendar",
                   {{"workspace", key.workspace}, {"calendar", key.calendar}})
          .status());
  for (const auto& [label, value] : calendar.labels()) {
    RETURN_IF_ERROR(transaction
                        .Execute("INSERT INTO calendar_labels (workspace, calendar, label, value) "
                                 "VALUES (:workspace, :calendar, :label, :value)",
                                 {{"workspace", key.workspace},
                                  {"calendar", key.calendar},
                                  {"label", label},
                                  {"value", value}})
                        .status());
  }
  return absl::OkStatus();
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

  absl::StatusOr<std::vector<std::string>> ListHeirs(const CalendarKey& key) override {
    const std::string inherits = absl::StrCat("calendars/", key.calendar);
    ASSIGN_OR_RETURN(Rows rows,
                     transaction_.Query("SELECT calendar FROM calendars "
                                        "WHERE workspace = :workspace AND inherits = :inherits "
                                        "ORDER BY name",
                                        {{"workspace", key.workspace}, {"inherits", inherits}}));
    std::vector<std::string> heirs;
    for (size_t i = 0; i < rows.size(); ++i) heirs.push_back(rows.Text(i, 0));
    return heirs;
  }

  absl::StatusOr<int64_t> Position() override { return transaction_.Position(); }

  absl::Status PutCalendar(const CalendarKey& key, const KeptCalendar& kept) override {
    RETURN_IF_ERROR(PutRow(transaction_, key, kept));
    return PutLabels(transaction_, key, kept.calendar);
  }

  absl::Status RemoveCalendar(const CalendarKey& key) override {
    return transaction_
        .Execute("DELETE FROM calendars WHERE workspace = :workspace AND calendar = :calendar",
                 {{"workspace", key.workspace}, {"calendar", key.calendar}})
        .status();
  }

 private:
  sql::Transaction& transaction_;
};

class SqlCalendarStore final : public CalendarStore {
 public:
  explicit SqlCalendarStore(sql::Database& database) : database_(database) {}

  absl::Status Read(const base::CallContext& context,
                    absl::FunctionRef<absl::Status(CalendarSnapshot&)> body) override {
    return database_.Read(context, [&](sql::Transaction& transaction) {
      SqlCalendarChanges snapshot(transaction);
      return body(snapshot);
    });
  }

  absl::StatusOr<Answer> Write(
      const base::CallContext& context, const WriteRequest& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(CalendarChanges&)> body) override {
    const sql::RequestKey key{request.workspace, request.method, request.request_id, request.body};
    const auto effect = [&](sql::Transaction& transaction) -> absl::StatusOr<std::string> {
      RETURN_IF_ERROR(transaction.Lock(WorkspaceLock(request.workspace)));
      SqlCalendarChanges changes(transaction);
      return body(changes);
    };
    Answer answer;
    ASSIGN_OR_RETURN(answer.bytes,
                     sql::Once(database_, context, key, now, effect, &answer.replayed));
    return answer;
  }

 private:
  sql::Database& database_;
};

}  // namespace

std::unique_ptr<CalendarStore> NewCalendarStore(sql::Database& database) {
  return std::make_unique<SqlCalendarStore>(database);
}

}  // namespace plumbline::catalog
