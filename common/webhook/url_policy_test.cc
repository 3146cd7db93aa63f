// SPDX-License-Identifier: Apache-2.0
#include "common/webhook/url_policy.h"

#include <string>

#include "gtest/gtest.h"

namespace plumbline::webhook {
namespace {

UrlPolicy Policy(const char* networks = "", bool plain = false) {
  return {*http::Destinations::Create("networks", networks), plain};
}

struct Row {
  const char* name;
  const char* url;
  const char* fault;  // a part of it; "" = none
  const char* networks = "";
  bool plain = false;
};
class UrlTest : public ::testing::TestWithParam<Row> {};

TEST_P(UrlTest, IsTakenOrNot) {
  const Row& row = GetParam();
  const std::string fault = UrlFault(row.url, Policy(row.networks, row.plain));
  if (*row.fault == '\0') {
    EXPECT_EQ(fault, "") << row.url;
  }
  EXPECT_NE(fault.find(row.fault), std::string::npos) << fault;
}

INSTANTIATE_TEST_SUITE_P(
    All, UrlTest,
    ::testing::Values(Row{"Https", "https://hooks.example.com/a?b=c", ""},
                      Row{"PublicAddress", "https://8.8.8.8/", ""},
                      Row{"Missing", "", "is missing"},
                      Row{"NoUrl", "hooks.example.com", "is no URL"},
                      Row{"AnotherScheme", "ftp://example.com/", "is no URL"},
                      Row{"PlainHttp", "http://example.com/", "allow_plain_http"},
                      Row{"PlainHttpAllowed", "http://example.com/", "", "", true},
                      Row{"LoopbackNotAllowed", "http://127.0.0.1:8080/", "allowed_networks"},
                      Row{"LoopbackAllowed", "http://127.0.0.1:8080/", "", "127.0.0.0/8"},
                      Row{"LoopbackByNameAllowed", "http://localhost:8080/", "", "127.0.0.0/8"},
                      Row{"LoopbackByName", "https://localhost/", "allowed_networks"},
                      Row{"LoopbackSpeltOddly", "https://2130706433/", "allowed_networks"},
                      Row{"LoopbackSix", "https://[::1]/", "allowed_networks"},
                      Row{"Metadata", "https://169.254.169.254/", "allowed_networks"},
                      Row{"Private", "https://10.0.0.1/", "allowed_networks"},
                      Row{"PrivateAllowed", "https://10.0.0.1/", "", "10.0.0.0/8"},
                      Row{"PrivateByHttp", "http://10.0.0.1/", "allow_plain_http", "10.0.0.0/8"},
                      Row{"User", "https://me:secret@example.com/", "user name"},
                      Row{"Fragment", "https://example.com/#x", "fragment"}),
    [](const auto& row) { return row.param.name; });

TEST(UrlPolicy, AUrlMayHaveTwoThousandCharacters) {
  const std::string base = "https://example.com/";
  EXPECT_EQ(UrlFault(base + std::string(2000 - base.size(), 'x'), Policy()), "");
  EXPECT_NE(UrlFault(base + std::string(2001 - base.size(), 'x'), Policy()), "");
}

}  // namespace
}  // namespace plumbline::webhook
