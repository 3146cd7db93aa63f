// SPDX-License-Identifier: Apache-2.0
//
// A suite of its own on SQLite with a log of ten million events, over gRPC from this process:
// importing it durably, from the start of another process to the first answer about all of it, and
// reports while 100,000 events/s are streamed in and acknowledged when durable.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/event_data.h"
#include "clients/cli/importing.h"
#include "clients/cli/session.h"
#include "clients/cli/suite_process.h"
#include "clients/simulation/random.h"
#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"
#include "tests/bench/bench.h"
#include "tests/bench/live_quality.h"
#include "tests/support/files.h"

namespace plumbline::bench {
namespace {

namespace pb = analytics::v1;

constexpr int kEvents = 10'000'000, kEventsPerCase = 10, kActivities = 25, kResources = 300;
constexpr int kBatch = 2'000;
// Events a second: of who streams as fast as a large company, of one ten times as large, and of
// who streams as fast as it can.
constexpr double kModerate = 10'000, kFast = 100'000;
constexpr double kAsItCan = std::numeric_limits<double>::infinity();
constexpr double kSeconds = 20;  // of reports beside the stream
constexpr char kLog[] = "live";

struct Client {
  explicit Client(const std::string& address) {
    cli::GlobalOptions options;
    options.address = address;
    options.timeout_seconds = 600;
    session = std::make_unique<cli::Session>(options, clock, cli::Paper{out}, err);
  }
  const base::SystemClock clock;
  std::ostringstream out, err;
  std::unique_ptr<cli::Session> session;
};

// Ten million rows, a piece at a time.
absl::Status FeedCsv(const cli::Feed& feed) {
  simulation::Random random(3);
  std::string text = "case_id,activity,timestamp,resource\n";
  for (int i = 0; i < kEvents; ++i) {
    const int number = i / kEventsPerCase;
    const absl::Time time = absl::FromUnixSeconds(1'600'000'000 + number * 7LL +
                                                  i % kEventsPerCase * 3600LL + random.Below(3000));
    absl::StrAppend(&text, "case-", number, ",Activity number ",
                    i % kEventsPerCase * 2 + random.Below(3), ",",
                    absl::FormatTime("%Y-%m-%dT%H:%M:%S+00:00", time, absl::UTCTimeZone()),
                    ",person-", random.Below(kResources), "\n");
    if (text.size() < (1 << 20)) continue;
    RETURN_IF_ERROR(feed(text));
    text.clear();
  }
  return feed(text);
}

absl::StatusOr<double> ImportAll(cli::Session& session) {
  pb::ImportHeader header;
  header.set_parent(session.parent());
  header.set_event_log_id(kLog);
  pb::ImportEventLogResponse response;
  const Stopwatch watch;
  RETURN_IF_ERROR(cli::ImportText(session, header, FeedCsv, &response));
  if (response.event_count() != kEvents) return absl::InternalError("events were lost");
  return kEvents / watch.Seconds();
}

absl::StatusOr<double> SecondsOfMap(cli::Session& session) {
  pb::GetProcessMapRequest request;
  request.set_name(session.FullName("eventLogs", kLog));
  pb::GetProcessMapResponse response;
  const Stopwatch watch;
  RETURN_IF_ERROR(session.Call(cli::kAnalytics, "GetProcessMap", request, &response));
  if (response.process_map().event_count() < kEvents)
    return absl::InternalError("events were lost");
  return watch.Seconds();
}

absl::StatusOr<double> SecondsOfReport(cli::Session& session) {
  pb::GetReportRequest request;
  request.set_name(session.FullName("eventLogs", kLog));
  pb::GetReportResponse response;
  const Stopwatch watch;
  RETURN_IF_ERROR(session.Call(cli::kAnalytics, "GetReport", request, &response));
  return watch.Seconds();
}

// A producer whose cases run a thousand at a time.
class Producer {
 public:
  explicit Producer(std::string address) : client_(address) {}

