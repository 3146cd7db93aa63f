// SPDX-License-Identifier: Apache-2.0
//
// Durable starts of the shipped on-boarding process: a suite of its own on SQLite with
// synchronous=FULL, 64 calls in flight over gRPC from this process, on the same machine.
#include <atomic>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "clients/cli/apply_plan.h"
#include "clients/cli/session.h"
#include "clients/cli/suite_process.h"
#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "tests/bench/bench.h"
#include "tests/support/files.h"

namespace plumbline::bench {
namespace {

constexpr int kInFlight = 64;
constexpr int kChannels = 4;

// Starts `count` on-boardings; returns how many a second.
absl::StatusOr<double> Starts(const std::vector<rpc::Channel*>& channels, const std::string& prefix,
                              int count) {
  std::atomic<int> next{0};
  absl::Mutex mutex;
  absl::Status failure;
  const Stopwatch watch;
  std::vector<std::thread> threads;
  for (int t = 0; t < kInFlight; ++t) {
    threads.emplace_back([&, t] {
      for (int i = next++; i < count; i = next++) {
        onboarding::v1::StartOnboardingRequest request;
        request.set_parent("workspaces/default");
        request.set_onboarding_id(absl::StrCat(prefix, i));
        request.set_request_id(absl::StrCat(prefix, i));
        auto& o = *request.mutable_onboarding();
        o.set_process("workspaces/default/processes/sales-rep-onboarding@1");
        o.set_person("ada@example.com");
        o.set_day_one("2026-01-05");
        onboarding::v1::StartOnboardingResponse response;
        const absl::Status status = channels[t % kChannels]->Call(
            rpc::CallContext(), absl::StrCat(cli::kOnboarding, "StartOnboarding"), request,
            &response);
        if (!status.ok()) {
          absl::MutexLock lock(&mutex);
          failure = status;
          next = count;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (!failure.ok()) return failure;
  return count / watch.Seconds();
}

}  // namespace

absl::StatusOr<std::vector<Figure>> OnboardingStarts() {
  const base::SystemClock clock;
  testing::TempDir folder;
  ASSIGN_OR_RETURN(auto suite,
                   cli::SuiteProcess::Start(Program("plumbline-suite"), folder.path(), clock));
  std::ostringstream out, err;
  cli::GlobalOptions options;
  options.address = suite->address();
  cli::Session session(options, clock, {out}, err);
  RETURN_IF_ERROR(cli::ApplyFiles(session, {"processes"}, {.publish = true}).status());

  std::vector<std::unique_ptr<rpc::Channel>> owned;
  std::vector<rpc::Channel*> channels;
  for (int i = 0; i < kChannels; ++i) {
    ASSIGN_OR_RETURN(auto channel, rpc::NewRemoteChannel({.address = suite->address()}));
    channels.push_back(channel.get());
    owned.push_back(std::move(channel));
  }
  RETURN_IF_ERROR(Starts(channels, "warm-", 500).status());
  std::vector<double> rates;
  for (int round = 0; round < 3; ++round) {
    ASSIGN_OR_RETURN(const double rate, Starts(channels, absl::StrCat("r", round, "-"), 4000));
    rates.push_back(rate);
  }
  return std::vector<Figure>{{"onboarding.starts", Median(rates), "1/s"}};
}

}  // namespace plumbline::bench
