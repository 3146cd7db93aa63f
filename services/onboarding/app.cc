// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/app.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "common/sql/requests.h"
#include "services/onboarding/people/rpc.h"
#include "services/onboarding/people/store_sql.h"
#include "services/onboarding/plan/rpc.h"
#include "services/onboarding/runs/rpc.h"
#include "services/onboarding/webhooks/rpc.h"
#include "services/onboarding/webhooks/store_sql.h"

namespace plumbline::onboarding {
namespace {

// Rows that one transaction forgets: few enough to hold no write up for long.
constexpr int kForgetAtOnce = 1000;
constexpr absl::Duration kRoundDeadline = absl::Minutes(1);
// How often watchers are looked after where only this process writes, and wakes them itself.
constexpr absl::Duration kExclusivePoll = absl::Seconds(1);

WatchOptions ForDatabase(WatchOptions options, bool exclusive) {
  if (exclusive) options.poll = std::max(options.poll, kExclusivePoll);
  return options;
}

}  // namespace

absl::StatusOr<std::unique_ptr<OnboardingApp>> OnboardingApp::Create(
    sql::Database& database, rpc::Channel& catalog, rpc::Channel* analytics,
    const base::Clock& clock, const base::Logger& logger, const OnboardingOptions& options) {
  RETURN_IF_ERROR(sql::Migrate(database, Migrations()));
  std::unique_ptr<OnboardingApp> app(
      new OnboardingApp(database, catalog, analytics, clock, logger, options));
  RETURN_IF_ERROR(app->store_.FillIndex(base::CallContext()).status());
  return app;
}

OnboardingApp::OnboardingApp(sql::Database& database, rpc::Channel& catalog,
                             rpc::Channel* analytics, const base::Clock& clock,
                             const base::Logger& logger, const OnboardingOptions& options)
    : database_(database),
      clock_(clock),
      logger_(logger),
      options_(options),
      store_(database, plans_, [this] { Committed(); }),
      people_store_(NewPeopleStore(database)),
      people_(*people_store_, clock),
      source_(catalog, plans_, clock),
      watch_(store_, clock, logger, ForDatabase(options.watch, database.exclusive())),
      webhook_store_(webhooks::NewWebhookStore(database)) {
  if (analytics != nullptr) {
    RelayOptions relay = options.relay;
    // Nobody else can hold the lease then, unless it is this process before it died.
    if (database.exclusive()) relay.lease_term = absl::ZeroDuration();
    relay_ = std::make_unique<Relay>(store_, store_, *analytics, clock, logger, relay);
  }
  UseRelayOptions uses = options.uses;
  if (database.exclusive()) uses.lease_term = absl::ZeroDuration();
  uses_ = std::make_unique<UseRelay>(store_, catalog, clock, logger, uses);
  RegisterOnboardingService({.runs = store_,
                             .feed = store_,
                             .plans = source_,
                             .people = people_,
                             .watch = watch_,
                             .clock = clock},
                            &table_);
  ComposeWebhooks();
  RegisterPeopleService(people_, clock, &table_);
  RegisterPlanService({.plans = source_, .people = people_, .clock = clock}, &table_);
}

void OnboardingApp::ComposeWebhooks() {
  const webhooks::WebhookOptions& options = options_.webhooks;
  webhooks::DispatcherOptions dispatching = options.dispatcher;
  if (database_.exclusive()) dispatching.lease_term = absl::ZeroDuration();
  dispatcher_ = std::make_unique<webhooks::Dispatcher>(store_, *webhook_store_,
                                                       http::NewCurlClient(options.client), clock_,
                                                       options.chance, logger_, dispatching);
  webhooks::RegisterWebhookService({.store = *webhook_store_,
                                    .feed = store_,
                                    .clock = clock_,
                                    .chance = options.chance,
                                    .urls = {options.client.destinations, options.allow_plain_http},
                                    .client = options.client,
                                    .wake = [this] { dispatcher_->Wake(); }},
                                   &table_);
}

OnboardingApp::~OnboardingApp() { Stop(); }

void OnboardingApp::Committed() {
  watch_.Wake();
  if (relay_ != nullptr) relay_->Wake();
  uses_->Wake();
  dispatcher_->Wake();
}

void OnboardingApp::Start() {
  watch_.Start();
  if (relay_ != nullptr) relay_->Start();
  uses_->Start();
  dispatcher_->Start();
  forget_thread_ = std::thread([this] { ForgetLoop(); });
}

void OnboardingApp::Stop() {
  forget_.Stop();
  cancelled_->store(true);
  if (forget_thread_.joinable()) forget_thread_.join();
  dispatcher_->Stop();
  uses_->Stop();
  if (relay_ != nullptr) relay_->Stop();
  watch_.Stop();
}

absl::StatusOr<int64_t> OnboardingApp::ForgetOldRequests() {
  base::CallContext context;
  context.identity = base::Identity::Everything("onboarding");
  const absl::Time now = clock_.Now();
  context.deadline = now + kRoundDeadline;
  context.cancelled = cancelled_;
  int64_t forgotten = 0;
  while (true) {
    ASSIGN_OR_RETURN(int64_t rows, sql::ForgetOldRequests(database_, context, now, kForgetAtOnce));
    forgotten += rows;
    if (rows < kForgetAtOnce) break;
  }
  while (true) {
    ASSIGN_OR_RETURN(int64_t rows, dispatcher_->ForgetOld(context, now, kForgetAtOnce));
    forgotten += rows;
    if (rows < kForgetAtOnce) return forgotten;
  }
}

void OnboardingApp::ForgetLoop() {
  while (forget_.Wait(options_.background_interval)) {
    absl::StatusOr<int64_t> forgotten = ForgetOldRequests();
    if (forgotten.ok()) continue;
    logger_.Warning("old requests could not be forgotten",
                    {{"error", forgotten.status().message()}});
  }
}

}  // namespace plumbline::onboarding
