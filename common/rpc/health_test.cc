// SPDX-License-Identifier: Apache-2.0
// The health of a real server, as load balancers and probes see it.
#include "common/rpc/health.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "common/base/error.h"
#include "common/rpc/echo_service.h"
#include "common/rpc/server.h"
#include "grpc/health/v1/health.pb.h"

namespace plumbline::rpc {
namespace {

using base::Reason;
using base::ReasonOf;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

TEST(HealthTest, IsAnsweredOnBothPorts) {
  EchoBackend backend(Way::kRemote, AnyPort());
  for (const std::string& address :
       {backend.server()->address(), backend.server()->admin_address()}) {
    auto channel = *NewRemoteChannel({address, "", ""});
    HealthCheckRequest request;
    HealthCheckResponse response;
    for (const char* service : {"", "plumbline.catalog.v1.CatalogService"}) {
      request.set_service(service);
      ASSERT_TRUE(
          channel->Call(backend.Context(), "/grpc.health.v1.Health/Check", request, &response)
              .ok());
      EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
    }
    request.set_service("nobody");
    EXPECT_EQ(
        channel->Call(backend.Context(), "/grpc.health.v1.Health/Check", request, &response).code(),
        absl::StatusCode::kNotFound);
  }
}

TEST(HealthTest, WatchersAreToldOfTheStop) {
  EchoBackend backend(Way::kRemote, AnyPort());
  auto channel = *NewRemoteChannel({backend.server()->address(), "", ""});
  std::vector<int> seen;
  absl::Notification watching;
  std::thread watcher([&] {
    (void)channel->ReadStream(
        backend.Context(), "/grpc.health.v1.Health/Watch", HealthCheckRequest(),
        HealthCheckResponse::default_instance(), [&](const Message& message) {
          seen.push_back(static_cast<const HealthCheckResponse&>(message).status());
          if (!watching.HasBeenNotified()) watching.Notify();
          return true;
        });
  });
  watching.WaitForNotification();
  backend.Stop();
  watcher.join();
  EXPECT_EQ(seen,
            (std::vector<int>{HealthCheckResponse::SERVING, HealthCheckResponse::NOT_SERVING}));
}

TEST(HealthTest, WatchersAreBounded) {
  EchoBackend backend(Way::kRemote, AnyPort());
  HealthCheckRequest unknown;  // nothing of it is kept
  unknown.set_service(std::string(100'000, 'x'));
  std::vector<std::unique_ptr<Channel>> channels;
  std::vector<std::thread> watchers;
  absl::Mutex mutex;
  int greeted = 0, refused = 0;
  for (int i = 0; i < Health::kMaxWatchers + 10; ++i) {
    if (i % 500 == 0) channels.push_back(*NewRemoteChannel({backend.server()->address(), "", ""}));
    watchers.emplace_back([&, channel = channels.back().get()] {
      const absl::Status status =
          channel->ReadStream(backend.Context(), "/grpc.health.v1.Health/Watch", unknown,
                              HealthCheckResponse::default_instance(), [&](const Message&) {
                                absl::MutexLock lock(&mutex);
                                ++greeted;
                                return true;
                              });
      absl::MutexLock lock(&mutex);
      refused += ReasonOf(status) == Reason::ERROR_REASON_OVERLOADED;
    });
  }
  {
    absl::MutexLock lock(&mutex);
    const auto all = [&] { return greeted == Health::kMaxWatchers && refused == 10; };
    mutex.AwaitWithTimeout(absl::Condition(&all), absl::Seconds(60));
    EXPECT_EQ(greeted, Health::kMaxWatchers);
    EXPECT_EQ(refused, 10);
  }
  backend.Stop();
  for (std::thread& watcher : watchers) watcher.join();
}

}  // namespace
}  // namespace plumbline::rpc
