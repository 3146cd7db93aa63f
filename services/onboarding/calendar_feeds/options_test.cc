// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/calendar_feeds/options.h"

#include <string>

#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::onboarding::calendar_feeds {
namespace {

using ::testing::HasSubstr;

TEST(FeedOptionsTest, DefaultsAreThoseOfTheProgram) {
  const auto options = ToOptions({}, "127.0.0.1:7610");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->server.listen_address, "127.0.0.1:7610");
  EXPECT_TRUE(options->by_default);
  EXPECT_EQ(options->refresh, absl::Hours(1));
  EXPECT_EQ(ToOptions({}, "")->server.listen_address, "");
}

TEST(FeedOptionsTest, EmptyIsOffAndNotTheDefault) {
  common::v1::FeedsConfig config;
  config.set_listen_address("");
  const auto options = ToOptions(config, "127.0.0.1:7610");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->server.listen_address, "");
  EXPECT_FALSE(options->by_default);
}

TEST(FeedOptionsTest, TakesWhatIsConfigured) {
  common::v1::FeedsConfig config;
  config.set_listen_address("0.0.0.0:7610");
  config.set_public_url("https://plumbline.example.com/feeds/");
  config.mutable_refresh_interval()->set_seconds(900);
  config.set_max_connections(1000);
  const auto options = ToOptions(config, "");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->public_url, "https://plumbline.example.com/feeds");
  EXPECT_EQ(options->refresh, absl::Minutes(15));
  EXPECT_EQ(options->server.max_connections, 1000);
}

struct Wrong {
  const char* name;
  const char* url;
  int64_t refresh;
  int connections;
  const char* field;
  const char* says;
};

class WrongFeedOptions : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongFeedOptions, AreRefusedByName) {
  common::v1::FeedsConfig config;
  config.set_public_url(GetParam().url);
  if (GetParam().refresh != 0) config.mutable_refresh_interval()->set_seconds(GetParam().refresh);
  config.set_max_connections(GetParam().connections);
  const auto options = ToOptions(config, "");
  const auto violations = base::FieldViolationsOf(options.status());
  ASSERT_EQ(violations.size(), 1u) << options.status();
  EXPECT_EQ(violations[0].field, GetParam().field);
  EXPECT_THAT(violations[0].description, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongFeedOptions,
    ::testing::Values(
        Wrong{"plain_http", "http://plumbline.example.com", 0, 0, "feeds.public_url", "https://"},
        Wrong{"no_url", "plumbline.example.com", 0, 0, "feeds.public_url", "https://HOST"},
        Wrong{"query", "https://x.example.com/?a=b", 0, 0, "feeds.public_url", "leave out"},
        Wrong{"user", "https://me@x.example.com/", 0, 0, "feeds.public_url", "leave out"},
        Wrong{"too_often", "", 299, 0, "feeds.refresh_interval", "300s to 604800s"},
        Wrong{"too_seldom", "", 604'801, 0, "feeds.refresh_interval", "300s to 604800s"},
        Wrong{"few", "", 0, 7, "feeds.max_connections", "8 to 10000"},
        Wrong{"many", "", 0, 10'001, "feeds.max_connections", "8 to 10000"},
        Wrong{"negative", "", 0, -1, "feeds.max_connections", "8 to 10000"}),
    [](const auto& test) { return test.param.name; });

TEST(FeedOptionsTest, PlainHttpIsForThisMachine) {
  common::v1::FeedsConfig config;
  for (const char* url : {"http://localhost:7610", "http://127.0.0.1", "http://[::1]:1"}) {
    config.set_public_url(url);
    EXPECT_TRUE(ToOptions(config, "").ok()) << url;
  }
}

TEST(FeedOptionsTest, BesideTheApi) {
  EXPECT_EQ(BesideApi(""), "127.0.0.1:7610");
  EXPECT_EQ(BesideApi("127.0.0.1:7600"), "127.0.0.1:7610");
  EXPECT_EQ(BesideApi("0.0.0.0:8000"), "127.0.0.1:8010");
  EXPECT_EQ(BesideApi("127.0.0.1:0"), "127.0.0.1:0");
  EXPECT_EQ(BesideApi("127.0.0.1:65530"), "127.0.0.1:0");
  EXPECT_EQ(BesideApi("127.0.0.1:x"), "127.0.0.1:0");
}

}  // namespace
}  // namespace plumbline::onboarding::calendar_feeds
