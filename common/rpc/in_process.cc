// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/in_process.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/call_status.h"
#include "common/rpc/conversation.h"
#include "common/rpc/outgoing.h"
#include "common/rpc/stream_queues.h"

namespace plumbline::rpc {
namespace {

// The answer of a call on its way; the handler may still be at work when the caller has given up.
struct PendingReply {
  absl::Notification done;
  absl::Status status;
  SharedBytes response;

  static Dispatcher::Reply Into(const std::shared_ptr<PendingReply>& pending) {
    return [pending](const absl::Status& status, SharedBytes response) {
      pending->status = status;
      pending->response = std::move(response);
      pending->done.Notify();
    };
  }
  absl::Status Get(absl::string_view path, Message* message) const {
    RETURN_IF_ERROR(status);
    return message->ParseFromString(*response) ? absl::OkStatus() : AnswerMalformed(path);
  }
};

// Wakes the thread that reads a stream.
struct Wake {
  absl::Mutex mutex;
  bool ready ABSL_GUARDED_BY(mutex) = false;

  void Set() {
    absl::MutexLock lock(&mutex);
    ready = true;
  }
  void Wait(absl::Duration timeout) {
    absl::MutexLock lock(&mutex);
    mutex.AwaitWithTimeout(absl::Condition(&ready), timeout);
    ready = false;
  }
};

class InProcessWriter final : public OutgoingStream {
 public:
  InProcessWriter(Dispatcher& dispatcher, const Method& method, const Arrival& arrival,
                  const CallContext& context)
      : dispatcher_(dispatcher),
        method_(method),
        arrival_(arrival),
        path_(method.path),
        context_(context),
        clock_(dispatcher.clock()) {
    const RequestQueue::Options options{.max_request_bytes = dispatcher.limits().max_request_bytes,
                                        .deadline = context.deadline,
                                        .max_idle = dispatcher.limits().max_idle};
    queue_ = std::make_shared<RequestQueue>(options, clock_, [wake = wake_] { wake->Set(); });
  }
  ~InProcessWriter() override { Abandon(); }

  bool Write(const Message& message) override {
    if (!std::exchange(begun_, true)) {
      Begin(message.SerializeAsString());
      return true;
    }
    while (full_ && !pending_->done.HasBeenNotified()) {
      if (!context_.Check(clock_.Now()).ok()) return false;
      wake_->Wait(kCancelPoll);
      full_ = !queue_->HasRoom();
    }
    if (pending_->done.HasBeenNotified()) return false;
    full_ = !queue_->Push(message.SerializeAsString());
    return true;
  }

  absl::Status Finish(Message* response) override {
    if (!begun_) return NoRequest();
    queue_->Close();
    while (!pending_->done.WaitForNotificationWithTimeout(kCancelPoll)) {
      const absl::Status over = context_.Check(clock_.Now());
      if (over.ok()) continue;
      Abandon();
      return over;
    }
    return pending_->Get(path_, response);
  }

 private:
  // The call begins with its first message, as over the wire.
  void Begin(const std::string& first) {
    dispatcher_.ClientStreaming(
        method_, arrival_, first, queue_, cancelled_,
        [pending = pending_, wake = wake_](const absl::Status& status, SharedBytes response) {
          PendingReply::Into(pending)(status, std::move(response));
          wake->Set();
        });
  }
  void Abandon() {
    cancelled_->store(true);
    queue_->Cancel();
  }

  Dispatcher& dispatcher_;
  const Method& method_;
  const Arrival arrival_;
  const std::string path_;
  const CallContext& context_;
  const base::Clock& clock_;
  bool begun_ = false;
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  const std::shared_ptr<PendingReply> pending_ = std::make_shared<PendingReply>();
  const std::shared_ptr<Wake> wake_ = std::make_shared<Wake>();
  std::shared_ptr<RequestQueue> queue_;
  bool full_ = false;
};

class InProcessExchange final : public Exchange {
 public:
  InProcessExchange(Dispatcher& dispatcher, const Method& method, Arrival arrival,
                    const CallContext& context)
      : dispatcher_(dispatcher),
        method_(method),
        arrival_(std::move(arrival)),
        context_(context),
        answers_(std::make_shared<AnswerQueue>([wake = wake_] { wake->Set(); })) {}
  ~InProcessExchange() override {
    cancelled_->store(true);
    answers_->End();
  }

  // The call begins with its first message, as over the wire.
  bool Write(const Message& message) override {
    if (closed_) return false;
    if (conversation_ == nullptr) {
      conversation_ =
          dispatcher_.BidiStreaming(method_, arrival_, message.SerializeAsString(), cancelled_,
                                    answers_, [wake = wake_] { wake->Set(); });
      return true;
    }
    while (!conversation_->HasRoom()) {
      if (!context_.Check(dispatcher_.clock().Now()).ok()) return false;
      wake_->Wait(kCancelPoll);
    }
    conversation_->Push(message.SerializeAsString());
    return true;
  }
  void EndWrites() override {
    if (!std::exchange(closed_, true) && conversation_ != nullptr) conversation_->Close();
  }
  absl::StatusOr<bool> Read(Message* response) override {
    if (conversation_ == nullptr) return NoRequest();
    for (;;) {
      if (result_.has_value()) break;
      AnswerQueue::Taken taken = answers_->Take();
      if (taken.message.has_value()) {
        if (!response->ParseFromString(*taken.message)) return AnswerMalformed(method_.path);
        return true;
      }
      result_ = std::move(taken.finished);
      if (result_.has_value()) {
        answers_->End();
        break;
      }
      RETURN_IF_ERROR(context_.Check(dispatcher_.clock().Now()));
      wake_->Wait(kCancelPoll);
    }
    if (!result_->ok()) return *result_;
    return false;
  }

