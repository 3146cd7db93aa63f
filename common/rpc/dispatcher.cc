// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/dispatcher.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/call.h"
#include "common/rpc/call_status.h"
#include "common/rpc/conversation.h"
#include "common/rpc/tracked_stream.h"

namespace plumbline::rpc {

struct Dispatcher::Impl {
  const MethodTable& table;
  std::shared_ptr<CallServices> services;
};

struct Dispatcher::UnaryCall {
  Call call;
  std::unique_ptr<Message> request;
  Reply reply;

  std::optional<Answer> Begin(const Arrival& arrival, absl::string_view bytes);
  void Run(const absl::Status& admitted);
  Answer End(const absl::Status& status, SharedBytes response);
  void Finish(const absl::Status& status, SharedBytes response);
};

namespace {

// Of a call that is answered before anybody could cancel it. Owned by nobody, so that copies touch
// no counter that cores would fight for.
std::shared_ptr<std::atomic<bool>> NeverCancelled() {
  static std::atomic<bool> never{false};
  return {std::shared_ptr<void>(), &never};
}

// What every call passes before its handler.
absl::Status Prepare(Call& call, const Arrival& arrival, absl::string_view bytes,
                     Message* request) {
  RETURN_IF_ERROR(call.Admit(arrival));
  RETURN_IF_ERROR(ParseRequest(bytes, call.services->limits.max_request_bytes, request));
  RETURN_IF_ERROR(call.AuthorizeRequest(*request));
  return call.Check();
}

SharedBytes Serialize(const Message& message) {
  auto bytes = std::make_shared<std::string>();
  message.SerializeToString(bytes.get());
  return bytes;
}

// The first message, which was read and checked before the call got a thread, then the rest. An
// error stays.
class CheckedRequests final : public ClientStream {
 public:
  CheckedRequests(const Call& call, std::unique_ptr<Message> first, ClientStream& rest)
      : call_(call), first_(std::move(first)), rest_(rest) {}

  absl::StatusOr<bool> Read(Message* message) override {
    RETURN_IF_ERROR(error_);
    error_ = call_.Check();
    RETURN_IF_ERROR(error_);
    if (const auto first = std::move(first_)) {
      message->GetReflection()->Swap(message, first.get());
      return true;
    }
    absl::StatusOr<bool> more = rest_.Read(message);
    error_ = more.status();
    return more;
  }
  const absl::Status& status() const { return error_; }

 private:
  const Call& call_;
  std::unique_ptr<Message> first_;
  ClientStream& rest_;
  absl::Status error_;
};

struct ClientStreamCall {
  Call call;
  Dispatcher::Reply reply;
  std::unique_ptr<Message> first;
  std::shared_ptr<ClientStream> requests;

