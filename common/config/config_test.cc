// SPDX-License-Identifier: Apache-2.0
#include "common/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "plumbline/common/v1/config.pb.h"
#include "tests/support/files.h"

namespace plumbline::config {
namespace {

using common::v1::CatalogConfig;
using ::testing::HasSubstr;
using ::testing::Not;

class ConfigTest : public ::testing::Test {
 protected:
  std::string File(const std::string& text) {
    const std::string path = folder_.Join("config.yaml");
    std::ofstream(path) << text;
    return path;
  }

  testing::TempDir folder_;
  CatalogConfig config_;
};

TEST_F(ConfigTest, FlagOverridesVariableOverridesFile) {
  const std::string path = File(R"(
server: {listenAddress: "a:1", adminAddress: "a:2", drain_timeout: 2s}
database: {url: "sqlite::memory:", connections: 3}
)");
  const auto status = Load(
      {"--config", path, "--server.listen_address", "c:1", "--server.limits.bulk_concurrency=4"},
      {{"PLUMBLINE_SERVER_LISTEN_ADDRESS", "b:1"},
       {"PLUMBLINE_SERVER_ADMIN_ADDRESS", "b:2"},
       {"PLUMBLINE_SERVER_AUTH_ALLOW_ANONYMOUS", "true"},
       {"PLUMBLINE_CACHE_REDIS_TIMEOUT", "0.25s"},
       {"HOME", "/"}},
      &config_);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(config_.server().listen_address(), "c:1");
  EXPECT_EQ(config_.server().admin_address(), "b:2");
  EXPECT_EQ(config_.server().drain_timeout().seconds(), 2);
  EXPECT_EQ(config_.server().limits().bulk_concurrency(), 4);
  EXPECT_TRUE(config_.server().auth().allow_anonymous());
  EXPECT_EQ(config_.database().connections(), 3);
  EXPECT_EQ(config_.cache().redis_timeout().nanos(), 250000000);
}

TEST_F(ConfigTest, ValuesAreTakenAsTheyAre) {
  const auto status = Load({"--database.url=postgresql://u:p=w@h/x?a=b", "--cache.redis_url="},
                           {{"PLUMBLINE_CACHE_REDIS_URL", "redis://x"}}, &config_);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(config_.database().url(), "postgresql://u:p=w@h/x?a=b");
  EXPECT_EQ(config_.cache().redis_url(), "");
}

TEST_F(ConfigTest, VariablesOfOthersAreLeftAlone) {
  const auto status = Load({},
                           {{"PLUMBLINE_TOKEN", "x"},
                            {"PLUMBLINE_CERTIFICATE_FILE", "/c"},
                            {"PLUMBLINE_KEY_FILE", "/k"},
                            {"PLUMBLINE_BIN_DIR", "/b"},
                            {"PLUMBLINE_KILLS", "30"},
                            {"PLUMBLINE_CATALOG_SERVICE_HOST", "10.0.0.1"},
                            {"PLUMBLINE_CATALOG_PORT", "tcp://10.0.0.1:7600"},
                            {"PLUMBLINE_CATALOG_SERVICE_PORT", "7600"},
                            {"PLUMBLINE_CATALOG_SERVICE_PORT_GRPC", "7600"},
                            {"PLUMBLINE_CATALOG_PORT_7600_TCP", "tcp://10.0.0.1:7600"},
                            {"PLUMBLINE_CATALOG_PORT_7600_TCP_PROTO", "tcp"},
                            {"PLUMBLINE_CATALOG_PORT_7600_TCP_PORT", "7600"},
                            {"PLUMBLINE_CATALOG_PORT_7600_TCP_ADDR", "fd00::1"}},
                           &config_);
  EXPECT_TRUE(status.ok()) << status;
}

struct BadCase {
  const char* name;
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;
  const char* field;
  const char* description;
};

class BadConfig : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadConfig, IsRefusedByName) {
  CatalogConfig config;
  const auto status = Load(GetParam().arguments, GetParam().environment, &config);
  ASSERT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_FIELD_INVALID) << status;
  const auto violations = base::FieldViolationsOf(status);
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, GetParam().field);
  EXPECT_THAT(violations[0].description, HasSubstr(GetParam().description));
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadConfig,
    ::testing::Values(
        BadCase{"unknown_flag",
                {"--server.listen-address=x"},
                {},
                "--server.listen-address",
                "unknown flag; did you mean 'server.listen_address'?"},
        BadCase{"flag_of_a_message", {"--server=x"}, {}, "--server", "unknown flag"},
        BadCase{"no_flag", {"start"}, {}, "start", "is not a flag"},
        BadCase{"no_value", {"--database.url"}, {}, "--database.url", "needs a value"},
        BadCase{"flag_as_value",
                {"--database.url", "--cache.redis_url=x"},
                {},
                "--database.url",
                "needs a value"},
        BadCase{"twice", {"--database.url=a", "--database.url=b"}, {}, "--database.url", "twice"},
        BadCase{"bad_number",
                {"--database.connections=many"},
                {},
                "--database.connections",
                "expected a whole number from -2147483648 to 2147483647, found 'many'"},
        BadCase{"bad_duration",
                {"--server.drain_delay=10"},
                {},
                "--server.drain_delay",
                "expected a duration in seconds"},
        BadCase{"bad_bool",
                {"--server.auth.allow_anonymous=yes"},
                {},
                "--server.auth.allow_anonymous",
                "expected true or false"},
        BadCase{"list", {"--server.auth.tokens=x"}, {}, "--server.auth.tokens", "is a list"},
        BadCase{"unknown_variable",
                {},
                {{"PLUMBLINE_SERVER_LISTEN_ADRESS", "x"}},
                "PLUMBLINE_SERVER_LISTEN_ADRESS",
                "unknown variable; did you mean 'PLUMBLINE_SERVER_LISTEN_ADDRESS'?"},
        BadCase{"port_of_the_server",
                {},
                {{"PLUMBLINE_SERVER_PORT", "7600"}},
                "PLUMBLINE_SERVER_PORT",
                "unknown variable"},
        BadCase{"link_with_another_value",
                {},
                {{"PLUMBLINE_CATALOG_SERVICE_HOST", "catalog"}},
                "PLUMBLINE_CATALOG_SERVICE_HOST",
                "unknown variable"},
        BadCase{"almost_a_link",
                {},
                {{"PLUMBLINE_SERVER_TCP_KEEPALIVE", "5"}},
                "PLUMBLINE_SERVER_TCP_KEEPALIVE",
                "unknown variable"},
        BadCase{"bad_variable",
                {},
                {{"PLUMBLINE_CACHE_MEMORY_BYTES", "64MB"}},
                "PLUMBLINE_CACHE_MEMORY_BYTES",
                "expected a whole number"},
        BadCase{"not_utf8", {"--database.url=\xFF"}, {}, "--database.url", "is not UTF-8"},
        BadCase{"no_file",
                {"--config=/nowhere/x.yaml"},
                {},
                "--config",
                "cannot read '/nowhere/x.yaml': No such file"},
        BadCase{"folder", {"--config=/"}, {}, "--config", "cannot read '/'"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(ConfigTest, FaultsOfTheFileHaveLines) {
  const auto status = Load({"--config", File("database:\n  ulr: x\n")}, {}, &config_);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("config.yaml: line 2, column 3: unknown key 'ulr'; did you mean 'url'?"));
}

TEST_F(ConfigTest, SecretsAreMasked) {
  config_.mutable_database()->set_url("postgresql://u:hush@h/x");
  config_.mutable_cache()->set_memory_bytes(5);
  auto* token = config_.mutable_server()->mutable_auth()->add_tokens();
  token->set_token_sha256("hush");
  token->set_subject("ada");
  const std::string text = FormatMasked(config_);
  EXPECT_EQ(text, R"(server:
  auth:
    tokens:
      - tokenSha256: (secret)
        subject: ada
database:
  url: (secret)
cache:
  memoryBytes: 5
)");
  EXPECT_THAT(config_.database().url(), HasSubstr("hush"));
}

TEST_F(ConfigTest, HelpListsEveryFlag) {
  const std::string help = FlagsHelp(config_);
  EXPECT_THAT(help, HasSubstr("  --server.listen_address=TEXT\n"));
  EXPECT_THAT(help, HasSubstr("  --server.drain_timeout=SECONDS, like 1.5s\n"));
  EXPECT_THAT(help, HasSubstr("  --server.auth.allow_anonymous=true|false\n"));
  EXPECT_THAT(help, HasSubstr("  server.auth.tokens: a list, in the file only\n"));
  EXPECT_THAT(help, Not(HasSubstr("--server.auth.tokens")));
}

TEST(Environment, IsThatOfTheProcess) {
  ASSERT_EQ(setenv("CONFIG_TEST_VARIABLE", "a=b", 1), 0);
  EXPECT_EQ(Environment().at("CONFIG_TEST_VARIABLE"), "a=b");
}

}  // namespace
}  // namespace plumbline::config
