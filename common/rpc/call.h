// SPDX-License-Identifier: Apache-2.0
//
// One call under way, as the dispatcher keeps it. Internal to common/rpc.
#ifndef PLUMBLINE_COMMON_RPC_CALL_H_
#define PLUMBLINE_COMMON_RPC_CALL_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/trace_ids.h"

namespace plumbline::rpc {

// The calls under way of one dispatcher. Thread-safe.
class CallBook {
 public:
  // Counts a call in. A call that is not `exempt` is refused while draining: SHUTTING_DOWN (it is
  // counted all the same).
  absl::Status Enter(bool exempt);
  void Leave();
  // Adds an open stream; SHUTTING_DOWN while draining.
  absl::Status Open(ServerStream* key, std::weak_ptr<ServerStream> stream);
  void Close(ServerStream* key);

  void Drain();
  bool WaitIdle(absl::Duration timeout);
  int64_t in_flight() const { return in_flight_.load(); }

 private:
  std::atomic<int64_t> in_flight_{0};
  std::atomic<bool> draining_{false};
  absl::Mutex mutex_;
  absl::flat_hash_map<ServerStream*, std::weak_ptr<ServerStream>> open_ ABSL_GUARDED_BY(mutex_);
};

// What calls need of their dispatcher.
struct CallServices {
  const Authenticator& authenticator;
  Executor& executor;
  Metrics& metrics;
  const base::Clock& clock;
  const base::Logger& logger;
  const DispatcherLimits limits;
  CallBook book;
  TraceIds trace_ids;
};

// Counted from construction to Settle; used by one thread at a time.
class Call {
 public:
  Call(std::shared_ptr<CallServices> services, const Method& method, const Arrival& arrival,
       std::shared_ptr<std::atomic<bool>> cancelled);

  // Refuses while draining (health excepted) and when there is no valid identity.
  absl::Status Admit(const Arrival& arrival);
  // Finds the workspace of `request` and checks the method's permission in it. Errors:
  // FIELD_INVALID, PERMISSION_DENIED.
  absl::Status AuthorizeRequest(const Message& request);
  // CANCELLED or DEADLINE_EXCEEDED.
  absl::Status Check() const { return context.Check(services->clock.Now()); }

  // What the caller gets for `status`; counts the call. Once.
  absl::Status End(const absl::Status& status);
  // After the answer was handed to the door: the log line, and the call is no longer under way.
  // Once, after End.
  void Settle();

  const std::shared_ptr<CallServices> services;
  const Method& method;
  CallContext context;

 private:
  void LogLine() const;

  const std::string peer_;
  const absl::Time start_;
  absl::Duration latency_;
  absl::Status result_;  // as the handler gave it
};

// The workspace that `request` names by the method's workspace_field: "" when it has no such field,
// FIELD_INVALID when the field does not begin with "workspaces/{workspace}".
absl::StatusOr<std::string> WorkspaceOf(const Method& method, const Message& request);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_CALL_H_
