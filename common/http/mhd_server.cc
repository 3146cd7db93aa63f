// SPDX-License-Identifier: Apache-2.0
//
// The server over libmicrohttpd. One thread of the library reads and writes all connections; while
// a worker answers a request its connection is suspended, so that no slow answer holds up another.
#include <microhttpd.h>
#include <netdb.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/http/lifetimes.h"
#include "common/http/listen.h"
#include "common/http/server.h"
#include "common/http/workers.h"

namespace plumbline::http {
namespace {

// What the library needs of a connection beside the request: its own bookkeeping, the answer's
// headers.
constexpr size_t kOwnBytes = 4 << 10;
// Methods are logged as they came as far as they are of these.
constexpr absl::string_view kMethods[] = {"GET",    "HEAD",    "POST",  "PUT",
                                          "DELETE", "OPTIONS", "PATCH", "TRACE"};

// A request on its way. The library's thread has it, but for the time between suspending and
// resuming its connection, when a worker has it.
struct Exchange {
  MHD_Connection* connection = nullptr;
  Incoming incoming;
  Response response;
  absl::Time start;
  bool admitted = false;  // counted among those who Stop waits for
  bool answered = false;
};

MHD_Result KeepHeader(void* headers, MHD_ValueKind, const char* name, const char* value) {
  static_cast<Headers*>(headers)->emplace_back(absl::AsciiStrToLower(name),
                                               value == nullptr ? "" : value);
  return MHD_YES;
}

// Paths are compared as they are sent.
size_t LeaveEscaped(void*, MHD_Connection*, char* text) { return std::strlen(text); }

bool HasBody(const Incoming& incoming) {
  const std::string length = incoming.Header("content-length");
  return !incoming.Header("transfer-encoding").empty() || (!length.empty() && length != "0");
}

std::string PeerOf(MHD_Connection* connection) {
  const MHD_ConnectionInfo* info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  char host[NI_MAXHOST];
  if (info == nullptr || info->client_addr == nullptr) return "";
  const socklen_t length =
      info->client_addr->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  const int failed =
      getnameinfo(info->client_addr, length, host, sizeof(host), nullptr, 0, NI_NUMERICHOST);
  return failed == 0 ? host : "";
}

int SocketOf(MHD_Connection* connection) {
  return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

class MhdServer final : public Server {
 public:
  MhdServer(const ServerOptions& options, Handler handler, const base::Clock& clock,
            const base::Logger& logger)
      : options_(options),
        handler_(std::move(handler)),
        clock_(clock),
        logger_(logger),
        lifetimes_(clock, options.longest),
        workers_(options.threads, options.queue) {}
  ~MhdServer() override { Stop(); }

  absl::Status Serve(Listening listening);
  std::string address() const override { return address_; }

  void Stop() override {
    if (daemon_ == nullptr) return;
    const int socket = MHD_quiesce_daemon(daemon_);
    workers_.Stop();  // all connections are resumed then, without which the library cannot end
    {
      // The library drops what is resumed and not yet sent when it is stopped.
      absl::MutexLock lock(&mutex_);
      const auto sent = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return admitted_ == 0; };
      mutex_.AwaitWithTimeout(absl::Condition(&sent), options_.stopping);
    }
    MHD_stop_daemon(daemon_);
    daemon_ = nullptr;
    if (socket != MHD_INVALID_SOCKET) ::close(socket);
  }

 private:
  static MHD_Result Access(void* self, MHD_Connection* connection, const char* path,
                           const char* method, const char*, const char*, size_t* upload,
                           void** exchange);
  static void Connected(void* self, MHD_Connection* connection, void**,
                        MHD_ConnectionNotificationCode code) {
    Lifetimes& lifetimes = static_cast<MhdServer*>(self)->lifetimes_;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) lifetimes.Begin(SocketOf(connection));
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) lifetimes.End(SocketOf(connection));
  }
  static void Completed(void* self, MHD_Connection*, void** exchange, MHD_RequestTerminationCode) {
    MhdServer& server = *static_cast<MhdServer*>(self);
    const std::unique_ptr<Exchange> ended(static_cast<Exchange*>(*exchange));
    *exchange = nullptr;
    if (ended == nullptr || !ended->admitted) return;
    absl::MutexLock lock(&server.mutex_);
    --server.admitted_;
  }

  MHD_Result Begin(MHD_Connection* connection, const char* path, const char* method,
                   void** exchange);
  MHD_Result Admit(Exchange* exchange);
  MHD_Result Send(Exchange& exchange);
  void Log(const Exchange& exchange) const;

  const ServerOptions options_;
  const Handler handler_;
  const base::Clock& clock_;
  const base::Logger& logger_;
  std::string address_;
  Lifetimes lifetimes_;
  Workers workers_;
  absl::Mutex mutex_;
  int admitted_ ABSL_GUARDED_BY(mutex_) = 0;  // requests taken, whose answers are not sent yet
  MHD_Daemon* daemon_ = nullptr;
};

