// SPDX-License-Identifier: Apache-2.0
//
// Carries what records of impediments say into the on-boardings: blocks the tasks that a record
// names, those that depend on a utility while all its users are blocked, also those whose turn
// comes meanwhile, and wakes them all when it is resolved.
//
// Whoever changes a record carries it at once, as far as that goes; this worker does what is left:
// what was too much for one call, what a crash cut off, and the users of utilities. Nothing can be
// half done, for what is left is told by the database, and following a record once more changes
// nothing. One replica at a time works, by a lease; should two, each on-boarding still follows
// once.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_CARRIER_H_
#define PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_CARRIER_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "services/onboarding/impediments/store_sql.h"
#include "services/onboarding/runs/store.h"
#include "services/onboarding/watch/wakeup.h"

namespace plumbline::onboarding {

struct CarrierOptions {
  absl::Duration gather = absl::Milliseconds(100);    // least time between rounds
  absl::Duration interval = absl::Milliseconds(500);  // pause when nothing wakes it
  absl::Duration lease_term = absl::Seconds(10);      // after a crash another replica takes over
  int at_once = 500;                                  // on-boardings that a call waits for
  int page = 500;                                     // that are looked for at once
  // What cannot be carried is tried again after `retry`, then after twice that, at most
  // `retry_most`.
  absl::Duration retry = absl::Seconds(1);
  absl::Duration retry_most = absl::Minutes(1);
};

// What it is given must outlive it.
class Carrier {
 public:
  Carrier(ImpedimentStore& store, FeedStore& feed, const base::Clock& clock,
          const base::Logger& logger, const CarrierOptions& options);
  ~Carrier();  // stops

  // Begins and ends the loop. Stop is idempotent.
  void Start();
  void Stop();
  // There may be something to carry. Never blocks.
  void Wake() { wakeup_.Wake(); }

  // Lets the on-boardings follow a record, the first `at_once` of them. What fails or is left is
  // done by the loop. Thread-safe.
  void CarryNow(const base::CallContext& context, const ImpedimentKey& key, absl::Time now);
  int at_once() const { return options_.at_once; }

  // One round. Returns how many on-boardings it let follow; 0 = there is nothing to do, or another
  // replica is at it. Called by one thread at a time.
  absl::StatusOr<int64_t> RunOnce(const base::CallContext& context, absl::Time now);

 private:
  // What failed waits for longer each time, so that it costs little and is found when it is well.
  struct Retry {
    int64_t version = 0;  // of the record
    absl::Time at = absl::InfinitePast();
    absl::Duration pause;
  };
  void Failed(absl::Time now, Retry* retry) const;

  void Loop();
  // Whether a call carries it already.
  bool IsCarried(const ImpedimentKey& key);
  // One warning for each change of what is wrong.
  void Tell(const absl::Status& status);
  // Lets at most `limit` on-boardings follow a record; when that were all, it is settled. One that
  // fails does not keep the others from following; its error is returned.
  absl::StatusOr<int64_t> Carry(const base::CallContext& context, const StoredRecord& stored,
                                int64_t limit, absl::Time now);
  // Lets on-boardings, in order, follow a record, some in each transaction. One that fails does not
  // keep the others from following; its error is returned.
  absl::Status Follow(const base::CallContext& context, const ImpedimentKey& key,
                      absl::Span<const std::string> onboardings, absl::Time now);
  // Blocks tasks of the feed that became ready and depend on utilities of `records`.
  absl::StatusOr<int64_t> FollowFeed(const base::CallContext& context,
                                     const std::vector<StoredRecord>& records, absl::Time now);
  // Those that become ready from now on, after a look at all that are.
  absl::StatusOr<int64_t> CarryUsers(const base::CallContext& context,
                                     const std::vector<StoredRecord>& records, absl::Time now);
  // Carries those whose time has come. Errors as CarryAll.
  absl::StatusOr<int64_t> CarryPending(const base::CallContext& context,
                                       const std::vector<StoredRecord>& records, absl::Time now);
  // One that fails does not keep the others from being carried; its error is returned.
  absl::StatusOr<int64_t> CarryAll(const base::CallContext& context,
                                   const std::vector<StoredRecord>& records, absl::Time now);

  ImpedimentStore& store_;
  FeedStore& feed_;
  const base::Clock& clock_;
  const base::Logger& logger_;
  const CarrierOptions options_;
  const std::string holder_;
  // Touched by RunOnce alone. The place in the feed up to which the users of utilities are known to
  // be blocked; nullopt: they are to be looked for.
  std::optional<FeedCursor> place_;
  std::map<ImpedimentKey, Retry> retries_;  // pending records that could not be carried
  std::optional<Retry> users_retry_;        // when to look for all users again
  std::string told_;                        // touched by the loop alone
  absl::Mutex mutex_;
  std::multiset<ImpedimentKey> carried_now_ ABSL_GUARDED_BY(mutex_);  // by calls
  Wakeup wakeup_;
  // Cancels what the thread is at.
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  std::thread thread_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_CARRIER_H_
