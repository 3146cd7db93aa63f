// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/store_sql_calendars.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/requests.h"

namespace plumbline::catalog {

// `body` is the whole message; `summary` the same without holidays and exceptions, so that lists
// read and parse little. `inherits` is an id, or empty.
const char kCalendarsSchema[] = R"(
CREATE TABLE calendars (
  workspace TEXT NOT NULL,
  calendar TEXT NOT NULL,
  inherits TEXT NOT NULL,
  version BIGINT NOT NULL,
  summary {bytes} NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, calendar)
);
CREATE INDEX calendars_by_inherits ON calendars (workspace, inherits))";

namespace {

using sql::Bytes;
using sql::Rows;

absl::StatusOr<v1::Calendar> ParseStored(const std::string& bytes) {
  v1::Calendar calendar;
  if (!calendar.ParseFromString(bytes))
    return base::Internal("a stored calendar is not a message of its type");
  return calendar;
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

  absl::StatusOr<std::vector<v1::Calendar>> ListCalendars(absl::string_view workspace,
                                                          absl::string_view after,
                                                          int limit) override {
    ASSIGN_OR_RETURN(Rows rows,
                     transaction_.Query(
                         "SELECT summary FROM calendars "
                         "WHERE workspace = :workspace AND calendar > :after "
                         "ORDER BY calendar LIMIT :limit",
                         {{"workspace", workspace}, {"after", after}, {"limit", int64_t{limit}}}));
    std::vector<v1::Calendar> calendars;
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSIGN_OR_RETURN(v1::Calendar calendar, ParseStored(rows.Text(i, 0)));
      calendars.push_back(std::move(calendar));
    }
    return calendars;
  }

  absl::StatusOr<std::vector<std::string>> ListHeirs(const CalendarKey& key) override {
    ASSIGN_OR_RETURN(
        Rows rows, transaction_.Query("SELECT calendar FROM calendars "
                                      "WHERE workspace = :workspace AND inherits = :calendar "
                                      "ORDER BY calendar",
                                      {{"workspace", key.workspace}, {"calendar", key.calendar}}));
    std::vector<std::string> heirs;
    for (size_t i = 0; i < rows.size(); ++i) heirs.push_back(rows.Text(i, 0));
    return heirs;
  }

  absl::StatusOr<int64_t> Position() override { return transaction_.Position(); }

  absl::Status PutCalendar(const CalendarKey& key, const KeptCalendar& kept) override {
    const std::string body = kept.calendar.SerializeAsString();
    v1::Calendar rest = kept.calendar;
    rest.clear_holidays();
    rest.clear_exceptions();
    const std::string summary = rest.SerializeAsString();
    return transaction_
        .Execute(
            "INSERT INTO calendars (workspace, calendar, inherits, version, summary, body) "
            "VALUES (:workspace, :calendar, :inherits, :version, :summary, :body) "
            "ON CONFLICT (workspace, calendar) DO UPDATE SET inherits = excluded.inherits, "
            "version = excluded.version, summary = excluded.summary, body = excluded.body",
            {{"workspace", key.workspace},
             {"calendar", key.calendar},
             {"inherits", absl::StripPrefix(kept.calendar.inherits(), "calendars/")},
             {"version", kept.version},
             {"summary", Bytes{summary}},
             {"body", Bytes{body}}})
        .status();
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
      RETURN_IF_ERROR(transaction.Lock(absl::StrCat("catalog/", request.workspace)));
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