absl::Status MhdServer::Serve(Listening listening) {
  // Not epoll: the library asks it for edges and misses the end of a connection that came together
  // with its last bytes, so that who sends half a request and hangs up holds a place till it is
  // cut. The port is given with the socket. Without MHD_USE_ERROR_LOG the library writes nothing:
  // what it would say holds pieces of requests.
  daemon_ = MHD_start_daemon(
      MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, nullptr, nullptr,
      &Access, this, MHD_OPTION_LISTEN_SOCKET, listening.socket, MHD_OPTION_CONNECTION_LIMIT,
      static_cast<unsigned>(options_.max_connections), MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      options_.request_bytes + kOwnBytes, MHD_OPTION_CONNECTION_TIMEOUT,
      static_cast<unsigned>(absl::ToInt64Seconds(options_.longest)), MHD_OPTION_STRICT_FOR_CLIENT,
      1, MHD_OPTION_UNESCAPE_CALLBACK, &LeaveEscaped, nullptr, MHD_OPTION_NOTIFY_CONNECTION,
      &Connected, this, MHD_OPTION_NOTIFY_COMPLETED, &Completed, this, MHD_OPTION_END);
  if (daemon_ == nullptr) {
    ::close(listening.socket);
    return base::Internal("the HTTP server cannot be started");
  }
  address_ = std::move(listening.address);
  return absl::OkStatus();
}

// Called by the library when the headers are there, again when the request is there as a whole, and
// again when its connection was resumed.
MHD_Result MhdServer::Access(void* self, MHD_Connection* connection, const char* path,
                             const char* method, const char*, const char*, size_t* upload,
                             void** exchange) {
  MhdServer& server = *static_cast<MhdServer*>(self);
  if (*exchange == nullptr) return server.Begin(connection, path, method, exchange);
  auto* known = static_cast<Exchange*>(*exchange);
  if (*upload > 0) return MHD_NO;  // what was announced as a request without a body
  return known->answered ? server.Send(*known) : server.Admit(known);
}

MHD_Result MhdServer::Begin(MHD_Connection* connection, const char* path, const char* method,
                            void** exchange) {
  auto begun = std::make_unique<Exchange>();
  begun->connection = connection;
  begun->start = clock_.Now();
  begun->incoming.method = method;
  begun->incoming.path = path;
  MHD_get_connection_values(connection, MHD_HEADER_KIND, &KeepHeader, &begun->incoming.headers);
  Exchange& request = *begun;
  *exchange = begun.release();  // Completed frees it
  const bool possible = request.incoming.method == "GET" || request.incoming.method == "HEAD";
  if (possible && !HasBody(request.incoming)) return MHD_YES;
  // Before a byte of the body was read.
  request.response =
      possible ? PlainText(413, "a request without a body is expected") : MethodNotAllowed();
  return Send(request);
}

MHD_Result MhdServer::Admit(Exchange* exchange) {
  {
    absl::MutexLock lock(&mutex_);
    ++admitted_;
  }
  exchange->admitted = true;
  // First: the worker may be done before Submit returns.
  MHD_suspend_connection(exchange->connection);
  const auto answer = [this, exchange] {
    exchange->response = handler_(exchange->incoming);
    exchange->answered = true;
    MHD_resume_connection(exchange->connection);
  };
  if (workers_.Submit(answer)) return MHD_YES;
  exchange->response = Overloaded(options_.retry_after);
  exchange->answered = true;
  MHD_resume_connection(exchange->connection);
  return MHD_YES;
}

MHD_Result MhdServer::Send(Exchange& exchange) {
  Response& response = exchange.response;
  Log(exchange);
  MHD_Response* const made = MHD_create_response_from_buffer(
      response.body.size(), response.body.data(), MHD_RESPMEM_MUST_COPY);
  if (made == nullptr) return MHD_NO;
  for (const auto& [key, value] : response.headers)
    MHD_add_response_header(made, key.c_str(), value.c_str());
  MHD_add_response_header(made, "Connection", "close");
  const MHD_Result queued =
      MHD_queue_response(exchange.connection, static_cast<unsigned>(response.status), made);
  MHD_destroy_response(made);
  return queued;
}

void MhdServer::Log(const Exchange& exchange) const {
  const std::string& method = exchange.incoming.method;
  const bool known =
      std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods);
  const bool sent = method != "HEAD" && exchange.response.status != 304;
  const std::string peer = PeerOf(exchange.connection);
  logger_.Info("http", {{"method", known ? absl::string_view(method) : "other"},
                        {"about", exchange.response.about},
                        {"status", int64_t{exchange.response.status}},
                        {"bytes", sent ? static_cast<int64_t>(exchange.response.body.size()) : 0},
                        {"ms", absl::ToDoubleMilliseconds(clock_.Now() - exchange.start)},
                        {"peer", peer}});
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(absl::string_view field,
                                                      const ServerOptions& options, Handler handler,
                                                      const base::Clock& clock,
                                                      const base::Logger& logger) {
  ASSIGN_OR_RETURN(Listening listening, Listen(field, options.listen_address));
  auto server = std::make_unique<MhdServer>(options, std::move(handler), clock, logger);
  RETURN_IF_ERROR(server->Serve(std::move(listening)));
  return server;
}

}  // namespace plumbline::http
