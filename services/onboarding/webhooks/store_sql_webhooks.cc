// SPDX-License-Identifier: Apache-2.0
//
// The rows of webhooks.
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "common/sql/text_or_null.h"
#include "services/onboarding/webhooks/store_sql.h"
#include "services/onboarding/webhooks/webhook.h"

namespace plumbline::onboarding::webhooks {
namespace {

using sql::Rows;

constexpr int kColumns = 10;

// What a webhook is read from, of the rows of `table`.
std::string Columns(const std::string& table) {
  std::string text;
  for (const char* column : {"workspace", "webhook", "uid", "version", "secret", "old_secret",
                             "old_secret_micros", "start_position", "failing_micros", "body"}) {
    text += (text.empty() ? "" : ", ") + table + "." + column;
  }
  return text;
}

absl::StatusOr<StoredWebhook> FromRow(const Rows& rows, size_t row) {
  StoredWebhook stored;
  stored.key = {rows.Text(row, 0), rows.Text(row, 1)};
  stored.uid = rows.Text(row, 2);
  stored.version = rows.Int(row, 3);
  stored.secret = rows.Text(row, 4);
  stored.old_secret = rows.Text(row, 5);
  if (!rows.IsNull(row, 6)) stored.old_secret_expire_time = absl::FromUnixMicros(rows.Int(row, 6));
  stored.start_position = rows.Int(row, 7);
  if (!rows.IsNull(row, 8)) stored.failing_since = absl::FromUnixMicros(rows.Int(row, 8));
  if (!stored.webhook.ParseFromString(rows.Text(row, 9)))
    return base::Internal("a stored webhook is damaged");
  return stored;
}

listing::TableSpec Spec() {
  return {.from = "webhooks h",
          .where = "h.workspace = :workspace",
          .keys = "h.webhook AS webhook",
          .select = Columns("b"),
          .selected = kColumns,
          .join = "JOIN webhooks b ON b.workspace = :workspace AND b.webhook = k.webhook",
          .columns = {{"name", {.sql = "h.name"}},
                      {"url", {.sql = "h.url"}},
                      {"description", {.sql = "h.description"}},
                      {"state", {.sql = "h.state"}},
                      {"author", {.sql = "h.author"}},
                      {"create_time", {.sql = "h.create_micros"}},
                      {"update_time", {.sql = "h.update_micros"}}},
          .key = {{"name", false}}};
}

class SqlWebhookRows final : public WebhookRows {
 public:
  explicit SqlWebhookRows(sql::Transaction& tx) : tx_(tx) {}

  absl::StatusOr<std::optional<StoredWebhook>> Find(const WebhookKey& key) override {
    return One("h.workspace = :workspace AND h.webhook = :webhook",
               {{"workspace", key.workspace}, {"webhook", key.webhook}});
  }
  absl::StatusOr<std::optional<StoredWebhook>> FindByUid(const std::string& uid) override {
    return One("h.uid = :uid", {{"uid", uid}});
  }

  absl::StatusOr<int64_t> Count(absl::string_view workspace) override {
    ASSIGN_OR_RETURN(Rows rows,
                     tx_.Query("SELECT COUNT(*) FROM webhooks WHERE workspace = :workspace",
                               {{"workspace", workspace}}));
    return rows.Int(0, 0);
  }

  absl::StatusOr<listing::Page<StoredWebhook>> List(absl::string_view workspace,
                                                    const listing::Query& query) override {
    static const auto& table = *new listing::Table(WebhookSchema(), Spec());
    const sql::Param params[] = {{"workspace", workspace}};
    listing::Page<StoredWebhook> page;
    const auto take = [&](const Rows& rows, size_t row) -> absl::StatusOr<size_t> {
      ASSIGN_OR_RETURN(StoredWebhook stored, FromRow(rows, row));
      page.rows.push_back(std::move(stored));
      return page.rows.back().webhook.ByteSizeLong();
    };
    ASSIGN_OR_RETURN(page.next, table.Read(tx_, params, query, take));
    return page;
  }

