// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/app.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/sql/requests.h"
#include "services/onboarding/automation/answer.h"
#include "services/onboarding/automation/rpc.h"
#include "services/onboarding/automation/store_sql.h"
#include "services/onboarding/calendar_feeds/rpc.h"
#include "services/onboarding/calendar_feeds/rpc_server.h"
#include "services/onboarding/calendar_feeds/store_sql.h"
#include "services/onboarding/escalation/rpc.h"
#include "services/onboarding/escalation/store_sql.h"
#include "services/onboarding/forecast/store_sql.h"
#include "services/onboarding/impediments/rpc.h"
#include "services/onboarding/people/rpc.h"
#include "services/onboarding/people/store_sql.h"
#include "services/onboarding/plan/rpc.h"
#include "services/onboarding/ramp/rpc.h"
#include "services/onboarding/runs/rpc.h"
#include "services/onboarding/webhooks/rpc.h"
#include "services/onboarding/webhooks/store_sql.h"

namespace plumbline::onboarding {
namespace {

// Rows that one transaction forgets: few enough to hold no write up for long.
constexpr int kForgetAtOnce = 1000;
constexpr absl::Duration kRoundDeadline = absl::Minutes(1);
// What takes longer is filled in while calls are served.
constexpr absl::Duration kFillBeforeServing = absl::Seconds(10);
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
  app->FillIndex(kFillBeforeServing);
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
      calendars_(catalog, store_.calendars(), clock),
      duration_store_(NewDurationStore(database)),
      watch_(store_, clock, logger, ForDatabase(options.watch, database.exclusive())),
      escalation_store_(escalation::NewEscalationStore(database)),
      stand_in_store_(escalation::NewStandInStore(database)),
      webhook_store_(webhooks::NewWebhookStore(database)),
      due_store_(automation::NewDueStore(database)),
      calls_(store_),
      impediment_store_(database, store_),
      feed_store_(calendar_feeds::NewCalendarFeedStore(database)) {
  if (analytics != nullptr) {
    RelayOptions relay = options.relay;
    // Nobody else can hold the lease then, unless it is this process before it died.
    if (database.exclusive()) relay.lease_term = absl::ZeroDuration();
    relay_ = std::make_unique<Relay>(store_, store_, *analytics, clock, logger, relay);
  }
  UseRelayOptions uses = options.uses;
  if (database.exclusive()) uses.lease_term = absl::ZeroDuration();
  uses_ = std::make_unique<UseRelay>(store_, catalog, clock, logger, uses);
  CounterOptions durations = options.durations;
  if (database.exclusive()) durations.lease_term = absl::ZeroDuration();
  durations_ =
      std::make_unique<DurationCounter>(store_, store_, *duration_store_, clock, logger, durations);
  const Dependencies on{.runs = store_,
                        .feed = store_,
                        .plans = source_,
                        .calendars = calendars_,
                        .people = people_,
                        .watch = watch_,
                        .clock = clock};
  RegisterOnboardingService(on, &table_);
  RegisterRampService(on, store_, *duration_store_, &table_);
  ComposeEscalation(on);
  ComposeWebhooks();
  ComposeAutomation(on);
  ComposeImpediments();
  ComposeFeeds(on);
  RegisterPeopleService(
      people_,
      [this](const base::CallContext& context, const std::string& name) {
        const absl::Status found = calendars_.Get(context, "calendar", name).status();
        return base::ReasonOf(found) == base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND;
      },
      clock, &table_);
  RegisterPlanService({.plans = source_,
                       .calendars = calendars_,
                       .runs = store_,
                       .durations = *duration_store_,
                       .people = people_,
                       .clock = clock},
                      &table_);
}

void OnboardingApp::ComposeEscalation(const Dependencies& on) {
  escalation::WorkerOptions options = options_.escalation;
  if (database_.exclusive()) options.rounds.lease_term = absl::ZeroDuration();
  escalations_ = std::make_unique<escalation::Worker>(store_, people_, *escalation_store_,
                                                      *stand_in_store_, clock_, logger_, options);
  escalation::RegisterEscalationService(
      {.runs = on, .store = *escalation_store_, .worker = *escalations_}, &table_);
}

void OnboardingApp::ComposeWebhooks() {
  const webhooks::WebhookOptions& options = options_.webhooks;
  webhooks::DispatcherOptions dispatching = options.dispatcher;
  if (database_.exclusive()) dispatching.lease_term = absl::ZeroDuration();
  http::ClientOptions whole = options.client;
  whole.read_bytes = automation::kMostAnswerBytes;
  whole.kept_bytes = whole.read_bytes + 1;
  dispatcher_ = std::make_unique<webhooks::Dispatcher>(store_, *webhook_store_, calls_,
                                                       http::NewCurlClient(whole), clock_,
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

void OnboardingApp::ComposeImpediments() {
  CarrierOptions options = options_.impediments;
  if (database_.exclusive()) options.lease_term = absl::ZeroDuration();
  carrier_ = std::make_unique<Carrier>(impediment_store_, store_, clock_, logger_, options);
  RegisterImpedimentService(
      {.store = impediment_store_, .carrier = *carrier_, .runs = store_, .clock = clock_}, &table_);
}

void OnboardingApp::ComposeAutomation(const Dependencies& on) {
  automation::CallerOptions options = options_.automation;
  if (database_.exclusive()) options.lease_term = absl::ZeroDuration();
  caller_ = std::make_unique<automation::Caller>(*due_store_, store_, *webhook_store_, clock_,
                                                 options_.webhooks.chance, logger_, options);
  automation::RegisterAutomationService(on, &table_);
}

void OnboardingApp::ComposeFeeds(const Dependencies& on) {
  calendar_feeds::RegisterCalendarFeedService({.runs = on,
                                               .store = *feed_store_,
                                               .chance = options_.feeds.chance,
                                               .refresh = options_.feeds.refresh,
                                               .prefix = [this] { return FeedsPrefix(); }},
                                              &table_);
}

std::string OnboardingApp::FeedsPrefix() const {
  if (!options_.feeds.public_url.empty()) return options_.feeds.public_url;
  absl::MutexLock lock(&mutex_);
  // Of all addresses of this machine, nobody knows by which it is reached.
  const bool any =
      absl::StartsWith(feeds_address_, "0.0.0.0:") || absl::StartsWith(feeds_address_, "[::]:");
  return any || feeds_address_.empty() ? "" : absl::StrCat("http://", feeds_address_);
}

absl::StatusOr<std::unique_ptr<http::Server>> OnboardingApp::ServeFeeds(rpc::Channel& self) {
  ASSIGN_OR_RETURN(auto server, calendar_feeds::ServeFeeds(options_.feeds, self, clock_, logger_));
  absl::MutexLock lock(&mutex_);
  if (server != nullptr) feeds_address_ = server->address();
  return server;
}

OnboardingApp::~OnboardingApp() { Stop(); }

void OnboardingApp::Committed() {
  watch_.Wake();
  if (relay_ != nullptr) relay_->Wake();
  uses_->Wake();
  escalations_->Wake();
  durations_->Wake();
  caller_->Wake();
  carrier_->Wake();
  dispatcher_->Wake();
}

void OnboardingApp::Start() {
  watch_.Start();
  if (relay_ != nullptr) relay_->Start();
  uses_->Start();
  escalations_->Start();
  durations_->Start();
  caller_->Start();
  carrier_->Start();
  dispatcher_->Start();
  forget_thread_ = std::thread([this] { ForgetLoop(); });
}

void OnboardingApp::Stop() {
  forget_.Stop();
  cancelled_->store(true);
  if (forget_thread_.joinable()) forget_thread_.join();
  dispatcher_->Stop();
  carrier_->Stop();
  caller_->Stop();
  durations_->Stop();
  escalations_->Stop();
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

void OnboardingApp::FillIndex(absl::Duration most) {
  base::CallContext context;
  context.deadline = clock_.Now() + most;
  context.cancelled = cancelled_;
  const auto tell = [&](const std::string& what, const absl::Status& why) {
    logger_.Warning("what an older release wrote could not be filled in",
                    {{"what", what}, {"error", why.message()}});
  };
  const absl::StatusOr<int64_t> filled = store_.FillIndex(context, tell);
  index_filled_ = filled.ok();
  if (!filled.ok()) tell("some of it", filled.status());
}

void OnboardingApp::ForgetLoop() {
  if (!index_filled_) FillIndex(kRoundDeadline);
  while (forget_.Wait(options_.background_interval)) {
    absl::StatusOr<int64_t> forgotten = ForgetOldRequests();
    if (!forgotten.ok()) {
      logger_.Warning("old requests could not be forgotten",
                      {{"error", forgotten.status().message()}});
    }
    FillIndex(kRoundDeadline);
  }
}

}  // namespace plumbline::onboarding
