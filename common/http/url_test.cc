// SPDX-License-Identifier: Apache-2.0
#include "common/http/url.h"

#include "gtest/gtest.h"

namespace plumbline::http {
namespace {

TEST(Url, HasParts) {
  const auto url = ParseUrl("HTTPS://Hooks.Example.com/a?b=c");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "hooks.example.com");
  EXPECT_EQ(url->port, 443);
  EXPECT_FALSE(url->user);
  EXPECT_FALSE(url->fragment);
}

TEST(Url, UsersAndFragmentsAreSeen) {
  EXPECT_TRUE(ParseUrl("https://me@example.com/")->user);
  EXPECT_TRUE(ParseUrl("https://me:secret@example.com/")->user);
  EXPECT_TRUE(ParseUrl("https://example.com/#part")->fragment);
}

TEST(Url, OtherSpellingsOfAddresses) {
  EXPECT_EQ(ParseUrl("http://2130706433:8080/")->host, "127.0.0.1");
  EXPECT_EQ(ParseUrl("http://0x7f.1/")->host, "127.0.0.1");
  EXPECT_EQ(ParseUrl("http://[::1]:8080/")->port, 8080);
}

TEST(Url, WhatIsNoneOrOfAnotherScheme) {
  for (const char* text : {"", "example.com", "ftp://example.com/", "file:///etc/passwd",
                           "https://", "https:// example.com", "https://a b.com/",
                           "https://example.com/\r\nx: y", "gopher://127.0.0.1:70/_"}) {
    EXPECT_FALSE(ParseUrl(text).has_value()) << text;
  }
}

TEST(Url, ThisMachineByName) {
  for (const char* text : {"http://localhost/", "http://LOCALHOST./", "http://a.localhost:1/",
                           "http://127.0.0.9/", "http://[::1]/", "http://2130706433/"}) {
    EXPECT_TRUE(NamesLoopback(*ParseUrl(text))) << text;
  }
  for (const char* text : {"http://example.com/", "http://10.0.0.1/", "http://localhost.com/"})
    EXPECT_FALSE(NamesLoopback(*ParseUrl(text))) << text;
}

}  // namespace
}  // namespace plumbline::http
