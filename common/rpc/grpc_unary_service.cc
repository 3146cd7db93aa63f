// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/grpc_unary_service.h"

#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <utility>

#include "common/rpc/call_status.h"
#include "common/rpc/grpc_arrival.h"
#include "common/rpc/grpc_bytes.h"

namespace plumbline::rpc {
namespace {

// Of a call that waits for a thread. Ends it exactly once: by the answer or because the caller went
// away, whichever comes first. Keeps itself alive until gRPC is done with it.
class WaitingReactor final : public grpc::ServerUnaryReactor,
                             public std::enable_shared_from_this<WaitingReactor> {
 public:
  explicit WaitingReactor(grpc::ByteBuffer* response) : response_(response) {}

  // For gRPC, which owns it from now on.
  grpc::ServerUnaryReactor* Begin(Dispatcher& dispatcher,
                                  std::shared_ptr<Dispatcher::UnaryCall> call) {
    self_ = shared_from_this();
    dispatcher.Continue(std::move(call), {self_, &cancelled_},
                        [me = self_](const absl::Status& status, const SharedBytes& response) {
                          me->End(status, response);
                        });
    return this;
  }
  void OnCancel() override {
    cancelled_.store(true);
    End(absl::CancelledError(), nullptr);
  }
  void OnDone() override { self_.reset(); }

 private:
  void End(const absl::Status& status, const SharedBytes& response) {
    if (ended_.exchange(true)) return;
    if (status.ok()) *response_ = ToBuffer(response);
    Finish(ToGrpc(status));
  }

  grpc::ByteBuffer* const response_;  // valid until the end
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> ended_{false};
  std::shared_ptr<WaitingReactor> self_;
};

// gRPC runs the default reactor without a hop to another thread at its end, which costs a third of
// a call; it knows no cancellation, which an answer at once does not need.
grpc::ServerUnaryReactor* EndAtOnce(grpc::CallbackServerContext& context,
                                    const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  reactor->Finish(ToGrpc(status));
  return reactor;
}

grpc::ServerUnaryReactor* Handle(Dispatcher& dispatcher, const Method& method,
                                 grpc::CallbackServerContext& context,
                                 const grpc::ByteBuffer& request, grpc::ByteBuffer* response) {
  const Arrival arrival = ArrivalOf(context);
  if (!request.Valid()) {
    const auto caller = dispatcher.Identify(method, arrival);
    return EndAtOnce(context, caller.ok() ? NoRequest() : caller.status());
  }
  const FlatBytes bytes(request);
  std::shared_ptr<Dispatcher::UnaryCall> rest;
  const auto answer = dispatcher.Begin(method, arrival, bytes.view(), &rest);
  if (!answer.has_value()) {
    return std::make_shared<WaitingReactor>(response)->Begin(dispatcher, std::move(rest));
  }
  if (answer->status.ok()) *response = ToBuffer(answer->response);
  return EndAtOnce(context, answer->status);
}

// What protoc's plugin generates for raw callback methods, for the rows of a table.
class UnaryService final : public grpc::Service {
 public:
  void Add(const Method& method, Dispatcher& dispatcher) {
    using Handler = grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>;
    AddMethod(new grpc::internal::RpcServiceMethod(method.path.c_str(),
                                                   grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(count_++,
                          new Handler([&method, &dispatcher](grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer* request,
                                                             grpc::ByteBuffer* response) {
                            return Handle(dispatcher, method, *context, *request, response);
                          }));
  }
  int count() const { return count_; }

 private:
  int count_ = 0;
};

}  // namespace

std::unique_ptr<grpc::Service> NewGrpcUnaryService(Dispatcher& dispatcher) {
  auto service = std::make_unique<UnaryService>();
  for (const Method* method : dispatcher.table().methods()) {
    if (method->inline_unary) service->Add(*method, dispatcher);
  }
  return service->count() == 0 ? nullptr : std::unique_ptr<grpc::Service>(std::move(service));
}

}  // namespace plumbline::rpc
