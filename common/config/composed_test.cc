// SPDX-License-Identifier: Apache-2.0
#include "common/config/composed.h"

#include "common/base/error.h"
#include "common/config/config.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plumbline/common/v1/config.pb.h"
#include "plumbline/common/v1/feeds_config.pb.h"

namespace plumbline::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ComposedTest : public ::testing::Test {
 protected:
  absl::Status LoadWhole(const std::vector<std::string>& arguments,
                         const std::map<std::string, std::string>& environment = {}) {
    const absl::Status loaded = Load(arguments, environment, whole_.message());
    if (loaded.ok()) whole_.TakeApart();
    return loaded;
  }

  common::v1::OnboardingConfig config_;
  common::v1::FeedsConfig feeds_;
  Composed whole_{&config_, {{"feeds", &feeds_}}};
};

TEST_F(ComposedTest, EachPartGetsWhatIsSaidOfIt) {
  const auto loaded =
      LoadWhole({"--feeds.listen_address=127.0.0.1:0", "--server.limits.bulk_concurrency=3",
                 "--database.url=sqlite:x.db"},
                {{"PLUMBLINE_FEEDS_PUBLIC_URL", "https://x"},
                 {"PLUMBLINE_FEEDS_REFRESH_INTERVAL", "600s"},
                 {"PLUMBLINE_RELAY_INTERVAL", "2s"}});
  ASSERT_TRUE(loaded.ok()) << loaded;
  EXPECT_EQ(feeds_.listen_address(), "127.0.0.1:0");
  EXPECT_EQ(feeds_.public_url(), "https://x");
  EXPECT_EQ(feeds_.refresh_interval().seconds(), 600);
  EXPECT_EQ(config_.server().limits().bulk_concurrency(), 3);
  EXPECT_EQ(config_.database().url(), "sqlite:x.db");
  EXPECT_EQ(config_.relay_interval().seconds(), 2);
  EXPECT_TRUE(config_.GetReflection()->GetUnknownFields(config_).empty());
}

TEST_F(ComposedTest, AbsentIsNotEmpty) {
  ASSERT_TRUE(LoadWhole({}).ok());
  EXPECT_FALSE(feeds_.has_listen_address());
  ASSERT_TRUE(LoadWhole({"--feeds.listen_address="}).ok());
  EXPECT_TRUE(feeds_.has_listen_address());
  ASSERT_TRUE(LoadWhole({}).ok());
  EXPECT_FALSE(feeds_.has_listen_address()) << "what was loaded before is gone";
}

TEST_F(ComposedTest, IsShownAsOneAndSecretsAreMasked) {
  ASSERT_TRUE(LoadWhole({"--database.url=postgresql://u:secret-of-mine@h/x",
                         "--feeds.public_url=https://x"})
                  .ok());
  EXPECT_THAT(FormatMasked(*whole_.message()),
              AllOf(HasSubstr("publicUrl: https://x"), HasSubstr("(secret)"),
                    Not(HasSubstr("secret-of-mine"))));
  EXPECT_THAT(FlagsHelp(*whole_.message()), AllOf(HasSubstr("--feeds.listen_address=TEXT\n"),
                                                  HasSubstr("--feeds.max_connections=NUMBER\n"),
                                                  HasSubstr("--catalog.address=TEXT\n")));
}

TEST_F(ComposedTest, UnknownFlagsAreRefusedByName) {
  const auto loaded = LoadWhole({"--feeds.listen_adress=x"});
  ASSERT_EQ(base::ReasonOf(loaded), base::Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_THAT(std::string(loaded.message()), HasSubstr("did you mean 'feeds.listen_address'?"));
}

}  // namespace
}  // namespace plumbline::config