  absl::StatusOr<std::vector<StoredWebhook>> ListEnabled() override {
    ASSIGN_OR_RETURN(Rows rows, tx_.Query("SELECT " + Columns("h") +
                                          " FROM webhooks h WHERE h.state = 'STATE_ENABLED'"));
    std::vector<StoredWebhook> found;
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSIGN_OR_RETURN(StoredWebhook stored, FromRow(rows, i));
      found.push_back(std::move(stored));
    }
    return found;
  }

  absl::Status Put(const StoredWebhook& stored) override;

  absl::Status Remove(const StoredWebhook& stored) override {
    RETURN_IF_ERROR(
        tx_.Execute("DELETE FROM webhooks WHERE uid = :uid", {{"uid", stored.uid}}).status());
    return tx_
        .Execute("INSERT INTO webhooks_gone (uid) VALUES (:uid) ON CONFLICT (uid) DO NOTHING",
                 {{"uid", stored.uid}})
        .status();
  }

 private:
  absl::StatusOr<std::optional<StoredWebhook>> One(const std::string& where,
                                                   std::initializer_list<sql::Param> params) {
    ASSIGN_OR_RETURN(
        Rows rows, tx_.Query("SELECT " + Columns("h") + " FROM webhooks h WHERE " + where, params));
    if (rows.empty()) return std::nullopt;
    ASSIGN_OR_RETURN(StoredWebhook stored, FromRow(rows, 0));
    return stored;
  }

  sql::Transaction& tx_;
};

absl::Status SqlWebhookRows::Put(const StoredWebhook& stored) {
  const v1::Webhook& webhook = stored.webhook;
  const std::string body = webhook.SerializeAsString();
  const std::string name = NameOf(stored.key);
  const std::string state = v1::Webhook::State_Name(webhook.state());
  const bool two = !stored.old_secret.empty();
  return tx_
      .Execute(
          "INSERT INTO webhooks (workspace, webhook, uid, version, name, url, description, state, "
          "author, create_micros, update_micros, secret, old_secret, old_secret_micros, "
          "start_position, failing_micros, body) VALUES (:workspace, :webhook, :uid, :version, "
          ":name, :url, :description, :state, :author, :created, :updated, :secret, :old_secret, "
          ":old_until, :start, :failing, :body) ON CONFLICT (workspace, webhook) DO UPDATE SET "
          "uid = excluded.uid, version = excluded.version, url = excluded.url, "
          "description = excluded.description, state = excluded.state, author = excluded.author, "
          "create_micros = excluded.create_micros, update_micros = excluded.update_micros, "
          "secret = excluded.secret, old_secret = excluded.old_secret, "
          "old_secret_micros = excluded.old_secret_micros, "
          "start_position = excluded.start_position, "
          "failing_micros = excluded.failing_micros, body = excluded.body",
          {{"workspace", stored.key.workspace},
           {"webhook", stored.key.webhook},
           {"uid", stored.uid},
           {"version", stored.version},
           {"name", name},
           {"url", webhook.url()},
           {"description", sql::TextOrNull(webhook.description())},
           {"state", state},
           {"author", sql::TextOrNull(webhook.author())},
           {"created", absl::ToUnixMicros(FromTimestamp(webhook.create_time()))},
           {"updated", absl::ToUnixMicros(FromTimestamp(webhook.update_time()))},
           {"secret", stored.secret},
           {"old_secret", sql::TextOrNull(stored.old_secret)},
           {"old_until", two ? sql::Value(absl::ToUnixMicros(stored.old_secret_expire_time))
                             : sql::Value(sql::Null{})},
           {"start", stored.start_position},
           {"failing", stored.failing_since.has_value()
                           ? sql::Value(absl::ToUnixMicros(*stored.failing_since))
                           : sql::Value(sql::Null{})},
           {"body", sql::Bytes{body}}})
      .status();
}

}  // namespace

std::unique_ptr<WebhookRows> NewWebhookRows(sql::Transaction& transaction) {
  return std::make_unique<SqlWebhookRows>(transaction);
}

}  // namespace plumbline::onboarding::webhooks
