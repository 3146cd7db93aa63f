// SPDX-License-Identifier: Apache-2.0
// A real server on a real port: what comes over the wire, what operators see, how it stops.
#include "common/rpc/server.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/descriptor_database.h>
#include <google/protobuf/dynamic_message.h>
#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/rpc/echo_service.h"
#include "common/rpc/grpc_bytes.h"
#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"
#include "plumbline/common/v1/admin_service.pb.h"

namespace plumbline::rpc {
namespace {

using base::Reason;
using base::ReasonOf;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using ::testing::Contains;
using ::testing::HasSubstr;

// One raw call: every message of `requests`, then one answer per message if `exchange`, else one.
class RawClient {
 public:
  explicit RawClient(const std::string& address)
      : stub_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())) {}

  absl::Status Call(const std::string& path, const std::vector<std::string>& requests,
                    std::vector<std::string>* answers = nullptr) {
    grpc::ClientContext context;
    grpc::CompletionQueue queue;
    auto call = stub_.PrepareCall(&context, path, &queue);
    const auto wait = [&] {
      void* tag;
      bool ok = false;
      queue.Next(&tag, &ok);
      return ok;
    };
    call->StartCall(this);
    bool open = wait();
    for (size_t i = 0; open && i < requests.size(); ++i) {
      call->Write(ToBuffer(requests[i]), this);
      open = wait();
      grpc::ByteBuffer answer;
      if (open && answers != nullptr) {
        call->Read(&answer, this);
        if (open = wait(); open) answers->push_back(std::string(FlatBytes(answer).view()));
      }
    }
    if (open) {
      call->WritesDone(this);
      wait();
    }
    grpc::ByteBuffer last;
    call->Read(&last, this);
    wait();
    grpc::Status status;
    call->Finish(&status, this);
    wait();
    queue.Shutdown();
    return StatusFromDetails(static_cast<absl::StatusCode>(status.error_code()),
                             status.error_message(), status.error_details());
  }

 private:
  grpc::GenericStub stub_;
};

std::string Tag(int field, int wire_type) {
  return std::string(1, static_cast<char>(field << 3 | wire_type));
}

// A string or message field of up to 2^28 bytes.
std::string Field(int field, const std::string& value) {
  std::string out = Tag(field, 2);
  for (size_t n = value.size(); true; n >>= 7) {
    out += static_cast<char>(n > 127 ? (n & 127) | 128 : n);
    if (n <= 127) break;
  }
  return out + value;
}

// CreateProcess-like: UpdateProcessRequest.process.root, nested through Node.sequence.nodes.
std::string Nested(int depth) {
  const auto* root = catalog::v1::Process::descriptor()->FindFieldByName("root");
  const auto* sequence = catalog::v1::Node::descriptor()->FindFieldByName("sequence");
  const auto* nodes = sequence->message_type()->field(0);
  std::string node;
  for (int i = 0; i < depth; ++i) node = Field(sequence->number(), Field(nodes->number(), node));
  return Field(1, Field(1, "workspaces/acme/processes/x") + Field(root->number(), node));
}

struct WireRow {
  const char* name;
  const char* path;
  std::string bytes;
  Reason reason;
};

class WireTest : public ::testing::TestWithParam<WireRow> {};

