// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/server.h"

#include <grpc/support/time.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/admin.h"
#include "common/rpc/authenticator.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/grpc_door.h"
#include "common/rpc/grpc_unary_service.h"
#include "common/rpc/health.h"
#include "common/rpc/in_process.h"
#include "common/rpc/reflection.h"
#include "common/rpc/server_options.h"

namespace plumbline::rpc {
namespace {

// After a drain only what ignored it is left: gRPC cancels it after this time.
constexpr absl::Duration kShutdown = absl::Seconds(1);
constexpr absl::Duration kWatchdog = absl::Seconds(5);

// Room for many watchers behind one proxy; each call that waits holds memory.
constexpr int kMaxCallsOfConnection = 1024;

// What gRPC may hold for the requests of all connections: some of the largest, and much else. Half
// of the least that the deployment grants a service.
size_t MemoryOf(const Dispatcher& dispatcher) {
  return std::max<size_t>(256 << 20, 32 * dispatcher.limits().max_request_bytes);
}

gpr_timespec Span(absl::Duration duration) {
  return gpr_time_from_millis(absl::ToInt64Milliseconds(duration), GPR_TIMESPAN);
}

// Aborts the process when what it watches takes too long: a server that hangs while stopping is
// worse than one that is killed, because nobody restarts it.
class Watchdog {
 public:
  Watchdog(absl::Duration limit, const base::Logger& logger)
      : thread_([this, limit, &logger] {
          if (done_.WaitForNotificationWithTimeout(limit)) return;
          logger.Error("the server did not stop in time; aborting",
                       {{"limit_ms", absl::ToDoubleMilliseconds(limit)}});
          std::abort();
        }) {}
  ~Watchdog() {
    done_.Notify();
    thread_.join();
  }

 private:
  absl::Notification done_;
  std::thread thread_;
};

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const ServerOptions& options) {
  if (!options.tls.has_value()) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions ssl(
      options.tls->client_ca.empty() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                                     : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  ssl.pem_key_cert_pairs.push_back({options.tls->key, options.tls->certificate});
  ssl.pem_root_certs = options.tls->client_ca;
  return grpc::SslServerCredentials(ssl);
}

// One listening grpc::Server: a generic service for everything, and a fast lane beside it.
struct Listener {
  std::unique_ptr<grpc::CallbackGenericService> door;
  std::unique_ptr<grpc::Service> fast_lane;
  std::unique_ptr<grpc::Server> server;  // goes before its services
  std::string address;
};

absl::StatusOr<Listener> Listen(absl::string_view field, const std::string& address,
                                const std::shared_ptr<grpc::ServerCredentials>& credentials,
                                Dispatcher& dispatcher, Exchanges exchanges) {
  Listener listener;
  listener.door = NewGrpcDoor(dispatcher, std::move(exchanges));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(address, credentials, &port);
  builder.RegisterCallbackGenericService(listener.door.get());
  listener.fast_lane = NewGrpcUnaryService(dispatcher);
  if (listener.fast_lane != nullptr) builder.RegisterService(listener.fast_lane.get());
  // Well above our own limit, which answers with a reason; gRPC's does not.
  builder.SetMaxReceiveMessageSize(static_cast<int>(4 * dispatcher.limits().max_request_bytes));
  builder.SetMaxSendMessageSize(-1);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT,
                             0);  // two servers on one port share its calls silently
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 16 << 10);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxCallsOfConnection);
  builder.SetResourceQuota(grpc::ResourceQuota(std::string(field)).Resize(MemoryOf(dispatcher)));
  // Clients ping every 5 s to find dead servers, and so do we to find dead clients.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 4000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  listener.server = builder.BuildAndStart();
  if (listener.server == nullptr || port == 0) {
    return base::FieldError(
        field,
        absl::StrCat("cannot listen on '", address,
                     "': another program uses the port, or the host is not one of this machine; "
                     "choose another address, or stop the other program"));
  }
  listener.address = absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
  return listener;
}

