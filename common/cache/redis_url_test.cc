// SPDX-License-Identifier: Apache-2.0
#include "common/cache/redis_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/error.h"

namespace plumbline::cache {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct GoodCase {
  const char* name;
  const char* url;
  RedisAddress address;
};

class GoodUrl : public ::testing::TestWithParam<GoodCase> {};

TEST_P(GoodUrl, IsRead) {
  const auto address = ParseRedisUrl(GetParam().url);
  ASSERT_TRUE(address.ok()) << address.status();
  EXPECT_EQ(address->host, GetParam().address.host);
  EXPECT_EQ(address->port, GetParam().address.port);
  EXPECT_EQ(address->password, GetParam().address.password);
  EXPECT_EQ(address->database, GetParam().address.database);
}

INSTANTIATE_TEST_SUITE_P(
    Table, GoodUrl,
    ::testing::Values(
        GoodCase{"host", "redis://cache", {"cache", 6379, "", 0}},
        GoodCase{"all", "redis://:p@ss:w/rd@10.0.0.1:7000/3", {"10.0.0.1", 7000, "p@ss:w/rd", 3}},
        GoodCase{"slash", "redis://cache:1/", {"cache", 1, "", 0}},
        GoodCase{"ipv6", "redis://[::1]:7000", {"::1", 7000, "", 0}},
        GoodCase{"ipv6_host", "redis://[fe80::2]", {"fe80::2", 6379, "", 0}}),
    [](const auto& row) { return std::string(row.param.name); });

struct BadCase {
  const char* name;
  const char* url;
  const char* description;
};

class BadUrl : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadUrl, IsRefusedWithoutItsPassword) {
  const auto address = ParseRedisUrl(GetParam().url);
  ASSERT_EQ(base::ReasonOf(address.status()), base::Reason::ERROR_REASON_FIELD_INVALID);
  const auto violations = base::FieldViolationsOf(address.status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "cache.redis_url");
  EXPECT_THAT(violations[0].description, HasSubstr(GetParam().description));
  EXPECT_THAT(std::string(address.status().message()), Not(HasSubstr("hush")));
}

INSTANTIATE_TEST_SUITE_P(Table, BadUrl,
                         ::testing::Values(BadCase{"no_scheme", "localhost:6379",
                                                   "does not begin with redis://"},
                                           BadCase{"tls", "rediss://:hush@h", "TLS"},
                                           BadCase{"no_host", "redis://:hush@", "has no host"},
                                           BadCase{"user", "redis://u:hush@h", "user names"},
                                           BadCase{"port_text", "redis://:hush@h:x", "port"},
                                           BadCase{"port_zero", "redis://h:0", "port"},
                                           BadCase{"port_large", "redis://h:65536", "port"},
                                           BadCase{"port_empty", "redis://h:", "port"},
                                           BadCase{"database", "redis://:hush@h/x", "database"},
                                           BadCase{"negative_database", "redis://h/-1", "database"},
                                           BadCase{"open_bracket", "redis://[::1", "not closed"},
                                           BadCase{"after_bracket", "redis://[::1]7", "port"}),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace plumbline::cache