  // Streams until `stop`, one batch at least, at most so many events a second.
  absl::Status Run(const std::atomic<bool>& stop, double most) {
    ASSIGN_OR_RETURN(rpc::Channel * channel, client_.session->channel());
    rpc::CallContext context = client_.session->Context();
    context.deadline = absl::InfiniteFuture();
    ASSIGN_OR_RETURN(const auto stream,
                     channel->OpenExchange(context, absl::StrCat(cli::kEventData, "StreamEvents")));
    pb::StreamEventsRequest request;
    request.mutable_open()->set_name(client_.session->FullName("eventLogs", kLog));
    request.mutable_open()->set_producer("bench");
    stream->Write(request);
    pb::StreamEventsResponse response;
    RETURN_IF_ERROR(stream->Read(&response).status());
    const int ahead = response.opened().max_unacknowledged_batches();
    int64_t sent = 0;
    int unacknowledged = 0;
    const Stopwatch watch;
    do {
      FillBatch(request.mutable_batch());
      stream->Write(request);
      sent += kBatch;
      if (++unacknowledged == ahead) {
        RETURN_IF_ERROR(TakeOne(*stream));
        --unacknowledged;
      }
      const double early = static_cast<double>(sent) / most - watch.Seconds();
      if (early > 0) std::this_thread::sleep_for(std::chrono::duration<double>(early));
    } while (!stop.load());
    for (; unacknowledged > 0; --unacknowledged) RETURN_IF_ERROR(TakeOne(*stream));
    rate_ = static_cast<double>(sent) / watch.Seconds();
    stream->EndWrites();
    return stream->Read(&response).status();
  }
  double rate() const { return rate_; }

 private:
  struct Case {
    int64_t number = 0, time = 0;
    int step = kEventsPerCase;
  };

  static absl::Status TakeOne(rpc::Exchange& stream) {
    pb::StreamEventsResponse response;
    ASSIGN_OR_RETURN(const bool more, stream.Read(&response));
    return more && response.acknowledgement().accepted_count() == kBatch
               ? absl::OkStatus()
               : absl::InternalError("a batch was not taken");
  }

