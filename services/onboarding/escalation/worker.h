// SPDX-License-Identifier: Apache-2.0
//
// What looks after tasks that do not go on, and after people who are away.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_WORKER_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_WORKER_H_

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "services/onboarding/escalation/escalator.h"
#include "services/onboarding/escalation/stand_in.h"
#include "services/onboarding/watch/wakeup.h"

namespace plumbline::onboarding::escalation {

struct WorkerOptions {
  absl::Duration gather = absl::Milliseconds(500);  // least time between rounds
  absl::Duration interval = absl::Seconds(1);       // pause when nothing wakes it
  EscalatorOptions rounds;
};

// Both kinds of rounds.
struct Rounds {
  Round escalations;
  Round stand_ins;
};

// What it is given must outlive it. Thread-safe.
class Worker {
 public:
  Worker(RunStore& runs, People& people, EscalationStore& escalations, StandInStore& stand_ins,
         const base::Clock& clock, const base::Logger& logger, const WorkerOptions& options);
  ~Worker();  // stops

  // Begins and ends the loop. Stop is idempotent.
  void Start();
  void Stop();
  // A run was changed. Never blocks.
  void Wake() { wakeup_.Wake(); }

  // One round of both: hands over the tasks of people who are away first, so that who stands in is
  // told. Takes what is due in batches until there is no more. One at a time: who comes meanwhile
  // waits, until their deadline at the latest. An error of the one does not keep the other back.
  absl::StatusOr<Rounds> RunOnce(const base::CallContext& context, absl::Time now);
  const Failures& failures() const { return escalator_.failures(); }

 private:
  void Loop();
  // One warning for each change of what is wrong.
  void Tell(const absl::Status& status);

  // Waits until nobody is at it, and is at it then; DEADLINE_EXCEEDED if that takes too long.
  absl::Status Begin(const base::CallContext& context, absl::Time now);
  void End();

  absl::Mutex mutex_;
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;
  // Touched by who is at it alone.
  Escalator escalator_;
  StandIns stand_ins_;
  const base::Clock& clock_;
  const base::Logger& logger_;
  const WorkerOptions options_;
  std::string told_;  // touched by the loop alone
  Wakeup wakeup_;
  // Cancels what the thread is at.
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  std::thread thread_;
};

}  // namespace plumbline::onboarding::escalation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_WORKER_H_
