// SPDX-License-Identifier: Apache-2.0
//
// The one way of every call, whatever door it came through: find the method, parse strictly, clamp
// the deadline, identify, permit, admit, run, map the error, count, log. Doors only move bytes.
#ifndef PLUMBLINE_COMMON_RPC_DISPATCHER_H_
#define PLUMBLINE_COMMON_RPC_DISPATCHER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/rpc/authenticator.h"
#include "common/rpc/executor.h"
#include "common/rpc/method_table.h"
#include "common/rpc/metrics.h"

namespace plumbline::rpc {

class Conversation;

// What a door knows of a call before its first message.
struct Arrival {
  std::string authorization;  // value of the header, "" if absent
  std::string traceparent;    // W3C trace context, "" if absent
  absl::Time deadline = absl::InfiniteFuture();
  std::string peer;  // for the log line
  // Who calls, where the door knows it already: the process itself, or whom Identify found.
  // Outlives the call.
  const base::Identity* trusted = nullptr;
};

struct DispatcherLimits {
  size_t max_request_bytes = 4 << 20;
  absl::Duration max_deadline = absl::Seconds(60);
  // Of a client-streamed call: between two messages, and in all.
  absl::Duration max_idle = absl::Seconds(30);
  absl::Duration max_upload = absl::Hours(1);
};

// Thread-safe. Everything given must outlive it.
class Dispatcher {
 public:
  Dispatcher(const MethodTable& table, const Authenticator& authenticator, Executor& executor,
             Metrics& metrics, const base::Clock& clock, const base::Logger& logger,
             DispatcherLimits limits);

  // Answer of a unary or client-streamed call: a status, and on OK the serialised response.
  using Reply = std::function<void(const absl::Status&, SharedBytes response)>;

  // Who calls, before anything of the request was read: nullptr for a method that needs nobody, or
  // CREDENTIALS_INVALID, which is counted and logged as a call.
  absl::StatusOr<const base::Identity*> Identify(const Method& method, const Arrival& arrival);

  // The method of a path, or METHOD_UNKNOWN.
  absl::StatusOr<const Method*> Find(absl::string_view path) const;

  struct Answer {
    absl::Status status;
    SharedBytes response;  // set where the status is OK
  };
  // A unary call on its way to a thread of the executor.
  struct UnaryCall;
  // The first part of a unary call, on this thread, for doors that have a cheaper way for what is
  // answered at once (refusals, answers from memory). nullopt: `*rest` is the call, for Continue.
  std::optional<Answer> Begin(const Method& method, const Arrival& arrival,
                              absl::string_view request, std::shared_ptr<UnaryCall>* rest);
  // The other part, once. `reply` is called exactly once, on this thread (when nothing more is
  // admitted) or an executor's. `cancelled` is set by the door when the caller goes away.
  void Continue(std::shared_ptr<UnaryCall> call, std::shared_ptr<std::atomic<bool>> cancelled,
                Reply reply);
  // Both parts.
  void Unary(const Method& method, const Arrival& arrival, absl::string_view request,
             std::shared_ptr<std::atomic<bool>> cancelled, Reply reply);

  // A server-streamed call. The dispatcher finishes `stream` itself on refusal, error and shutdown;
  // its deadline, when the caller set one, is the door's to watch. max_deadline does not apply.
  void ServerStreaming(const Method& method, const Arrival& arrival, absl::string_view request,
                       std::shared_ptr<std::atomic<bool>> cancelled,
                       std::shared_ptr<ServerStream> stream);

  // A client-streamed call whose first message came: nobody holds a thread before he has shown that
  // he may. `requests` gives what comes after it and is read on an executor's thread until `reply`
  // is called. max_upload bounds the call instead of max_deadline.
  void ClientStreaming(const Method& method, const Arrival& arrival, absl::string_view first,
                       std::shared_ptr<ClientStream> requests,
                       std::shared_ptr<std::atomic<bool>> cancelled, Reply reply);

  // A bidirectional call whose first message came. The dispatcher finishes `answers` on refusal,
  // error, shutdown and when all messages after Close are taken; then the result takes no more.
  // `room` is called, without locks, when messages may be pushed again.
  std::shared_ptr<Conversation> BidiStreaming(const Method& method, const Arrival& arrival,
                                              std::string first,
                                              std::shared_ptr<std::atomic<bool>> cancelled,
                                              std::shared_ptr<ServerStream> answers,
                                              std::function<void()> room);

  // Draining: new calls are refused with SHUTTING_DOWN, open server streams are finished with it.
  // Idempotent.
  void Drain();
  // Calls under way (streams included).
  int64_t in_flight() const;
  // Waits until a draining dispatcher has no call under way, at most for `timeout`. Whether that
  // came true.
  bool WaitIdle(absl::Duration timeout);

  const MethodTable& table() const;
  const base::Clock& clock() const;
  const DispatcherLimits& limits() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// The google.rpc.Status of an error, serialised, for the trailer grpc-status-details-bin and its
// like. At most 4 KiB: details that do not fit are dropped, ErrorInfo last.
std::string SerializeStatusDetails(const absl::Status& status);
// The opposite: `details` may be empty or broken, then the code and message stand alone.
absl::Status StatusFromDetails(absl::StatusCode code, absl::string_view message,
                               absl::string_view details);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_DISPATCHER_H_