  void FillBatch(pb::StreamBatch* batch) {
    batch->Clear();
    for (int i = 0; i < kBatch; ++i) {
      Case& c = open_[static_cast<size_t>(random_.Below(static_cast<int>(open_.size())))];
      if (c.step == kEventsPerCase) c = {cases_++, 1'700'000'000 + cases_ * 2, 0};
      pb::Event& event = *batch->add_events();
      c.time += random_.Below(3000);
      event.set_case_id(absl::StrCat("live-", c.number));
      event.set_activity(absl::StrCat("Activity number ", c.step++ * 2 + random_.Below(3)));
      event.set_resource(absl::StrCat("person-", random_.Below(kResources)));
      event.mutable_time()->set_seconds(c.time);
    }
  }

  Client client_;
  simulation::Random random_{5};
  std::vector<Case> open_ = std::vector<Case>(1'000);
  int64_t cases_ = 0;
  double rate_ = 0;
};

// Latencies of reports, one after the other with a pause.
absl::StatusOr<std::vector<double>> Reports(cli::Session& session, double seconds) {
  std::vector<double> latencies;
  for (const Stopwatch watch; watch.Seconds() < seconds;) {
    ASSIGN_OR_RETURN(const double latency, SecondsOfReport(session));
    latencies.push_back(1'000 * latency);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  std::sort(latencies.begin(), latencies.end());
  return latencies;
}

// What `beside` returns while a producer streams.
template <typename F>
auto Beside(Producer& producer, double most, F beside) -> decltype(beside()) {
  std::atomic<bool> stop{false};
  absl::Status streamed;
  std::thread thread([&] { streamed = producer.Run(stop, most); });
  auto result = beside();
  stop.store(true);
  thread.join();
  if (!streamed.ok()) return streamed;
  return result;
}

// Until the figures of the log are kept: they are when a report of a log that changed is fast.
absl::StatusOr<double> SecondsUntilLive(const std::string& address, cli::Session& session) {
  const Stopwatch watch;
  while (watch.Seconds() < 60) {
    ASSIGN_OR_RETURN(const double seconds, SecondsOfReport(session));
    if (seconds < 0.2) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    Producer one(address);
    RETURN_IF_ERROR(Beside(one, kFast, [] { return absl::StatusOr<int>(0); }).status());
  }
  return watch.Seconds();
}

// The first report that another process gives, which nobody asked before: it had time to make the
// figures, and no question told it to. A batch comes first, so that no answer of before is its.
absl::StatusOr<double> SecondsOfReportAfterRestart(const std::string& program,
                                                   const std::string& folder,
                                                   const base::Clock& clock) {
  constexpr std::chrono::seconds kUnasked(30);
  ASSIGN_OR_RETURN(const auto suite, cli::SuiteProcess::Start(program, folder, clock));
  std::this_thread::sleep_for(kUnasked);
  Producer one(suite->address());
  RETURN_IF_ERROR(Beside(one, kFast, [] { return absl::StatusOr<int>(0); }).status());
  return SecondsOfReport(*Client(suite->address()).session);
}

}  // namespace

absl::StatusOr<std::vector<Figure>> LiveLog() {
  const base::SystemClock clock;
  testing::TempDir folder;
  const std::string program = Program("plumbline-suite");
  ASSIGN_OR_RETURN(auto suite, cli::SuiteProcess::Start(program, folder.path(), clock));
  std::vector<Figure> figures;
  ASSIGN_OR_RETURN(const double imported, ImportAll(*Client(suite->address()).session));
  figures.push_back({"analytics.import_10m", imported, "events/s"});
  suite = nullptr;

  const Stopwatch restart;
  ASSIGN_OR_RETURN(suite, cli::SuiteProcess::Start(program, folder.path(), clock));
  Client client(suite->address());
  RETURN_IF_ERROR(SecondsOfMap(*client.session).status());
  figures.push_back({"analytics.restart_10m", restart.Seconds(), "s"});

  // The first report makes the figures worth keeping.
  RETURN_IF_ERROR(SecondsUntilLive(suite->address(), *client.session).status());
  Producer producer(suite->address());
  ASSIGN_OR_RETURN(const std::vector<double> latencies,
                   Beside(producer, kFast, [&] { return Reports(*client.session, kSeconds); }));
  figures.push_back({"analytics.live_report_10m", latencies[latencies.size() / 2], "ms"});
  figures.push_back(
      {"analytics.live_report_10m_p95", latencies[latencies.size() * 95 / 100], "ms"});
  figures.push_back({"analytics.live_report_10m_max", latencies.back(), "ms"});
  figures.push_back({"analytics.live_events", producer.rate(), "events/s"});
  for (const auto& [set, rate] :
       {std::pair(QuestionSet::kQuick, kFast), std::pair(QuestionSet::kLong, kModerate)}) {
    ASSIGN_OR_RETURN(const std::vector<Figure> quality, Beside(producer, rate, [&] {
                       return QualityOfGrowingLog(*client.session, kLog, set, kSeconds);
                     }));
    figures.insert(figures.end(), quality.begin(), quality.end());
  }
  ASSIGN_OR_RETURN(const int waited, Beside(producer, kAsItCan, [] {
                     std::this_thread::sleep_for(std::chrono::seconds(10));
                     return absl::StatusOr<int>(0);
                   }));
  (void)waited;
  figures.push_back({"analytics.stream", producer.rate(), "events/s"});
  suite = nullptr;
  ASSIGN_OR_RETURN(const double first, SecondsOfReportAfterRestart(program, folder.path(), clock));
  figures.push_back({"analytics.first_report_10m", 1'000 * first, "ms"});
  return figures;
}

}  // namespace plumbline::bench
