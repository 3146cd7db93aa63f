// SPDX-License-Identifier: Apache-2.0
//
// The real plumbline-suite: started, used over gRPC, stopped, started again on the same data.
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/rpc/channel.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "grpc/health/v1/health.pb.h"
#include "gtest/gtest.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "tests/support/files.h"
#include "tests/support/postgres_server.h"
#include "tests/support/process.h"

namespace plumbline {
namespace {

using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;
using testing::Process;
using testing::TempDir;

constexpr char kSqlite[] = "SQLite";
constexpr char kCatalog[] = "/plumbline.catalog.v1.CatalogService/";
constexpr char kOnboarding[] = "/plumbline.onboarding.v1.OnboardingService/";
constexpr char kAnalytics[] = "/plumbline.analytics.v1.AnalyticsService/";

std::string SuiteProgram() {
  return absl::StrCat(std::getenv("PLUMBLINE_BIN_DIR"), "/plumbline-suite");
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string FieldOf(const std::string& json, const std::string& field) {
  google::protobuf::Struct object;
  if (!google::protobuf::util::JsonStringToMessage(json, &object).ok()) return "";
  auto it = object.fields().find(field);
  return it == object.fields().end() ? "" : it->second.string_value();
}

// A running suite and channels to it.
class Suite {
 public:
  explicit Suite(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {SuiteProgram(), "--server.listen_address=127.0.0.1:0"});
    process_ = Process::Start({.args = std::move(arguments)});
    auto ready = process_->WaitForLine("\"ready\"");
    EXPECT_TRUE(ready.ok()) << ready.status();
    if (!ready.ok()) return;
    address_ = FieldOf(*ready, "address");
    admin_address_ = FieldOf(*ready, "admin_address");
    api_ = Connect(address_);
    admin_ = Connect(admin_address_);
  }

  template <typename Response>
  absl::StatusOr<Response> Call(const std::string& path, const Message& request) {
    return CallOn<Response>(*api_, path, request);
  }
  std::string Health(const std::string& service) {
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    auto response = CallOn<grpc::health::v1::HealthCheckResponse>(
        *admin_, "/grpc.health.v1.Health/Check", request);
    if (!response.ok()) return response.status().ToString();
    return grpc::health::v1::HealthCheckResponse::ServingStatus_Name(response->status());
  }

  bool ready() const { return admin_ != nullptr; }
  const std::string& address() const { return address_; }
  const std::string& admin_address() const { return admin_address_; }
  Process& process() { return *process_; }

 private:
  static std::unique_ptr<rpc::Channel> Connect(const std::string& address) {
    auto channel = rpc::NewRemoteChannel({.address = address});
    EXPECT_TRUE(channel.ok()) << channel.status();
    return channel.ok() ? *std::move(channel) : nullptr;
  }
  template <typename Response>
  absl::StatusOr<Response> CallOn(rpc::Channel& channel, const std::string& path,
                                  const Message& request) {
    base::CallContext context;
    Response response;
    absl::Status status = channel.Call(context, path, request, &response);
    if (!status.ok()) return status;
    return response;
  }

  std::unique_ptr<Process> process_;
  std::string address_, admin_address_;
  std::unique_ptr<rpc::Channel> api_, admin_;
};

catalog::v1::CreateProcessRequest DealDesk() {
  catalog::v1::CreateProcessRequest request;
  request.set_parent("workspaces/acme");
  request.set_process_id("deal-desk");
  catalog::v1::Process& process = *request.mutable_process();
  process.set_title("Deal desk approval");
  process.set_owner("deal-desk");
  process.mutable_root()->set_id("review");
  process.mutable_root()->set_title("Review the deal");
  process.mutable_root()->mutable_step()->set_role("deal-desk");
  return request;
}

class SuiteTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    arguments_ = {absl::StrCat("--data_directory=", folder_.Join("data"))};
    if (GetParam() == kSqlite) return;
    auto server = testing::PostgresServer::Start();
    ASSERT_TRUE(server.ok()) << server.status();
    postgres_ = *std::move(server);
    arguments_.push_back(absl::StrCat("--database_url=", postgres_->url()));
  }

