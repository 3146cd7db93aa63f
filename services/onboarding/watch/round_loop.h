// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WATCH_ROUND_LOOP_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WATCH_ROUND_LOOP_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "services/onboarding/watch/wakeup.h"

namespace plumbline::onboarding {

// A thread that works in rounds until it is stopped: whenever it is woken, and now and then. What
// goes wrong is told once for each change of it.
class RoundLoop {
 public:
  struct Options {
    absl::Duration gather;                       // least time between rounds
    absl::Duration interval;                     // pause when nothing wakes it, and after an error
    absl::Duration deadline = absl::Minutes(1);  // of a round
    const char* subject = "";                    // as whom it works
    const char* failure = "";                    // what is logged of an error
  };
  // Whether there is more to do at once.
  using Round = std::function<absl::StatusOr<bool>(const base::CallContext&, absl::Time now)>;

  // What it is given must outlive it, and what `round` uses.
  RoundLoop(const base::Clock& clock, const base::Logger& logger, const Options& options,
            Round round)
      : clock_(clock), logger_(logger), options_(options), round_(std::move(round)) {}
  ~RoundLoop() { Stop(); }

  // Begins and ends the loop. Stop cancels what is under way; it is idempotent.
  void Start() {
    thread_ = std::thread([this] { Run(); });
  }
  void Stop() {
    wakeup_.Stop();
    cancelled_->store(true);
    if (thread_.joinable()) thread_.join();
  }
  // There may be something to do. Never blocks.
  void Wake() { wakeup_.Wake(); }

 private:
  void Run() {
    while (true) {
      base::CallContext context;
      context.identity = base::Identity::Everything(options_.subject);
      const absl::Time now = clock_.Now();
      context.deadline = now + options_.deadline;
      context.cancelled = cancelled_;
      const absl::StatusOr<bool> more = round_(context, now);
      Tell(more.status());
      if (!wakeup_.Pause(more.ok() ? options_.gather : options_.interval)) return;
      if (more.ok() && *more) continue;
      if (!wakeup_.Wait(options_.interval)) return;
    }
  }

  void Tell(const absl::Status& status) {
    std::string message(status.message());
    if (message == told_) return;
    told_ = std::move(message);
    if (!status.ok()) logger_.Warning(options_.failure, {{"error", told_}});
  }

  const base::Clock& clock_;
  const base::Logger& logger_;
  const Options options_;
  const Round round_;
  std::string told_;  // touched by the loop alone
  Wakeup wakeup_;
  // Cancels what the thread is at.
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  std::thread thread_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WATCH_ROUND_LOOP_H_
