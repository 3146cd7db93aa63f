// SPDX-License-Identifier: Apache-2.0
// One suite over both channels: what a caller sees does not depend on what lies between.
#include "common/rpc/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/rpc/echo_service.h"

namespace plumbline::rpc {
namespace {

using base::MetadataOf;
using base::Reason;
using base::ReasonOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ChannelTest : public ::testing::TestWithParam<Way> {
 protected:
  EchoBackend& Backend(const common::v1::ServerConfig& config = AnyPort()) {
    if (backend_ == nullptr) backend_ = std::make_unique<EchoBackend>(GetParam(), config);
    return *backend_;
  }
  absl::Status Get(const std::string& id, catalog::v1::GetProcessResponse* response) {
    return Backend().Connect()->Call(Backend().Context(), kGetProcess, GetRequest(id), response);
  }
  absl::Status Get(const std::string& id) {
    catalog::v1::GetProcessResponse response;
    return Get(id, &response);
  }
  absl::Status Watch(const CallContext& context, const std::string& cursor,
                     std::function<bool(const Message&)> each) {
    onboarding::v1::WatchHistoryRequest request;
    request.set_parent("workspaces/acme");
    request.set_cursor(cursor);
    return Backend().Connect()->ReadStream(context, kWatchHistory, request,
                                           onboarding::v1::WatchHistoryResponse::default_instance(),
                                           std::move(each));
  }

  std::unique_ptr<EchoBackend> backend_;
};

INSTANTIATE_TEST_SUITE_P(Ways, ChannelTest, ::testing::Values(Way::kInProcess, Way::kRemote),
                         [](const auto& row) {
                           return row.param == Way::kRemote ? "Remote" : "InProcess";
                         });

TEST_P(ChannelTest, UnaryCallCarriesWorkspaceTraceAndIdentity) {
  catalog::v1::ListProcessesRequest request;
  request.set_parent("workspaces/acme");
  catalog::v1::ListProcessesResponse response;
  ASSERT_TRUE(
      Backend().Connect()->Call(Backend().Context(), kListProcesses, request, &response).ok());
  EXPECT_EQ(response.next_page_token(), "acme 0af7651916cd43dd8448eb211c80319c anonymous");
}

TEST_P(ChannelTest, WorkspaceIsFoundInANestedName) {
  catalog::v1::UpdateProcessRequest request;
  request.mutable_process()->set_name("workspaces/globex/processes/x");
  catalog::v1::UpdateProcessResponse response;
  ASSERT_TRUE(
      Backend().Connect()->Call(Backend().Context(), kUpdateProcess, request, &response).ok());
  EXPECT_EQ(response.process().title(), "globex");
}

TEST_P(ChannelTest, AnswersFromMemoryDoNotReachTheHandler) {
  catalog::v1::GetProcessResponse response;
  ASSERT_TRUE(Get("memory", &response).ok());
  EXPECT_EQ(response.process().title(), "from memory");
  EXPECT_EQ(Backend().service().runs(), 0);
}

TEST_P(ChannelTest, ErrorsArriveWithTheirDetails) {
  const absl::Status status = Get("missing");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_RESOURCE_NOT_FOUND);
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.ResourceInfo").has_value());
}

TEST_P(ChannelTest, FaultsAreNeutralAndTheLogTellsTheRest) {
  const absl::Status status = Get("fault");
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_INTERNAL);
  EXPECT_EQ(MetadataOf(status, "trace_id"), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("table")));
  EXPECT_TRUE(Backend().log().Await("the table has fallen over"));
}

TEST_P(ChannelTest, StatusesWithoutAReasonGetOne) {
  EXPECT_EQ(ReasonOf(Get("no-reason")), Reason::ERROR_REASON_FIELD_INVALID);
  const absl::Status status = Get("no-code");
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_INTERNAL);
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("library")));
}

TEST_P(ChannelTest, UnknownMethodIsNamed) {
  catalog::v1::GetProcessResponse response;
  const absl::Status status = Backend().Connect()->Call(
      Backend().Context(), "/plumbline.catalog.v1.CatalogService/Nope", GetRequest("x"), &response);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_METHOD_UNKNOWN);
  EXPECT_EQ(MetadataOf(status, "method"), "/plumbline.catalog.v1.CatalogService/Nope");
}

