// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/calendar_feeds/store_sql.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "common/sql/requests.h"
#include "common/sql/text_or_null.h"
#include "services/onboarding/engine/codec.h"

namespace plumbline::onboarding::calendar_feeds {

const char kCalendarFeedsSchema[] = R"sql(
CREATE TABLE calendar_feeds (
  workspace TEXT NOT NULL,
  feed TEXT NOT NULL,
  name {text} NOT NULL,
  person {text} NOT NULL,
  display_name {text},
  component BIGINT NOT NULL,
  author {text},
  create_micros BIGINT NOT NULL,
  read_micros BIGINT,
  PRIMARY KEY (workspace, feed)
);
CREATE INDEX calendar_feeds_name ON calendar_feeds (workspace, name);
CREATE INDEX calendar_feeds_person ON calendar_feeds (workspace, person);
CREATE TABLE calendar_feed_secrets (
  sha256 {text} NOT NULL PRIMARY KEY,
  workspace TEXT NOT NULL,
  feed TEXT NOT NULL,
  create_micros BIGINT NOT NULL
);
CREATE INDEX calendar_feed_secrets_feed ON calendar_feed_secrets (workspace, feed))sql";

namespace {

using sql::Rows;

constexpr int kColumns = 7;

// What a feed is read from, of the rows of `table`.
std::string Columns(const std::string& table) {
  std::string text;
  for (const char* column :
       {"name", "person", "display_name", "component", "author", "create_micros", "read_micros"})
    absl::StrAppend(&text, text.empty() ? "" : ", ", table, ".", column);
  return text;
}

v1::CalendarFeed FromRow(const Rows& rows, size_t row) {
  v1::CalendarFeed feed;
  feed.set_name(rows.Text(row, 0));
  feed.set_person(rows.Text(row, 1));
  feed.set_display_name(rows.Text(row, 2));
  feed.set_component(static_cast<v1::ExportTaskCalendarRequest::Component>(rows.Int(row, 3)));
  feed.set_author(rows.Text(row, 4));
  *feed.mutable_create_time() = ToTimestamp(absl::FromUnixMicros(rows.Int(row, 5)));
  if (!rows.IsNull(row, 6))
    *feed.mutable_last_read_time() = ToTimestamp(absl::FromUnixMicros(rows.Int(row, 6)));
  return feed;
}

listing::TableSpec Spec() {
  return {.from = "calendar_feeds c",
          .where = "c.workspace = :workspace",
          .keys = "c.feed AS feed",
          .select = Columns("b"),
          .selected = kColumns,
          .join = "JOIN calendar_feeds b ON b.workspace = :workspace AND b.feed = k.feed",
          .columns = {{"name", {.sql = "c.name"}},
                      {"person", {.sql = "c.person"}},
                      {"display_name", {.sql = "c.display_name"}},
                      {"author", {.sql = "c.author"}},
                      {"create_time", {.sql = "c.create_micros"}},
                      {"last_read_time", {.sql = "c.read_micros"}}},
          .key = {{"name", false}}};
}

class SqlFeedRows final : public FeedRows {
 public:
  explicit SqlFeedRows(sql::Transaction& tx) : tx_(tx) {}

  absl::StatusOr<std::optional<v1::CalendarFeed>> Find(const FeedKey& key) override {
    return One("FROM calendar_feeds c WHERE c.workspace = :workspace AND c.feed = :feed",
               {{"workspace", key.workspace}, {"feed", key.feed}});
  }
  absl::StatusOr<std::optional<v1::CalendarFeed>> FindByHash(absl::string_view hash) override {
    return One(
        "FROM calendar_feed_secrets s JOIN calendar_feeds c ON c.workspace = s.workspace AND "
        "c.feed = s.feed WHERE s.sha256 = :hash",
        {{"hash", hash}});
  }

  absl::StatusOr<int64_t> Count(absl::string_view workspace, absl::string_view person) override {
    ASSIGN_OR_RETURN(Rows rows, tx_.Query("SELECT COUNT(*) FROM calendar_feeds WHERE workspace = "
                                          ":workspace AND person = :person",
                                          {{"workspace", workspace}, {"person", person}}));
    return rows.Int(0, 0);
  }

  absl::StatusOr<listing::Page<v1::CalendarFeed>> List(absl::string_view workspace,
                                                       const listing::Query& query) override {
    static const auto& table = *new listing::Table(FeedSchema(), Spec());
    const sql::Param params[] = {{"workspace", workspace}};
    listing::Page<v1::CalendarFeed> page;
    const auto take = [&](const Rows& rows, size_t row) -> absl::StatusOr<size_t> {
      page.rows.push_back(FromRow(rows, row));
      return page.rows.back().ByteSizeLong();
    };
    ASSIGN_OR_RETURN(page.next, table.Read(tx_, params, query, take));
    return page;
  }

