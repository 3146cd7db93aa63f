// SPDX-License-Identifier: Apache-2.0
//
// Counts how long steps took, from the feed: beside the work, so that completing a task costs
// nothing more for it. It is behind by moments, and forgets nothing: place and counts are stored
// together.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_FORECAST_COUNTER_H_
#define PLUMBLINE_SERVICES_ONBOARDING_FORECAST_COUNTER_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "services/onboarding/forecast/store.h"
#include "services/onboarding/runs/store.h"
#include "services/onboarding/watch/round_loop.h"

namespace plumbline::onboarding {

struct CounterOptions {
  int page = 2000;                             // entries of a round
  absl::Duration gather = absl::Seconds(5);    // least time between rounds: work goes first
  absl::Duration interval = absl::Minutes(1);  // pause when nothing wakes it, and after an error
  absl::Duration lease_term =
      absl::Minutes(3);  // after a crash another replica takes over; 0 = none
};

// What it is given must outlive it.
class DurationCounter {
 public:
  DurationCounter(RunStore& runs, FeedStore& feed, DurationStore& durations,
                  const base::Clock& clock, const base::Logger& logger,
                  const CounterOptions& options);

  // Begins and ends the loop. Stop cancels what is under way; it is idempotent.
  void Start() { loop_.Start(); }
  void Stop() { loop_.Stop(); }
  // Something may have ended. Never blocks.
  void Wake() { loop_.Wake(); }

  // Counts the next page of the feed. Returns how many entries it had; 0 = there is nothing more,
  // or another replica is at it. Called by one thread at a time.
  absl::StatusOr<int64_t> RunOnce(const base::CallContext& context, absl::Time now);

 private:
  absl::StatusOr<bool> HoldLease(const base::CallContext& context, absl::Time now);
  // Adds what the completions of one on-boarding say.
  absl::Status Count(const base::CallContext& context, const std::string& workspace,
                     const std::string& onboarding, const Entries& completed,
                     std::map<DurationKey, Durations>* seconds);

  RunStore& runs_;
  FeedStore& feed_;
  DurationStore& durations_;
  const base::Logger& logger_;
  const CounterOptions options_;
  const std::string holder_;
  RoundLoop loop_;  // last: it uses the others
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_FORECAST_COUNTER_H_
