// SPDX-License-Identifier: Apache-2.0
//
// grpc.health.v1 over a method table. Internal to common/rpc.
#ifndef PLUMBLINE_COMMON_RPC_HEALTH_H_
#define PLUMBLINE_COMMON_RPC_HEALTH_H_

#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/synchronization/mutex.h"
#include "common/rpc/method_table.h"

namespace plumbline::rpc {

// What a server says of its services and of "", which stands for all. Thread-safe.
class Health {
 public:
  // Watch needs no identity, so it is bounded: OVERLOADED beyond.
  static constexpr int kMaxWatchers = 1000;

  // NOT_SERVING at first.
  explicit Health(std::set<std::string> services) : services_(std::move(services)) {
    services_.insert("");
  }

  // Tells the watchers too.
  void SetServing(bool serving);
  // Adds Check and Watch, which need no permission. This must outlive the table.
  void AddTo(MethodTable& table);

 private:
  int StatusOf(const std::string& service) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Watch(const std::string& service, std::shared_ptr<ServerStream> stream);

  std::set<std::string> services_;
  absl::Mutex mutex_;
  bool serving_ ABSL_GUARDED_BY(mutex_) = false;
  int watching_ ABSL_GUARDED_BY(mutex_) = 0;
  // Of services that are served here.
  std::map<ServerStream*, std::shared_ptr<ServerStream>> watchers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_HEALTH_H_
