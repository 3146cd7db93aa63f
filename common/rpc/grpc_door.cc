// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/grpc_door.h"

#include <grpcpp/generic/async_generic_service.h>

#include <utility>

#include "absl/synchronization/mutex.h"
#include "common/rpc/call_status.h"
#include "common/rpc/conversation.h"
#include "common/rpc/grpc_arrival.h"
#include "common/rpc/grpc_bytes.h"
#include "common/rpc/stream_queues.h"

namespace plumbline::rpc {
namespace {

using Context = grpc::GenericCallbackServerContext;

// What all reactors do alike. It keeps itself alive until OnDone, and ends the call exactly once:
// by the answer or because the caller went away, whichever comes first; a reactor that never ends
// would hang the server's shutdown. After the end nothing may be started, so everything is started
// under the mutex.
class Reactor : public grpc::ServerGenericBidiReactor,
                public std::enable_shared_from_this<Reactor> {
 public:
  Reactor(Dispatcher& dispatcher, const Method* method, Context* context,
          const base::Identity* caller)
      : dispatcher_(dispatcher), method_(method), context_(context), caller_(caller) {}

  // For gRPC, which owns it from now on.
  grpc::ServerGenericBidiReactor* Begin() {
    self_ = shared_from_this();
    Start([this] { StartRead(&incoming_); });
    return this;
  }
  void OnCancel() override {
    cancelled_->store(true);
    Gone();
    End(absl::CancelledError());
  }
  void OnDone() override {
    Gone();
    self_.reset();
  }

 protected:
  // The call is over: let go of what refers to this. May be called more than once.
  virtual void Gone() {}

  Arrival arrival() const {
    Arrival arrival = ArrivalOf(*context_);
    arrival.trusted = caller_;
    return arrival;
  }
  template <typename F>
  void Start(F start) {
    absl::MutexLock lock(&mutex_);
    if (!ended_) start();
  }
  void End(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    if (std::exchange(ended_, true)) return;
    Finish(ToGrpc(status));
  }
  void EndWith(const absl::Status& status, const SharedBytes& response) {
    if (!status.ok()) return End(status);
    absl::MutexLock lock(&mutex_);
    if (std::exchange(ended_, true)) return;
    outgoing_ = ToBuffer(response);
    StartWriteAndFinish(&outgoing_, {}, grpc::Status::OK);
  }
  template <typename Self>
  std::shared_ptr<Self> Me() {
    return std::static_pointer_cast<Self>(shared_from_this());
  }

  Dispatcher& dispatcher_;
  const Method* const method_;
  Context* const context_;  // valid until the end
  const base::Identity* const caller_;
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;

 private:
  absl::Mutex mutex_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<Reactor> self_;
};

class UnaryReactor final : public Reactor {
 public:
  using Reactor::Reactor;
  void OnReadDone(bool ok) override {
    if (!ok) return End(NoRequest());
    const FlatBytes request(incoming_);
    dispatcher_.Unary(
        *method_, arrival(), request.view(), cancelled_,
        [me = Me<UnaryReactor>()](const absl::Status& status, const SharedBytes& response) {
          me->EndWith(status, response);
        });
  }
};

class ServerStreamReactor : public Reactor {
 public:
  using Reactor::Reactor;
  void OnReadDone(bool ok) override {
    if (!ok) return End(NoRequest());
    const FlatBytes request(incoming_);
    dispatcher_.ServerStreaming(*method_, arrival(), request.view(), cancelled_, queue_);
    incoming_.Clear();  // the stream may last for days
    Pump();
  }
  void OnWriteDone(bool ok) override {
    if (!ok) {
      queue_->End();
      return End(absl::CancelledError());
    }
    {
      absl::MutexLock lock(&pump_mutex_);
      busy_ = false;
    }
    Pump();
  }
  void Bind() {
    queue_ = std::make_shared<AnswerQueue>([me = Me<ServerStreamReactor>()] { me->Pump(); });
  }

 protected:
  void Gone() override { queue_->End(); }
  const std::shared_ptr<AnswerQueue>& answers() const { return queue_; }

  // Moves messages from the queue to the transport, one at a time; whoever comes while another does
  // it leaves it to him.
  void Pump() {
    while (true) {
      {
        absl::MutexLock lock(&pump_mutex_);
        if (busy_) {
          again_ = true;
          return;
        }
        busy_ = true;
        again_ = false;
      }
      AnswerQueue::Taken taken = queue_->Take();
      if (taken.message.has_value()) {
        outgoing_ = ToBuffer(*std::move(taken.message));
        return Start([this] { StartWrite(&outgoing_); });
      }
      if (taken.finished.has_value()) {
        End(*taken.finished);
        return queue_->End();
      }
      absl::MutexLock lock(&pump_mutex_);
      busy_ = false;
      if (!again_) return;
    }
  }

 private:
  std::shared_ptr<AnswerQueue> queue_;
  absl::Mutex pump_mutex_;
  bool busy_ ABSL_GUARDED_BY(pump_mutex_) =
      false;  // a message is with the transport, or being fetched
  bool again_ ABSL_GUARDED_BY(pump_mutex_) = false;  // something came while it was
};

// A server stream that goes on reading.
class ConversationReactor final : public ServerStreamReactor {
 public:
  using ServerStreamReactor::ServerStreamReactor;
  void OnReadDone(bool ok) override {
    if (conversation_ == nullptr) return ok ? Dispatch() : End(NoRequest());
    // A call that is broken off is cancelled as well: closing it does no harm.
    if (!ok) return conversation_->Close();
    const FlatBytes bytes(incoming_);
    if (conversation_->Push(std::string(bytes.view()))) ReadNext();
  }

