// SPDX-License-Identifier: Apache-2.0
//
// The write path of on-boarding: durable starts of a plan of 20 steps and completions of its tasks,
// a suite of its own with fsync on, over gRPC from this process on the same machine. How many a
// second with 64 calls in flight, and how long one takes at half the target, where calls come at
// their times whether those before were answered or not.
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "tests/bench/bench.h"
#include "tests/bench/calls.h"
#include "tests/bench/onboarding_server.h"

namespace plumbline::bench {
namespace {

constexpr int kRounds = 3;

// What an engine is asked to reach, per second.
struct Reach {
  Engine engine;
  std::string suffix;  // of the figures' names
  double starts;
  double completions;
};

// Starts `count` on-boardings called `prefix` and a number.
absl::StatusOr<CallFigures> Starts(const OnboardingServer& server, const std::string& prefix,
                                   int count, double per_second) {
  int begun = 0;
  return MakeCalls(
      {.address = server.address(),
       .path = absl::StrCat(kOnboardingService, "StartOnboarding"),
       .next = [&](int) -> std::optional<std::string> {
         if (begun == count) return std::nullopt;
         return StartRequest(kTwentySteps, absl::StrCat(prefix, begun++)).SerializeAsString();
       },
       .per_second = per_second});
}

// Completes all tasks of `count` on-boardings that were started under these names, one after the
// other of each.
absl::StatusOr<CallFigures> Completions(const OnboardingServer& server, const std::string& prefix,
                                        int count, double per_second) {
  struct Work {
    std::string onboarding;
    size_t done = 0;
  };
  CallLoad load;
  std::vector<Work> work(static_cast<size_t>(load.callers));
  int begun = 0;
  load.address = server.address();
  load.path = absl::StrCat(kOnboardingService, "CompleteTask");
  load.per_second = per_second;
  load.next = [&](int caller) -> std::optional<std::string> {
    Work& mine = work[static_cast<size_t>(caller)];
    if (mine.onboarding.empty() || mine.done == TwentySteps().size()) {
      if (begun == count) return std::nullopt;
      mine = {absl::StrCat(prefix, begun++), 0};
    }
    const std::string& step = TwentySteps()[mine.done++];
    onboarding::v1::CompleteTaskRequest request;
    request.set_name(absl::StrCat(kWorkspace, "/onboardings/", mine.onboarding, "/tasks/", step));
    request.set_request_id(absl::StrCat(mine.onboarding, "/", step));
    return request.SerializeAsString();
  };
  return MakeCalls(load);
}

absl::StatusOr<std::vector<Figure>> WritePath(const Reach& reach) {
  ASSIGN_OR_RETURN(auto server, OnboardingServer::Start(reach.engine));
  RETURN_IF_ERROR(Starts(*server, "warm-", 300, 0).status());
  RETURN_IF_ERROR(Completions(*server, "warm-", 100, 0).status());
  const int starts = static_cast<int>(2 * reach.starts);
  std::vector<double> start_rates, completion_rates;
  for (int round = 0; round < kRounds; ++round) {
    const std::string prefix = absl::StrCat("r", round, "-");
    ASSIGN_OR_RETURN(const CallFigures begun, Starts(*server, prefix, starts, 0));
    start_rates.push_back(begun.PerSecond());
    const int finished = static_cast<int>(2 * reach.completions / TwentySteps().size());
    ASSIGN_OR_RETURN(const CallFigures done, Completions(*server, prefix, finished, 0));
    completion_rates.push_back(done.PerSecond());
  }
  ASSIGN_OR_RETURN(
      const CallFigures half_starts,
      Starts(*server, "half-", static_cast<int>(3 * reach.starts / 2), reach.starts / 2));
  const int finished = static_cast<int>(3 * reach.completions / 2 / TwentySteps().size());
  ASSIGN_OR_RETURN(const CallFigures half_completions,
                   Completions(*server, "half-", finished, reach.completions / 2));
  const auto name = [&](absl::string_view what) {
    return absl::StrCat("onboarding.", what, reach.suffix);
  };
  return std::vector<Figure>{{name("starts"), Median(start_rates), "1/s"},
                             {name("completions"), Median(completion_rates), "1/s"},
                             {name("start_p99"), half_starts.Quantile(0.99) * 1e3, "ms"},
                             {name("completion_p99"), half_completions.Quantile(0.99) * 1e3, "ms"}};
}

}  // namespace

absl::StatusOr<std::vector<Figure>> OnboardingSqlite() {
  return WritePath({Engine::kSqlite, "", 2000, 4000});
}

absl::StatusOr<std::vector<Figure>> OnboardingPostgresql() {
  return WritePath({Engine::kPostgresql, "_postgresql", 1000, 2500});
}

}  // namespace plumbline::bench
