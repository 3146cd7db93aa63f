// SPDX-License-Identifier: Apache-2.0
//
// For the tests of this folder: methods of the real contracts whose behaviour the request chooses,
// and both ways to call them.
#ifndef PLUMBLINE_COMMON_RPC_ECHO_SERVICE_H_
#define PLUMBLINE_COMMON_RPC_ECHO_SERVICE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "common/base/log.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/method_table.h"
#include "common/rpc/server.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::rpc {

inline constexpr char kGetProcess[] = "/plumbline.catalog.v1.CatalogService/GetProcess";
inline constexpr char kListProcesses[] = "/plumbline.catalog.v1.CatalogService/ListProcesses";
inline constexpr char kPublishProcess[] = "/plumbline.catalog.v1.CatalogService/PublishProcess";
inline constexpr char kUpdateProcess[] = "/plumbline.catalog.v1.CatalogService/UpdateProcess";
inline constexpr char kWatchHistory[] = "/plumbline.onboarding.v1.OnboardingService/WatchHistory";
inline constexpr char kStreamEvents[] = "/plumbline.analytics.v1.EventDataService/StreamEvents";
inline constexpr char kImportEventLog[] = "/plumbline.analytics.v1.AnalyticsService/ImportEventLog";

// Handlers (the last part of a name or the cursor says what happens):
//   GetProcess      "echo" gives the workspace as title; "memory" is answered inline; "missing",
//   "fault", "no-reason",
//                   "no-code", "violations" fail; "block" waits for Open() or until its context
//                   says stop
//   PublishProcess  the same; a write
//   UpdateProcess   gives the workspace as title
//   WatchHistory    "three" sends three and ends; "open" sends one and stays; "flood" sends 1,000,
//   never more than 8 ahead;
//                   "fault" fails
//   StreamEvents    gives the workspace's length as the last sequence of `open`, then the count of
//   each batch;
//                   one without events fails, one that begins with number 7 blocks
//   ImportEventLog  counts the bytes of all chunks; "stop" as id of the log ends after the header
class EchoService {
 public:
  EchoService();
  const MethodTable& table() const { return table_; }

  // Lets blocked calls go on.
  void Open() {
    if (!gate_.HasBeenNotified()) gate_.Notify();
  }
  // Waits until so many calls block.
  void AwaitBlocked(int calls);
  // Waits until the handlers of so many imports have their first message.
  void AwaitImporting(int imports);
  // Waits until so many streams were told their end.
  void AwaitEnded(int streams);
  size_t most_pending() const;
  int runs() const;  // calls of the handler of GetProcess

 private:
  void AddUnary();
  void AddStreams();
  absl::Status Get(const CallContext& context, const std::string& name,
                   catalog::v1::Process* process);
  absl::Status Watch(const onboarding::v1::WatchHistoryRequest& request,
                     std::shared_ptr<ServerStream> stream);
  absl::Status Import(ClientStream& requests, analytics::v1::ImportEventLogResponse* response);
  absl::Status Take(const CallContext& context, const analytics::v1::StreamEventsRequest& request,
                    ServerStream& answers);
  void Flood(const std::shared_ptr<ServerStream>& stream, const std::shared_ptr<int>& sent);

  MethodTable table_;
  absl::Notification gate_;
  mutable absl::Mutex mutex_;
  int blocked_ = 0;
  int importing_ = 0;
  int ended_ = 0;
  int runs_ = 0;
  size_t most_pending_ = 0;
};

// Keeps the lines.
class CapturedLog {
 public:
  base::Logger::Sink sink() {
    return [this](absl::string_view line) {
      absl::MutexLock lock(&mutex_);
      text_.append(line.data(), line.size());
    };
  }
  std::string text() const {
    absl::MutexLock lock(&mutex_);
    return text_;
  }
  // Waits until a line holds `part`: a call is logged after it is answered.
  bool Await(const std::string& part) const {
    absl::MutexLock lock(&mutex_);
    const auto there = [&] { return text_.find(part) != std::string::npos; };
    return mutex_.AwaitWithTimeout(absl::Condition(&there), absl::Seconds(30));
  }

 private:
  mutable absl::Mutex mutex_;
  std::string text_;
};

enum class Way { kInProcess, kRemote };

// The echo service behind a dispatcher alone, or behind a server and a socket.
class EchoBackend {
 public:
  EchoBackend(Way way, const common::v1::ServerConfig& config);
  ~EchoBackend();

  std::unique_ptr<Channel> Connect(const std::string& token = "") const;
  CallContext Context(absl::Duration time = absl::Seconds(30)) const {
    return {.deadline = clock_.Now() + time, .trace_id = "0af7651916cd43dd8448eb211c80319c"};
  }
  void Stop();

  EchoService& service() { return service_; }
  const CapturedLog& log() const { return log_; }
  Server* server() { return server_.get(); }

 private:
  CapturedLog log_;
  base::SystemClock clock_;
  base::Logger logger_{clock_, base::LogLevel::kDebug, log_.sink()};
  EchoService service_;
  Authenticator authenticator_;
  Metrics metrics_;
  std::unique_ptr<Executor> executor_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<Server> server_;
};

// Shortcuts.
catalog::v1::GetProcessRequest GetRequest(const std::string& id);
common::v1::ServerConfig AnyPort();

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_ECHO_SERVICE_H_
