// SPDX-License-Identifier: Apache-2.0
#include <grpc/support/time.h>
#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/channel.h"
#include "common/rpc/grpc_bytes.h"
#include "common/rpc/outgoing.h"
#include "common/rpc/retry.h"
#include "common/rpc/tls.h"

namespace plumbline::rpc {
namespace {

using base::Error;
using base::Reason;

// Finds dead peers while calls are under way; servers permit a ping every 4 s.
constexpr int kPingIntervalMs = 5000;

// What one call needs: a context, and a queue of its own on which its thread waits.
class Waiter {
 public:
  Waiter(const CallContext& context, const RemoteChannelOptions& options) : context_(context) {
    if (context.deadline != absl::InfiniteFuture())
      client_.set_deadline(absl::ToChronoTime(context.deadline));
    if (!options.token.empty())
      client_.AddMetadata("authorization", absl::StrCat("Bearer ", options.token));
    if (const std::string trace = TraceParent(context); !trace.empty())
      client_.AddMetadata("traceparent", trace);
  }
  ~Waiter() {
    queue_.Shutdown();
    void* tag;
    bool ok;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  // Waits for the operation that was started with this as its tag, and cancels the call when its
  // caller does.
  bool Wait() {
    void* tag;
    bool ok = false;
    while (queue_.AsyncNext(&tag, &ok,
                            gpr_time_from_millis(absl::ToInt64Milliseconds(kCancelPoll),
                                                 GPR_TIMESPAN)) == grpc::CompletionQueue::TIMEOUT) {
      if (context_.cancelled->load()) client_.TryCancel();
    }
    return ok;
  }

  grpc::ClientContext& client() { return client_; }
  grpc::CompletionQueue& queue() { return queue_; }

 private:
  const CallContext& context_;
  grpc::ClientContext client_;
  grpc::CompletionQueue queue_;
};

// An error that gRPC itself made has no reason yet.
absl::Status WithReason(const absl::Status& status, const std::string& address,
                        absl::string_view path, const CallContext& context) {
  switch (status.code()) {
    case absl::StatusCode::kDeadlineExceeded:
      return DeadlinePassed(path);
    case absl::StatusCode::kResourceExhausted:
      return Error(Reason::ERROR_REASON_MESSAGE_TOO_LARGE,
                   absl::StrCat(path, ": ", status.message()));
    case absl::StatusCode::kCancelled:
      if (context.cancelled->load()) return CancelledByCaller(path);
      // Nobody here cancelled: the server shut down under the call.
      [[fallthrough]];
    case absl::StatusCode::kUnavailable:
      return Error(Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
                   absl::StrCat("no answer from ", address, " (", status.message(),
                                "); check that it runs and that the address is right"))
          .With("dependency", address);
    default:
      return status;
  }
}

absl::Status FromGrpc(const grpc::Status& status, const std::string& address,
                      absl::string_view path, const CallContext& context) {
  if (status.ok()) return absl::OkStatus();
  absl::Status converted = StatusFromDetails(static_cast<absl::StatusCode>(status.error_code()),
                                             status.error_message(), status.error_details());
  if (base::ReasonOf(converted) != Reason::ERROR_REASON_UNSPECIFIED) return converted;
  return WithReason(converted, address, path, context);
}

bool Parse(const grpc::ByteBuffer& buffer, Message* message) {
  const FlatBytes bytes(buffer);
  return message->ParseFromArray(bytes.view().data(), static_cast<int>(bytes.view().size()));
}

class RemoteStream final : public OutgoingStream {
 public:
  RemoteStream(grpc::GenericStub& stub, const CallContext& context, absl::string_view path,
               const RemoteChannelOptions& options)
      : context_(context), path_(path), address_(options.address), waiter_(context, options) {
    call_ = stub.PrepareCall(&waiter_.client(), path_, &waiter_.queue());
    call_->StartCall(this);
    open_ = waiter_.Wait();
  }
  ~RemoteStream() override {
    if (!finished_) {
      waiter_.client().TryCancel();
      End();
    }
  }

