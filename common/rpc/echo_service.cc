// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/echo_service.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/in_process.h"
#include "common/rpc/server_options.h"

namespace plumbline::rpc {
namespace {

constexpr char kCatalog[] = "plumbline.catalog.v1.CatalogService";

absl::Status ManyViolations() {
  std::vector<base::FieldViolation> violations;
  for (int i = 0; i < 500; ++i)
    violations.push_back({absl::StrCat("process.root.nodes[", i, "].id"), "is wrong somehow"});
  return base::FieldErrors(violations);
}

}  // namespace

EchoService::EchoService() {
  AddUnary();
  AddStreams();
}

void EchoService::AddUnary() {
  namespace c = catalog::v1;
  Method& get = table_.Unary<c::GetProcessRequest, c::GetProcessResponse>(
      kCatalog, "GetProcess", "catalog.read", WorkClass::kRead,
      [this](const CallContext& context, const c::GetProcessRequest& q, c::GetProcessResponse* r) {
        return Get(context, q.name(), r->mutable_process());
      });
  get.inline_unary = [](const CallContext& context,
                        const Message& request) -> std::optional<absl::StatusOr<SharedBytes>> {
    if (static_cast<const c::GetProcessRequest&>(request).name().find("/memory") ==
        std::string::npos)
      return std::nullopt;
    c::GetProcessResponse response;
    response.mutable_process()->set_title("from memory");
    return std::make_shared<const std::string>(response.SerializeAsString());
  };
  table_.Unary<c::ListProcessesRequest, c::ListProcessesResponse>(
      kCatalog, "ListProcesses", "catalog.read", WorkClass::kRead,
      [](const CallContext& context, const c::ListProcessesRequest&, c::ListProcessesResponse* r) {
        r->set_next_page_token(
            absl::StrCat(context.workspace, " ", context.trace_id, " ", context.identity.subject));
        return absl::OkStatus();
      });
  table_.Unary<c::PublishProcessRequest, c::PublishProcessResponse>(
      kCatalog, "PublishProcess", "catalog.write", WorkClass::kWrite,
      [this](const CallContext& context, const c::PublishProcessRequest& q,
             c::PublishProcessResponse* r) {
        return Get(context, q.name(), r->mutable_process());
      });
  table_.Unary<c::UpdateProcessRequest, c::UpdateProcessResponse>(
      kCatalog, "UpdateProcess", "catalog.write", WorkClass::kWrite,
      [](const CallContext& context, const c::UpdateProcessRequest&, c::UpdateProcessResponse* r) {
        r->mutable_process()->set_title(context.workspace);
        return absl::OkStatus();
      });
}

void EchoService::AddStreams() {
  table_.ServerStreaming<onboarding::v1::WatchHistoryRequest, onboarding::v1::WatchHistoryResponse>(
      "plumbline.onboarding.v1.OnboardingService", "WatchHistory", "onboarding.read",
      WorkClass::kRead,
      [this](const CallContext&, const onboarding::v1::WatchHistoryRequest& q,
             std::shared_ptr<ServerStream> stream) { return Watch(q, std::move(stream)); });
  table_.BidiStreaming<analytics::v1::StreamEventsRequest, analytics::v1::StreamEventsResponse>(
      "plumbline.analytics.v1.EventDataService", "StreamEvents", "analytics.write",
      WorkClass::kWrite, [this](const std::shared_ptr<ServerStream>& answers) {
        return [this, answers](const CallContext& context,
                               const analytics::v1::StreamEventsRequest& request) {
          return Take(context, request, *answers);
        };
      });
  table_
      .ClientStreaming<analytics::v1::ImportEventLogRequest, analytics::v1::ImportEventLogResponse>(
          "plumbline.analytics.v1.AnalyticsService", "ImportEventLog", "analytics.write",
          WorkClass::kBulk,
          [this](const CallContext& context, ClientStream& requests,
                 analytics::v1::ImportEventLogResponse* r) {
            RETURN_IF_ERROR(Import(requests, r));
            r->set_format(context.workspace);
            return absl::OkStatus();
          });
}

absl::Status EchoService::Take(const CallContext& context,
                               const analytics::v1::StreamEventsRequest& request,
                               ServerStream& answers) {
  analytics::v1::StreamEventsResponse response;
  if (request.has_open()) {
    response.mutable_opened()->set_last_sequence(static_cast<int64_t>(context.workspace.size()));
  } else {
    const auto& batch = request.batch();
    if (batch.first_sequence() == 7) {
      {
        absl::MutexLock lock(&mutex_);
        ++blocked_;
      }
      while (!gate_.WaitForNotificationWithTimeout(absl::Milliseconds(5))) {
        RETURN_IF_ERROR(context.Check(base::SystemClock().Now()));
      }
    }
    if (batch.events().empty()) return base::FieldError("events", "is empty");
    response.mutable_acknowledgement()->set_accepted_count(batch.events_size());
  }
  answers.Write(response);
  return absl::OkStatus();
}

absl::Status EchoService::Get(const CallContext& context, const std::string& name,
                              catalog::v1::Process* process) {
  const std::string what = name.substr(name.rfind('/') + 1);
  {
    absl::MutexLock lock(&mutex_);
    ++runs_;
    if (what == "block") ++blocked_;
  }
  process->set_name(name);
  process->set_title(context.workspace);
  if (what == "missing") return base::NotFound("Process", name);
  if (what == "fault") return base::Internal("the table has fallen over");
  if (what == "no-reason") return absl::InvalidArgumentError("an error without a reason");
  if (what == "no-code") return absl::FailedPreconditionError("text of some library");
  if (what == "violations") return ManyViolations();
  while (what == "block" && !gate_.WaitForNotificationWithTimeout(absl::Milliseconds(5))) {
    RETURN_IF_ERROR(context.Check(base::SystemClock().Now()));
  }
  return absl::OkStatus();
}

absl::Status EchoService::Watch(const onboarding::v1::WatchHistoryRequest& request,
                                std::shared_ptr<ServerStream> stream) {
  if (request.cursor() == "fault") return base::Internal("the feed has run dry");
  auto sent = std::make_shared<int>(0);
  const bool flood = request.cursor() == "flood";
  stream->OnEvents(
      [this, flood, sent, stream] {
        if (flood) Flood(stream, sent);
      },
      [this] {
        absl::MutexLock lock(&mutex_);
        ++ended_;
      });
  onboarding::v1::WatchHistoryResponse response;
  if (flood) {
    Flood(stream, sent);
  } else if (request.cursor() == "open") {
    stream->Write(response);
  } else {
    for (int i = 1; i <= 3; ++i) {
      response.set_cursor(absl::StrCat(i));
      stream->Write(response);
    }
    stream->Finish(absl::OkStatus());
  }
  return absl::OkStatus();
}

void EchoService::Flood(const std::shared_ptr<ServerStream>& stream,
                        const std::shared_ptr<int>& sent) {
  absl::MutexLock lock(&mutex_);
  onboarding::v1::WatchHistoryResponse response;
  while (stream->pending() < 8 && *sent < 1000) {
    response.set_cursor(std::string(1000, 'x') + absl::StrCat(*sent));
    if (!stream->Write(response)) return;
    ++*sent;
    most_pending_ = std::max(most_pending_, stream->pending());
  }
  if (*sent == 1000) stream->Finish(absl::OkStatus());
}

absl::Status EchoService::Import(ClientStream& requests,
                                 analytics::v1::ImportEventLogResponse* response) {
  analytics::v1::ImportEventLogRequest request;
  int64_t bytes = 0;
  for (bool first = true;; first = false) {
    ASSIGN_OR_RETURN(const bool more, requests.Read(&request));
    if (!more) break;
    if (first) {
      absl::MutexLock lock(&mutex_);
      ++importing_;
    }
    bytes += static_cast<int64_t>(request.chunk().size());
    if (request.header().event_log_id() == "stop") break;
  }
  response->set_event_count(bytes);
  return absl::OkStatus();
}

void EchoService::AwaitBlocked(int calls) {
  const auto there = [&] { return blocked_ >= calls; };
  absl::MutexLock lock(&mutex_, absl::Condition(&there));
}

void EchoService::AwaitImporting(int imports) {
  const auto there = [&] { return importing_ >= imports; };
  absl::MutexLock lock(&mutex_, absl::Condition(&there));
}

void EchoService::AwaitEnded(int streams) {
  const auto there = [&] { return ended_ >= streams; };
  absl::MutexLock lock(&mutex_, absl::Condition(&there));
}

size_t EchoService::most_pending() const {
  absl::MutexLock lock(&mutex_);
  return most_pending_;
}

int EchoService::runs() const {
  absl::MutexLock lock(&mutex_);
  return runs_;
}

EchoBackend::EchoBackend(Way way, const common::v1::ServerConfig& config)
    : authenticator_(*Authenticator::Create(config.auth())), metrics_(service_.table()) {
  if (way == Way::kRemote) {
    auto server = Server::Start(config, {"echo", "{}"}, service_.table(), clock_, logger_);
    if (!server.ok()) std::abort();
    server_ = *std::move(server);
    return;
  }
  const ServerOptions options = *ServerOptionsOf(config);
  executor_ = std::make_unique<Executor>(options.executor, clock_);
  dispatcher_ = std::make_unique<Dispatcher>(service_.table(), authenticator_, *executor_, metrics_,
                                             clock_, logger_, options.limits);
}

EchoBackend::~EchoBackend() { Stop(); }

std::unique_ptr<Channel> EchoBackend::Connect(const std::string& token) const {
  if (server_ != nullptr) return *NewRemoteChannel({server_->address(), token, ""});
  return NewInProcessChannel(*dispatcher_, token.empty() ? "" : absl::StrCat("Bearer ", token));
}

void EchoBackend::Stop() {
  if (server_ != nullptr) return server_->Stop();
  dispatcher_->Drain();
  dispatcher_->WaitIdle(absl::Seconds(10));
  executor_->Stop();
}

catalog::v1::GetProcessRequest GetRequest(const std::string& id) {
  catalog::v1::GetProcessRequest request;
  request.set_name(absl::StrCat("workspaces/acme/processes/", id));
  return request;
}

common::v1::ServerConfig AnyPort() {
  common::v1::ServerConfig config;
  config.set_listen_address("127.0.0.1:0");
  config.set_admin_address("127.0.0.1:0");
  return config;
}

}  // namespace plumbline::rpc
