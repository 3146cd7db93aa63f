// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/conversation.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "common/rpc/call.h"
#include "common/rpc/call_status.h"

namespace plumbline::rpc {
namespace {

// The call may last for days; what is done for one message may not.
absl::Time DeadlineOfMessage(const Call& call) {
  const CallServices& services = *call.services;
  return std::min(call.context.deadline, services.clock.Now() + services.limits.max_deadline);
}

}  // namespace

Conversation::Conversation(std::shared_ptr<TrackedStream> stream, MessageTaker take,
                           std::function<void()> room)
    : stream_(std::move(stream)), take_(std::move(take)), room_(std::move(room)) {}

bool Conversation::Push(std::string message) {
  bool more;
  {
    absl::MutexLock lock(&mutex_);
    if (over_) return false;
    bytes_ += message.size();
    messages_.push_back(std::move(message));
    more = !Full();
  }
  Next();
  return more;
}

bool Conversation::HasRoom() const {
  absl::MutexLock lock(&mutex_);
  return !Full();
}

void Conversation::Close() {
  {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
  }
  Next();
}

void Conversation::Cancel() {
  std::function<void()> room;  // released outside the lock: it holds what may hold this
  absl::MutexLock lock(&mutex_);
  over_ = true;
  messages_.clear();
  bytes_ = 0;
  room.swap(room_);
}

void Conversation::Next() {
  auto message = std::make_shared<std::string>();
  std::function<void()> room;
  bool done;
  {
    absl::MutexLock lock(&mutex_);
    if (busy_ || over_ || (messages_.empty() && !closed_)) return;
    done = over_ = messages_.empty();
    busy_ = !done;
    if (!done) {
      const bool full = Full();
      message->swap(messages_.front());
      messages_.pop_front();
      bytes_ -= message->size();
      if (full && !Full()) room = room_;
    }
  }
  if (done) return stream_->Finish(absl::OkStatus());
  const Call& call = stream_->call();
  const absl::Status admitted = call.services->executor.Submit(
      {call.method.work, call.context.workspace, DeadlineOfMessage(call),
       [me = shared_from_this(), message](const absl::Status& status) {
         me->Run(status, *message);
       }});
  if (!admitted.ok()) return Run(admitted, *message);
  if (room) room();
}

void Conversation::Run(const absl::Status& admitted, const std::string& message) {
  const absl::Status status = Take(admitted, message);
  if (!status.ok()) {
    Cancel();
    return stream_->Finish(status);
  }
  {
    absl::MutexLock lock(&mutex_);
    busy_ = false;
  }
  Next();
}

absl::Status Conversation::Take(const absl::Status& admitted, const std::string& message) const {
  RETURN_IF_ERROR(admitted);
  const Call& call = stream_->call();
  CallContext context = call.context;
  context.deadline = DeadlineOfMessage(call);
  RETURN_IF_ERROR(context.Check(call.services->clock.Now()));
  const std::unique_ptr<Message> request(call.method.request->New());
  RETURN_IF_ERROR(ParseRequest(message, call.services->limits.max_request_bytes, request.get()));
  return take_(context, *request);
}

}  // namespace plumbline::rpc
