// SPDX-License-Identifier: Apache-2.0
#include "services/suite/late_channel.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::suite {

void LateChannel::Join(rpc::Channel& target) {
  target_ = &target;
  joined_.Notify();
}

absl::StatusOr<rpc::Channel*> LateChannel::Target(const rpc::CallContext& context) const {
  if (joined_.WaitForNotificationWithDeadline(context.deadline)) return target_;
  return base::Error(base::Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
                     "the services of this process are not joined yet; try again")
      .With("dependency", "suite")
      .RetryAfter(absl::Seconds(1));
}

absl::Status LateChannel::Call(const rpc::CallContext& context, absl::string_view path,
                               const rpc::Message& request, rpc::Message* response) {
  ASSIGN_OR_RETURN(rpc::Channel * target, Target(context));
  return target->Call(context, path, request, response);
}

absl::Status LateChannel::ReadStream(const rpc::CallContext& context, absl::string_view path,
                                     const rpc::Message& request,
                                     const rpc::Message& response_prototype,
                                     std::function<bool(const rpc::Message&)> each) {
  ASSIGN_OR_RETURN(rpc::Channel * target, Target(context));
  return target->ReadStream(context, path, request, response_prototype, std::move(each));
}

absl::StatusOr<std::unique_ptr<rpc::OutgoingStream>> LateChannel::WriteStream(
    const rpc::CallContext& context, absl::string_view path) {
  ASSIGN_OR_RETURN(rpc::Channel * target, Target(context));
  return target->WriteStream(context, path);
}

}  // namespace plumbline::suite
