// SPDX-License-Identifier: Apache-2.0
//
// A door's server stream with the dispatcher's book-keeping around it. Internal to common/rpc.
#ifndef PLUMBLINE_COMMON_RPC_TRACKED_STREAM_H_
#define PLUMBLINE_COMMON_RPC_TRACKED_STREAM_H_

#include <functional>
#include <memory>
#include <optional>

#include "absl/synchronization/mutex.h"
#include "common/rpc/call.h"

namespace plumbline::rpc {

// Counts, logs and unregisters its call when the transport says that it is over. Lives until then
// at least.
class TrackedStream final : public ServerStream,
                            public std::enable_shared_from_this<TrackedStream> {
 public:
  static std::shared_ptr<TrackedStream> Create(std::unique_ptr<Call> call,
                                               std::shared_ptr<ServerStream> inner);

  // From now on a drain finishes it. SHUTTING_DOWN if there is one already.
  absl::Status Register();
  // Runs the handler if `admitted`.
  void Run(const absl::Status& admitted, const Message& request);

  const Call& call() const { return *call_; }

  bool Write(const Message& message) override { return inner_->Write(message); }
  size_t pending() const override { return inner_->pending(); }
  void Finish(const absl::Status& status) override;
  void OnEvents(std::function<void()> drained, std::function<void()> ended) override;

 private:
  TrackedStream(std::unique_ptr<Call> call, std::shared_ptr<ServerStream> inner)
      : call_(std::move(call)), inner_(std::move(inner)) {}
  void Drained();
  void Ended();

  const std::unique_ptr<Call> call_;
  const std::shared_ptr<ServerStream> inner_;
  absl::Mutex mutex_;
  std::optional<absl::Status> result_ ABSL_GUARDED_BY(mutex_);
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void()> on_drained_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> on_ended_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_TRACKED_STREAM_H_