TEST_P(ChannelTest, TooLargeAMessageIsRefusedWithTheLimit) {
  catalog::v1::GetProcessRequest request = GetRequest("x");
  request.set_min_freshness(std::string(5 << 20, 'x'));
  catalog::v1::GetProcessResponse response;
  const absl::Status status =
      Backend().Connect()->Call(Backend().Context(), kGetProcess, request, &response);
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_MESSAGE_TOO_LARGE);
  EXPECT_EQ(MetadataOf(status, "limit_bytes"), absl::StrCat(4 << 20));
}

TEST_P(ChannelTest, DeadlineEndsTheWaitAndTheWork) {
  catalog::v1::GetProcessResponse response;
  const absl::Status status = Backend().Connect()->Call(
      Backend().Context(absl::Milliseconds(50)), kGetProcess, GetRequest("block"), &response);
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_DEADLINE_EXCEEDED);
  // The handler, which would block for ever, was told to stop.
  EXPECT_TRUE(Backend().log().Await("GetProcess\",\"code\""));
}

TEST_P(ChannelTest, MissingDeadlineIsClampedToTheServers) {
  common::v1::ServerConfig config = AnyPort();
  config.mutable_limits()->mutable_max_deadline()->set_nanos(100'000'000);
  EchoBackend& backend = Backend(config);
  catalog::v1::GetProcessResponse response;
  const absl::Status status =
      backend.Connect()->Call({}, kGetProcess, GetRequest("block"), &response);
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_DEADLINE_EXCEEDED);
}

TEST_P(ChannelTest, CancellingTheContextEndsTheCall) {
  CallContext context = Backend().Context();
  absl::Status status;
  std::thread caller([&] {
    catalog::v1::GetProcessResponse response;
    status = Backend().Connect()->Call(context, kGetProcess, GetRequest("block"), &response);
  });
  Backend().service().AwaitBlocked(1);
  context.cancelled->store(true);
  caller.join();
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_CANCELLED);
}

TEST_P(ChannelTest, OverloadIsRefusedAtOnce) {
  common::v1::ServerConfig config = AnyPort();
  config.mutable_limits()->set_executor_threads(4);
  config.mutable_limits()->set_executor_queue(1);
  EchoBackend& backend = Backend(config);
  auto channel = backend.Connect();
  const auto publish = [&] {
    catalog::v1::PublishProcessRequest request;
    request.set_name("workspaces/acme/processes/block");
    catalog::v1::PublishProcessResponse response;
    return channel->Call(backend.Context(), kPublishProcess, request, &response);
  };
  // Two run, one waits; of four callers exactly one is refused.
  std::vector<absl::Status> results(4);
  std::vector<std::thread> callers;
  absl::Notification refused;
  for (absl::Status& result : results) {
    callers.emplace_back([&] {
      result = publish();
      if (!result.ok()) refused.Notify();
    });
  }
  refused.WaitForNotification();
  backend.service().Open();
  for (std::thread& caller : callers) caller.join();
  for (const absl::Status& result : results) {
    if (result.ok()) continue;
    EXPECT_EQ(ReasonOf(result), Reason::ERROR_REASON_OVERLOADED);
    EXPECT_TRUE(result.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
    EXPECT_TRUE(result.GetPayload("type.googleapis.com/google.rpc.QuotaFailure").has_value());
  }
}

TEST_P(ChannelTest, ManyViolationsAreCutToWhatFits) {
  const absl::Status status = Get("violations");
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_GT(base::FieldViolationsOf(status).size(), 20u);
  EXPECT_THAT(std::string(status.message()), HasSubstr("499 more"));
}

TEST_P(ChannelTest, ServerStreamInOrderToItsEnd) {
  std::string cursors;
  const absl::Status status = Watch(Backend().Context(), "three", [&](const Message& message) {
    cursors += static_cast<const onboarding::v1::WatchHistoryResponse&>(message).cursor();
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(cursors, "123");
  Backend().service().AwaitEnded(1);
}

TEST_P(ChannelTest, SlowReaderHoldsTheWriterBack) {
  int read = 0;
  const absl::Status status =
      Watch(Backend().Context(), "flood", [&](const Message&) { return ++read > 0; });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(read, 1000);
  EXPECT_LE(Backend().service().most_pending(), 8u);
}

TEST_P(ChannelTest, ReaderThatHasEnoughEndsTheStream) {
  EXPECT_TRUE(Watch(Backend().Context(), "open", [](const Message&) { return false; }).ok());
  Backend().service().AwaitEnded(1);
}

TEST_P(ChannelTest, StreamOutlivesMaxDeadlineAndEndsWithTheCallers) {
  common::v1::ServerConfig config = AnyPort();
  config.mutable_limits()->mutable_max_deadline()->set_nanos(1'000'000);
  EchoBackend& backend = Backend(config);
  const absl::Status status =
      Watch(backend.Context(absl::Milliseconds(300)), "open", [](const Message&) { return true; });
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_DEADLINE_EXCEEDED);
  backend.service().AwaitEnded(1);
}

TEST_P(ChannelTest, StreamRefusedByItsHandler) {
  const absl::Status status =
      Watch(Backend().Context(), "fault", [](const Message&) { return true; });
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_INTERNAL);
}

TEST_P(ChannelTest, DrainEndsOpenStreams) {
  absl::Notification open;
  absl::Status status;
  std::thread watcher([&] {
    status = Watch(Backend().Context(), "open", [&](const Message&) {
      open.Notify();
      return true;
    });
  });
  open.WaitForNotification();
  Backend().Stop();
  watcher.join();
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_SHUTTING_DOWN);
}

