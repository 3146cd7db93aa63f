// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/stream_queues.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/call_status.h"

namespace plumbline::rpc {
namespace {

using base::Error;
using base::Reason;

}  // namespace

bool AnswerQueue::Write(const Message& message) {
  std::string bytes = message.SerializeAsString();
  std::function<void()> ready;
  {
    absl::MutexLock lock(&mutex_);
    if (over_ || finished_.has_value()) return false;
    messages_.push_back(std::move(bytes));
    if (messages_.size() == 1) ready = ready_;
  }
  if (ready) ready();
  return true;
}

size_t AnswerQueue::pending() const {
  absl::MutexLock lock(&mutex_);
  return messages_.size();
}

void AnswerQueue::Finish(const absl::Status& status) {
  std::function<void()> ready;
  {
    absl::MutexLock lock(&mutex_);
    if (over_ || finished_.has_value()) return;
    finished_ = status;
    ready = ready_;
  }
  if (ready) ready();
}

void AnswerQueue::OnEvents(std::function<void()> drained, std::function<void()> ended) {
  {
    absl::MutexLock lock(&mutex_);
    if (!over_) {
      drained_ = std::move(drained);
      ended_ = std::move(ended);
      return;
    }
  }
  if (ended) ended();
}

AnswerQueue::Taken AnswerQueue::Take() {
  std::function<void()> drained;
  {
    absl::MutexLock lock(&mutex_);
    if (over_) return {};
    if (!messages_.empty()) {
      Taken taken{std::move(messages_.front()), std::nullopt};
      messages_.pop_front();
      taken_some_ = true;
      return taken;
    }
    if (finished_.has_value()) return {std::nullopt, finished_};
    if (taken_some_) drained = drained_;
    taken_some_ = false;
  }
  if (drained) drained();
  return {};
}

void AnswerQueue::End() {
  // Released outside the lock: they hold what may hold this queue.
  std::function<void()> ready, drained, ended;
  std::deque<std::string> messages;
  {
    absl::MutexLock lock(&mutex_);
    if (over_) return;
    over_ = true;
    ready.swap(ready_);
    drained.swap(drained_);
    ended.swap(ended_);
    messages.swap(messages_);
  }
  if (ended) ended();
}

RequestQueue::RequestQueue(const Options& options, const base::Clock& clock,
                           std::function<void()> room)
    : options_(options), clock_(clock), room_(std::move(room)) {}

absl::StatusOr<bool> RequestQueue::Read(Message* message) {
  ASSIGN_OR_RETURN(std::optional<std::string> bytes, Pop());
  if (!bytes.has_value()) return false;
  RETURN_IF_ERROR(ParseRequest(*bytes, options_.max_request_bytes, message));
  return true;
}

absl::StatusOr<std::optional<std::string>> RequestQueue::Pop() {
  std::function<void()> room;
  std::optional<std::string> bytes;
  {
    absl::MutexLock lock(&mutex_);
    const absl::Duration left = options_.deadline - clock_.Now();
    const bool idle_first = options_.max_idle < left;
    const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return Ready(); };
    if (!mutex_.AwaitWithTimeout(absl::Condition(&ready), std::min(left, options_.max_idle))) {
      return Error(
          Reason::ERROR_REASON_DEADLINE_EXCEEDED,
          idle_first
              ? absl::StrCat("no message of the request came for ",
                             absl::FormatDuration(options_.max_idle), "; send without such pauses")
              : "the deadline passed before the request was complete; allow more time");
    }
    if (cancelled_) return Error(Reason::ERROR_REASON_CANCELLED, "the caller went away");
    if (messages_.empty()) return bytes;
    if (messages_.size() == options_.capacity) room = room_;
    bytes = std::move(messages_.front());
    messages_.pop_front();
  }
  if (room) room();
  return bytes;
}

bool RequestQueue::Push(std::string message) {
  absl::MutexLock lock(&mutex_);
  if (!cancelled_) messages_.push_back(std::move(message));
  return messages_.size() < options_.capacity;
}

bool RequestQueue::HasRoom() const {
  absl::MutexLock lock(&mutex_);
  return messages_.size() < options_.capacity;
}

void RequestQueue::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
}

void RequestQueue::Cancel() {
  std::function<void()> room;  // released outside the lock: it holds what may hold this queue
  absl::MutexLock lock(&mutex_);
  cancelled_ = true;
  messages_.clear();
  room.swap(room_);
}

}  // namespace plumbline::rpc