  absl::Status Put(const FeedKey& key, const v1::CalendarFeed& feed) override {
    const bool read = feed.has_last_read_time();
    const sql::Value read_micros =
        read ? sql::Value(absl::ToUnixMicros(FromTimestamp(feed.last_read_time())))
             : sql::Value(sql::Null{});
    return tx_
        .Execute(
            "INSERT INTO calendar_feeds (workspace, feed, name, person, display_name, component, "
            "author, create_micros, read_micros) VALUES (:workspace, :feed, :name, :person, "
            ":display_name, :component, :author, :created, :read) ON CONFLICT (workspace, feed) DO "
            "UPDATE SET person = excluded.person, display_name = excluded.display_name, "
            "component = excluded.component, author = excluded.author, "
            "create_micros = excluded.create_micros, read_micros = excluded.read_micros",
            {{"workspace", key.workspace},
             {"feed", key.feed},
             {"name", feed.name()},
             {"person", feed.person()},
             {"display_name", sql::TextOrNull(feed.display_name())},
             {"component", int64_t{feed.component()}},
             {"author", sql::TextOrNull(feed.author())},
             {"created", absl::ToUnixMicros(FromTimestamp(feed.create_time()))},
             {"read", read_micros}})
        .status();
  }

  absl::Status Remove(const FeedKey& key) override {
    for (const char* table : {"calendar_feed_secrets", "calendar_feeds"}) {
      RETURN_IF_ERROR(tx_.Execute(absl::StrCat("DELETE FROM ", table,
                                               " WHERE workspace = :workspace AND feed = :feed"),
                                  {{"workspace", key.workspace}, {"feed", key.feed}})
                          .status());
    }
    return absl::OkStatus();
  }

  absl::Status AddHash(const FeedKey& key, absl::string_view hash, absl::Time now) override {
    RETURN_IF_ERROR(tx_.Execute("INSERT INTO calendar_feed_secrets (sha256, workspace, feed, "
                                "create_micros) VALUES (:hash, :workspace, :feed, :created)",
                                {{"hash", hash},
                                 {"workspace", key.workspace},
                                 {"feed", key.feed},
                                 {"created", absl::ToUnixMicros(now)}})
                        .status());
    return tx_
        .Execute(
            "DELETE FROM calendar_feed_secrets WHERE workspace = :workspace AND feed = :feed AND "
            "sha256 <> :hash AND sha256 NOT IN (SELECT s.sha256 FROM calendar_feed_secrets s WHERE "
            "s.workspace = :workspace AND s.feed = :feed AND s.sha256 <> :hash ORDER BY "
            "s.create_micros DESC, s.sha256 LIMIT :others)",
            {{"workspace", key.workspace},
             {"feed", key.feed},
             {"hash", hash},
             {"others", int64_t{kMostSecrets - 1}}})
        .status();
  }

 private:
  absl::StatusOr<std::optional<v1::CalendarFeed>> One(const std::string& from,
                                                      std::initializer_list<sql::Param> params) {
    ASSIGN_OR_RETURN(Rows rows, tx_.Query(absl::StrCat("SELECT ", Columns("c"), " ", from),
                                          absl::MakeConstSpan(params.begin(), params.size())));
    if (rows.empty()) return std::nullopt;
    return FromRow(rows, 0);
  }

  sql::Transaction& tx_;
};

class SqlView final : public View {
 public:
  explicit SqlView(sql::Transaction& tx) : tx_(tx), feeds_(tx) {}

  FeedRows& feeds() override { return feeds_; }
  absl::Status Lock(absl::string_view workspace) override {
    return tx_.Lock(absl::StrCat("calendar_feeds:", workspace));
  }
  absl::StatusOr<int64_t> Position() override { return tx_.Position(); }

 private:
  sql::Transaction& tx_;
  SqlFeedRows feeds_;
};

class SqlCalendarFeedStore final : public CalendarFeedStore {
 public:
  explicit SqlCalendarFeedStore(sql::Database& database) : database_(database) {}

  absl::Status Read(const base::CallContext& context,
                    absl::FunctionRef<absl::Status(View&)> body) override {
    return database_.Read(context, [&](sql::Transaction& tx) {
      SqlView view(tx);
      return body(view);
    });
  }

  absl::StatusOr<std::string> Write(const base::CallContext& context, const RequestKey& request,
                                    absl::Time now,
                                    absl::FunctionRef<absl::StatusOr<std::string>(View&)> body,
                                    bool* replayed) override {
    const auto effect = [&](sql::Transaction& tx) {
      SqlView view(tx);
      return body(view);
    };
    return sql::Once(database_, context,
                     {request.workspace, request.method, request.request_id, request.body}, now,
                     effect, replayed);
  }

 private:
  sql::Database& database_;
};

}  // namespace

std::unique_ptr<CalendarFeedStore> NewCalendarFeedStore(sql::Database& database) {
  return std::make_unique<SqlCalendarFeedStore>(database);
}

}  // namespace plumbline::onboarding::calendar_feeds