  std::string EndpointsPath() const { return folder_.Join("data/endpoints.json"); }

  TempDir folder_;
  std::unique_ptr<testing::PostgresServer> postgres_;
  std::vector<std::string> arguments_;
};

absl::StatusOr<catalog::v1::GetProcessResponse> GetProcess(Suite& suite, const std::string& id) {
  catalog::v1::GetProcessRequest request;
  request.set_name("workspaces/acme/processes/" + id);
  return suite.Call<catalog::v1::GetProcessResponse>(absl::StrCat(kCatalog, "GetProcess"), request);
}

absl::StatusOr<onboarding::v1::StartOnboardingResponse> StartOnboarding(Suite& suite) {
  onboarding::v1::StartOnboardingRequest request;
  request.set_parent("workspaces/acme");
  request.set_onboarding_id("ada");
  request.mutable_onboarding()->set_process("workspaces/acme/processes/deal-desk");
  request.mutable_onboarding()->set_person("ada@example.com");
  request.mutable_onboarding()->set_day_one("2026-02-02");
  return suite.Call<onboarding::v1::StartOnboardingResponse>(
      absl::StrCat(kOnboarding, "StartOnboarding"), request);
}

// Asks until the relay has brought events to analytics, or the suite fails.
absl::StatusOr<int64_t> RelayedEvents(Suite& suite) {
  const absl::Time patience = absl::Now() + testing::kPatience;
  while (absl::Now() < patience) {
    analytics::v1::ListEventLogsRequest request;
    request.set_parent("workspaces/acme");
    auto logs = suite.Call<analytics::v1::ListEventLogsResponse>(
        absl::StrCat(kAnalytics, "ListEventLogs"), request);
    if (!logs.ok()) return logs.status();
    for (const auto& log : logs->event_logs()) {
      if (log.event_count() > 0) return log.event_count();
    }
  }
  return absl::DeadlineExceededError("no event was relayed");
}

TEST_P(SuiteTest, ServesAllServicesAndKeepsTheirData) {
  catalog::v1::Process revision;
  {
    Suite suite(arguments_);
    ASSERT_TRUE(suite.ready());
    const std::string endpoints = ReadFile(EndpointsPath());
    EXPECT_EQ(FieldOf(endpoints, "address"), suite.address());
    EXPECT_EQ(FieldOf(endpoints, "adminAddress"), suite.admin_address());
    for (const std::string service :
         {"", "plumbline.catalog.v1.CatalogService", "plumbline.onboarding.v1.OnboardingService",
          "plumbline.analytics.v1.AnalyticsService"}) {
      EXPECT_EQ(suite.Health(service), "SERVING") << service;
    }

    auto created = suite.Call<catalog::v1::CreateProcessResponse>(
        absl::StrCat(kCatalog, "CreateProcess"), DealDesk());
    ASSERT_TRUE(created.ok()) << created.status();
    catalog::v1::PublishProcessRequest publish;
    publish.set_name(created->process().name());
    auto published = suite.Call<catalog::v1::PublishProcessResponse>(
        absl::StrCat(kCatalog, "PublishProcess"), publish);
    ASSERT_TRUE(published.ok()) << published.status();
    revision = published->process();
    auto started = StartOnboarding(suite);
    ASSERT_TRUE(started.ok()) << started.status();
    EXPECT_EQ(started->onboarding().process(), revision.name())
        << "on-boarding has read the catalog";
    auto relayed = RelayedEvents(suite);
    EXPECT_TRUE(relayed.ok()) << relayed.status();

    auto exit_code = suite.process().Terminate();
    ASSERT_TRUE(exit_code.ok()) << exit_code.status();
    EXPECT_EQ(*exit_code, 0) << suite.process().Output();
    EXPECT_EQ(ReadFile(EndpointsPath()), "") << "nobody is to connect to a suite that is gone";
  }
  Suite suite(arguments_);
  ASSERT_TRUE(suite.ready());
  for (const std::string id : {"deal-desk@1", "deal-desk@latest"}) {
    auto read = GetProcess(suite, id);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_TRUE(MessageDifferencer::Equals(read->process(), revision)) << id;
  }
  EXPECT_EQ(GetProcess(suite, "deal-desk")->process().latest_revision(), 1);
  EXPECT_EQ(base::ReasonOf(StartOnboarding(suite).status()),
            base::Reason::ERROR_REASON_RESOURCE_ALREADY_EXISTS);
  EXPECT_GT(RelayedEvents(suite).value_or(0), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, SuiteTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         [](const auto& engine) { return engine.param; });

// Runs a suite that is expected to refuse to start.
std::pair<int, std::string> Refused(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), SuiteProgram());
  auto process = Process::Start({.args = std::move(arguments)});
  auto exit_code = process->Wait();
  return {exit_code.value_or(-1), process->Output()};
}

