// SPDX-License-Identifier: Apache-2.0
//
// Every sentence of store.h, on both engines.
#include "services/onboarding/webhooks/store.h"

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/runs/store_sql.h"
#include "services/onboarding/webhooks/delivery.h"
#include "services/onboarding/webhooks/store_sql.h"
#include "tests/support/postgres_server.h"

namespace plumbline::onboarding::webhooks {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// One PostgreSQL server for all tests of the program; each test has a schema of its own.
plumbline::testing::PostgresServer& SharedPostgres() {
  static auto& server = *new auto(plumbline::testing::PostgresServer::Start());
  if (!server.ok()) {
    std::fprintf(stderr, "%s\n", server.status().ToString().c_str());
    std::abort();
  }
  return **server;
}

const absl::Time kNow = absl::FromUnixSeconds(1'900'000'000);

class WebhookStoreTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    static std::atomic<int> next{0};
    const std::string url = GetParam() ? SharedPostgres().url() : "sqlite::memory:";
    auto opened = sql::Open(url, {.schema = absl::StrCat("webhooks_", next++)});
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    const absl::Status migrated = sql::Migrate(*database_, Migrations());
    ASSERT_TRUE(migrated.ok()) << migrated;
    store_ = NewWebhookStore(*database_);
  }

  static StoredWebhook Webhook(const std::string& uid, const std::string& id = "") {
    StoredWebhook stored;
    stored.key = {"acme", id.empty() ? uid : id};
    stored.uid = uid;
    stored.version = 1;
    stored.secret = "s";
    stored.webhook.set_name(NameOf(stored.key));
    stored.webhook.set_url("https://example.com/" + uid);
    stored.webhook.set_state(v1::Webhook::STATE_ENABLED);
    *stored.webhook.mutable_create_time() = ToTimestamp(kNow);
    *stored.webhook.mutable_update_time() = ToTimestamp(kNow);
    return stored;
  }
  static StoredDelivery Delivery(const std::string& uid, int64_t serial, absl::Time time = kNow) {
    StoredDelivery stored;
    stored.key = {uid, {7, serial}};
    stored.kind = "KIND_STARTED";
    stored.onboarding = "ada";
    stored.body = absl::StrCat("event ", serial);
    stored.delivery.set_event_id(absl::StrCat("evt_", serial));
    *stored.delivery.mutable_create_time() = ToTimestamp(time);
    Replay(time, &stored);
    return stored;
  }