  bool Write(const Message& message) override {
    if (!open_) return false;
    call_->Write(ToBuffer(message.SerializeAsString()), this);
    return open_ = waiter_.Wait();
  }

  absl::Status Finish(Message* response) override {
    if (open_) {
      call_->WritesDone(this);
      waiter_.Wait();
    }
    grpc::ByteBuffer buffer;
    call_->Read(&buffer, this);
    const bool answered = waiter_.Wait();
    RETURN_IF_ERROR(FromGrpc(End(), address_, path_, context_));
    return answered && Parse(buffer, response) ? absl::OkStatus() : AnswerMalformed(path_);
  }

 private:
  grpc::Status End() {
    grpc::Status status;
    call_->Finish(&status, this);
    waiter_.Wait();
    finished_ = true;
    return status;
  }

  const CallContext& context_;
  const std::string path_;
  const std::string address_;
  Waiter waiter_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
  bool open_ = false;
  bool finished_ = false;
};

class RemoteExchange final : public Exchange {
 public:
  RemoteExchange(grpc::GenericStub& stub, const CallContext& context, absl::string_view path,
                 const RemoteChannelOptions& options)
      : context_(context), path_(path), address_(options.address), waiter_(context, options) {
    call_ = stub.PrepareCall(&waiter_.client(), path_, &waiter_.queue());
    call_->StartCall(this);
    open_ = waiter_.Wait();
  }
  ~RemoteExchange() override {
    if (finished_) return;
    waiter_.client().TryCancel();
    Finish().IgnoreError();
  }

  bool Write(const Message& message) override {
    if (!open_) return false;
    call_->Write(ToBuffer(message.SerializeAsString()), this);
    return open_ = waiter_.Wait();
  }
  void EndWrites() override {
    if (!std::exchange(open_, false)) return;
    call_->WritesDone(this);
    waiter_.Wait();
  }
  absl::StatusOr<bool> Read(Message* response) override {
    if (finished_) return result_.ok() ? absl::StatusOr<bool>(false) : result_;
    grpc::ByteBuffer buffer;
    call_->Read(&buffer, this);
    if (waiter_.Wait()) {
      if (!Parse(buffer, response)) return AnswerMalformed(path_);
      return true;
    }
    result_ = Finish();
    if (!result_.ok()) return result_;
    return false;
  }

 private:
  absl::Status Finish() {
    open_ = false;
    finished_ = true;
    grpc::Status status;
    call_->Finish(&status, this);
    waiter_.Wait();
    return FromGrpc(status, address_, path_, context_);
  }

  const CallContext& context_;
  const std::string path_;
  const std::string address_;
  Waiter waiter_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
  bool open_ = false, finished_ = false;
  absl::Status result_;
};

class RemoteChannel final : public Channel {
 public:
  RemoteChannel(RemoteChannelOptions options, const std::shared_ptr<grpc::Channel>& channel)
      : options_(std::move(options)), stub_(channel) {}

  absl::Status Call(const CallContext& context, absl::string_view path, const Message& request,
                    Message* response) override {
    Waiter waiter(context, options_);
    grpc::ByteBuffer buffer;
    grpc::Status status;
    auto call = stub_.PrepareUnaryCall(&waiter.client(), std::string(path),
                                       ToBuffer(request.SerializeAsString()), &waiter.queue());
    call->StartCall();
    call->Finish(&buffer, &status, this);
    waiter.Wait();
    RETURN_IF_ERROR(FromGrpc(status, options_.address, path, context));
    return Parse(buffer, response) ? absl::OkStatus() : AnswerMalformed(path);
  }

  absl::Status ReadStream(const CallContext& context, absl::string_view path,
                          const Message& request, const Message& response_prototype,
                          std::function<bool(const Message&)> each) override {
    Waiter waiter(context, options_);
    auto call = stub_.PrepareCall(&waiter.client(), std::string(path), &waiter.queue());
    call->StartCall(this);
    if (waiter.Wait()) {
      call->WriteLast(ToBuffer(request.SerializeAsString()), {}, this);
      waiter.Wait();
    }
    absl::Status stopped = absl::OkStatus();
    const bool stopped_here = !ReadAll(*call, waiter, path, response_prototype, each, &stopped);
    if (stopped_here) waiter.client().TryCancel();
    grpc::Status status;
    call->Finish(&status, this);
    waiter.Wait();
    return stopped_here ? stopped : FromGrpc(status, options_.address, path, context);
  }

