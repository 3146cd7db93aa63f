// SPDX-License-Identifier: Apache-2.0
//
// Every sentence of store.h, on both engines.
#include "services/onboarding/calendar_feeds/store.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/calendar_feeds/feed.h"
#include "services/onboarding/calendar_feeds/store_sql.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/runs/store_sql.h"
#include "tests/support/postgres_server.h"

namespace plumbline::onboarding::calendar_feeds {
namespace {

using ::testing::ElementsAre;

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

class CalendarFeedStoreTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    static std::atomic<int> next{0};
    const std::string url = GetParam() ? SharedPostgres().url() : "sqlite::memory:";
    auto opened = sql::Open(url, {.schema = absl::StrCat("feeds_", next++)});
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    const absl::Status migrated = sql::Migrate(*database_, Migrations());
    ASSERT_TRUE(migrated.ok()) << migrated;
    store_ = NewCalendarFeedStore(*database_);
  }

  static v1::CalendarFeed Feed(const FeedKey& key, const std::string& person = "ada@example.com") {
    v1::CalendarFeed feed;
    feed.set_name(NameOf(key));
    feed.set_person(person);
    feed.set_component(v1::ExportTaskCalendarRequest::COMPONENT_EVENT);
    *feed.mutable_create_time() = ToTimestamp(kNow);
    feed.set_author("hr");
    return feed;
  }
  void Write(absl::FunctionRef<absl::Status(FeedRows&)> body) {
    const auto done = store_->Write(
        {}, {}, kNow,
        [&](View& view) -> absl::StatusOr<std::string> {
          RETURN_IF_ERROR(view.Lock("acme"));
          RETURN_IF_ERROR(body(view.feeds()));
          return "";
        },
        nullptr);
    EXPECT_TRUE(done.ok()) << done.status();
  }
  // The name of the feed to which a secret with this hash leads, or "".
  std::string ByHash(const std::string& hash) {
    std::string name;
    EXPECT_TRUE(store_
                    ->Read({},
                           [&](View& view) -> absl::Status {
                             ASSIGN_OR_RETURN(const auto found, view.feeds().FindByHash(hash));
                             if (found.has_value()) name = found->name();
                             return absl::OkStatus();
                           })
                    .ok());
    return name;
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<CalendarFeedStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Engines, CalendarFeedStoreTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

TEST_P(CalendarFeedStoreTest, AFeedComesBackByNameAndByHash) {
  const FeedKey key{"acme", "ada"};
  v1::CalendarFeed feed = Feed(key);
  feed.set_display_name("Work");
  feed.set_component(v1::ExportTaskCalendarRequest::COMPONENT_TODO);
  *feed.mutable_last_read_time() = ToTimestamp(kNow + absl::Hours(1));
  Write([&](FeedRows& rows) -> absl::Status {
    RETURN_IF_ERROR(rows.Put(key, feed));
    return rows.AddHash(key, "h1", kNow);
  });
  Write([&](FeedRows& rows) -> absl::Status {
    for (const auto& found : {rows.Find(key), rows.FindByHash("h1")}) {
      RETURN_IF_ERROR(found.status());
      EXPECT_TRUE(found->has_value());
      EXPECT_EQ((*found)->SerializeAsString(), feed.SerializeAsString());
    }
    EXPECT_FALSE(rows.Find({"acme", "bob"})->has_value());
    EXPECT_FALSE(rows.Find({"other", "ada"})->has_value());
    EXPECT_FALSE(rows.FindByHash("h2")->has_value());
    EXPECT_FALSE(rows.FindByHash("")->has_value());
    return absl::OkStatus();
  });
}

TEST_P(CalendarFeedStoreTest, PutReplaces) {
  const FeedKey key{"acme", "ada"};
  Write([&](FeedRows& rows) { return rows.Put(key, Feed(key)); });
  v1::CalendarFeed later = Feed(key, "bob@example.com");
  *later.mutable_last_read_time() = ToTimestamp(kNow);
  Write([&](FeedRows& rows) -> absl::Status {
    RETURN_IF_ERROR(rows.Put(key, later));
    EXPECT_EQ((*rows.Find(key))->SerializeAsString(), later.SerializeAsString());
    EXPECT_EQ(*rows.Count("acme", "ada@example.com"), 0);
    EXPECT_EQ(*rows.Count("acme", "bob@example.com"), 1);
    EXPECT_EQ(*rows.Count("other", "bob@example.com"), 0);
    return absl::OkStatus();
  });
}

TEST_P(CalendarFeedStoreTest, WhatIsRemovedTakesItsSecretsAlong) {
  const FeedKey ada{"acme", "ada"}, other{"other", "ada"};
  Write([&](FeedRows& rows) -> absl::Status {
    for (const FeedKey& key : {ada, other}) RETURN_IF_ERROR(rows.Put(key, Feed(key)));
    RETURN_IF_ERROR(rows.AddHash(ada, "h1", kNow));
    return rows.AddHash(other, "h2", kNow);
  });
  Write([&](FeedRows& rows) { return rows.Remove(ada); });
  EXPECT_EQ(ByHash("h1"), "");
  EXPECT_EQ(ByHash("h2"), NameOf(other));
  // Another under the same id has nothing of it.
  Write([&](FeedRows& rows) { return rows.Put(ada, Feed(ada)); });
  EXPECT_EQ(ByHash("h1"), "");
}

TEST_P(CalendarFeedStoreTest, TheLatestSecretsLeadToIt) {
  const FeedKey key{"acme", "ada"}, other{"acme", "bob"};
  Write([&](FeedRows& rows) -> absl::Status {
    RETURN_IF_ERROR(rows.Put(other, Feed(other)));
    RETURN_IF_ERROR(rows.AddHash(other, "b", kNow - absl::Hours(9)));
    return rows.Put(key, Feed(key));
  });
  for (int i = 0; i < kMostSecrets + 2; ++i) {
    Write([&](FeedRows& rows) {
      return rows.AddHash(key, absl::StrCat("h", i), kNow + absl::Seconds(i));
    });
  }
  for (int i = 0; i < kMostSecrets + 2; ++i)
    EXPECT_EQ(ByHash(absl::StrCat("h", i)), i < 2 ? "" : NameOf(key)) << i;
  EXPECT_EQ(ByHash("b"), NameOf(other)) << "it is another's";
  // The newest is there even if clocks say that it is older.
  Write([&](FeedRows& rows) { return rows.AddHash(key, "back", kNow - absl::Hours(1)); });
  EXPECT_EQ(ByHash("back"), NameOf(key));
}

TEST_P(CalendarFeedStoreTest, ListsByPersonAndInPages) {
  for (const char* id : {"c", "a", "b"}) {
    const FeedKey key{"acme", id};
    Write([&](FeedRows& rows) {
      return rows.Put(key, Feed(key, *id == 'b' ? "bob@example.com" : "ada@example.com"));
    });
  }
  const auto list = [&](const std::string& filter, const std::string& order) {
    std::vector<std::string> names;
    std::string token;
    do {
      auto query = listing::ToQuery({.method = "ListCalendarFeeds",
                                     .parent = "workspaces/acme",
                                     .filter = filter,
                                     .order_by = order,
                                     .page_size = 2},
                                    FeedSchema());
      EXPECT_TRUE(query.ok()) << query.status();
      query->after = token;
      const absl::Status read = store_->Read({}, [&](View& view) -> absl::Status {
        ASSIGN_OR_RETURN(const auto page, view.feeds().List("acme", *query));
        for (const v1::CalendarFeed& feed : page.rows)
          names.push_back(feed.name().substr(feed.name().rfind('/') + 1));
        token = page.next;
        return absl::OkStatus();
      });
      EXPECT_TRUE(read.ok()) << read;
    } while (!token.empty());
    return names;
  };
  EXPECT_THAT(list("", ""), ElementsAre("a", "b", "c"));
  EXPECT_THAT(list("", "person desc, name desc"), ElementsAre("b", "c", "a"));
  EXPECT_THAT(list("person = \"ada@example.com\"", ""), ElementsAre("a", "c"));
  EXPECT_THAT(list("bob", ""), ElementsAre("b"));
  EXPECT_THAT(list("last_read_time > 2020-01-01", ""), ElementsAre());
}

}  // namespace
}  // namespace plumbline::onboarding::calendar_feeds
