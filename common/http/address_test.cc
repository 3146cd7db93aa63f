// SPDX-License-Identifier: Apache-2.0
#include "common/http/address.h"

#include <string>

#include "common/base/error.h"
#include "gtest/gtest.h"

namespace plumbline::http {
namespace {

struct Row {
  const char* name;
  const char* address;
  bool is_public;
};
class AddressTest : public ::testing::TestWithParam<Row> {};

TEST_P(AddressTest, IsOfThePublicInternetOrNot) {
  const auto address = ParseAddress(GetParam().address);
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(IsPublic(*address), GetParam().is_public) << GetParam().address;
}

INSTANTIATE_TEST_SUITE_P(
    All, AddressTest,
    ::testing::Values(
        Row{"Four", "8.8.8.8", true}, Row{"Six", "2606:4700:4700::1111", true},
        Row{"FourMapped", "::ffff:8.8.8.8", true}, Row{"Loopback", "127.0.0.1", false},
        Row{"LoopbackElsewhere", "127.255.0.3", false}, Row{"LoopbackSix", "::1", false},
        Row{"LoopbackInBrackets", "[::1]", false}, Row{"LoopbackMapped", "::ffff:127.0.0.1", false},
        Row{"LoopbackCompatible", "::127.0.0.1", false}, Row{"Nobody", "0.0.0.0", false},
        Row{"NobodySix", "::", false}, Row{"Ten", "10.1.2.3", false},
        Row{"BeforeTheMiddle", "172.15.255.255", true}, Row{"Middle", "172.31.255.255", false},
        Row{"AfterTheMiddle", "172.32.0.0", true}, Row{"Home", "192.168.1.1", false},
        Row{"CloudMetadata", "169.254.169.254", false}, Row{"Carrier", "100.64.0.1", false},
        Row{"AfterCarrier", "100.128.0.1", true}, Row{"Multicast", "224.0.0.1", false},
        Row{"Broadcast", "255.255.255.255", false}, Row{"Benchmarks", "198.19.0.1", false},
        Row{"Unique", "fd00::1", false}, Row{"Link", "fe80::1", false},
        Row{"Site", "fec0::1", false}, Row{"MulticastSix", "ff02::1", false},
        Row{"Translated", "64:ff9b::7f00:1", false}, Row{"SixToFour", "2002:7f00:1::", false},
        Row{"Documentation", "2001:db8::1", false}),
    [](const auto& row) { return row.param.name; });

TEST(Address, NamesAndOddSpellingsAreNone) {
  for (const char* text : {"", "localhost", "1.2.3", "0x7f.0.0.1", "[1.2.3.4]", "1.2.3.4.5", "::g"})
    EXPECT_FALSE(ParseAddress(text).has_value()) << text;
}

TEST(Destinations, AllowWhatIsConfigured) {
  const auto some = Destinations::Create("networks", "10.1.0.0/16, ::1 ,192.168.7.8");
  ASSERT_TRUE(some.ok()) << some.status();
  const auto allows = [&](const char* text) { return some->Allow(*ParseAddress(text)); };
  EXPECT_TRUE(allows("10.1.200.3"));
  EXPECT_FALSE(allows("10.2.0.1"));
  EXPECT_TRUE(allows("::1"));
  EXPECT_TRUE(allows("::ffff:10.1.0.1"));
  EXPECT_FALSE(allows("127.0.0.1"));
  EXPECT_TRUE(allows("192.168.7.8"));
  EXPECT_FALSE(allows("192.168.7.9"));
  EXPECT_TRUE(allows("1.1.1.1"));
}

TEST(Destinations, BitsThatDoNotFillAByte) {
  const auto some = Destinations::Create("networks", "10.128.0.0/9");
  ASSERT_TRUE(some.ok());
  EXPECT_TRUE(some->Allow(*ParseAddress("10.200.0.1")));
  EXPECT_FALSE(some->Allow(*ParseAddress("10.127.0.1")));
}

TEST(Destinations, RefuseWhatIsNoNetwork) {
  for (const char* text : {"10.0.0.0/33", "ten", "10.0.0.0/8/8", "::1/129", "10.0.0.0/-1"}) {
    const auto none = Destinations::Create("webhooks.allowed_networks", text);
    ASSERT_FALSE(none.ok()) << text;
    EXPECT_EQ(base::FieldViolationsOf(none.status())[0].field, "webhooks.allowed_networks");
  }
}

}  // namespace
}  // namespace plumbline::http
