// SPDX-License-Identifier: Apache-2.0
//
// What stands between a handler and a transport in streamed calls: a queue in either direction.
// Shared by the doors.
#ifndef PLUMBLINE_COMMON_RPC_STREAM_QUEUES_H_
#define PLUMBLINE_COMMON_RPC_STREAM_QUEUES_H_

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/rpc/method_table.h"

namespace plumbline::rpc {

// Answers of a server-streamed call on their way out. The handler's side is ServerStream; the
// transport takes. Thread-safe; one thread at a time takes.
class AnswerQueue final : public ServerStream {
 public:
  // `ready` is called, without locks, when there may be something to take.
  explicit AnswerQueue(std::function<void()> ready) : ready_(std::move(ready)) {}

  bool Write(const Message& message) override;
  size_t pending() const override;
  void Finish(const absl::Status& status) override;
  void OnEvents(std::function<void()> drained, std::function<void()> ended) override;

  struct Taken {
    std::optional<std::string> message;
    std::optional<absl::Status> finished;  // all messages were taken; the call is to end so
  };
  // The next message, or the end, or neither: then `ready` will be called. Calls `drained` when it
  // has nothing after having had something: all that was taken has been sent by then.
  Taken Take();
  // The call is over: `ended` is called, once, and everything still queued is dropped.
  void End();

 private:
  mutable absl::Mutex mutex_;
  std::deque<std::string> messages_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> finished_ ABSL_GUARDED_BY(mutex_);
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  bool taken_some_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void()> ready_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> drained_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> ended_ ABSL_GUARDED_BY(mutex_);
};

// Requests of a client-streamed call on their way in. The handler's side is ClientStream; the
// transport pushes. Thread-safe.
class RequestQueue final : public ClientStream {
 public:
  struct Options {
    size_t max_request_bytes = 4 << 20;
    absl::Time deadline = absl::InfiniteFuture();
    absl::Duration max_idle = absl::Seconds(30);  // between two messages
    size_t capacity = 4;                          // messages
  };
  // `room` is called, without locks, when a message was read from a queue that was full. `clock`
  // outlives it.
  RequestQueue(const Options& options, const base::Clock& clock, std::function<void()> room);

  absl::StatusOr<bool> Read(Message* message) override;

  // False: the queue is full now (the message was taken all the same); push no more before `room`.
  bool Push(std::string message);
  bool HasRoom() const;
  // The client is done.
  void Close();
  // The client went away, or the handler needs no more: what is queued is dropped and `room` is
  // called no more.
  void Cancel();

 private:
  bool Ready() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return cancelled_ || closed_ || !messages_.empty();
  }
  absl::StatusOr<std::optional<std::string>> Pop();

  const Options options_;
  const base::Clock& clock_;
  mutable absl::Mutex mutex_;
  std::deque<std::string> messages_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void()> room_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_STREAM_QUEUES_H_