 private:
  void Dispatch() {
    const FlatBytes first(incoming_);
    conversation_ =
        dispatcher_.BidiStreaming(*method_, arrival(), std::string(first.view()), cancelled_,
                                  answers(), [me = Me<ConversationReactor>()] { me->ReadNext(); });
    Pump();
    ReadNext();
  }
  void ReadNext() {
    Start([this] { StartRead(&incoming_); });
  }

  std::shared_ptr<Conversation> conversation_;
};

class ClientStreamReactor final : public Reactor {
 public:
  using Reactor::Reactor;
  void Bind() {
    const RequestQueue::Options options{.max_request_bytes = dispatcher_.limits().max_request_bytes,
                                        .max_idle = dispatcher_.limits().max_idle};
    queue_ = std::make_shared<RequestQueue>(options, dispatcher_.clock(),
                                            [me = Me<ClientStreamReactor>()] { me->ReadNext(); });
  }
  void OnReadDone(bool ok) override {
    if (!std::exchange(dispatched_, true)) return ok ? Dispatch() : End(NoRequest());
    if (ok) {
      const FlatBytes bytes(incoming_);
      if (queue_->Push(std::string(bytes.view()))) ReadNext();
      return;
    }
    // The same sign means "complete" and "broken off". Headers can be sent in the first case only,
    // so send them: half a file must never pass for a whole one.
    Start([this] { StartSendInitialMetadata(); });
  }
  void OnSendInitialMetadataDone(bool ok) override { ok ? queue_->Close() : queue_->Cancel(); }

 protected:
  void Gone() override { queue_->Cancel(); }

 private:
  void Dispatch() {
    const FlatBytes first(incoming_);
    dispatcher_.ClientStreaming(
        *method_, arrival(), first.view(), queue_, cancelled_,
        [me = Me<ClientStreamReactor>()](const absl::Status& status, const SharedBytes& response) {
          me->EndWith(status, response);
          me->queue_->Cancel();
        });
    ReadNext();
  }
  void ReadNext() {
    Start([this] { StartRead(&incoming_); });
  }

  std::shared_ptr<RequestQueue> queue_;
  bool dispatched_ = false;
};

class ExchangeReactor final : public Reactor {
 public:
  ExchangeReactor(Dispatcher& dispatcher, Context* context,
                  const std::function<std::string(absl::string_view)>& answer)
      : Reactor(dispatcher, nullptr, context, nullptr), answer_(answer) {}
  void OnReadDone(bool ok) override {
    if (!ok) return End(absl::OkStatus());
    const FlatBytes request(incoming_);
    outgoing_ = ToBuffer(answer_(request.view()));
    Start([this] { StartWrite(&outgoing_); });
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError());
    Start([this] { StartRead(&incoming_); });
  }

 private:
  const std::function<std::string(absl::string_view)>& answer_;
};

class RefusingReactor final : public grpc::ServerGenericBidiReactor {
 public:
  explicit RefusingReactor(const absl::Status& status) { Finish(ToGrpc(status)); }
  void OnDone() override { delete this; }
};

class GrpcDoor final : public grpc::CallbackGenericService {
 public:
  GrpcDoor(Dispatcher& dispatcher, Exchanges exchanges)
      : dispatcher_(dispatcher), exchanges_(std::move(exchanges)) {}

  grpc::ServerGenericBidiReactor* CreateReactor(Context* context) override {
    const absl::StatusOr<const Method*> method = dispatcher_.Find(context->method());
    if (!method.ok()) {
      auto exchange = exchanges_.find(context->method());
      if (exchange == exchanges_.end()) return new RefusingReactor(method.status());
      return std::make_shared<ExchangeReactor>(dispatcher_, context, exchange->second)->Begin();
    }
    // Before a byte of the request is kept.
    const auto caller = dispatcher_.Identify(**method, ArrivalOf(*context));
    if (!caller.ok()) return new RefusingReactor(caller.status());
    if ((*method)->server_stream) return Bound<ServerStreamReactor>(*method, context, *caller);
    if ((*method)->conversation) return Bound<ConversationReactor>(*method, context, *caller);
    if ((*method)->client_stream) return Bound<ClientStreamReactor>(*method, context, *caller);
    return std::make_shared<UnaryReactor>(dispatcher_, *method, context, *caller)->Begin();
  }

 private:
  template <typename R>
  grpc::ServerGenericBidiReactor* Bound(const Method* method, Context* context,
                                        const base::Identity* caller) {
    auto reactor = std::make_shared<R>(dispatcher_, method, context, caller);
    reactor->Bind();
    return reactor->Begin();
  }

  Dispatcher& dispatcher_;
  const Exchanges exchanges_;
};

}  // namespace

std::unique_ptr<grpc::CallbackGenericService> NewGrpcDoor(Dispatcher& dispatcher,
                                                          Exchanges exchanges) {
  return std::make_unique<GrpcDoor>(dispatcher, std::move(exchanges));
}

}  // namespace plumbline::rpc