  void Finish(const absl::Status& status, SharedBytes response) {
    const absl::Status answer = call.End(status);
    reply(answer, std::move(response));
    call.Settle();
  }
  void Run(const absl::Status& admitted) {
    absl::Status status = admitted.ok() ? call.Check() : admitted;
    if (!status.ok()) return Finish(status, nullptr);
    CheckedRequests checked(call, std::move(first), *requests);
    std::unique_ptr<Message> response(call.method.response->New());
    status = call.method.client_stream(call.context, checked, response.get());
    // A handler that swallowed a refusal does not turn it into success.
    if (status.ok()) status = checked.status();
    Finish(status, status.ok() ? Serialize(*response) : nullptr);
  }
};

}  // namespace

Dispatcher::Dispatcher(const MethodTable& table, const Authenticator& authenticator,
                       Executor& executor, Metrics& metrics, const base::Clock& clock,
                       const base::Logger& logger, DispatcherLimits limits)
    : impl_(
          new Impl{table, std::shared_ptr<CallServices>(new CallServices{
                              authenticator, executor, metrics, clock, logger, limits, {}, {}})}) {}

absl::StatusOr<const Method*> Dispatcher::Find(absl::string_view path) const {
  if (const Method* method = impl_->table.Find(path)) return method;
  const std::string shown = absl::CEscape(path.substr(0, 200));
  return base::Error(base::Reason::ERROR_REASON_METHOD_UNKNOWN,
                     absl::StrCat("there is no method '", shown,
                                  "' here; server reflection lists those that are"))
      .With("method", shown);
}

std::optional<Dispatcher::Answer> Dispatcher::UnaryCall::Begin(const Arrival& arrival,
                                                               absl::string_view bytes) {
  absl::Status status = Prepare(call, arrival, bytes, request.get());
  if (!status.ok()) return End(status, nullptr);
  if (!call.method.inline_unary) return std::nullopt;
  auto answer = call.method.inline_unary(call.context, *request);
  if (!answer.has_value()) return std::nullopt;
  return answer->ok() ? End(absl::OkStatus(), **std::move(answer)) : End(answer->status(), nullptr);
}

void Dispatcher::UnaryCall::Run(const absl::Status& admitted) {
  absl::Status status = admitted.ok() ? call.Check() : admitted;
  if (!status.ok()) return Finish(status, nullptr);
  std::unique_ptr<Message> response(call.method.response->New());
  status = call.method.unary(call.context, *request, response.get());
  Finish(status, status.ok() ? Serialize(*response) : nullptr);
}

// For an answer that is handed out by returning.
Dispatcher::Answer Dispatcher::UnaryCall::End(const absl::Status& status, SharedBytes response) {
  Answer answer{call.End(status), std::move(response)};
  call.Settle();
  return answer;
}

void Dispatcher::UnaryCall::Finish(const absl::Status& status, SharedBytes response) {
  const absl::Status answer = call.End(status);
  reply(answer, std::move(response));
  call.Settle();
}

std::optional<Dispatcher::Answer> Dispatcher::Begin(const Method& method, const Arrival& arrival,
                                                    absl::string_view request,
                                                    std::shared_ptr<UnaryCall>* rest) {
  auto call =
      std::shared_ptr<UnaryCall>(new UnaryCall{{impl_->services, method, arrival, NeverCancelled()},
                                               std::unique_ptr<Message>(method.request->New()),
                                               {}});
  auto answer = call->Begin(arrival, request);
  if (!answer.has_value()) *rest = std::move(call);
  return answer;
}

void Dispatcher::Continue(std::shared_ptr<UnaryCall> call,
                          std::shared_ptr<std::atomic<bool>> cancelled, Reply reply) {
  CallContext& context = call->call.context;
  context.cancelled = std::move(cancelled);
  call->reply = std::move(reply);
  const absl::Status status = impl_->services->executor.Submit(
      {call->call.method.work, context.workspace, context.deadline,
       [call](const absl::Status& admitted) { call->Run(admitted); }});
  if (!status.ok()) call->Finish(status, nullptr);
}

void Dispatcher::Unary(const Method& method, const Arrival& arrival, absl::string_view request,
                       std::shared_ptr<std::atomic<bool>> cancelled, Reply reply) {
  std::shared_ptr<UnaryCall> rest;
  std::optional<Answer> answer = Begin(method, arrival, request, &rest);
  if (answer.has_value()) return reply(answer->status, std::move(answer->response));
  Continue(std::move(rest), std::move(cancelled), std::move(reply));
}

void Dispatcher::ServerStreaming(const Method& method, const Arrival& arrival,
                                 absl::string_view request,
                                 std::shared_ptr<std::atomic<bool>> cancelled,
                                 std::shared_ptr<ServerStream> stream) {
  auto call = std::make_unique<Call>(impl_->services, method, arrival, std::move(cancelled));
  Call& c = *call;
  std::shared_ptr<Message> message(method.request->New());
  absl::Status status = Prepare(c, arrival, request, message.get());
  auto tracked = TrackedStream::Create(std::move(call), std::move(stream));
  if (status.ok()) status = tracked->Register();
  if (status.ok()) {
    status = c.services->executor.Submit(
        {method.work, c.context.workspace, c.context.deadline,
         [tracked, message](const absl::Status& admitted) { tracked->Run(admitted, *message); }});
  }
  if (!status.ok()) tracked->Finish(status);
}

void Dispatcher::ClientStreaming(const Method& method, const Arrival& arrival,
                                 absl::string_view first, std::shared_ptr<ClientStream> requests,
                                 std::shared_ptr<std::atomic<bool>> cancelled, Reply reply) {
  std::shared_ptr<ClientStreamCall> streamed(
      new ClientStreamCall{{impl_->services, method, arrival, std::move(cancelled)},
                           std::move(reply),
                           std::unique_ptr<Message>(method.request->New()),
                           std::move(requests)});
  absl::Status status = Prepare(streamed->call, arrival, first, streamed->first.get());
  if (status.ok()) {
    const CallContext& context = streamed->call.context;
    status =
        impl_->services->executor.Submit({method.work, context.workspace, context.deadline,
                                          [streamed](const absl::Status& s) { streamed->Run(s); }});
  }
  if (!status.ok()) streamed->Finish(status, nullptr);
}

std::shared_ptr<Conversation> Dispatcher::BidiStreaming(
    const Method& method, const Arrival& arrival, std::string first,
    std::shared_ptr<std::atomic<bool>> cancelled, std::shared_ptr<ServerStream> answers,
    std::function<void()> room) {
  auto call = std::make_unique<Call>(impl_->services, method, arrival, std::move(cancelled));
  std::unique_ptr<Message> message(method.request->New());
  absl::Status status = Prepare(*call, arrival, first, message.get());
  auto tracked = TrackedStream::Create(std::move(call), std::move(answers));
  if (status.ok()) status = tracked->Register();
  auto conversation = std::make_shared<Conversation>(
      tracked, status.ok() ? method.conversation(tracked) : MessageTaker(), std::move(room));
  if (!status.ok()) {
    conversation->Cancel();
    tracked->Finish(status);
    return conversation;
  }
  // They hold each other until the transport has told the end.
  tracked->OnEvents([] {}, [conversation] { conversation->Cancel(); });
  conversation->Push(std::move(first));
  return conversation;
}

absl::StatusOr<const base::Identity*> Dispatcher::Identify(const Method& method,
                                                           const Arrival& arrival) {
  if (method.permission.empty()) return nullptr;
  auto identity = impl_->services->authenticator.Identify(arrival.authorization);
  if (identity.ok()) return identity;
  Call call(impl_->services, method, arrival, std::make_shared<std::atomic<bool>>(false));
  const absl::Status status = call.Admit(arrival);
  const absl::Status answer = call.End(status.ok() ? identity.status() : status);
  call.Settle();
  return answer;
}

void Dispatcher::Drain() { impl_->services->book.Drain(); }
int64_t Dispatcher::in_flight() const { return impl_->services->book.in_flight(); }
bool Dispatcher::WaitIdle(absl::Duration timeout) {
  return impl_->services->book.WaitIdle(timeout);
}
const MethodTable& Dispatcher::table() const { return impl_->table; }
const base::Clock& Dispatcher::clock() const { return impl_->services->clock; }
const DispatcherLimits& Dispatcher::limits() const { return impl_->services->limits; }

}  // namespace plumbline::rpc
