// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/retry.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "common/base/ids.h"
#include "common/rpc/outgoing.h"
#include "google/protobuf/descriptor.h"
#include "google/rpc/error_details.pb.h"

namespace plumbline::rpc {
namespace {

using google::protobuf::FieldDescriptor;

absl::Duration RetryInfoOf(const absl::Status& status) {
  google::rpc::RetryInfo info;
  auto payload = status.GetPayload("type.googleapis.com/google.rpc.RetryInfo");
  if (!payload || !info.ParseFromString(std::string(*payload))) return absl::ZeroDuration();
  return absl::Seconds(info.retry_delay().seconds()) +
         absl::Nanoseconds(info.retry_delay().nanos());
}

bool WaitUnlessCancelled(const CallContext& context, absl::Duration delay) {
  absl::Notification never;
  for (; delay > absl::ZeroDuration(); delay -= kCancelPoll) {
    never.WaitForNotificationWithTimeout(std::min(delay, kCancelPoll));
    if (context.cancelled->load()) return false;
  }
  return true;
}

class RetryingChannel final : public Channel {
 public:
  RetryingChannel(std::unique_ptr<Channel> inner, RetryOptions options, const base::Clock& clock)
      : inner_(std::move(inner)),
        options_(std::move(options)),
        clock_(clock),
        left_(options_.budget) {}

  absl::Status Call(const CallContext& context, absl::string_view path, const Message& request,
                    Message* response) override {
    for (int attempt = 1;; ++attempt) {
      absl::Status status = inner_->Call(context, path, request, response);
      if (status.ok()) Earn();
      if (status.code() != absl::StatusCode::kUnavailable || attempt >= options_.max_attempts)
        return status;
      if (!IsIdempotent(path, request)) return status;
      const absl::Duration delay = DelayAfter(attempt, status);
      // An answer that would come too late is not worth waiting for.
      if (clock_.Now() + delay >= context.deadline || !Spend() || !options_.wait(context, delay))
        return status;
    }
  }
  absl::Status ReadStream(const CallContext& context, absl::string_view path,
                          const Message& request, const Message& response_prototype,
                          std::function<bool(const Message&)> each) override {
    return inner_->ReadStream(context, path, request, response_prototype, std::move(each));
  }
  absl::StatusOr<std::unique_ptr<OutgoingStream>> WriteStream(const CallContext& context,
                                                              absl::string_view path) override {
    return inner_->WriteStream(context, path);
  }
  absl::StatusOr<std::unique_ptr<Exchange>> OpenExchange(const CallContext& context,
                                                         absl::string_view path) override {
    return inner_->OpenExchange(context, path);
  }

 private:
  absl::Duration DelayAfter(int attempt, const absl::Status& status) {
    const absl::Duration longest =
        std::min(options_.first_delay * std::exp2(attempt - 1), options_.max_delay);
    const absl::Duration asked = std::min(RetryInfoOf(status), options_.max_delay);
    // Callers that were refused together do not come back together.
    return asked + longest * options_.random();
  }
  bool Spend() {
    absl::MutexLock lock(&mutex_);
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }
  void Earn() {
    absl::MutexLock lock(&mutex_);
    left_ = std::min(options_.budget, left_ + 0.1);
  }

  const std::unique_ptr<Channel> inner_;
  const RetryOptions options_;
  const base::Clock& clock_;
  absl::Mutex mutex_;
  double left_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

bool IsIdempotent(absl::string_view path, const Message& request) {
  const absl::string_view name = path.substr(path.rfind('/') + 1);
  if (absl::StartsWith(name, "Get") || absl::StartsWith(name, "List") || name == "WriteEvents")
    return true;
  const FieldDescriptor* id = request.GetDescriptor()->FindFieldByName("request_id");
  if (id == nullptr || id->is_repeated() || id->type() != FieldDescriptor::TYPE_STRING)
    return false;
  return !request.GetReflection()->GetString(request, id).empty();
}

std::unique_ptr<Channel> NewRetryingChannel(std::unique_ptr<Channel> inner, RetryOptions options,
                                            const base::Clock& clock) {
  return std::make_unique<RetryingChannel>(std::move(inner), std::move(options), clock);
}

RetryOptions DefaultRetryOptions() {
  RetryOptions options;
  options.wait = &WaitUnlessCancelled;
  options.random = [] {
    return static_cast<double>(std::stoul(base::NewUuid().substr(0, 7), nullptr, 16)) / (1 << 28);
  };
  return options;
}

}  // namespace plumbline::rpc
