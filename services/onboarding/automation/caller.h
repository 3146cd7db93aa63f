// SPDX-License-Identifier: Apache-2.0
//
// Sees to it that programs are called: when the turn of an automated task comes, it notes the call
// in the history, from where the dispatcher of webhooks sends it; when an answer does not come in
// time, or there is no webhook, it blocks the task; when there is one again, it unblocks it.
//
// What is due stands in a table that whoever changes a run writes with it (store.h), so that a
// round costs what is due. One replica at a time does it, by a lease; should two, the second finds,
// under the lock of the run, that the first has done it, and does nothing.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_CALLER_H_
#define PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_CALLER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/random.h"
#include "services/onboarding/automation/store.h"
#include "services/onboarding/runs/store.h"
#include "services/onboarding/watch/wakeup.h"
#include "services/onboarding/webhooks/store.h"

namespace plumbline::onboarding::automation {

// As whom the service itself acts.
inline constexpr char kService[] = "onboarding-automation";

struct CallerOptions {
  absl::Duration gather = absl::Milliseconds(20);  // least time between rounds
  absl::Duration interval = absl::Seconds(1);      // pause when there is nothing to do
  // After a crash another replica takes over; 0 = there is no other.
  absl::Duration lease_term = absl::Seconds(10);
  int batch = 100;  // tasks of a round
  absl::Duration look_again =
      absl::Minutes(1);  // for a webhook that is not there, or after an error
};

// What it is given must outlive it.
class Caller {
 public:
  Caller(DueStore& due, RunStore& runs, webhooks::WebhookStore& webhooks, const base::Clock& clock,
         base::Chance chance, const base::Logger& logger, const CallerOptions& options);
  ~Caller();  // stops

  // Begins and ends the loop; Stop is idempotent.
  void Start();
  void Stop();
  // There may be something to do. Never blocks.
  void Wake() { wakeup_.Wake(); }

  // One round. Returns for how many tasks it did something or looked; 0 = there is nothing to do
  // now, or another replica is at it. Called by one thread at a time.
  absl::StatusOr<int64_t> RunOnce(const base::CallContext& context, absl::Time now);

 private:
  void Loop();
  absl::StatusOr<bool> HoldLease(const base::CallContext& context, absl::Time now);
  absl::Status Serve(const base::CallContext& context, const DueTask& task, absl::Time now);
  // Why a webhook cannot be called; "" = it can.
  absl::StatusOr<std::string> FaultOf(const base::CallContext& context,
                                      const webhooks::WebhookKey& key);

  DueStore& due_;
  RunStore& runs_;
  webhooks::WebhookStore& webhooks_;
  const base::Clock& clock_;
  const base::Chance chance_;
  const base::Logger& logger_;
  const CallerOptions options_;
  const std::string holder_;
  absl::Time leased_ = absl::InfinitePast();  // when the lease was taken last; touched by RunOnce
  Wakeup wakeup_;
  // Cancels what the thread is at.
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  std::thread thread_;
};

}  // namespace plumbline::onboarding::automation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_CALLER_H_
