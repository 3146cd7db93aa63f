// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/health.h"

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "grpc/health/v1/health.pb.h"

namespace plumbline::rpc {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr char kService[] = "grpc.health.v1.Health";

HealthCheckResponse Response(int status) {
  HealthCheckResponse response;
  response.set_status(static_cast<HealthCheckResponse::ServingStatus>(status));
  return response;
}

absl::Status TooManyWatchers() {
  return base::Error(base::Reason::ERROR_REASON_OVERLOADED,
                     absl::StrCat("there are ", Health::kMaxWatchers,
                                  " watchers of the health already; ask with Check"))
      .RetryAfter(absl::Seconds(10));
}

}  // namespace

int Health::StatusOf(const std::string& service) const {
  if (services_.count(service) == 0) return HealthCheckResponse::SERVICE_UNKNOWN;
  return serving_ ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

void Health::SetServing(bool serving) {
  // Written under the lock: every watcher sees the changes in their order. Write only queues.
  absl::MutexLock lock(&mutex_);
  if (std::exchange(serving_, serving) == serving) return;
  for (auto& [key, watcher] : watchers_) {
    watcher->Write(
        Response(serving ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING));
  }
}

absl::Status Health::Watch(const std::string& service, std::shared_ptr<ServerStream> stream) {
  ServerStream* key = stream.get();
  {
    absl::MutexLock lock(&mutex_);
    if (watching_ == kMaxWatchers) return TooManyWatchers();
    ++watching_;
    stream->Write(Response(StatusOf(service)));
    // What is not served here never will be: its watcher has heard all that there is to hear.
    if (services_.count(service) > 0) watchers_[key] = stream;
  }
  stream->OnEvents([] {},
                   [this, key] {
                     absl::MutexLock lock(&mutex_);
                     watchers_.erase(key);
                     --watching_;
                   });
  return absl::OkStatus();
}

void Health::AddTo(MethodTable& table) {
  const auto check =
      [this](const HealthCheckRequest& request) -> absl::StatusOr<HealthCheckResponse> {
    absl::MutexLock lock(&mutex_);
    const int status = StatusOf(request.service());
    if (status == HealthCheckResponse::SERVICE_UNKNOWN) {
      return base::NotFound("Service",
                            absl::CEscape(absl::string_view(request.service()).substr(0, 200)));
    }
    return Response(status);
  };
  Method& method = table.Unary<HealthCheckRequest, HealthCheckResponse>(
      kService, "Check", "", WorkClass::kHealth,
      [check](const CallContext&, const HealthCheckRequest& request,
              HealthCheckResponse* response) {
        auto answer = check(request);
        if (answer.ok()) *response = *answer;
        return answer.status();
      });
  // Answered where it arrives, however long the queues are.
  method.inline_unary = [check](
                            const CallContext&,
                            const Message& request) -> std::optional<absl::StatusOr<SharedBytes>> {
    auto answer = check(static_cast<const HealthCheckRequest&>(request));
    if (!answer.ok()) return answer.status();
    return std::make_shared<const std::string>(answer->SerializeAsString());
  };
  table.ServerStreaming<HealthCheckRequest, HealthCheckResponse>(
      kService, "Watch", "", WorkClass::kHealth,
      [this](const CallContext&, const HealthCheckRequest& request,
             std::shared_ptr<ServerStream> stream) {
        return Watch(request.service(), std::move(stream));
      });
}

}  // namespace plumbline::rpc