TEST(SuiteRefusesTest, WhatIsWrongWithASentence) {
  TempDir folder;
  std::ofstream(folder.Join("file")) << "not a folder";
  const std::string data = absl::StrCat("--data_directory=", folder.path());
  struct Row {
    std::string name;
    std::vector<std::string> arguments;
    std::string said;
  };
  for (const Row& row : std::vector<Row>{
           {"unknown flag", {"--data_directroy=x"}, "data_directory"},
           {"a file for a folder",
            {absl::StrCat("--data_directory=", folder.Join("file"))},
            "data_directory"},
           {"no database of ours", {data, "--database_url=mysql://localhost/x"}, "postgresql://"},
           {"open to the world", {data, "--server.listen_address=0.0.0.0:0"}, "listen_address"},
           {"negative cache", {data, "--cache.memory_bytes=-1"}, "cache.memory_bytes"},
           {"negative memory for logs", {data, "--log_memory_bytes=-1"}, "log_memory_bytes"}}) {
    const auto [exit_code, output] = Refused(row.arguments);
    EXPECT_EQ(exit_code, 2) << row.name << ": " << output;
    EXPECT_THAT(output, HasSubstr(row.said)) << row.name;
  }
}

TEST(SuiteMemoryTest, OfEventLogsIsWhatItIsGiven) {
  TempDir folder;
  Suite suite({absl::StrCat("--data_directory=", folder.path()), "--log_memory_bytes=5000"});
  ASSERT_TRUE(suite.ready());
  analytics::v1::CreateEventLogRequest create;
  create.set_parent("workspaces/acme");
  create.set_event_log_id("large");
  ASSERT_TRUE(suite
                  .Call<analytics::v1::CreateEventLogResponse>(
                      absl::StrCat(kAnalytics, "CreateEventLog"), create)
                  .ok());
  analytics::v1::WriteEventsRequest write;
  write.set_name("workspaces/acme/eventLogs/large");
  write.set_producer("crm");
  write.set_first_sequence(1);
  for (int i = 0; i < 1'000; ++i) {
    analytics::v1::Event& event = *write.add_events();
    event.set_case_id(absl::StrCat("case ", i));
    event.set_activity("sign");
    event.mutable_time()->set_seconds(1'700'000'000 + i);
  }
  const auto refused = suite.Call<analytics::v1::WriteEventsResponse>(
      absl::StrCat(kAnalytics, "WriteEvents"), write);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("it may take 4.88 KiB"));
}

TEST(SuiteRefusesTest, AFolderThatAnotherSuiteUses) {
  TempDir folder;
  const std::string data = absl::StrCat("--data_directory=", folder.path());
  Suite first({data});
  ASSERT_TRUE(first.ready());
  const auto [exit_code, output] = Refused({data, "--server.listen_address=127.0.0.1:0"});
  EXPECT_NE(exit_code, 0) << output;
  EXPECT_EQ(first.Health(""), "SERVING");
  EXPECT_EQ(FieldOf(ReadFile(folder.Join("endpoints.json")), "address"), first.address())
      << "it stays the first's";
}

TEST(SuiteHelpTest, TellsWhatItIsAndWhatItTakes) {
  const auto [exit_code, output] = Refused({"--help"});
  EXPECT_EQ(exit_code, 0);
  EXPECT_THAT(output, HasSubstr("Usage:"));
  EXPECT_THAT(output, HasSubstr("--data_directory="));
  EXPECT_THAT(output, HasSubstr("--server.listen_address="));
}

}  // namespace
}  // namespace plumbline
