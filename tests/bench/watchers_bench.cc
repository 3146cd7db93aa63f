// SPDX-License-Identifier: Apache-2.0
//
// 5,000 watchers, each of one on-boarding: from the time that an entry is recorded, which is before
// its commit, to its delivery, while tasks are completed; and what a watcher costs the service.
#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "tests/bench/bench.h"
#include "tests/bench/calls.h"
#include "tests/bench/onboarding_server.h"

namespace plumbline::bench {
namespace {

constexpr int kWatchers = 5000;
constexpr int kConnections = 50;
constexpr int kAtOnce = 100;
constexpr int kCompletions = 10'000;
constexpr double kPerSecond = 1000;

// The stream of one watcher: what is under way is its tag's next step.
struct Watcher {
  enum class Step { kOpen, kWrite, kRead, kOver };
  std::string onboarding;
  grpc::ClientContext context;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream;
  grpc::ByteBuffer message;
  Step step = Step::kOpen;
  bool greeted = false;
};

// All watchers, and the thread that reads for them.
class Watchers {
 public:
  explicit Watchers(const std::string& address) {
    for (int i = 0; i < kConnections; ++i) {
      grpc::ChannelArguments arguments;
      arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      stubs_.push_back(std::make_unique<grpc::GenericStub>(
          grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments)));
    }
    thread_ = std::thread([this] { Read(); });
  }
  ~Watchers() {
    for (const auto& watcher : watchers_) watcher->context.TryCancel();
    // Each has one operation under way until it is over, and none may begin after the shutdown.
    (void)Await(over_, static_cast<int>(watchers_.size()), "watchers are over");
    queue_.Shutdown();
    thread_.join();
  }

  void Add(const std::string& onboarding) {
    watchers_.push_back(std::make_unique<Watcher>());
    Watcher& watcher = *watchers_.back();
    watcher.onboarding = onboarding;
    watcher.context.set_wait_for_ready(true);
    watcher.stream = stubs_[watchers_.size() % stubs_.size()]->PrepareCall(
        &watcher.context, absl::StrCat(kOnboardingService, "WatchHistory"), &queue_);
    watcher.stream->StartCall(&watcher);
  }

  // Waits until `count` of a kind have come.
  absl::Status AwaitGreeted(int count) { return Await(greeted_, count, "watchers were greeted"); }
  absl::Status AwaitCompleted(int count) { return Await(completed_, count, "entries came"); }
  // Seconds from record to delivery; only when all were awaited.
  std::vector<double> delays() const { return delays_; }

 private:
  static absl::Status Await(const std::atomic<int>& counter, int count, absl::string_view what) {
    const absl::Time patience = absl::Now() + testing::kPatience;
    while (counter.load() < count) {
      if (absl::Now() > patience)
        return base::Internal(absl::StrCat("only ", counter.load(), " of ", count, " ", what));
      absl::SleepFor(absl::Milliseconds(5));
    }
    return absl::OkStatus();
  }

  void Read() {
    void* tag;
    bool ok;
    while (queue_.Next(&tag, &ok)) {
      Watcher& watcher = *static_cast<Watcher*>(tag);
      if (!ok) watcher.step = Watcher::Step::kOver;
      Advance(watcher);
    }
  }

  void Advance(Watcher& watcher) {
    switch (watcher.step) {
      case Watcher::Step::kOpen: {
        onboarding::v1::WatchHistoryRequest request;
        request.set_parent(absl::StrCat(kWorkspace, "/onboardings/", watcher.onboarding));
        request.set_cursor("now");
        const grpc::Slice slice(request.SerializeAsString());
        watcher.step = Watcher::Step::kWrite;
        watcher.stream->WriteLast(grpc::ByteBuffer(&slice, 1), {}, &watcher);
        break;
      }
      case Watcher::Step::kRead:
        Take(watcher);
        [[fallthrough]];
      case Watcher::Step::kWrite:
        watcher.step = Watcher::Step::kRead;
        watcher.stream->Read(&watcher.message, &watcher);
        break;
      case Watcher::Step::kOver:
        ++over_;
        break;
    }
  }

  void Take(Watcher& watcher) {
    const absl::Time now = absl::Now();
    onboarding::v1::WatchHistoryResponse response;
    grpc::ProtoBufferReader reader(&watcher.message);
    if (!response.ParseFromZeroCopyStream(&reader)) return;
    if (!watcher.greeted) {
      watcher.greeted = true;
      ++greeted_;
    }
    for (const auto& entry : response.entries()) {
      if (entry.kind() != onboarding::v1::HistoryEntry::KIND_TASK_COMPLETED) continue;
      const absl::Time recorded = absl::FromUnixSeconds(entry.record_time().seconds()) +
                                  absl::Nanoseconds(entry.record_time().nanos());
      delays_.push_back(absl::ToDoubleSeconds(now - recorded));
      ++completed_;
    }
  }

  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  grpc::CompletionQueue queue_;
  std::vector<std::unique_ptr<Watcher>> watchers_;
  std::atomic<int> greeted_{0};
  std::atomic<int> completed_{0};
  std::atomic<int> over_{0};
  std::vector<double> delays_;  // of the thread
  std::thread thread_;
};

absl::Status StartThem(const OnboardingServer& server) {
  int begun = 0;
  return MakeCalls(
             {.address = server.address(),
              .path = absl::StrCat(kOnboardingService, "StartOnboarding"),
              .next = [&](int) -> std::optional<std::string> {
                if (begun == kWatchers) return std::nullopt;
                return StartRequest(kTwentySteps, absl::StrCat("w-", begun++)).SerializeAsString();
              }})
      .status();
}

// Tasks of all of them, in turns.
absl::Status CompleteTheirs(const OnboardingServer& server) {
  int done = 0;
  return MakeCalls({.address = server.address(),
                    .path = absl::StrCat(kOnboardingService, "CompleteTask"),
                    .next = [&](int) -> std::optional<std::string> {
                      if (done == kCompletions) return std::nullopt;
                      const std::string& step =
                          TwentySteps()[static_cast<size_t>(done / kWatchers)];
                      onboarding::v1::CompleteTaskRequest request;
                      request.set_name(absl::StrCat(kWorkspace, "/onboardings/w-",
                                                    done++ % kWatchers, "/tasks/", step));
                      return request.SerializeAsString();
                    },
                    .per_second = kPerSecond})
      .status();
}

}  // namespace

absl::StatusOr<std::vector<Figure>> OnboardingWatchers() {
  ASSIGN_OR_RETURN(auto server, OnboardingServer::Start(Engine::kSqlite));
  RETURN_IF_ERROR(StartThem(*server));
  const double before = server->ResidentBytes();
  Watchers watchers(server->address());
  for (int i = 0; i < kWatchers; ++i) {
    watchers.Add(absl::StrCat("w-", i));
    // More at once than it takes calls would be refused, some of them.
    if ((i + 1) % kAtOnce == 0) RETURN_IF_ERROR(watchers.AwaitGreeted(i + 1));
  }
  const double each = (server->ResidentBytes() - before) / kWatchers;
  RETURN_IF_ERROR(CompleteTheirs(*server));
  RETURN_IF_ERROR(watchers.AwaitCompleted(kCompletions));
  std::vector<double> delays = watchers.delays();
  std::sort(delays.begin(), delays.end());
  const size_t p99 = delays.size() * 99 / 100;
  return std::vector<Figure>{{"onboarding.watch_p99", delays[p99] * 1e3, "ms"},
                             {"onboarding.watcher_memory", each / 1e3, "KB"}};
}

}  // namespace plumbline::bench
