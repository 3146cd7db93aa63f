// SPDX-License-Identifier: Apache-2.0
//
// Load of unary calls over gRPC from one thread, so that the client takes little of the machine
// that it measures.
#ifndef PLUMBLINE_TESTS_BENCH_CALLS_H_
#define PLUMBLINE_TESTS_BENCH_CALLS_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace plumbline::bench {

// Many callers, each of which makes one call after the other.
struct CallLoad {
  std::string address;
  std::string path;  // "/plumbline.onboarding.v1.OnboardingService/StartOnboarding"
  // The next request of a caller, serialised; nullopt: it has made its last.
  std::function<std::optional<std::string>(int caller)> next;
  // Its answer, serialised. Optional.
  std::function<absl::Status(int caller, const std::string& answer)> answered = {};
  int callers = 64;
  int connections = 4;
  // Calls are due so often, whatever becomes of those before, and a call's time begins when it is
  // due: who waits for a caller waits. 0 = every caller calls as soon as it was answered.
  double per_second = 0;
};

struct CallFigures {
  int calls = 0;
  double seconds = 0;        // from the first call to the last answer
  std::vector<double> each;  // seconds of each call, ascending
  double PerSecond() const { return calls / seconds; }
  // The nearest rank; `share` in (0, 1].
  double Quantile(double share) const;
};

// Makes all calls. Fails with the first that fails.
absl::StatusOr<CallFigures> MakeCalls(const CallLoad& load);

}  // namespace plumbline::bench

#endif  // PLUMBLINE_TESTS_BENCH_CALLS_H_
