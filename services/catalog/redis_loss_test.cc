// SPDX-License-Identifier: Apache-2.0
//
// A catalog at work while its real Redis is killed, frozen and flushed: no call may fail.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/cache/cache.h"
#include "common/rpc/server.h"
#include "common/sql/database.h"
#include "gtest/gtest.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/app.h"
#include "services/catalog/testing/catalog.h"
#include "tests/support/redis_server.h"

namespace plumbline::catalog {
namespace {

constexpr char kPath[] = "/plumbline.catalog.v1.CatalogService/";
constexpr char kName[] = "workspaces/acme/processes/deal-desk";

// The whole service over gRPC, with a cache that keeps nothing in memory: every read of a revision
// goes to Redis.
class RedisLossTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto redis = plumbline::testing::RedisServer::Start();
    ASSERT_TRUE(redis.ok()) << redis.status();
    redis_ = *std::move(redis);
    auto database = sql::Open("sqlite::memory:", {});
    ASSERT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
    auto cache =
        cache::NewCache({.memory_bytes = 0, .redis_url = redis_->url()}, "catalog", logger_);
    ASSERT_TRUE(cache.ok()) << cache.status();
    cache_ = *std::move(cache);
    auto app = CatalogApp::Create(*database_, *cache_, clock_, logger_, {});
    ASSERT_TRUE(app.ok()) << app.status();
    app_ = *std::move(app);
    common::v1::ServerConfig config;
    config.set_listen_address("127.0.0.1:0");
    auto server = rpc::Server::Start(config, {}, app_->table(), clock_, logger_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    auto channel = rpc::NewRemoteChannel({.address = server_->address()});
    ASSERT_TRUE(channel.ok()) << channel.status();
    channel_ = *std::move(channel);
  }

  template <typename Response, typename Request>
  Response Call(const std::string& method, const Request& request) {
    Response response;
    const absl::Status status =
        channel_->Call(base::CallContext(), absl::StrCat(kPath, method), request, &response);
    if (!status.ok()) {
      ++failed_;
      ADD_FAILURE() << method << ": " << status;
    }
    return response;
  }
  // The text of revision N says "title N".
  void Publish(int64_t revision) {
    v1::UpdateProcessRequest update;
    update.mutable_process()->set_name(kName);
    update.mutable_process()->set_title(absl::StrCat("title ", revision));
    update.mutable_update_mask()->add_paths("title");
    Call<v1::UpdateProcessResponse>("UpdateProcess", update);
    v1::PublishProcessRequest publish;
    publish.set_name(kName);
    const auto published = Call<v1::PublishProcessResponse>("PublishProcess", publish);
    EXPECT_EQ(published.process().revision(), revision);
    published_ = revision;
  }
  void Read(int64_t revision) {
    v1::GetProcessRequest get;
    get.set_name(absl::StrCat(kName, "@", revision));
    const auto got = Call<v1::GetProcessResponse>("GetProcess", get);
    EXPECT_EQ(got.process().title(), absl::StrCat("title ", revision));
    ++reads_;
  }
  // Until `count` more reads were answered.
  void AwaitReads(int64_t count) {
    const int64_t until = reads_ + count;
    while (reads_ < until && failed_ == 0) std::this_thread::yield();
  }

  base::SystemClock clock_;
  base::Logger logger_{clock_, base::LogLevel::kError, base::Logger::StandardError()};
  std::unique_ptr<plumbline::testing::RedisServer> redis_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<cache::Cache> cache_;
  std::unique_ptr<CatalogApp> app_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<rpc::Channel> channel_;
  std::atomic<int64_t> published_{0};
  std::atomic<int64_t> reads_{0};
  std::atomic<int> failed_{0};
};

TEST_F(RedisLossTest, CostsNoFailedCall) {
  v1::CreateProcessRequest create;
  create.set_parent("workspaces/acme");
  create.set_process_id("deal-desk");
  *create.mutable_process() = ProcessOf("title 0", StepNode("approve"));
  Call<v1::CreateProcessResponse>("CreateProcess", create);
  Publish(1);
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int thread = 0; thread < 4; ++thread) {
    readers.emplace_back([this, thread, &stop] {
      for (int64_t i = thread; !stop; ++i) Read(1 + i % published_);
    });
  }
  constexpr int kReads = 50;
  int64_t revision = 1;
  for (int round = 0; round < 3; ++round) {
    AwaitReads(kReads);
    EXPECT_TRUE(redis_->Flush().ok());
    Publish(++revision);
    AwaitReads(kReads);
    redis_->Freeze();
    Publish(++revision);
    AwaitReads(kReads);
    redis_->Thaw();
    AwaitReads(kReads);
    EXPECT_TRUE(redis_->Kill().ok());
    Publish(++revision);
    AwaitReads(kReads);
    EXPECT_TRUE(redis_->Restart().ok());
    Publish(++revision);
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(failed_, 0);
}

}  // namespace
}  // namespace plumbline::catalog