const std::string& GoodName() {
  static const std::string bytes = Field(1, "workspaces/acme/processes/x");
  return bytes;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, WireTest,
    ::testing::Values(
        WireRow{"Good", kGetProcess, GoodName(), Reason::ERROR_REASON_UNSPECIFIED},
        WireRow{"UnknownFieldIsTolerated", kGetProcess,
                GoodName() + Field(15, "of the next version"), Reason::ERROR_REASON_UNSPECIFIED},
        WireRow{"Empty", kGetProcess, "", Reason::ERROR_REASON_FIELD_INVALID},
        WireRow{"Truncated", kGetProcess, GoodName().substr(0, 10),
                Reason::ERROR_REASON_REQUEST_MALFORMED},
        WireRow{"LengthBeyondTheEnd", kGetProcess, Tag(1, 2) + "\xff\xff\xff\xff\x07",
                Reason::ERROR_REASON_REQUEST_MALFORMED},
        WireRow{"EndGroupAlone", kGetProcess, Tag(1, 4), Reason::ERROR_REASON_REQUEST_MALFORMED},
        WireRow{"FieldZero", kGetProcess, std::string(1, '\0') + "x",
                Reason::ERROR_REASON_REQUEST_MALFORMED},
        WireRow{"NotUtf8", kGetProcess, Field(1, "workspaces/acme/processes/\xff\xfe"),
                Reason::ERROR_REASON_REQUEST_MALFORMED},
        WireRow{"Random", kGetProcess, "\x9c\x01\xfe\xca\xef\xbe\xad\xde",
                Reason::ERROR_REASON_REQUEST_MALFORMED},
        WireRow{"Nested40", kUpdateProcess, Nested(40), Reason::ERROR_REASON_UNSPECIFIED},
        WireRow{"Nested10000", kUpdateProcess, Nested(10'000),
                Reason::ERROR_REASON_REQUEST_MALFORMED},
        WireRow{"FiveMegabytes", kGetProcess, Field(2, std::string(5 << 20, 'x')),
                Reason::ERROR_REASON_MESSAGE_TOO_LARGE},
        WireRow{"StreamTruncated", kWatchHistory, GoodName().substr(0, 10),
                Reason::ERROR_REASON_REQUEST_MALFORMED},
        WireRow{"ImportTruncated", kImportEventLog, GoodName().substr(0, 10),
                Reason::ERROR_REASON_REQUEST_MALFORMED},
        WireRow{"UnknownMethod", "/plumbline.catalog.v1.CatalogService/Nope", "",
                Reason::ERROR_REASON_METHOD_UNKNOWN},
        WireRow{"UnknownService", "/nobody.Knows/This", "", Reason::ERROR_REASON_METHOD_UNKNOWN},
        WireRow{"NoMethodAtAll", "/", "", Reason::ERROR_REASON_METHOD_UNKNOWN}),
    [](const auto& row) { return row.param.name; });

TEST_P(WireTest, AnswersWithReason) {
  EchoBackend backend(Way::kRemote, AnyPort());
  const absl::Status status =
      RawClient(backend.server()->address()).Call(GetParam().path, {GetParam().bytes});
  EXPECT_EQ(ReasonOf(status), GetParam().reason) << status;
  if (GetParam().reason == Reason::ERROR_REASON_REQUEST_MALFORMED) {
    EXPECT_EQ(base::FieldViolationsOf(status).size(), 1u);
  }
}

TEST(ServerTest, CallWithoutAMessageIsMalformed) {
  EchoBackend backend(Way::kRemote, AnyPort());
  RawClient client(backend.server()->address());
  EXPECT_EQ(ReasonOf(client.Call(kGetProcess, {})), Reason::ERROR_REASON_REQUEST_MALFORMED);
  EXPECT_EQ(ReasonOf(client.Call(kWatchHistory, {})), Reason::ERROR_REASON_REQUEST_MALFORMED);
  EXPECT_EQ(ReasonOf(client.Call(kImportEventLog, {})), Reason::ERROR_REASON_REQUEST_MALFORMED);
}

TEST(ServerTest, StrangersAreRefusedBeforeTheirFirstMessage) {
  common::v1::ServerConfig config = AnyPort();
  auto* token = config.mutable_auth()->add_tokens();
  token->set_token_sha256(base::Sha256Hex("t"));
  token->set_subject("t");
  token->add_workspaces("*");
  token->add_permissions("*");
  EchoBackend backend(Way::kRemote, config);
  RawClient client(backend.server()->address());
  for (const char* path : {kGetProcess, kWatchHistory, kImportEventLog}) {
    EXPECT_EQ(ReasonOf(client.Call(path, {})), Reason::ERROR_REASON_CREDENTIALS_INVALID) << path;
  }
  EXPECT_TRUE(backend.log().Await("ImportEventLog\",\"code\":\"UNAUTHENTICATED\""));
}

TEST(ServerTest, AdminPortAnswersWhileTheApiIsFull) {
  common::v1::ServerConfig config = AnyPort();
  config.mutable_limits()->set_executor_threads(4);
  config.mutable_limits()->set_executor_queue(1);
  EchoBackend backend(Way::kRemote, config);
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      catalog::v1::GetProcessResponse response;
      (void)backend.Connect()->Call(backend.Context(), kGetProcess, GetRequest("block"), &response);
    });
  }
  backend.service().AwaitBlocked(1);
  auto admin = *NewRemoteChannel({backend.server()->admin_address(), "", ""});
  common::v1::ListMethodMetricsResponse metrics;
  ASSERT_TRUE(admin
                  ->Call(backend.Context(), "/plumbline.common.v1.AdminService/ListMethodMetrics",
                         common::v1::ListMethodMetricsRequest(), &metrics)
                  .ok());
  ASSERT_EQ(metrics.methods_size(), 1);
  EXPECT_EQ(metrics.methods(0).method(), kGetProcess);
  EXPECT_GE(metrics.methods(0).in_flight(), 1);
  backend.service().Open();
  for (std::thread& caller : callers) caller.join();
  common::v1::GetServerInfoResponse info;
  ASSERT_TRUE(admin
                  ->Call(backend.Context(), "/plumbline.common.v1.AdminService/GetServerInfo",
                         common::v1::GetServerInfoRequest(), &info)
                  .ok());
  EXPECT_EQ(info.program(), "echo");
  EXPECT_NE(info.version(), "");
}

