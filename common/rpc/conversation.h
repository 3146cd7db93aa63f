// SPDX-License-Identifier: Apache-2.0
//
// The messages of a bidirectional call on their way to its handler. Internal to common/rpc.
#ifndef PLUMBLINE_COMMON_RPC_CONVERSATION_H_
#define PLUMBLINE_COMMON_RPC_CONVERSATION_H_

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/rpc/method_table.h"
#include "common/rpc/tracked_stream.h"

namespace plumbline::rpc {

// Hands one message at a time to the executor: a call holds a thread only while something is done
// for it. Thread-safe.
class Conversation : public std::enable_shared_from_this<Conversation> {
 public:
  // How many messages wait at most, and how many bytes there are when no more are read: what comes
  // beyond stays with the sender.
  static constexpr size_t kCapacity = 4, kEnoughBytes = 4 << 20;

  Conversation(std::shared_ptr<TrackedStream> stream, MessageTaker take,
               std::function<void()> room);

  // False: full now (the message was taken all the same); push no more before `room`.
  bool Push(std::string message);
  bool HasRoom() const;
  // The caller sends no more: once all is taken the call ends with OK.
  void Close();
  // The call is over: what waits is dropped, and `room` is called no more.
  void Cancel();

 private:
  bool Full() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return messages_.size() >= kCapacity || bytes_ >= kEnoughBytes;
  }
  // Begins with the next message, if there is one.
  void Next();
  void Run(const absl::Status& admitted, const std::string& message);
  absl::Status Take(const absl::Status& admitted, const std::string& message) const;

  const std::shared_ptr<TrackedStream> stream_;
  const MessageTaker take_;
  mutable absl::Mutex mutex_;
  std::deque<std::string> messages_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;   // of messages_
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;  // a message is with the executor
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void()> room_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_CONVERSATION_H_
