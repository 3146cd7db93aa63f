// SPDX-License-Identifier: Apache-2.0
#include "common/webhook/signature.h"

#include <string>

#include "common/base/error.h"
#include "gtest/gtest.h"

namespace plumbline::webhook {
namespace {

struct Row {
  const char* name;
  const char* secret;
  const char* id;
  int64_t seconds;
  const char* body;
  const char* signature;
};
class SignatureTest : public ::testing::TestWithParam<Row> {};

TEST_P(SignatureTest, IsThatOfOtherPrograms) {
  const Row& row = GetParam();
  EXPECT_EQ(Sign({row.secret}, row.id, absl::FromUnixSeconds(row.seconds), row.body),
            row.signature);
}

// The first is the example of the scheme's documentation; all of them were computed with Python's
// hmac, the second with openssl's command too.
INSTANTIATE_TEST_SUITE_P(
    All, SignatureTest,
    ::testing::Values(
        Row{"OfTheScheme", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1'614'265'330, R"({"test": 2432232314})",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
        Row{"Unicode", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "evt_1", 1'700'000'000,
            "{\"a\":\"\xc3\xa9\"}", "v1,0fUzL+Bd1tE23bj710PXGSM0GbZRV1w3B7I9ABAa/JY="},
        Row{"LongestAndEmpty",
            "whsec_QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl9gYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7"
            "fH1+fw==",
            "evt_1", 1'700'000'000, "", "v1,POrDAAJ3EmdEwoFuEZdLwwOxO2zy5ss/avgqemeAbRs="}),
    [](const auto& row) { return row.param.name; });

TEST(Signature, OneForEachSecret) {
  const std::string one = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const std::string two = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  const absl::Time time = absl::FromUnixSeconds(1'700'000'000);
  EXPECT_EQ(Sign({one, two}, "id", time, "x"),
            Sign({one}, "id", time, "x") + " " + Sign({two}, "id", time, "x"));
}

TEST(Secret, IsMadeOfChance) {
  base::Chance chance;
  chance.bytes = [](size_t count) {
    std::string bytes;
    for (size_t i = 0; i < count; ++i) bytes += static_cast<char>(i);
    return bytes;
  };
  EXPECT_EQ(NewSecret(chance), "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
  EXPECT_TRUE(CheckSecret("secret", NewSecret({})).ok());
  EXPECT_NE(NewSecret({}), NewSecret({}));
}

TEST(Secret, OthersAreRefusedAndNotQuoted) {
  for (const char* secret : {"", "hunter2", "whsec_", "whsec_AAAA", "whsec_not base64!",
                             "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}) {
    const absl::Status status = CheckSecret("secret", secret);
    ASSERT_FALSE(status.ok()) << secret;
    EXPECT_EQ(base::FieldViolationsOf(status)[0].field, "secret");
    EXPECT_EQ(status.message().find("hunter2"), absl::string_view::npos);
  }
}

}  // namespace
}  // namespace plumbline::webhook
