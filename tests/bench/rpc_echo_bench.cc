// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/rpc_echo_bench.h"

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/server_callback.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/rpc/server.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::bench {
namespace {

using catalog::v1::GetProcessRequest;
using catalog::v1::GetProcessResponse;

// One place of the load: when its call is answered it makes the next.
struct Slot {
  grpc::GenericStub* stub = nullptr;
  std::unique_ptr<grpc::ClientContext> context;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> call;
  grpc::ByteBuffer response;
  grpc::Status status;

  void Start(const Load& load, const grpc::ByteBuffer& request, grpc::CompletionQueue* queue) {
    context = std::make_unique<grpc::ClientContext>();
    context->set_wait_for_ready(true);
    call = stub->PrepareUnaryCall(context.get(), load.path, request, queue);
    call->StartCall();
    call->Finish(&response, &status, this);
  }
};

std::vector<std::unique_ptr<grpc::GenericStub>> Connect(const Load& load) {
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs;
  for (int i = 0; i < load.connections; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of its own
    stubs.push_back(std::make_unique<grpc::GenericStub>(
        grpc::CreateCustomChannel(load.address, grpc::InsecureChannelCredentials(), arguments)));
  }
  return stubs;
}

// What protoc's plugin generates for a service of one callback method.
template <typename Request, typename Response, typename Fill>
class EchoServiceOf final : public grpc::Service {
 public:
  EchoServiceOf(const std::string& path, Fill fill) : path_(path) {
    AddMethod(new grpc::internal::RpcServiceMethod(path_.c_str(),
                                                   grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodCallback(
        0, new grpc::internal::CallbackUnaryHandler<Request, Response>(
               [fill](grpc::CallbackServerContext* context, const Request*, Response* response) {
                 fill(response);
                 auto* reactor = context->DefaultReactor();
                 reactor->Finish(grpc::Status::OK);
                 return reactor;
               }));
  }

 private:
  const std::string path_;
};

class BareEchoServer final : public BareEcho {
 public:
  explicit BareEchoServer(std::unique_ptr<grpc::Service> service) : service_(std::move(service)) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
  }
  ~BareEchoServer() override { server_->Shutdown(); }
  std::string address() const override { return absl::StrCat("127.0.0.1:", port_); }

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Server> server_;
};

template <typename Request, typename Response, typename Fill>
std::unique_ptr<grpc::Service> MakeService(const std::string& path, Fill fill) {
  return std::make_unique<EchoServiceOf<Request, Response, Fill>>(path, fill);
}

}  // namespace

absl::StatusOr<double> CallsPerSecond(const Load& load) {
  const auto stubs = Connect(load);
  const grpc::Slice slice(load.request);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::CompletionQueue queue;
  std::vector<Slot> slots(static_cast<size_t>(load.connections * load.in_flight));
  for (size_t i = 0; i < slots.size(); ++i) {
    slots[i].stub = stubs[i % stubs.size()].get();
    slots[i].Start(load, request, &queue);
  }
  int answered = 0;
  int open = static_cast<int>(slots.size());
  const int warm = load.calls / 10;
  Stopwatch watch;
  double begin = 0;
  double end = 0;
  absl::Status failed;
  void* tag;
  bool ok;
  while (open > 0 && queue.Next(&tag, &ok)) {
    Slot* slot = static_cast<Slot*>(tag);
    if (!slot->status.ok()) failed = absl::InternalError(slot->status.error_message());
    if (++answered == warm) begin = watch.Seconds();
    if (answered == warm + load.calls) end = watch.Seconds();
    if (failed.ok() && answered < warm + load.calls) {
      slot->Start(load, request, &queue);
    } else {
      --open;
    }
  }
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  if (!failed.ok()) return failed;
  return load.calls / (end - begin);
}

std::unique_ptr<BareEcho> BareEcho::Start(Echo kind, const std::string& path,
                                          const std::string& payload) {
  if (kind == Echo::kTyped) {
    GetProcessResponse message;
    message.ParseFromString(payload);
    return std::make_unique<BareEchoServer>(MakeService<GetProcessRequest, GetProcessResponse>(
        path, [message](GetProcessResponse* response) { *response = message; }));
  }
  const grpc::Slice slice(payload);
  const grpc::ByteBuffer buffer(&slice, 1);
  return std::make_unique<BareEchoServer>(MakeService<grpc::ByteBuffer, grpc::ByteBuffer>(
      path, [buffer](grpc::ByteBuffer* response) { *response = buffer; }));
}

std::string ProcessPayload(size_t bytes) {
  GetProcessResponse response;
  catalog::v1::Process* process = response.mutable_process();
  process->set_name("workspaces/acme/processes/onboarding");
  process->set_title("On-boarding of a sales representative");
  auto* nodes = process->mutable_root()->mutable_sequence();
  while (response.ByteSizeLong() < bytes) {
    catalog::v1::Node* node = nodes->add_nodes();
    node->set_id(absl::StrCat("step-", nodes->nodes_size()));
    node->set_title("Write the first ten introductions with the manager beside you");
    node->mutable_step()->set_role("sales-representative");
  }
  return response.SerializeAsString();
}

absl::StatusOr<std::vector<Figure>> RpcEcho(Echo kind, int rounds) {
  const std::string path = "/plumbline.catalog.v1.CatalogService/GetProcess";
  const auto payload = std::make_shared<const std::string>(ProcessPayload(6 << 10));
  rpc::MethodTable table;
  rpc::Method& get = table.Unary<GetProcessRequest, GetProcessResponse>(
      "plumbline.catalog.v1.CatalogService", "GetProcess", "catalog.read", rpc::WorkClass::kRead,
      [](const rpc::CallContext&, const GetProcessRequest&, GetProcessResponse*) {
        return absl::OkStatus();
      });
  get.inline_unary = [payload](const rpc::CallContext&, const rpc::Message&) {
    return std::make_optional<absl::StatusOr<rpc::SharedBytes>>(payload);
  };
  common::v1::ServerConfig config;
  config.set_listen_address("127.0.0.1:0");
  const base::SystemClock clock;
  const base::Logger logger(clock, base::LogLevel::kInfo, base::Logger::StandardError());
  ASSIGN_OR_RETURN(auto server, rpc::Server::Start(config, {}, table, clock, logger));
  const auto bare = BareEcho::Start(kind, path, *payload);

  GetProcessRequest request;
  request.set_name("workspaces/acme/processes/onboarding");
  std::vector<double> ours, theirs;
  for (int i = 0; i < rounds; ++i) {
    ASSIGN_OR_RETURN(const double a,
                     CallsPerSecond({server->address(), path, request.SerializeAsString()}));
    ASSIGN_OR_RETURN(const double b,
                     CallsPerSecond({bare->address(), path, request.SerializeAsString()}));
    ours.push_back(a);
    theirs.push_back(b);
  }
  return std::vector<Figure>{{"rpc.inline", Median(ours), "1/s"},
                             {"rpc.bare", Median(theirs), "1/s"},
                             {"rpc.ratio", Median(ours) / Median(theirs), "ratio"}};
}

}  // namespace plumbline::bench