  void Write(absl::FunctionRef<absl::Status(View&)> body) {
    const auto done = store_->Write({}, {}, kNow, [&](View& view) -> absl::StatusOr<std::string> {
      RETURN_IF_ERROR(body(view));
      return "";
    });
    EXPECT_TRUE(done.ok()) << done.status();
  }
  void Add(const StoredDelivery& delivery) {
    Write([&](View& view) { return view.deliveries().Add(delivery).status(); });
  }
  // "a/1 b/2": what is due.
  std::vector<std::string> Due(const DueQuery& query) {
    std::vector<std::string> names;
    EXPECT_TRUE(store_
                    ->Read({},
                           [&](View& view) -> absl::Status {
                             ASSIGN_OR_RETURN(auto due, view.deliveries().FindDue(query));
                             for (const StoredDelivery& one : due)
                               names.push_back(
                                   absl::StrCat(one.key.uid, "/", one.key.place.serial));
                             return absl::OkStatus();
                           })
                    .ok());
    return names;
  }
  std::optional<StoredDelivery> Find(const DeliveryKey& key) {
    std::optional<StoredDelivery> found;
    EXPECT_TRUE(store_
                    ->Read({},
                           [&](View& view) -> absl::Status {
                             ASSIGN_OR_RETURN(found, view.deliveries().Find(key));
                             return absl::OkStatus();
                           })
                    .ok());
    return found;
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<WebhookStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Engines, WebhookStoreTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

TEST_P(WebhookStoreTest, AWebhookComesBack) {
  StoredWebhook stored = Webhook("u1", "crm");
  stored.old_secret = "old";
  stored.old_secret_expire_time = kNow + absl::Hours(1);
  stored.start_position = 42;
  stored.failing_since = kNow;
  Write([&](View& view) { return view.webhooks().Put(stored); });
  Write([&](View& view) -> absl::Status {
    for (const auto& found :
         {view.webhooks().Find({"acme", "crm"}), view.webhooks().FindByUid("u1")}) {
      RETURN_IF_ERROR(found.status());
      EXPECT_EQ((*found)->webhook.SerializeAsString(), stored.webhook.SerializeAsString());
      EXPECT_EQ((*found)->secret, "s");
      EXPECT_EQ((*found)->old_secret, "old");
      EXPECT_EQ((*found)->old_secret_expire_time, kNow + absl::Hours(1));
      EXPECT_EQ((*found)->start_position, 42);
      EXPECT_EQ((*found)->failing_since, kNow);
    }
    EXPECT_EQ(*view.webhooks().Count("acme"), 1);
    EXPECT_EQ(*view.webhooks().Count("other"), 0);
    EXPECT_FALSE((*view.webhooks().Find({"other", "crm"})).has_value());
    return absl::OkStatus();
  });
  stored.webhook.set_state(v1::Webhook::STATE_DISABLED);
  stored.old_secret.clear();
  stored.failing_since.reset();
  Write([&](View& view) { return view.webhooks().Put(stored); });
  Write([&](View& view) -> absl::Status {
    EXPECT_THAT(*view.webhooks().ListEnabled(), IsEmpty());
    EXPECT_EQ((*view.webhooks().FindByUid("u1"))->old_secret, "");
    EXPECT_FALSE((*view.webhooks().FindByUid("u1"))->failing_since.has_value());
    return absl::OkStatus();
  });
}

TEST_P(WebhookStoreTest, ADeliveryIsAddedOnce) {
  StoredDelivery stored = Delivery("u1", 1);
  Write([&](View& view) -> absl::Status {
    EXPECT_TRUE(*view.deliveries().Add(stored));
    stored.delivery.set_state(v1::WebhookDelivery::STATE_SUCCEEDED);
    EXPECT_FALSE(*view.deliveries().Add(stored));
    return absl::OkStatus();
  });
  EXPECT_EQ(Find({"u1", {7, 1}})->delivery.state(), v1::WebhookDelivery::STATE_PENDING);
  EXPECT_EQ(Find({"u1", {7, 1}})->body, "event 1");
  Write([&](View& view) { return view.deliveries().Put(stored); });
  EXPECT_EQ(Find({"u1", {7, 1}})->delivery.state(), v1::WebhookDelivery::STATE_SUCCEEDED);
  EXPECT_FALSE(Find({"u1", {7, 2}}).has_value());
}

TEST_P(WebhookStoreTest, DueOnesComeInTheOrderOfTheFeed) {
  for (const int64_t serial : {3, 1, 2}) Add(Delivery("u1", serial));
  Add(Delivery("u1", 9, kNow - absl::Hours(1)));  // has waited longer
  Add(Delivery("u1", 4, kNow + absl::Seconds(1)));
  DueQuery query{.now = kNow, .rooms = {{"u1", {10, {}}}}, .limit = 10};
  EXPECT_THAT(Due(query), ElementsAre("u1/9", "u1/1", "u1/2", "u1/3"));
  query.rooms["u1"] = {2, {{7, 9}, {7, 2}}};
  EXPECT_THAT(Due(query), ElementsAre("u1/1", "u1/3")) << "those under way are left out";
  query.rooms["u1"] = {0, {}};
  EXPECT_THAT(Due(query), IsEmpty());
  query.rooms.clear();
  EXPECT_THAT(Due(query), IsEmpty()) << "it is not sent to";
}

TEST_P(WebhookStoreTest, EveryWebhookHasItsTurn) {
  DueQuery query{.now = kNow, .limit = 3};
  for (const std::string uid : {"a", "b", "c"}) {
    for (int64_t serial = 1; serial <= 5; ++serial) Add(Delivery(uid, serial));
    query.rooms[uid].count = 2;
  }
  EXPECT_THAT(Due(query), ElementsAre("a/1", "a/2", "b/1"));
  query.after = "b";
  EXPECT_THAT(Due(query), ElementsAre("c/1", "c/2", "a/1"));
  query.limit = 100;
  EXPECT_THAT(Due(query), ElementsAre("c/1", "c/2", "a/1", "a/2", "b/1", "b/2"));
}

TEST_P(WebhookStoreTest, FailedOnesAreFoundByTime) {
  for (int64_t serial = 1; serial <= 4; ++serial) {
    StoredDelivery stored = Delivery("u1", serial, kNow + absl::Seconds(serial));
    if (serial != 2) stored.delivery.set_state(v1::WebhookDelivery::STATE_FAILED);
    Add(stored);
  }
  Write([&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(const auto all, view.deliveries().ListFailed("u1", kNow, 10));
    EXPECT_EQ(all.size(), 3u);
    ASSIGN_OR_RETURN(const auto late,
                     view.deliveries().ListFailed("u1", kNow + absl::Seconds(3), 1));
    EXPECT_EQ(late.size(), 1u);
    EXPECT_EQ(late[0].key.place.serial, 3);
    return absl::OkStatus();
  });
}

TEST_P(WebhookStoreTest, ThePlaceIsStoredByWhoLoadedIt) {
  Write([&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(FeedPlace place, view.LoadPlace());
    EXPECT_EQ(place.version, 0);
    place.cursor = {5, 6};
    place.time = kNow;
    return view.SavePlace(place);
  });
  const auto late = store_->Write({}, {}, kNow, [&](View& view) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(view.deliveries().Add(Delivery("u1", 1)).status());
    RETURN_IF_ERROR(view.SavePlace({0, {9, 9}, kNow}));
    return "";
  });
  EXPECT_EQ(base::ReasonOf(late.status()), base::Reason::ERROR_REASON_ETAG_MISMATCH);
  EXPECT_FALSE(Find({"u1", {7, 1}}).has_value()) << "nothing of it is left";
  Write([&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(const FeedPlace place, view.LoadPlace());
    EXPECT_EQ(place.version, 1);
    EXPECT_EQ(place.cursor, (FeedCursor{5, 6}));
    EXPECT_EQ(place.time, kNow);
    return absl::OkStatus();
  });
}

TEST_P(WebhookStoreTest, ForgetsWhatIsOldOrGone) {
  Write([&](View& view) { return view.webhooks().Put(Webhook("u1")); });
  for (int64_t serial = 1; serial <= 4; ++serial)
    Add(Delivery("u1", serial, kNow + absl::Seconds(serial)));
  Add(Delivery("u2", 1));
  const auto forget = [&](absl::Time before, int limit) {
    int64_t forgotten = 0;
    Write([&](View& view) -> absl::Status {
      ASSIGN_OR_RETURN(forgotten, view.deliveries().Forget(before, limit));
      return absl::OkStatus();
    });
    return forgotten;
  };
  EXPECT_EQ(forget(kNow + absl::Seconds(3), 2), 2);
  EXPECT_EQ(forget(kNow + absl::Seconds(3), 2), 1);
  EXPECT_TRUE(Find({"u1", {7, 3}}).has_value());
  Write([&](View& view) { return view.webhooks().Remove(Webhook("u1")); });
  EXPECT_EQ(forget(kNow, 1), 1);
  EXPECT_EQ(forget(kNow, 10), 1);
  EXPECT_EQ(forget(kNow, 10), 0);
}

TEST_P(WebhookStoreTest, ListsAreFilteredAndPaged) {
  for (const std::string uid : {"u1", "u2", "u3"})
    Write([&](View& view) { return view.webhooks().Put(Webhook(uid)); });
  for (int64_t serial = 1; serial <= 5; ++serial) {
    StoredDelivery stored = Delivery("u1", serial);
    if (serial % 2 == 0) stored.delivery.set_state(v1::WebhookDelivery::STATE_FAILED);
    if (serial == 4) stored.delivery.set_response_status(503);
    Add(stored);
  }
  const auto page = [&](const std::string& filter, const std::string& token, std::string* next) {
    listing::Fields fields{"M", "p", filter, "", 2, token};
    std::vector<int64_t> serials;
    Write([&](View& view) -> absl::Status {
      ASSIGN_OR_RETURN(const listing::Query query, listing::ToQuery(fields, DeliverySchema()));
      ASSIGN_OR_RETURN(const auto found, view.deliveries().List("u1", query));
      for (const StoredDelivery& one : found.rows) serials.push_back(one.key.place.serial);
      *next = listing::NextPageToken(fields, found.next);
      return absl::OkStatus();
    });
    return serials;
  };
  std::string next;
  EXPECT_THAT(page("", "", &next), ElementsAre(1, 2));
  EXPECT_THAT(page("", next, &next), ElementsAre(3, 4));
  EXPECT_THAT(page("", next, &next), ElementsAre(5));
  EXPECT_EQ(next, "");
  EXPECT_THAT(page("state = FAILED AND kind = STARTED", "", &next), ElementsAre(2, 4));
  EXPECT_THAT(page("response_status = 503", "", &next), ElementsAre(4));
  Write([&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(
        const listing::Query query,
        listing::ToQuery({"M", "p", "url:u2", "create_time desc, name", 10, ""}, WebhookSchema()));
    ASSIGN_OR_RETURN(const auto found, view.webhooks().List("acme", query));
    EXPECT_EQ(found.rows.size(), 1u);
    return absl::OkStatus();
  });
}

TEST_P(WebhookStoreTest, TheLeaseIsOneReplicas) {
  EXPECT_TRUE(*store_->TakeLease({}, "one", kNow, absl::Minutes(1)));
  EXPECT_FALSE(*store_->TakeLease({}, "two", kNow, absl::Minutes(1)));
  EXPECT_TRUE(*store_->TakeLease({}, "two", kNow + absl::Minutes(2), absl::Minutes(1)));
}

}  // namespace
}  // namespace plumbline::onboarding::webhooks
