// SPDX-License-Identifier: Apache-2.0
//
// Tells levels of ladders when they are reached. Which runs have to be looked at is in a table that
// every change of a run keeps, so that a round costs what is due. A level is told in the
// transaction that appends it to the history of the run, after which the run says itself that it
// was: who dies in between has told nothing, and two who work at once tell it once.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_ESCALATOR_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_ESCALATOR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/log.h"
#include "services/onboarding/engine/escalation.h"
#include "services/onboarding/escalation/failures.h"
#include "services/onboarding/escalation/store.h"
#include "services/onboarding/people/people.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding::escalation {

// What a round did.
struct Round {
  int64_t changed = 0;  // levels that were told; tasks that changed hands
  int64_t done = 0;     // things that were due; 0 = there was nothing to do
  bool busy = false;    // another replica is at it
};

struct EscalatorOptions {
  int batch = 200;  // runs, people or tasks of a round
  // After a crash another replica takes over. Zero: only this process can be at it.
  absl::Duration lease_term = absl::Seconds(15);
  // When what could not be looked at is looked at again: it must not hold up the others.
  absl::Duration after_error = absl::Minutes(1);
  // When whoever is away is looked at again, whatever their record says.
  absl::Duration look_again = absl::Minutes(10);
};

// What it is given must outlive it. Rounds are run by one thread at a time.
class Escalator {
 public:
  Escalator(RunStore& runs, People& people, EscalationStore& store, const base::Logger& logger,
            const EscalatorOptions& options);

  // One round: looks at the first runs that are due.
  absl::StatusOr<Round> RunOnce(const base::CallContext& context, absl::Time now);
  // Why what was put off was. May be asked by any thread.
  const Failures& failures() const { return failures_; }

 private:
  // What is to be done about a run.
  struct Findings {
    std::vector<Telling> tell;
    std::optional<absl::Time> later;  // when to look again if nothing is told
  };
  absl::StatusOr<Findings> Look(const base::CallContext& context, const Run& run, absl::Time now);
  // Returns how many levels were told.
  absl::StatusOr<int64_t> Serve(const base::CallContext& context, const DueRun& due,
                                absl::Time now);

  RunStore& runs_;
  People& people_;
  EscalationStore& store_;
  const base::Logger& logger_;
  const EscalatorOptions options_;
  const std::string holder_;
  Failures failures_;
};

}  // namespace plumbline::onboarding::escalation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_ESCALATOR_H_
