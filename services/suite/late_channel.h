// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_SUITE_LATE_CHANNEL_H_
#define PLUMBLINE_SERVICES_SUITE_LATE_CHANNEL_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "common/rpc/channel.h"

namespace plumbline::suite {

// A channel to a server that does not exist yet: services of one process are composed first and
// served by one server after that. Calls wait for Join, at most until their deadline (then
// DEPENDENCY_UNAVAILABLE). Thread-safe.
class LateChannel final : public rpc::Channel {
 public:
  // From now on calls go to `target`, which must outlive the last of them. At most once.
  void Join(rpc::Channel& target);

  absl::Status Call(const rpc::CallContext& context, absl::string_view path,
                    const rpc::Message& request, rpc::Message* response) override;
  absl::Status ReadStream(const rpc::CallContext& context, absl::string_view path,
                          const rpc::Message& request, const rpc::Message& response_prototype,
                          std::function<bool(const rpc::Message&)> each) override;
  absl::StatusOr<std::unique_ptr<rpc::OutgoingStream>> WriteStream(const rpc::CallContext& context,
                                                                   absl::string_view path) override;

 private:
  absl::StatusOr<rpc::Channel*> Target(const rpc::CallContext& context) const;

  rpc::Channel* target_ = nullptr;  // written before `joined_` is notified, read after
  absl::Notification joined_;
};

}  // namespace plumbline::suite

#endif  // PLUMBLINE_SERVICES_SUITE_LATE_CHANNEL_H_