TEST(ServerTest, AdminServiceNeedsAllPermissions) {
  common::v1::ServerConfig config = AnyPort();
  auto* token = config.mutable_auth()->add_tokens();
  token->set_token_sha256(base::Sha256Hex("t"));
  token->set_subject("reader");
  token->add_workspaces("*");
  token->add_permissions("catalog.read");
  EchoBackend backend(Way::kRemote, config);
  common::v1::GetServerInfoResponse info;
  auto admin = *NewRemoteChannel({backend.server()->admin_address(), "t", ""});
  EXPECT_EQ(
      ReasonOf(admin->Call(backend.Context(), "/plumbline.common.v1.AdminService/GetServerInfo",
                           common::v1::GetServerInfoRequest(), &info)),
      Reason::ERROR_REASON_PERMISSION_DENIED);
  auto* operators = config.mutable_auth()->add_tokens();
  operators->set_token_sha256(base::Sha256Hex("o"));
  operators->set_subject("operator");
  operators->add_workspaces("*");
  operators->add_permissions("admin.read");
  EXPECT_TRUE(Authenticator::Create(config.auth()).ok());
  // Probes bring no token.
  HealthCheckResponse health;
  EXPECT_TRUE(
      (*NewRemoteChannel({backend.server()->admin_address(), "", ""}))
          ->Call(backend.Context(), "/grpc.health.v1.Health/Check", HealthCheckRequest(), &health)
          .ok());
}

TEST(ServerTest, InProcessChannelNeedsNoToken) {
  common::v1::ServerConfig config = AnyPort();
  auto* token = config.mutable_auth()->add_tokens();
  token->set_token_sha256(base::Sha256Hex("t"));
  token->set_subject("t");
  token->add_workspaces("*");
  token->add_permissions("*");
  EchoBackend backend(Way::kRemote, config);
  catalog::v1::GetProcessResponse response;
  EXPECT_TRUE(backend.server()
                  ->in_process()
                  .Call(backend.Context(), kGetProcess, GetRequest("x"), &response)
                  .ok());
}

