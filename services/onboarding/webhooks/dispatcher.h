// SPDX-License-Identifier: Apache-2.0
//
// Sends the history to webhooks, each entry at least once.
//
// Two steps, each of which is done or not done in one transaction:
//  1. The feed is read from one place for all webhooks; what a webhook's filter takes becomes a
//  delivery that waits, and the place moves on. The feed never changes before a place that was
//  read, so that no entry is passed over, and none becomes two deliveries.
//  2. Deliveries whose time has come are sent, of each webhook in the order of the feed and a few
//  at a time; what came of each is noted. Who dies between sending and noting sends again, with the
//  same id: receivers tell repetitions by it.
//
// A call of an automated step goes the same way, as what Calls makes of its entry, to the webhook
// that it names; the answer is taken before it is noted, so that who dies in between asks again.
//
// Requests are under way across rounds, so that a slow receiver holds up its own deliveries only.
// One replica at a time does it, by a lease; should two, the second's notes find that the first has
// noted, and change nothing.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_DISPATCHER_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_DISPATCHER_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/random.h"
#include "common/http/client.h"
#include "services/onboarding/runs/store.h"
#include "services/onboarding/watch/wakeup.h"
#include "services/onboarding/webhooks/delivery.h"
#include "services/onboarding/webhooks/store.h"

namespace plumbline::onboarding::webhooks {

struct DispatcherOptions {
  absl::Duration gather = absl::Milliseconds(10);  // least time between rounds
  absl::Duration interval = absl::Seconds(1);      // pause when there is nothing to do
  // How long a round waits for answers before it looks at the feed again.
  absl::Duration answers = absl::Milliseconds(200);
  // After a crash another replica takes over; 0 = there is no other.
  absl::Duration lease_term = absl::Seconds(10);
  int batch = 500;                         // entries that are read at once
  int under_way = 64;                      // requests at the same time
  int under_way_each = 4;                  // of one webhook
  absl::Duration keep = absl::Hours(720);  // deliveries, after they were put on their way
  DeliveryRules rules;
};

// What it is given must outlive it.
class Dispatcher {
 public:
  // `client` keeps whole answers: a byte more than it reads.
  Dispatcher(FeedStore& feed, WebhookStore& store, Calls& calls,
             std::unique_ptr<http::Client> client, const base::Clock& clock, base::Chance chance,
             const base::Logger& logger, const DispatcherOptions& options);
  ~Dispatcher();  // stops

  // Begins and ends the loop. Stop drops what is under way, which is sent again later; it is
  // idempotent.
  void Start();
  void Stop();
  // There may be something to send. Never blocks.
  void Wake();

  // One round: reads the feed, begins to send what is due, waits a little for answers where nothing
  // was begun, and notes what came. Returns how many of these things it did; 0 = there is nothing
  // to do now, or another replica is at it. Called by one thread at a time.
  absl::StatusOr<int64_t> RunOnce(const base::CallContext& context, absl::Time now);

  // Forgets some of the deliveries that are old or whose webhooks are gone. Returns how many.
  absl::StatusOr<int64_t> ForgetOld(const base::CallContext& context, absl::Time now, int limit);

  // Requests that wait for an answer.
  size_t under_way() const { return under_way_.size(); }

 private:
  // A request that waits for its answer.
  struct Sent {
    StoredDelivery delivery;
    std::string workspace;
    http::Request request;
    absl::Time time;
  };
  // An answer, with what it answers.
  struct Answered {
    Sent sent;
    http::Answer answer;
    Outcome outcome = Outcome::kByStatus;
    double fraction = 0;  // chance
  };
  struct Compiled {
    int64_t version = 0;
    EntryFilter filter;
  };
  using Webhooks = std::vector<StoredWebhook>;

  void Loop();
  // And, if it is given, the place.
  absl::StatusOr<Webhooks> LoadEnabled(const base::CallContext& context, FeedPlace* place);
  absl::StatusOr<bool> HoldLease(const base::CallContext& context, absl::Time now);
  // Each returns how many it did. Enlist reads the webhooks again after the feed.
  absl::StatusOr<int64_t> Enlist(const base::CallContext& context, FeedPlace place, absl::Time now,
                                 Webhooks* webhooks);
  absl::StatusOr<int64_t> StartDue(const base::CallContext& context, const Webhooks& webhooks,
                                   absl::Time now);
  absl::StatusOr<int64_t> NoteAnswers(const base::CallContext& context, absl::Duration wait,
                                      absl::Time now);
  absl::Status Note(View& view, const Answered& answered, absl::Time now);
  absl::StatusOr<std::optional<std::string>> BodyOf(const base::CallContext& context,
                                                    const FeedEntry& entry);
  // What an entry becomes for these webhooks.
  absl::Status AddDeliveries(const base::CallContext& context, const FilteredEntry& entry,
                             const Webhooks& webhooks, absl::Time now,
                             std::vector<StoredDelivery>* deliveries);
  // Takes out of `due` the calls that nobody waits for, now or any more.
  absl::Status HoldCalls(const base::CallContext& context,
                         const std::map<std::string, const StoredWebhook*>& by_uid, absl::Time now,
                         std::vector<StoredDelivery>* due);
  // What the answer to a call comes to.
  Outcome TakeAnswer(const base::CallContext& context, const Answered& answered, absl::Time now);
  const EntryFilter& FilterOf(const StoredWebhook& webhook);
  void Begin(StoredDelivery delivery, const StoredWebhook& webhook, absl::Time now);

  FeedStore& feed_;
  WebhookStore& store_;
  Calls& calls_;
  const std::unique_ptr<http::Client> client_;
  const base::Clock& clock_;
  const base::Chance chance_;
  const base::Logger& logger_;
  const DispatcherOptions options_;
  const std::string holder_;
  // Touched by RunOnce alone.
  absl::Time leased_ = absl::InfinitePast();  // when the lease was taken last
  std::map<uint64_t, Sent> under_way_;
  uint64_t next_id_ = 1;
  std::string last_uid_;  // whose delivery was begun last
  std::map<std::string, Compiled> filters_;
  Wakeup wakeup_;
  std::atomic<bool> waiting_{false};  // for answers
  // Cancels what the thread is at.
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  std::thread thread_;
};

}  // namespace plumbline::onboarding::webhooks

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_DISPATCHER_H_
