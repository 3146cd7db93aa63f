// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/webhooks/store_sql.h"

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/lease.h"
#include "common/sql/requests.h"

namespace plumbline::onboarding::webhooks {

// The log of a delivery is the message without what has columns of its own. webhooks_gone: whose
// deliveries are still to be forgotten.
const char kWebhooksSchema[] = R"sql(
CREATE TABLE webhooks (
  workspace TEXT NOT NULL,
  webhook TEXT NOT NULL,
  uid {text} NOT NULL,
  version BIGINT NOT NULL,
  name {text} NOT NULL,
  url {text} NOT NULL,
  description {text},
  state {text} NOT NULL,
  author {text},
  create_micros BIGINT NOT NULL,
  update_micros BIGINT NOT NULL,
  secret TEXT NOT NULL,
  old_secret TEXT,
  old_secret_micros BIGINT,
  start_position BIGINT NOT NULL,
  failing_micros BIGINT,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, webhook)
);
CREATE INDEX webhooks_name ON webhooks (workspace, name);
CREATE UNIQUE INDEX webhooks_by_uid ON webhooks (uid);
CREATE TABLE webhooks_gone (
  uid {text} NOT NULL PRIMARY KEY
);
CREATE TABLE webhook_deliveries (
  uid {text} NOT NULL,
  position BIGINT NOT NULL,
  serial BIGINT NOT NULL,
  state {text} NOT NULL,
  kind {text} NOT NULL,
  onboarding {text} NOT NULL,
  event_id {text} NOT NULL,
  attempt_count BIGINT NOT NULL,
  response_status BIGINT,
  create_micros BIGINT NOT NULL,
  since_micros BIGINT NOT NULL,
  next_micros BIGINT NOT NULL,
  event {bytes} NOT NULL,
  log {bytes} NOT NULL,
  PRIMARY KEY (uid, position, serial)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (uid, next_micros, position, serial)
  WHERE state = 'STATE_PENDING';
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (uid, create_micros)
  WHERE state = 'STATE_FAILED';
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (create_micros);
CREATE TABLE webhook_feed (
  feed TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  position BIGINT NOT NULL,
  serial BIGINT NOT NULL,
  time_micros BIGINT NOT NULL
))sql";

namespace {

constexpr char kFeed[] = "onboarding-webhooks";

class SqlView final : public View {
 public:
  explicit SqlView(sql::Transaction& tx)
      : tx_(tx), webhooks_(NewWebhookRows(tx)), deliveries_(NewDeliveryRows(tx)) {}

  WebhookRows& webhooks() override { return *webhooks_; }
  DeliveryRows& deliveries() override { return *deliveries_; }
  absl::Status Lock(absl::string_view workspace) override {
    return tx_.Lock(absl::StrCat("webhooks:", workspace));
  }
  absl::StatusOr<int64_t> Position() override { return tx_.Position(); }

  absl::StatusOr<FeedPlace> LoadPlace() override {
    ASSIGN_OR_RETURN(sql::Rows rows, tx_.Query("SELECT version, position, serial, time_micros "
                                               "FROM webhook_feed WHERE feed = :feed",
                                               {{"feed", kFeed}}));
    if (rows.empty()) return FeedPlace();
    return FeedPlace{
        rows.Int(0, 0), {rows.Int(0, 1), rows.Int(0, 2)}, absl::FromUnixMicros(rows.Int(0, 3))};
  }

  absl::Status SavePlace(const FeedPlace& place) override {
    ASSIGN_OR_RETURN(
        int64_t stored,
        tx_.Execute("INSERT INTO webhook_feed (feed, version, position, serial, time_micros) "
                    "VALUES (:feed, :version, :at, :serial, :time) ON CONFLICT (feed) DO UPDATE "
                    "SET version = excluded.version, position = excluded.position, "
                    "serial = excluded.serial, time_micros = excluded.time_micros "
                    "WHERE webhook_feed.version = excluded.version - 1",
                    {{"feed", kFeed},
                     {"version", place.version + 1},
                     {"at", place.cursor.position},
                     {"serial", place.cursor.serial},
                     {"time", absl::ToUnixMicros(place.time)}}));
    if (stored > 0) return absl::OkStatus();
    return base::Error(base::Reason::ERROR_REASON_ETAG_MISMATCH,
                       "another replica has gone on meanwhile; load its place again");
  }

 private:
  sql::Transaction& tx_;
  const std::unique_ptr<WebhookRows> webhooks_;
  const std::unique_ptr<DeliveryRows> deliveries_;
};

class SqlWebhookStore final : public WebhookStore {
 public:
  explicit SqlWebhookStore(sql::Database& database) : database_(database) {}

  absl::Status Read(const base::CallContext& context,
                    absl::FunctionRef<absl::Status(View&)> body) override {
    return database_.Read(context, [&](sql::Transaction& tx) {
      SqlView view(tx);
      return body(view);
    });
  }

  absl::StatusOr<std::string> Write(
      const base::CallContext& context, const RequestKey& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(View&)> body) override {
    const auto effect = [&](sql::Transaction& tx) {
      SqlView view(tx);
      return body(view);
    };
    return sql::Once(database_, context,
                     {request.workspace, request.method, request.request_id, request.body}, now,
                     effect);
  }

  absl::StatusOr<bool> TakeLease(const base::CallContext& context, absl::string_view holder,
                                 absl::Time now, absl::Duration term) override {
    return sql::TakeLease(database_, context, kFeed, holder, now, term);
  }

 private:
  sql::Database& database_;
};

}  // namespace

std::unique_ptr<WebhookStore> NewWebhookStore(sql::Database& database) {
  return std::make_unique<SqlWebhookStore>(database);
}

}  // namespace plumbline::onboarding::webhooks