// What a reflection client does: list, fetch the files of a service, build its types from nothing
// else, call.
TEST(ServerTest, ReflectionIsEnoughToCall) {
  using grpc::reflection::v1alpha::ServerReflectionRequest;
  using grpc::reflection::v1alpha::ServerReflectionResponse;
  EchoBackend backend(Way::kRemote, AnyPort());
  for (const char* version : {"v1", "v1alpha"}) {
    const std::string path =
        absl::StrCat("/grpc.reflection.", version, ".ServerReflection/ServerReflectionInfo");
    for (const std::string& address :
         {backend.server()->address(), backend.server()->admin_address()}) {
      ServerReflectionRequest list, file, unknown;
      list.set_list_services("*");
      file.set_file_containing_symbol("grpc.health.v1.Health");
      unknown.set_file_containing_symbol("no.Such");
      std::vector<std::string> answers;
      ASSERT_TRUE(RawClient(address)
                      .Call(path,
                            {list.SerializeAsString(), file.SerializeAsString(),
                             unknown.SerializeAsString(), "\xff"},
                            &answers)
                      .ok());
      ASSERT_EQ(answers.size(), 4u);
      ServerReflectionResponse response;
      ASSERT_TRUE(response.ParseFromString(answers[0]));
      std::vector<std::string> names;
      for (const auto& service : response.list_services_response().service())
        names.push_back(service.name());
      EXPECT_THAT(names, Contains("plumbline.catalog.v1.CatalogService"));
      EXPECT_THAT(names, Contains("grpc.health.v1.Health"));
      EXPECT_THAT(names, Contains("grpc.reflection.v1.ServerReflection"));
      ASSERT_TRUE(response.ParseFromString(answers[1]));
      google::protobuf::SimpleDescriptorDatabase database;
      for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
        google::protobuf::FileDescriptorProto proto;
        ASSERT_TRUE(proto.ParseFromString(bytes));
        database.Add(proto);
      }
      google::protobuf::DescriptorPool pool(&database);
      google::protobuf::DynamicMessageFactory factory(&pool);
      const auto* method = pool.FindMethodByName("grpc.health.v1.Health.Check");
      ASSERT_NE(method, nullptr);
      std::unique_ptr<Message> request(factory.GetPrototype(method->input_type())->New());
      std::unique_ptr<Message> answer(factory.GetPrototype(method->output_type())->New());
      ASSERT_TRUE(
          (*NewRemoteChannel({address, "", ""}))
              ->Call(backend.Context(), "/grpc.health.v1.Health/Check", *request, answer.get())
              .ok());
      EXPECT_EQ(answer->ShortDebugString(), "status: SERVING");
      ASSERT_TRUE(response.ParseFromString(answers[2]));
      EXPECT_EQ(response.error_response().error_code(), 5);
      ASSERT_TRUE(response.ParseFromString(answers[3]));
      EXPECT_EQ(response.error_response().error_code(), 3);
    }
  }
}

TEST(ServerTest, AddressInUseIsNamed) {
  EchoBackend backend(Way::kRemote, AnyPort());
  common::v1::ServerConfig config = AnyPort();
  config.set_listen_address(backend.server()->address());
  base::SystemClock clock;
  base::Logger logger(clock, base::LogLevel::kError, [](absl::string_view) {});
  auto second = Server::Start(config, {}, backend.service().table(), clock, logger);
  EXPECT_EQ(ReasonOf(second.status()), Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(backend.server()->address()));
}

TEST(ServerTest, NobodyThereIsNamed) {
  std::string address;
  {
    EchoBackend backend(Way::kRemote, AnyPort());
    address = backend.server()->address();
  }
  auto channel = *NewRemoteChannel({address, "", ""});
  catalog::v1::PublishProcessResponse response;
  const absl::Status status =
      channel->Call({.deadline = absl::Now() + absl::Seconds(30)}, kPublishProcess,
                    catalog::v1::PublishProcessRequest(), &response);
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE);
  EXPECT_THAT(std::string(status.message()), HasSubstr(address));
}

TEST(ServerTest, CallsUnderWayFinishBeforeItStops) {
  EchoBackend backend(Way::kRemote, AnyPort());
  absl::Status status;
  std::thread caller([&] {
    catalog::v1::GetProcessResponse response;
    status =
        backend.Connect()->Call(backend.Context(), kGetProcess, GetRequest("block"), &response);
  });
  backend.service().AwaitBlocked(1);
  std::thread stopper([&] { backend.Stop(); });
  // The drain has begun when new calls are refused.
  auto channel = backend.Connect();
  catalog::v1::PublishProcessRequest request;
  request.set_name("workspaces/acme/processes/x");
  catalog::v1::PublishProcessResponse response;
  while (channel->Call(backend.Context(), kPublishProcess, request, &response).ok()) {
  }
  backend.service().Open();
  caller.join();
  stopper.join();
  EXPECT_TRUE(status.ok()) << status;
}