 private:
  Dispatcher& dispatcher_;
  const Method& method_;
  const Arrival arrival_;
  const CallContext& context_;
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  const std::shared_ptr<Wake> wake_ = std::make_shared<Wake>();
  const std::shared_ptr<AnswerQueue> answers_;
  std::shared_ptr<Conversation> conversation_;
  std::optional<absl::Status> result_;
  bool closed_ = false;
};

class InProcessChannel final : public Channel {
 public:
  InProcessChannel(Dispatcher& dispatcher, std::string authorization,
                   std::optional<base::Identity> identity)
      : dispatcher_(dispatcher),
        authorization_(std::move(authorization)),
        identity_(std::move(identity)) {}

  absl::Status Call(const CallContext& context, absl::string_view path, const Message& request,
                    Message* response) override {
    ASSIGN_OR_RETURN(const Method* method, dispatcher_.Find(path));
    if (!method->unary) return base::Internal(absl::StrCat(path, " is a streamed method"));
    auto pending = std::make_shared<PendingReply>();
    dispatcher_.Unary(*method, Arrive(context), request.SerializeAsString(), context.cancelled,
                      PendingReply::Into(pending));
    if (!pending->done.WaitForNotificationWithTimeout(context.deadline -
                                                      dispatcher_.clock().Now())) {
      return DeadlinePassed(path);
    }
    return pending->Get(path, response);
  }

  absl::Status ReadStream(const CallContext& context, absl::string_view path,
                          const Message& request, const Message& response_prototype,
                          std::function<bool(const Message&)> each) override {
    ASSIGN_OR_RETURN(const Method* method, dispatcher_.Find(path));
    if (!method->server_stream)
      return base::Internal(absl::StrCat(path, " is not a server-streamed method"));
    auto wake = std::make_shared<Wake>();
    auto cancelled = std::make_shared<std::atomic<bool>>(false);
    auto queue = std::make_shared<AnswerQueue>([wake] { wake->Set(); });
    dispatcher_.ServerStreaming(*method, Arrive(context), request.SerializeAsString(), cancelled,
                                queue);
    const absl::Status status = ReadAll(context, path, *queue, *wake, response_prototype, each);
    cancelled->store(true);
    queue->End();
    return status;
  }

  absl::StatusOr<std::unique_ptr<OutgoingStream>> WriteStream(const CallContext& context,
                                                              absl::string_view path) override {
    ASSIGN_OR_RETURN(const Method* method, dispatcher_.Find(path));
    if (!method->client_stream)
      return base::Internal(absl::StrCat(path, " is not a client-streamed method"));
    return std::make_unique<InProcessWriter>(dispatcher_, *method, Arrive(context), context);
  }

  absl::StatusOr<std::unique_ptr<Exchange>> OpenExchange(const CallContext& context,
                                                         absl::string_view path) override {
    ASSIGN_OR_RETURN(const Method* method, dispatcher_.Find(path));
    if (!method->conversation)
      return base::Internal(absl::StrCat(path, " is not a bidirectional method"));
    return std::make_unique<InProcessExchange>(dispatcher_, *method, Arrive(context), context);
  }

 private:
  Arrival Arrive(const CallContext& context) const {
    return {authorization_, TraceParent(context), context.deadline, "in-process",
            identity_.has_value() ? &*identity_ : nullptr};
  }

  absl::Status ReadAll(const CallContext& context, absl::string_view path, AnswerQueue& queue,
                       Wake& wake, const Message& prototype,
                       const std::function<bool(const Message&)>& each) const {
    std::unique_ptr<Message> message(prototype.New());
    while (true) {
      const absl::Time now = dispatcher_.clock().Now();
      if (context.cancelled->load()) return CancelledByCaller(path);
      if (now >= context.deadline) return DeadlinePassed(path);
      AnswerQueue::Taken taken = queue.Take();
      if (taken.finished.has_value()) return *taken.finished;
      if (!taken.message.has_value()) {
        wake.Wait(std::min(context.deadline - now, kCancelPoll));
        continue;
      }
      if (!message->ParseFromString(*taken.message)) return AnswerMalformed(path);
      if (!each(*message)) return absl::OkStatus();
    }
  }

  Dispatcher& dispatcher_;
  const std::string authorization_;
  const std::optional<base::Identity> identity_;
};

}  // namespace

std::unique_ptr<Channel> NewInProcessChannel(Dispatcher& dispatcher, std::string authorization) {
  return std::make_unique<InProcessChannel>(dispatcher, std::move(authorization), std::nullopt);
}

std::unique_ptr<Channel> NewTrustedInProcessChannel(Dispatcher& dispatcher,
                                                    base::Identity identity) {
  return std::make_unique<InProcessChannel>(dispatcher, "", std::move(identity));
}

}  // namespace plumbline::rpc