TEST_P(ChannelTest, ClientStreamIsReadToItsEnd) {
  const CallContext context = Backend().Context();
  auto channel = Backend().Connect();
  auto stream = *channel->WriteStream(context, kImportEventLog);
  analytics::v1::ImportEventLogRequest request;
  request.mutable_header()->set_parent("workspaces/acme");
  ASSERT_TRUE(stream->Write(request));
  request.set_chunk(std::string(100'000, 'x'));
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(stream->Write(request));
  analytics::v1::ImportEventLogResponse response;
  const absl::Status status = stream->Finish(&response);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(response.event_count(), 5'000'000);
  EXPECT_EQ(response.format(), "acme");
}

TEST_P(ChannelTest, ClientStreamThatTheServerEndsEarly) {
  const CallContext context = Backend().Context();
  auto channel = Backend().Connect();
  auto stream = *channel->WriteStream(context, kImportEventLog);
  analytics::v1::ImportEventLogRequest request;
  request.mutable_header()->set_parent("workspaces/acme");
  request.mutable_header()->set_event_log_id("stop");
  ASSERT_TRUE(stream->Write(request));
  request.set_chunk(std::string(100'000, 'x'));
  while (stream->Write(request)) {
  }
  analytics::v1::ImportEventLogResponse response;
  EXPECT_TRUE(stream->Finish(&response).ok());
}

TEST_P(ChannelTest, ClientStreamIsAuthorizedByItsFirstMessage) {
  common::v1::ServerConfig config = AnyPort();
  auto* token = config.mutable_auth()->add_tokens();
  token->set_token_sha256(base::Sha256Hex("t"));
  token->set_subject("importer");
  token->add_workspaces("globex");
  token->add_permissions("analytics.write");
  EchoBackend& backend = Backend(config);
  const CallContext context = backend.Context();
  auto channel = backend.Connect("t");
  const auto import = [&](const std::string& parent) {
    auto stream = *channel->WriteStream(context, kImportEventLog);
    analytics::v1::ImportEventLogRequest request;
    request.mutable_header()->set_parent(parent);
    stream->Write(request);
    analytics::v1::ImportEventLogResponse response;
    return stream->Finish(&response);
  };
  EXPECT_TRUE(import("workspaces/globex").ok());
  EXPECT_EQ(ReasonOf(import("workspaces/acme")), Reason::ERROR_REASON_PERMISSION_DENIED);
  EXPECT_EQ(ReasonOf(import("nowhere")), Reason::ERROR_REASON_FIELD_INVALID);
}

TEST_P(ChannelTest, IdleImportsKeepNobodyElseOut) {
  EchoBackend& backend = Backend();
  const CallContext context = backend.Context();
  auto channel = backend.Connect();
  const auto open = [&](const char* parent) {
    auto stream = *channel->WriteStream(context, kImportEventLog);
    analytics::v1::ImportEventLogRequest request;
    request.mutable_header()->set_parent(parent);
    if (*parent != '\0') stream->Write(request);
    return stream;
  };
  // Of two bulk threads: those without a message hold none, those of one workspace hold one.
  std::vector<std::unique_ptr<OutgoingStream>> idle;
  for (int i = 0; i < 2; ++i) idle.push_back(open(""));
  for (int i = 0; i < 2; ++i) idle.push_back(open("workspaces/acme"));
  analytics::v1::ImportEventLogResponse response;
  EXPECT_TRUE(open("workspaces/globex")->Finish(&response).ok());
}

TEST_P(ChannelTest, ClientStreamThatIdlesIsEnded) {
  common::v1::ServerConfig config = AnyPort();
  config.mutable_limits()->mutable_max_deadline()->set_nanos(50'000'000);
  EchoBackend& backend = Backend(config);
  const CallContext context = backend.Context();
  auto channel = backend.Connect();
  auto stream = *channel->WriteStream(context, kImportEventLog);
  analytics::v1::ImportEventLogRequest request;
  request.mutable_header()->set_parent("workspaces/acme");
  ASSERT_TRUE(stream->Write(request));
  EXPECT_TRUE(backend.log().Await("ImportEventLog\",\"code\":\"DEADLINE_EXCEEDED\""));
}

TEST_P(ChannelTest, AbandonedClientStreamNeverLooksComplete) {
  const CallContext context = Backend().Context();
  {
    auto channel = Backend().Connect();
    auto stream = *channel->WriteStream(context, kImportEventLog);
    analytics::v1::ImportEventLogRequest request;
    request.mutable_header()->set_parent("workspaces/acme");
    ASSERT_TRUE(stream->Write(request));
  }
  EXPECT_TRUE(Backend().log().Await("ImportEventLog\",\"code\":\"CANCELLED\""));
}

struct AuthRow {
  const char* name;
  const char* token;
  const char* resource;
  Reason reason;
};

class AuthTest : public ::testing::TestWithParam<std::tuple<Way, AuthRow>> {};

INSTANTIATE_TEST_SUITE_P(
    Rows, AuthTest,
    ::testing::Combine(
        ::testing::Values(Way::kInProcess, Way::kRemote),
        ::testing::Values(AuthRow{"NoToken", "", "workspaces/acme/processes/x",
                                  Reason::ERROR_REASON_CREDENTIALS_INVALID},
                          AuthRow{"WrongToken", "no", "workspaces/acme/processes/x",
                                  Reason::ERROR_REASON_CREDENTIALS_INVALID},
                          AuthRow{"Granted", "reader", "workspaces/acme/processes/x",
                                  Reason::ERROR_REASON_UNSPECIFIED},
                          AuthRow{"OtherWorkspace", "reader", "workspaces/globex/processes/x",
                                  Reason::ERROR_REASON_PERMISSION_DENIED},
                          AuthRow{"OtherPermission", "writer", "workspaces/acme/processes/x",
                                  Reason::ERROR_REASON_PERMISSION_DENIED},
                          AuthRow{"Everything", "admin", "workspaces/globex/processes/x",
                                  Reason::ERROR_REASON_UNSPECIFIED},
                          AuthRow{"NoWorkspace", "admin", "processes/x",
                                  Reason::ERROR_REASON_FIELD_INVALID},
                          AuthRow{"BadWorkspace", "admin", "workspaces/A_B/processes/x",
                                  Reason::ERROR_REASON_FIELD_INVALID},
                          AuthRow{"EmptyName", "admin", "", Reason::ERROR_REASON_FIELD_INVALID})),
    [](const auto& row) {
      return absl::StrCat(std::get<1>(row.param).name,
                          std::get<0>(row.param) == Way::kRemote ? "Remote" : "InProcess");
    });

TEST_P(AuthTest, DecidesAsConfigured) {
  const auto& [way, row] = GetParam();
  common::v1::ServerConfig config = AnyPort();
  const auto add = [&](const std::string& token, const std::string& workspace,
                       const std::string& permission) {
    auto* access = config.mutable_auth()->add_tokens();
    access->set_token_sha256(base::Sha256Hex(token));
    access->set_subject(token);
    access->add_workspaces(workspace);
    access->add_permissions(permission);
  };
  add("reader", "acme", "catalog.read");
  add("writer", "acme", "catalog.write");
  add("admin", "*", "*");
  EchoBackend backend(way, config);
  catalog::v1::GetProcessRequest request;
  request.set_name(row.resource);
  catalog::v1::GetProcessResponse response;
  const absl::Status status =
      backend.Connect(row.token)->Call(backend.Context(), kGetProcess, request, &response);
  EXPECT_EQ(ReasonOf(status), row.reason) << status;
  EXPECT_EQ(status.ok(), row.reason == Reason::ERROR_REASON_UNSPECIFIED);
  EXPECT_EQ(backend.service().runs(), status.ok() ? 1 : 0);
  if (row.reason == Reason::ERROR_REASON_PERMISSION_DENIED) {
    EXPECT_EQ(MetadataOf(status, "permission"), "catalog.read");
    EXPECT_NE(MetadataOf(status, "workspace"), "");
  }
}

}  // namespace
}  // namespace plumbline::rpc