  absl::StatusOr<std::unique_ptr<OutgoingStream>> WriteStream(const CallContext& context,
                                                              absl::string_view path) override {
    return std::make_unique<RemoteStream>(stub_, context, path, options_);
  }

  absl::StatusOr<std::unique_ptr<Exchange>> OpenExchange(const CallContext& context,
                                                         absl::string_view path) override {
    return std::make_unique<RemoteExchange>(stub_, context, path, options_);
  }

 private:
  // True: the server ended the stream. False: we want no more, and `stopped` says why.
  bool ReadAll(grpc::GenericClientAsyncReaderWriter& call, Waiter& waiter, absl::string_view path,
               const Message& prototype, const std::function<bool(const Message&)>& each,
               absl::Status* stopped) {
    std::unique_ptr<Message> message(prototype.New());
    while (true) {
      grpc::ByteBuffer buffer;
      call.Read(&buffer, this);
      if (!waiter.Wait()) return true;
      if (!Parse(buffer, message.get())) {
        *stopped = AnswerMalformed(path);
        return false;
      }
      if (!each(*message)) return false;
    }
  }

  const RemoteChannelOptions options_;
  grpc::GenericStub stub_;
};

// Between calls only gRPC's backup poller looks at the socket of a connection, also of one that is
// being made, and it does so every 5 s: a server that was restarted seemed to be gone as long. gRPC
// reads the variable when it is first used and has no other way to set it; what the environment
// says already stays.
void LookAtConnectionsOften() {
  [[maybe_unused]] static const int once =
      ::setenv("GRPC_CLIENT_CHANNEL_BACKUP_POLL_INTERVAL_MS", "100", /*overwrite=*/0);
}

const base::Clock& MachineClock() {
  static const base::SystemClock clock;  // stateless
  return clock;
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(
    const RemoteChannelOptions& options) {
  const bool certificate = !options.certificate_file.empty();
  if (certificate == options.key_file.empty()) {
    return base::FieldError(certificate ? "key_file" : "certificate_file",
                            "is empty; a certificate and its key are given together or not at all");
  }
  if (options.ca_file.empty()) {
    if (!certificate) return grpc::InsecureChannelCredentials();
    return base::FieldError("ca_file",
                            "is empty; a certificate is presented over TLS only: name the file of "
                            "the authorities of the server's certificate");
  }
  grpc::SslCredentialsOptions ssl;
  ASSIGN_OR_RETURN(ssl.pem_root_certs, ReadFile("ca_file", options.ca_file));
  if (certificate) {
    ASSIGN_OR_RETURN(ssl.pem_cert_chain, ReadFile("certificate_file", options.certificate_file));
    ASSIGN_OR_RETURN(ssl.pem_private_key, ReadFile("key_file", options.key_file));
  }
  return grpc::SslCredentials(ssl);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Channel>> NewRemoteChannel(const RemoteChannelOptions& options) {
  LookAtConnectionsOften();
  ASSIGN_OR_RETURN(const auto credentials, CredentialsOf(options));
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);  // our own services: they bound their answers
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingIntervalMs);
  // Where gRPC was in use before the first channel, its backup poller reads the answer every 5 s.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 15'000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // gRPC waits up to two minutes before it tries a lost server again; a restart takes seconds.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  // The time that connecting may take; a refused connection is not tried again before it is over.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  // Retries happen in one place, and it is not there.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  auto channel = grpc::CreateCustomChannel(options.address, credentials, arguments);
  return NewRetryingChannel(std::make_unique<RemoteChannel>(options, channel),
                            DefaultRetryOptions(), MachineClock());
}

}  // namespace plumbline::rpc