class GrpcServer final : public Server {
 public:
  GrpcServer(ServerOptions options, Authenticator authenticator, const ServerIdentity& identity,
             const MethodTable& table, const base::Clock& clock, const base::Logger& logger)
      : options_(std::move(options)),
        logger_(logger),
        authenticator_(std::move(authenticator)),
        health_(ServicesOf(table)),
        table_(WithHealth(table)),
        metrics_(table_),
        admin_table_(AdminTable(identity, clock.Now())),
        admin_metrics_(admin_table_),
        executor_(options_.executor, clock),
        admin_executor_({.threads = 2, .queue = 64}, clock),
        dispatcher_(table_, authenticator_, executor_, metrics_, clock, logger, options_.limits),
        admin_dispatcher_(admin_table_, authenticator_, admin_executor_, admin_metrics_, clock,
                          logger, options_.limits),
        in_process_(
            NewTrustedInProcessChannel(dispatcher_, base::Identity::Everything("plumbline"))) {}
  ~GrpcServer() override { Stop(); }

  absl::Status Listen() {
    auto services = ServicesOf(table_);
    ASSIGN_OR_RETURN(
        api_, rpc::Listen("server.listen_address", options_.listen_address, CredentialsOf(options_),
                          dispatcher_, NewReflection(services)));
    services.merge(ServicesOf(admin_table_));
    // Tokens cross no network in plain text unless told; probes on the machine itself need no
    // certificate.
    const bool plain = options_.admin_plaintext || IsLoopback(options_.admin_address);
    ASSIGN_OR_RETURN(
        admin_, rpc::Listen("server.admin_address", options_.admin_address,
                            plain ? grpc::InsecureServerCredentials() : CredentialsOf(options_),
                            admin_dispatcher_, NewReflection(services)));
    health_.SetServing(true);
    return absl::OkStatus();
  }

  std::string address() const override { return api_.address; }
  std::string admin_address() const override { return admin_.address; }
  Channel& in_process() override { return *in_process_; }

  void Stop() override {
    absl::MutexLock lock(&stop_mutex_);
    if (std::exchange(stopped_, true)) return;
    health_.SetServing(false);
    // Whoever balances the load needs time to see it; meanwhile calls are still answered.
    absl::Notification never;
    if (admin_.server != nullptr) never.WaitForNotificationWithTimeout(options_.drain_delay);
    Watchdog watchdog(options_.drain_timeout + kShutdown * 2 + kWatchdog, logger_);
    dispatcher_.Drain();
    if (!dispatcher_.WaitIdle(options_.drain_timeout)) {
      logger_.Warning("calls are cancelled that outlasted the drain",
                      {{"calls", dispatcher_.in_flight()}});
    }
    admin_dispatcher_.Drain();
    for (Listener* listener : {&api_, &admin_}) {
      if (listener->server == nullptr) continue;
      listener->server->Shutdown(Span(kShutdown));
      listener->server->Wait();
    }
    executor_.Stop();
    admin_executor_.Stop();
  }

 private:
  MethodTable WithHealth(const MethodTable& table) {
    MethodTable all;
    all.Merge(table);
    health_.AddTo(all);
    return all;
  }
  MethodTable AdminTable(const ServerIdentity& identity, absl::Time start) {
    MethodTable table;
    health_.AddTo(table);
    AddAdminService(identity, start, metrics_, table);
    return table;
  }

  // In the order in which each stands on those before it.
  const ServerOptions options_;
  const base::Logger& logger_;
  const Authenticator authenticator_;
  Health health_;
  const MethodTable table_;
  Metrics metrics_;
  const MethodTable admin_table_;
  Metrics admin_metrics_;
  Executor executor_;
  Executor admin_executor_;  // its own: the admin port answers however busy the other is
  Dispatcher dispatcher_;
  Dispatcher admin_dispatcher_;
  const std::unique_ptr<Channel> in_process_;
  Listener api_;
  Listener admin_;
  absl::Mutex stop_mutex_;
  bool stopped_ ABSL_GUARDED_BY(stop_mutex_) = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const common::v1::ServerConfig& config,
                                                      const ServerIdentity& identity,
                                                      const MethodTable& table,
                                                      const base::Clock& clock,
                                                      const base::Logger& logger) {
  ASSIGN_OR_RETURN(Authenticator authenticator, Authenticator::Create(config.auth()));
  ASSIGN_OR_RETURN(ServerOptions options, ServerOptionsOf(config));
  // protobuf writes every malformed request to standard error by itself; the callers get told.
  google::protobuf::SetLogHandler(nullptr);
#ifdef NDEBUG
  // Debian's abseil looks for lock cycles at every lock, behind a lock of its own; the tests have
  // looked.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
  auto server = std::make_unique<GrpcServer>(std::move(options), std::move(authenticator), identity,
                                             table, clock, logger);
  RETURN_IF_ERROR(server->Listen());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace plumbline::rpc
