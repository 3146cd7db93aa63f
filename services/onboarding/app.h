// SPDX-License-Identifier: Apache-2.0
//
// The on-boarding service, put together.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_APP_H_
#define PLUMBLINE_SERVICES_ONBOARDING_APP_H_

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/http/server.h"
#include "common/rpc/channel.h"
#include "common/rpc/method_table.h"
#include "common/sql/database.h"
#include "services/onboarding/automation/caller.h"
#include "services/onboarding/automation/program_calls.h"
#include "services/onboarding/calendar_feeds/options.h"
#include "services/onboarding/calendar_feeds/store.h"
#include "services/onboarding/escalation/store.h"
#include "services/onboarding/escalation/worker.h"
#include "services/onboarding/forecast/counter.h"
#include "services/onboarding/impediments/carrier.h"
#include "services/onboarding/impediments/store_sql.h"
#include "services/onboarding/people/people.h"
#include "services/onboarding/relay/relay.h"
#include "services/onboarding/relay/uses.h"
#include "services/onboarding/runs/calendar_source.h"
#include "services/onboarding/runs/plan_source.h"
#include "services/onboarding/runs/rpc.h"
#include "services/onboarding/runs/store_sql.h"
#include "services/onboarding/watch/watch.h"
#include "services/onboarding/webhooks/dispatcher.h"
#include "services/onboarding/webhooks/options.h"
#include "services/onboarding/webhooks/store.h"

namespace plumbline::onboarding {

struct OnboardingOptions {
  RelayOptions relay;
  UseRelayOptions uses;
  CounterOptions durations;
  WatchOptions watch;
  escalation::WorkerOptions escalation;
  webhooks::WebhookOptions webhooks;
  automation::CallerOptions automation;
  CarrierOptions impediments;
  calendar_feeds::FeedOptions feeds;
  // Pause between two rounds of forgetting old requests, and of filling in what replicas of an
  // older release wrote meanwhile.
  absl::Duration background_interval = absl::Minutes(10);
};

class OnboardingApp {
 public:
  // Brings the schema of `database` up to date. Without `analytics` nothing is relayed and the
  // history waits. Everything given must outlive the app; the channels are not used before Start or
  // the first call.
  static absl::StatusOr<std::unique_ptr<OnboardingApp>> Create(
      sql::Database& database, rpc::Channel& catalog, rpc::Channel* analytics,
      const base::Clock& clock, const base::Logger& logger, const OnboardingOptions& options);
  ~OnboardingApp();  // stops

  const rpc::MethodTable& table() const { return table_; }

  // Begins and ends the background work: watchers, relays, forgetting. Stop is idempotent; call it
  // after the server stopped.
  void Start();
  void Stop();

  // Serves calendar feeds over HTTP as the options say, by calls over `self`, a channel to a server
  // of the table, which must outlive what is returned; nullptr where they say that none are served.
  // Errors: FIELD_INVALID.
  absl::StatusOr<std::unique_ptr<http::Server>> ServeFeeds(rpc::Channel& self);

  // Forgets old requests, and old deliveries of webhooks. Returns how many.
  absl::StatusOr<int64_t> ForgetOldRequests();

  // nullptr without analytics.
  Relay* relay() { return relay_.get(); }
  UseRelay& uses() { return *uses_; }
  escalation::Worker& escalations() { return *escalations_; }
  DurationCounter& durations() { return *durations_; }
  Carrier& carrier() { return *carrier_; }
  ImpedimentStore& impediment_store() { return impediment_store_; }
  WatchHub& watch() { return watch_; }
  webhooks::Dispatcher& dispatcher() { return *dispatcher_; }
  automation::Caller& caller() { return *caller_; }
  automation::DueStore& due_store() { return *due_store_; }
  webhooks::Calls& calls() { return calls_; }
  webhooks::WebhookStore& webhook_store() { return *webhook_store_; }
  SqlStore& store() { return store_; }

 private:
  OnboardingApp(sql::Database& database, rpc::Channel& catalog, rpc::Channel* analytics,
                const base::Clock& clock, const base::Logger& logger,
                const OnboardingOptions& options);
  void Committed();
  void ComposeWebhooks();
  void ComposeAutomation(const Dependencies& on);
  void ComposeImpediments();
  void ComposeEscalation(const Dependencies& on);
  void ComposeFeeds(const Dependencies& on);
  // What stands before the paths of feeds; "" = nobody knows.
  std::string FeedsPrefix() const;
  // A replica of an older release may write while this one runs already.
  void FillIndex(absl::Duration most);
  void ForgetLoop();

  sql::Database& database_;
  const base::Clock& clock_;
  const base::Logger& logger_;
  const OnboardingOptions options_;
  PlanCache plans_;
  SqlStore store_;
  const std::unique_ptr<PeopleStore> people_store_;
  People people_;
  PlanSource source_;
  CalendarSource calendars_;
  const std::unique_ptr<DurationStore> duration_store_;
  WatchHub watch_;
  std::unique_ptr<Relay> relay_;
  std::unique_ptr<UseRelay> uses_;
  std::unique_ptr<DurationCounter> durations_;
  const std::unique_ptr<escalation::EscalationStore> escalation_store_;
  const std::unique_ptr<escalation::StandInStore> stand_in_store_;
  std::unique_ptr<escalation::Worker> escalations_;
  const std::unique_ptr<webhooks::WebhookStore> webhook_store_;
  const std::unique_ptr<automation::DueStore> due_store_;
  automation::ProgramCalls calls_;
  ImpedimentStore impediment_store_;
  std::unique_ptr<Carrier> carrier_;
  std::unique_ptr<webhooks::Dispatcher> dispatcher_;
  std::unique_ptr<automation::Caller> caller_;
  const std::unique_ptr<calendar_feeds::CalendarFeedStore> feed_store_;
  mutable absl::Mutex mutex_;
  std::string feeds_address_ ABSL_GUARDED_BY(mutex_);  // where they are served, if they are
  rpc::MethodTable table_;
  Wakeup forget_;
  // When it was tried last. Of one thread at a time.
  bool index_filled_ = false;
  // Cancels what is being forgotten.
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  std::thread forget_thread_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_APP_H_