TEST(ServerTest, WhatOutlastsTheDrainIsCancelledAndNothingHangs) {
  common::v1::ServerConfig config = AnyPort();
  config.mutable_drain_timeout()->set_nanos(50'000'000);
  EchoBackend backend(Way::kRemote, config);
  absl::Status status;
  std::thread caller([&] {
    catalog::v1::PublishProcessRequest request;
    request.set_name("workspaces/acme/processes/block");
    catalog::v1::PublishProcessResponse response;
    status = backend.Connect()->Call(backend.Context(), kPublishProcess, request, &response);
  });
  backend.service().AwaitBlocked(1);
  backend.Stop();
  caller.join();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
}

// The other half of the next test: a program that is a client and nothing else.
TEST(ServerTest, DISABLED_CallerThatPauses) {
  const char* address = std::getenv("ECHO_ADDRESS");
  ASSERT_NE(address, nullptr);
  const CallContext context{.deadline = absl::Now() + absl::Seconds(60)};
  auto channel = *NewRemoteChannel({address, "", ""});
  auto stream = *channel->WriteStream(context, kImportEventLog);
  analytics::v1::ImportEventLogRequest request;
  request.mutable_header()->set_parent("workspaces/acme");
  ASSERT_TRUE(stream->Write(request));
  absl::Notification never;
  never.WaitForNotificationWithTimeout(absl::Seconds(6));
  request.set_chunk("x");
  EXPECT_TRUE(stream->Write(request));
  analytics::v1::ImportEventLogResponse response;
  const absl::Status status = stream->Finish(&response);
  EXPECT_TRUE(status.ok()) << status;
}

// A channel pings its server every 5 s, and nobody but gRPC's backup poller looks for the answer
// while no operation of its own is under way: a caller that pauses must not take its server for a
// dead one. There is nothing to wait for but time. In one process the server's threads would look
// for the client too.
TEST(ServerTest, ClientStreamOutlivesAPauseOfItsCaller) {
  EchoBackend backend(Way::kRemote, AnyPort());
  const std::string command = absl::StrCat(
      "ECHO_ADDRESS=", backend.server()->address(), " '",
      std::filesystem::read_symlink("/proc/self/exe").string(),
      "' --gtest_also_run_disabled_tests --gtest_filter=ServerTest.DISABLED_CallerThatPauses");
  EXPECT_EQ(std::system(command.c_str()), 0);
}

// Load from several threads while the server is stopped and another takes its place, three times.
TEST(ServerTest, NoCallIsLostWhenServersAreReplaced) {
  auto backend = std::make_unique<EchoBackend>(Way::kRemote, AnyPort());
  common::v1::ServerConfig same = AnyPort();
  same.set_listen_address(backend->server()->address());
  std::atomic<bool> done{false};
  std::atomic<int> answered{0};
  std::atomic<int> unavailable{0};
  std::mutex mutex;
  std::vector<std::string> lost;
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&, address = same.listen_address(), i] {
      auto channel = *NewRemoteChannel({address, "", ""});
      while (!done.load()) {
        catalog::v1::GetProcessResponse response;
        const absl::Status status =
            channel->Call({.deadline = absl::Now() + absl::Seconds(60)}, kGetProcess,
                          GetRequest(i % 2 == 0 ? "memory" : "echo"), &response);
        if (status.ok()) {
          ++answered;
        } else if (status.code() == absl::StatusCode::kUnavailable) {
          ++unavailable;
        } else {
          std::lock_guard<std::mutex> lock(mutex);
          lost.push_back(status.ToString());
        }
      }
    });
  }
  for (int round = 0; round < 3; ++round) {
    const int before = answered.load();
    while (answered.load() < before + 500) std::this_thread::yield();
    backend = nullptr;
    backend = std::make_unique<EchoBackend>(Way::kRemote, same);
  }
  const int before = answered.load();
  while (answered.load() < before + 500) std::this_thread::yield();
  done.store(true);
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(lost, ::testing::IsEmpty());
}

}  // namespace
}  // namespace plumbline::rpc
