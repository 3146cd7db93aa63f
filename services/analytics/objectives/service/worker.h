// SPDX-License-Identifier: Apache-2.0
//
// Looks at all objectives, records alerts that begin or end, and sends them.
//
// What alerts now is kept with each objective. An alert that begins or ends is recorded, and that
// it does is noted, in one transaction which first looks whether another has noted it: each change
// is recorded once, whoever sees it. What is recorded is sent from its record, at least once: who
// dies between sending and noting sends again, with the same id. One replica at a time does it, by
// a lease.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_WORKER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_WORKER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/random.h"
#include "common/http/client.h"
#include "common/webhook/sending.h"
#include "services/analytics/objectives/service/answers.h"
#include "services/analytics/objectives/service/store.h"

namespace plumbline::analytics {

struct ObjectiveOptions {
  absl::Duration interval = absl::Seconds(60);      // between two looks at all objectives
  absl::Duration send_interval = absl::Seconds(5);  // between two looks at what is to be sent
  absl::Duration lease_term = absl::Seconds(120);   // after a crash another replica takes over
  absl::Duration keep = absl::Hours(24 * 400);      // alerts, after they were recorded
  int at_once = 16;                                 // requests at the same time
  webhook::Sending sending;                         // where alerts may go, and how long it takes
  base::Chance chance;
};

// Used by one thread. What it is given must outlive it.
class ObjectiveWorker {
 public:
  ObjectiveWorker(ObjectiveStore& store, OutcomeReader& outcomes, const base::Clock& clock,
                  const base::Logger& logger, const ObjectiveOptions& options);

  // All of it: looks, and sends what is due. Returns how many alerts began or ended, and how many
  // attempts were made; 0 = there is nothing to do now, or another replica is at it.
  absl::StatusOr<int64_t> RunOnce(const base::CallContext& context, absl::Time now);
  // The parts of it, each under the lease. An objective that cannot be counted (its log is not
  // there yet) is told in the log of the process once, and left as it is.
  absl::StatusOr<int64_t> Look(const base::CallContext& context, absl::Time now);
  absl::StatusOr<int64_t> Send(const base::CallContext& context, absl::Time now);
  // Ends a wait for receivers, where the context of the round was cancelled. Thread-safe.
  void Wake() { client_->Wake(); }

 private:
  struct Sent {
    StoredAlert alert;
    int attempts = 0;  // before this one
    absl::Time time;
  };

  absl::StatusOr<bool> HoldLease(const base::CallContext& context, absl::Time now);
  absl::StatusOr<int64_t> LookAt(const base::CallContext& context, const StoredObjective& stored,
                                 absl::Time now);
  absl::StatusOr<int64_t> Record(const base::CallContext& context, const StoredObjective& stored,
                                 const objectives::Budget& budget, const objectives::Terms& terms,
                                 absl::Time now);
  StoredAlert AlertOf(const StoredObjective& stored, const objectives::AlertChange& change,
                      const objectives::Budget& budget, const objectives::Terms& terms,
                      absl::Time now) const;
  // To whom each goes, by secret and URL; those that go nowhere any more are given up.
  using Receivers = std::vector<std::pair<StoredAlert, StoredObjective>>;
  absl::StatusOr<Receivers> FindDue(const base::CallContext& context, absl::Time now);
  // Takes the answers to the requests from number `first` on.
  absl::Status Wait(const base::CallContext& context, absl::Time now, uint64_t first,
                    size_t under_way, std::vector<Sent>* sent);
  absl::Status Note(const base::CallContext& context, const std::vector<Sent>& sent,
                    absl::Time now);
  void Tell(const StoredObjective& stored, const absl::Status& status);

  ObjectiveStore& store_;
  OutcomeReader& outcomes_;
  const base::Clock& clock_;
  const base::Logger& logger_;
  const ObjectiveOptions options_;
  const std::string holder_;
  const std::unique_ptr<http::Client> client_;
  uint64_t next_id_ = 0;                                // of a request
  absl::flat_hash_map<std::string, std::string> told_;  // errors, by uid
};

// Takes what came of an attempt at `time`: `fraction` is chance, from 0 to 1.
void Conclude(const http::Answer& answer, absl::Time time, absl::Time now, double fraction,
              absl::Duration give_up_after, StoredAlert* alert);
// The event that is sent of an alert: the same in every attempt.
std::string EventBody(const StoredAlert& alert);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_WORKER_H_
